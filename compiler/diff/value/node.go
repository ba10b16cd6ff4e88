// Package value is the content of output files as diff compares it: one tree for what was read from YAML or JSON and
// for documents that nobody has encoded yet.
//
// A Node is looked into one level at a time, when it is asked for it. Two documents with the same bytes are equal and
// are never parsed, so the cost of a comparison is that of what differs.
package value

import (
	"strconv"
	"strings"

	"github.com/paasta-render/paasta-render/compiler/diff"
	"github.com/paasta-render/paasta-render/compiler/emit"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

// Kind is what a value of an output file is.
type Kind uint8

// The kinds of values, those of JSON. Dates and binary data are text.
const (
	Null Kind = iota
	Bool
	Number
	Text
	List
	Map
)

// Node is one value. The nil *Node is "absent"; its methods are safe.
type Node struct {
	kind   Kind
	scalar string // the text of a scalar, unquoted
	items  []*Node
	pairs  []Pair

	from   origin
	opened bool
	view   emit.View    // of fromView
	yaml   *yaml11.Node // of fromYAML
	source string       // of fromSource: the text of a document that nobody has looked into
	json   bool         // source is JSON
}

// origin says which field of a Node holds what it is made from.
type origin uint8

const (
	complete origin = iota // made from nothing else
	fromView
	fromYAML
	fromSource
)

// Pair is one entry of a mapping.
type Pair struct {
	Key   string
	Value *Node
}

// NewText makes a text.
func NewText(s string) *Node { return &Node{kind: Text, scalar: s, opened: true} }

// NewList makes a list.
func NewList(items []*Node) *Node { return &Node{kind: List, items: items, opened: true} }

// NewMap makes a mapping.
func NewMap(pairs []Pair) *Node { return &Node{kind: Map, pairs: pairs, opened: true} }

// open looks into one level of a value.
func (n *Node) open() {
	if n.opened {
		return
	}
	n.opened = true
	if n.from == fromSource {
		n.parse()
	}
	switch n.from {
	case fromView:
		n.openView()
	case fromYAML:
		n.openYAML()
	}
}

// unopened tells whether the node is a view into which nobody has looked.
func (n *Node) unopened() bool { return n.from == fromView && !n.opened }

// Kind returns what the value is; Null when it is absent.
func (n *Node) Kind() Kind {
	switch {
	case n == nil:
		return Null
	case n.unopened():
		return kindsOfViews[n.view.Kind()]
	}
	n.open()
	return n.kind
}

// Is tells whether the value is there and of the kind.
func (n *Node) Is(k Kind) bool { return n != nil && n.Kind() == k }

// IsScalar tells whether the value is there and neither a list nor a mapping.
func (n *Node) IsScalar() bool { return n != nil && !n.Is(List) && !n.Is(Map) }

// Get returns the value of a key, nil when n is no mapping or has no such key.
func (n *Node) Get(key string) *Node {
	if n == nil {
		return nil
	}
	if n.unopened() {
		return n.peek(key)
	}
	n.open()
	for i := range n.pairs {
		if n.pairs[i].Key == key {
			return n.pairs[i].Value
		}
	}
	return nil
}

// Path follows keys through nested mappings.
func (n *Node) Path(keys ...string) *Node {
	for _, key := range keys {
		n = n.Get(key)
	}
	return n
}

// Scalar returns the text of a scalar, "null" or the empty text of a null; empty when n is absent or a collection.
func (n *Node) Scalar() string {
	if n == nil {
		return ""
	}
	n.open()
	return n.scalar
}

// Str returns the text of a scalar; empty when n is absent, null or a collection.
func (n *Node) Str() string {
	if n == nil || n.Is(Null) {
		return ""
	}
	return n.Scalar()
}

// At is Path(keys...).Str(), without nodes on the way where there are none.
func (n *Node) At(keys ...string) string {
	if n == nil || !n.unopened() {
		return n.Path(keys...).Str()
	}
	v := n.view
	for _, key := range keys {
		var ok bool
		if v, ok = v.Get(key); !ok {
			return ""
		}
	}
	switch v.Kind() {
	case emit.Null, emit.List, emit.Map:
		return ""
	}
	return v.Scalar()
}

// Items returns the items of a list; none when n is something else.
func (n *Node) Items() []*Node {
	if n == nil {
		return nil
	}
	n.open()
	return n.items
}

// Pairs returns the entries of a mapping in the order in which they are written; none when n is something else.
func (n *Node) Pairs() []Pair {
	if n == nil {
		return nil
	}
	n.open()
	return n.pairs
}

// Identical tells that two values are the same, without looking into documents that nobody has parsed. It may say no of
// values that are equal.
func (n *Node) Identical(o *Node) bool {
	switch {
	case n == o:
		return true
	case n.from != o.from:
		return false
	case n.from == fromView:
		return emit.Same(n.view, o.view)
	case n.from == fromYAML:
		return n.yaml == o.yaml || emit.Same(emit.Of(n.yaml), emit.Of(o.yaml))
	}
	return n.from == fromSource && n.source == o.source
}

// Same tells whether two values are equal, with mapping keys in any order.
func (n *Node) Same(o *Node) bool {
	if n == nil || o == nil {
		return n == o
	}
	if n.Identical(o) {
		return true
	}
	n.open()
	o.open()
	if n.kind != o.kind {
		return false
	}
	switch n.kind {
	case List:
		return n.sameItems(o)
	case Map:
		return n.samePairs(o)
	}
	return n.scalar == o.scalar
}

func (n *Node) sameItems(o *Node) bool {
	if len(n.items) != len(o.items) {
		return false
	}
	for i := range n.items {
		if !n.items[i].Same(o.items[i]) {
			return false
		}
	}
	return true
}

func (n *Node) samePairs(o *Node) bool {
	if len(n.pairs) != len(o.pairs) {
		return false
	}
	for i := range n.pairs {
		other := o.Get(n.pairs[i].Key)
		if other == nil || !n.pairs[i].Value.Same(other) {
			return false
		}
	}
	return true
}

// JSON appends the value as compact JSON.
func (n *Node) JSON(b []byte) []byte {
	if n == nil {
		return append(b, "null"...)
	}
	n.open()
	switch n.kind {
	case Null:
		return append(b, "null"...)
	case Bool, Number:
		if jsonScalar(n.scalar) {
			return append(b, n.scalar...)
		}
		return diff.AppendString(b, n.scalar)
	case Text:
		return diff.AppendString(b, n.scalar)
	case List:
		b = append(b, '[')
		for i, item := range n.items {
			if i > 0 {
				b = append(b, ',')
			}
			b = item.JSON(b)
		}
		return append(b, ']')
	}
	b = append(b, '{')
	for i := range n.pairs {
		if i > 0 {
			b = append(b, ',')
		}
		b = diff.AppendString(b, n.pairs[i].Key)
		b = append(b, ':')
		b = n.pairs[i].Value.JSON(b)
	}
	return append(b, '}')
}

// jsonScalar tells whether a number or boolean is written as JSON writes it: 1 and 0.5 are, .inf and .nan are not.
func jsonScalar(s string) bool {
	if s == "true" || s == "false" {
		return true
	}
	digits := strings.TrimPrefix(s, "-")
	if digits == "" || digits[0] < '0' || digits[0] > '9' || digits[len(digits)-1] == '.' {
		return false
	}
	if len(digits) > 1 && digits[0] == '0' && digits[1] != '.' && digits[1] != 'e' && digits[1] != 'E' {
		return false
	}
	_, err := strconv.ParseFloat(s, 64)
	return err == nil && !strings.ContainsAny(s, "xX_pPinIN")
}
