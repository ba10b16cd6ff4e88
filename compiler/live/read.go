package live

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"

	"github.com/paasta-render/paasta-render/compiler/diff/value"
	"github.com/paasta-render/paasta-render/compiler/layout"
	"github.com/paasta-render/paasta-render/compiler/tree"
)

// Read returns the objects of a dump: one object, a List, or several of these, in JSON or YAML. The name is for
// errors.
func Read(name string, data []byte) ([]Object, error) {
	var objects []Object
	add := func(doc map[string]any) error {
		found, err := listed(name, doc)
		objects = append(objects, found...)
		return err
	}
	var err error
	if text := bytes.TrimSpace(data); len(text) > 0 && text[0] == '{' {
		err = readJSON(text, add)
	} else {
		err = readYAML(data, add)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return objects, nil
}

func readJSON(data []byte, add func(map[string]any) error) error {
	for d := json.NewDecoder(bytes.NewReader(data)); ; {
		var doc map[string]any
		switch err := d.Decode(&doc); {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return fmt.Errorf("this is no JSON that kubectl prints: %w", err)
		}
		if err := add(doc); err != nil {
			return err
		}
	}
}

func readYAML(data []byte, add func(map[string]any) error) error {
	for i, node := range value.Parse("dump.yaml", string(data), nil) {
		if !node.Is(value.Map) {
			return fmt.Errorf("document %d is no Kubernetes object, such as kubectl get … -o yaml prints", i+1)
		}
		doc, err := decoded(node)
		if err != nil {
			return err
		}
		if err := add(doc); err != nil {
			return err
		}
	}
	return nil
}

// decoded returns a document as encoding/json decodes it.
func decoded(node *value.Node) (map[string]any, error) {
	var doc map[string]any
	err := json.Unmarshal(node.JSON(nil), &doc)
	return doc, err
}

// listed returns the objects in a document: those of a List, else itself.
func listed(name string, doc map[string]any) ([]Object, error) {
	kind, _ := doc["kind"].(string)
	items, isList := doc["items"].([]any)
	if !isList || !strings.HasSuffix(kind, "List") {
		o, ok := newObject(name, doc)
		if !ok {
			return nil, errors.New("a document has no apiVersion, kind or metadata.name, so it is no Kubernetes object")
		}
		return []Object{o}, nil
	}
	var objects []Object
	for i, item := range items {
		o, ok := newObject(name, mapping(item))
		if !ok {
			return nil, fmt.Errorf("item %d of the list has no apiVersion, kind or metadata.name", i+1)
		}
		objects = append(objects, o)
	}
	return objects, nil
}

// Rendered returns the Kubernetes objects of one cluster's rendered tree, in order of file.
func Rendered(known *layout.Layout, cluster string, files []tree.File) ([]Object, error) {
	var objects []Object
	for _, f := range files {
		below, found := strings.CutPrefix(f.Path, cluster+"/")
		manifest := found && path.Ext(below) == ".yaml" && known.Of(below).Delivery == layout.AsManifest
		if !manifest || layout.IsKustomization(below) {
			continue
		}
		for _, node := range value.Parse(f.Path, string(f.Data), nil) {
			doc, err := decoded(node)
			if err != nil {
				return nil, fmt.Errorf("read %s: %w", f.Path, err)
			}
			if o, ok := newObject(f.Path, doc); ok {
				objects = append(objects, o)
			}
		}
	}
	return objects, nil
}
