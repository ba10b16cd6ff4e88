// Package yaml11 reads YAML and JSON as PaaSTA does: YAML 1.1 scalars as PyYAML's safe loader resolves them, merge
// keys, last duplicate wins. Every node knows where it was written.
//
// A Node is a Python value with a place. Nodes are never changed after they are made, so layers share them.
package yaml11

import (
	"math/big"

	"github.com/paasta-render/paasta-render/compiler/finding"
)

// Kind is the Python type of a node.
type Kind uint8

// The kinds, with the Python types that PyYAML makes of them.
const (
	Null     Kind = iota // None
	Bool                 // bool
	Int                  // int
	Float                // float
	String               // str
	Date                 // datetime.date
	DateTime             // datetime.datetime
	Bytes                // bytes (!!binary)
	List                 // list
	Map                  // dict
)

// String returns the kind as people call it in a message.
func (k Kind) String() string {
	return [...]string{"null", "boolean", "integer", "number", "string", "date", "date and time", "bytes", "list", "mapping"}[k]
}

// WithArticle returns the kind as a sentence has it: "an integer", "a list"; null has no article.
func (k Kind) WithArticle() string {
	switch k {
	case Null:
		return "null"
	case Int:
		return "an integer"
	}
	return "a " + k.String()
}

// Node is one value. The nil *Node is "absent": its methods are safe and say no.
type Node struct {
	Kind  Kind
	Bool  bool
	Set   bool     // when Kind is Map: a Python set (!!set), whose values are null
	Int   int64    // when Kind is Int and Big is nil
	Big   *big.Int // integers beyond 64 bits
	Float float64
	// Text is the string's value; for Date and DateTime what Python's str() prints; for the other scalars the source text.
	Text    string
	Items   []*Node // List
	Pairs   []Pair  // Map, in insertion order as a Python dict keeps it
	Comment string  // the comment at the end of the value's line, with its #
	file    *string
	line    int32
	column  int32
}

// Pair is one entry of a mapping. Key is usually a String, but YAML allows any scalar.
type Pair struct{ Key, Value *Node }

// Position returns where the node was written; the zero Position for values made by the compiler.
func (n *Node) Position() finding.Position {
	if n == nil || n.file == nil {
		return finding.Position{}
	}
	length := 0
	if n.Kind != List && n.Kind != Map {
		length = len(n.Text)
	}
	return finding.Position{File: *n.file, Line: int(n.line), Column: int(n.column), Length: length}
}

// Get returns the value of a string key, nil when n is no mapping or has no such key. A null value is a node.
func (n *Node) Get(key string) *Node {
	if n == nil {
		return nil
	}
	for i := range n.Pairs {
		if k := n.Pairs[i].Key; k.Kind == String && k.Text == key {
			return n.Pairs[i].Value
		}
	}
	return nil
}

// Path follows string keys through nested mappings.
func (n *Node) Path(keys ...string) *Node {
	for _, key := range keys {
		n = n.Get(key)
	}
	return n
}

// Has tells whether the string key is there, with whatever value.
func (n *Node) Has(key string) bool { return n.Get(key) != nil }

// KeyPosition returns where a key was written; the mapping's own place when the key is absent.
func (n *Node) KeyPosition(key string) finding.Position {
	if n == nil {
		return finding.Position{}
	}
	for i := range n.Pairs {
		if k := n.Pairs[i].Key; k.Kind == String && k.Text == key {
			return k.Position()
		}
	}
	return n.Position()
}

// IsNull tells whether the node is absent or null: what Python's dict.get(key) is None says.
func (n *Node) IsNull() bool { return n == nil || n.Kind == Null }

// IsMap tells whether the node is a mapping.
func (n *Node) IsMap() bool { return n != nil && n.Kind == Map }

// IsList tells whether the node is a list.
func (n *Node) IsList() bool { return n != nil && n.Kind == List }

// IsString tells whether the node is a string.
func (n *Node) IsString() bool { return n != nil && n.Kind == String }

// IsNumber tells whether Python's isinstance(value, (int, float)) holds, which is also true of booleans.
func (n *Node) IsNumber() bool {
	return n != nil && (n.Kind == Int || n.Kind == Float || n.Kind == Bool)
}

// Number returns the numeric value as a float64; booleans count as 0 and 1, as in Python.
func (n *Node) Number() (value float64, ok bool) {
	if n == nil {
		return 0, false
	}
	switch n.Kind {
	case Int:
		if n.Big != nil {
			f, _ := new(big.Float).SetInt(n.Big).Float64()
			return f, true
		}
		return float64(n.Int), true
	case Float:
		return n.Float, true
	case Bool:
		if n.Bool {
			return 1, true
		}
		return 0, true
	}
	return 0, false
}

// Str returns the string value; ok is false when the node is no string.
func (n *Node) Str() (value string, ok bool) {
	if n == nil || n.Kind != String {
		return "", false
	}
	return n.Text, true
}

// Truthy is Python's bool(value): null, false, 0, "", [] and {} are not; neither is an absent node.
func (n *Node) Truthy() bool {
	if n == nil {
		return false
	}
	switch n.Kind {
	case Null:
		return false
	case Bool:
		return n.Bool
	case Int:
		return n.Big != nil || n.Int != 0
	case Float:
		return n.Float != 0
	case String, Bytes:
		return n.Text != ""
	case List:
		return len(n.Items) > 0
	case Map:
		return len(n.Pairs) > 0
	}
	return true
}

// NewNull makes a null without a place.
func NewNull() *Node { return &Node{Kind: Null} }

// NewBool makes a boolean without a place.
func NewBool(value bool) *Node { return &Node{Kind: Bool, Bool: value} }

// NewInt makes an integer without a place.
func NewInt(value int64) *Node { return &Node{Kind: Int, Int: value} }

// NewFloat makes a float without a place.
func NewFloat(value float64) *Node { return &Node{Kind: Float, Float: value} }

// NewString makes a string without a place.
func NewString(value string) *Node { return &Node{Kind: String, Text: value} }

// NewList makes a list without a place.
func NewList(items ...*Node) *Node { return &Node{Kind: List, Items: items} }

// NewMap makes a mapping without a place.
func NewMap(pairs ...Pair) *Node { return &Node{Kind: Map, Pairs: pairs} }

// Entry makes a pair with a string key.
func Entry(key string, value *Node) Pair { return Pair{NewString(key), value} }

// With returns a copy of a mapping in which key has the value: in place when it was there, else at the end.
func (n *Node) With(key string, value *Node) *Node {
	out := *n
	out.Pairs = append([]Pair(nil), n.Pairs...)
	for i := range out.Pairs {
		if k := out.Pairs[i].Key; k.Kind == String && k.Text == key {
			out.Pairs[i].Value = value
			return &out
		}
	}
	out.Pairs = append(out.Pairs, Entry(key, value))
	return &out
}

// Without returns a copy of a mapping that lacks the key.
func (n *Node) Without(key string) *Node {
	out := *n
	out.Pairs = nil
	for _, p := range n.Pairs {
		if p.Key.Kind != String || p.Key.Text != key {
			out.Pairs = append(out.Pairs, p)
		}
	}
	return &out
}

// KindWithArticle returns the kind of the value as a sentence has it; "null" for an absent value, too.
func (n *Node) KindWithArticle() string {
	if n == nil {
		return Null.WithArticle()
	}
	return n.Kind.WithArticle()
}
