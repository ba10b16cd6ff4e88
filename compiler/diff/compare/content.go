package compare

import (
	"encoding/json"
	"strings"

	"github.com/paasta-render/paasta-render/compiler/diff"
	"github.com/paasta-render/paasta-render/compiler/diff/value"
	"github.com/paasta-render/paasta-render/compiler/layout"
	"github.com/paasta-render/paasta-render/compiler/tree"
)

// Contents are the objects of both sides as maps, lists and scalars, for whoever asks more of an object than what
// differs. It reads a file when one of its objects is asked for. It belongs to one goroutine.
type Contents struct {
	layout        *layout.Layout
	before, after map[string]tree.File
	path          string // of the file that was read last
	olds, news    map[string]*entity
}

// NewContents returns the contents of some files of both sides. The files are kept, not copied.
func NewContents(known *layout.Layout, before, after []tree.File) *Contents {
	c := &Contents{layout: known, before: map[string]tree.File{}, after: map[string]tree.File{}}
	for _, f := range before {
		c.before[f.Path] = f
	}
	for _, f := range after {
		c.after[f.Path] = f
	}
	return c
}

// Of returns the object of a change on both sides, without secrets; nil where it is not there.
func (c *Contents) Of(change *diff.Change) (before, after map[string]any) {
	was := &change.Object
	if change.From != nil {
		was = change.From
	}
	c.read(was.File)
	before = plain(c.olds[was.Key()])
	c.read(change.File)
	return before, plain(c.news[change.Key()])
}

func (c *Contents) read(path string) {
	if path == c.path && c.olds != nil {
		return
	}
	c.path = path
	c.olds = index(entities(c.layout, path, contents(path, c.before[path], nil)))
	c.news = index(entities(c.layout, path, contents(path, c.after[path], nil)))
}

// plain is an object as maps, lists and scalars; whole numbers are int64.
func plain(e *entity) map[string]any {
	if e == nil {
		return nil
	}
	decoder := json.NewDecoder(strings.NewReader(value.Shown(e.doc, false)))
	decoder.UseNumber()
	var content map[string]any
	if decoder.Decode(&content) != nil {
		return nil // a text
	}
	numbers(content)
	return content
}

func numbers(content any) any {
	switch v := content.(type) {
	case json.Number:
		if n, err := v.Int64(); err == nil {
			return n
		}
		f, _ := v.Float64()
		return f
	case map[string]any:
		for key, item := range v {
			v[key] = numbers(item)
		}
	case []any:
		for i, item := range v {
			v[i] = numbers(item)
		}
	}
	return content
}
