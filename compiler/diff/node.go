package diff

import (
	"strconv"
	"strings"

	"github.com/paasta-render/paasta-render/compiler/emit"
)

// kind is what a value of an output file is.
type kind uint8

const (
	null kind = iota
	boolean
	number
	text
	list
	mapping
)

// node is one value. The nil *node is "absent"; its methods are safe.
//
// A node of block YAML is parsed one level at a time, when it is looked into: two sides that have the same bytes are
// equal without being parsed, so the cost of a comparison is that of what differs.
type node struct {
	kind   kind
	scalar string // the text of a scalar, unquoted
	items  []*node
	pairs  []pair

	raw    string // the source, from the value's first character; empty for nodes that are complete
	column int    // where raw begins on its first line
	opened bool
	// view is what a node stands for that was never YAML, when viewed; looked into one level at a time, too.
	view   emit.View
	viewed bool
	// skeleton is the document's; raw begins in it at an offset, in a line. Nil until the document is looked into.
	skeleton     *skeleton
	offset, line int
}

type pair struct {
	key   string
	value *node
}

// get returns the value of a key, nil when n is no mapping or has no such key.
func (n *node) get(key string) *node {
	if n == nil {
		return nil
	}
	if n.viewed && !n.opened {
		return n.peek(key)
	}
	n.open()
	for i := range n.pairs {
		if n.pairs[i].key == key {
			return n.pairs[i].value
		}
	}
	return nil
}

// path follows keys through nested mappings.
func (n *node) path(keys ...string) *node {
	for _, key := range keys {
		n = n.get(key)
	}
	return n
}

// str returns the text of a scalar; empty when n is absent, null or a collection.
func (n *node) str() string {
	if n == nil {
		return ""
	}
	n.open()
	if n.kind == null || n.kind == list || n.kind == mapping {
		return ""
	}
	return n.scalar
}

// at is path(keys...).str(), without nodes on the way where there are none.
func (n *node) at(keys ...string) string {
	if n == nil || !n.viewed || n.opened {
		return n.path(keys...).str()
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

// list returns the items of a list; none when n is something else.
func (n *node) list() []*node {
	if n == nil {
		return nil
	}
	n.open()
	return n.items
}

// is tells whether n is there and of the kind.
func (n *node) is(k kind) bool {
	if n == nil {
		return false
	}
	if n.viewed && !n.opened {
		return kindsOfViews[n.view.Kind()] == k
	}
	n.open()
	return n.kind == k
}

// isScalar tells whether n is there and neither a list nor a mapping.
func (n *node) isScalar() bool { return n != nil && !n.is(list) && !n.is(mapping) }

// identical tells, without looking into them, that two nodes are the same; no means nothing.
func (n *node) identical(o *node) bool {
	switch {
	case n == o:
		return true
	case n.viewed && o.viewed:
		return emit.Same(n.view, o.view)
	}
	return n.raw != "" && n.raw == o.raw && n.column == o.column
}

// same tells whether two nodes have equal values, with keys and items in any notation but in the same order of items.
func (n *node) same(o *node) bool {
	if n == nil || o == nil {
		return n == o
	}
	if n.identical(o) {
		return true
	}
	n.open()
	o.open()
	if n.kind != o.kind {
		return false
	}
	switch n.kind {
	case list:
		if len(n.items) != len(o.items) {
			return false
		}
		for i := range n.items {
			if !n.items[i].same(o.items[i]) {
				return false
			}
		}
		return true
	case mapping:
		if len(n.pairs) != len(o.pairs) {
			return false
		}
		for i := range n.pairs {
			other := o.get(n.pairs[i].key)
			if other == nil || !n.pairs[i].value.same(other) {
				return false
			}
		}
		return true
	}
	return n.scalar == o.scalar
}

// json appends the value as compact JSON.
func (n *node) json(b []byte) []byte {
	if n == nil {
		return append(b, "null"...)
	}
	n.open()
	switch n.kind {
	case null:
		return append(b, "null"...)
	case boolean, number:
		if jsonScalar(n.scalar) {
			return append(b, n.scalar...)
		}
		return appendJSONString(b, n.scalar)
	case text:
		return appendJSONString(b, n.scalar)
	case list:
		b = append(b, '[')
		for i, item := range n.items {
			if i > 0 {
				b = append(b, ',')
			}
			b = item.json(b)
		}
		return append(b, ']')
	}
	b = append(b, '{')
	for i := range n.pairs {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendJSONString(b, n.pairs[i].key)
		b = append(b, ':')
		b = n.pairs[i].value.json(b)
	}
	return append(b, '}')
}

// jsonScalar tells whether a YAML number or boolean is written as JSON writes it: 1 and 0.5 are, .5 and 0x1f are not.
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

const hexDigits = "0123456789abcdef"

// appendJSONString appends a JSON string. Characters that HTML gives a meaning stay as they are: the writer escapes.
func appendJSONString(b []byte, s string) []byte {
	b = append(b, '"')
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '"' || c == '\\':
			b = append(b, '\\', c)
		case c == '\n':
			b = append(b, '\\', 'n')
		case c == '\t':
			b = append(b, '\\', 't')
		case c == '\r':
			b = append(b, '\\', 'r')
		case c < ' ':
			b = append(b, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
		default:
			b = append(b, c)
		}
	}
	return append(b, '"')
}
