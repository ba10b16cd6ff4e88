package yaml11

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"math/big"
	"sort"
	"strconv"
	"strings"

	"github.com/paasta-render/paasta-render/compiler/finding"
)

// ParseJSON reads a JSON file, as Python's json.load does: integers and floats are told apart, the last duplicate wins.
// The node is nil and ok false when the file is wrong; what is wrong has been reported.
func ParseJSON(file string, data []byte, report finding.Report) (root *Node, ok bool) {
	return DefaultLimits.ParseJSON(file, data, report)
}

// ParseJSON is the function ParseJSON with other limits.
func (l Limits) ParseJSON(file string, data []byte, report finding.Report) (root *Node, ok bool) {
	if !l.allows(file, data, report) || !readable(file, data, report) {
		return nil, false
	}
	if root, ok := readJSONQuickly(file, data); ok {
		return root, true
	}
	return parseJSON(file, data, report)
}

// parseJSON is ParseJSON by encoding/json, which knows what is wrong.
func parseJSON(file string, data []byte, report finding.Report) (root *Node, ok bool) {
	p := jsonParser{file: &file, data: data, decoder: json.NewDecoder(bytes.NewReader(data))}
	p.decoder.UseNumber()
	root, err := p.value(0)
	if err == nil {
		if _, extra := p.decoder.Token(); !errors.Is(extra, io.EOF) {
			err = errors.New("text after the end of the value")
		}
	}
	if err != nil {
		offset := int(p.decoder.InputOffset())
		var syntax *json.SyntaxError
		if errors.As(err, &syntax) {
			offset = max(0, int(syntax.Offset)-1)
		}
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			err = errors.New("the file ends in the middle of a value")
		}
		report(finding.Finding{Code: finding.YAMLSyntax, At: offsetPosition(file, data, offset), Message: "not valid JSON: " + err.Error()})
		return nil, false
	}
	return root, true
}

type jsonParser struct {
	file    *string
	data    []byte
	decoder *json.Decoder
	lines   []int // offsets at which lines begin, made when the first position is asked for
}

func (p *jsonParser) value(depth int) (*Node, error) {
	if depth > maxDepth {
		return nil, errors.New("values nest deeper than 200 levels")
	}
	token, err := p.decoder.Token()
	if err != nil {
		return nil, err
	}
	n := p.place(token)
	switch t := token.(type) {
	case nil:
		n.Kind, n.Text = Null, "null"
	case bool:
		n.Kind, n.Bool, n.Text = Bool, t, strconv.FormatBool(t)
	case string:
		n.Kind, n.Text = String, t
	case json.Number:
		return n, number(n, string(t))
	case json.Delim:
		if t == '[' {
			n.Kind = List
			return n, p.list(n, depth)
		}
		n.Kind = Map
		return n, p.mapping(n, depth)
	}
	return n, nil
}

func number(n *Node, text string) error {
	n.Text = text
	if !strings.ContainsAny(text, ".eE") {
		n.Kind = Int
		if len(text) > maxDigits+1 {
			return errDigits
		}
		v, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			n.Big, _ = new(big.Int).SetString(text, 10)
		}
		n.Int = v
		return nil
	}
	n.Kind = Float
	n.Float, _ = strconv.ParseFloat(text, 64) // out of range is ±Inf, as in Python
	return nil
}

func (p *jsonParser) list(n *Node, depth int) error {
	for p.decoder.More() {
		item, err := p.value(depth + 1)
		if err != nil {
			return err
		}
		n.Items = append(n.Items, item)
	}
	_, err := p.decoder.Token()
	return err
}

func (p *jsonParser) mapping(n *Node, depth int) error {
	own := keys{of: n}
	for p.decoder.More() {
		key, err := p.value(depth + 1)
		if err != nil {
			return err
		}
		value, err := p.value(depth + 1)
		if err != nil {
			return err
		}
		if at := own.find(key); at >= 0 {
			n.Pairs[at] = Pair{key, value}
			continue
		}
		n.Pairs = append(n.Pairs, Pair{key, value})
	}
	_, err := p.decoder.Token()
	return err
}

// place makes a node at the token just read. The decoder tells where a token ends; a scalar's length is near enough
// to its source text to find where it begins, and exact when the string holds no escapes.
func (p *jsonParser) place(token json.Token) *Node {
	start := int(p.decoder.InputOffset())
	switch t := token.(type) {
	case nil:
		start -= len("null")
	case bool:
		start -= len(strconv.FormatBool(t))
	case string:
		start -= len(t) + 2
	case json.Number:
		start -= len(t)
	case json.Delim:
		start--
	}
	if p.lines == nil {
		p.lines = append(p.lines, 0)
		for i, b := range p.data {
			if b == '\n' {
				p.lines = append(p.lines, i+1)
			}
		}
	}
	line := sort.SearchInts(p.lines, start+1)
	return &Node{file: p.file, line: int32(line), column: int32(start - p.lines[line-1] + 1)}
}

// MarshalJSON makes a Node usable in encoding/json. Keys keep their order; keys that are no strings are spelled as
// text.
func (n *Node) MarshalJSON() ([]byte, error) {
	if n == nil {
		return []byte("null"), nil
	}
	switch n.Kind {
	case Null:
		return []byte("null"), nil
	case Bool:
		return strconv.AppendBool(nil, n.Bool), nil
	case Int:
		if n.Big != nil {
			return []byte(n.Big.String()), nil
		}
		return strconv.AppendInt(nil, n.Int, 10), nil
	case Float:
		return json.Marshal(n.Float)
	case List:
		if n.Items == nil {
			return []byte("[]"), nil
		}
		return json.Marshal(n.Items)
	case Map:
		return n.marshalMap()
	}
	return json.Marshal(n.Text)
}

func (n *Node) marshalMap() ([]byte, error) {
	b := []byte{'{'}
	for i, p := range n.Pairs {
		if i > 0 {
			b = append(b, ',')
		}
		key, err := json.Marshal(p.Key.Text)
		if err != nil {
			return nil, err
		}
		value, err := p.Value.MarshalJSON()
		if err != nil {
			return nil, err
		}
		b = append(append(append(b, key...), ':'), value...)
	}
	return append(b, '}'), nil
}
