package diff

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strconv"
)

// parseJSON reads one JSON value; numbers keep their notation.
func parseJSON(data string) (root *node, ok bool) {
	decoder := json.NewDecoder(bytes.NewReader([]byte(data)))
	decoder.UseNumber()
	root, err := jsonValue(decoder, 0)
	if err != nil {
		return nil, false
	}
	if _, extra := decoder.Token(); !errors.Is(extra, io.EOF) {
		return nil, false
	}
	return root, true
}

func jsonValue(decoder *json.Decoder, depth int) (*node, error) {
	token, err := decoder.Token()
	if err != nil {
		return nil, err
	}
	if depth > maxDepth {
		return nil, errors.New("values nest too deep")
	}
	n := &node{opened: true}
	switch t := token.(type) {
	case bool:
		n.kind, n.scalar = boolean, strconv.FormatBool(t)
	case string:
		n.kind, n.scalar = text, t
	case json.Number:
		n.kind, n.scalar = number, string(t)
	case json.Delim:
		if t == '[' {
			return n, jsonList(decoder, n, depth)
		}
		return n, jsonMapping(decoder, n, depth)
	}
	return n, nil
}

func jsonList(decoder *json.Decoder, n *node, depth int) error {
	n.kind = list
	for decoder.More() {
		item, err := jsonValue(decoder, depth+1)
		if err != nil {
			return err
		}
		n.items = append(n.items, item)
	}
	_, err := decoder.Token()
	return err
}

func jsonMapping(decoder *json.Decoder, n *node, depth int) error {
	n.kind = mapping
	for decoder.More() {
		key, err := decoder.Token()
		if err != nil {
			return err
		}
		value, err := jsonValue(decoder, depth+1)
		if err != nil {
			return err
		}
		name, _ := key.(string)
		n.pairs = append(n.pairs, pair{name, value})
	}
	_, err := decoder.Token()
	return err
}
