package value

import (
	"github.com/paasta-render/paasta-render/compiler/emit"
)

// Views makes the nodes of documents that have not been encoded. Documents that are the same as one in other, the same
// file's other side, are that one.
func Views(docs []any, other []*Node) []*Node {
	nodes := make([]*Node, len(docs))
	for i, doc := range docs {
		nodes[i] = &Node{view: emit.Of(doc), from: fromView}
		if i < len(other) && nodes[i].Identical(other[i]) {
			nodes[i] = other[i]
		}
	}
	return nodes
}

// peek returns the value of a key of a node that has not been opened, and leaves it so: most are asked for a key or
// two.
func (n *Node) peek(key string) *Node {
	value, ok := n.view.Get(key)
	if !ok {
		return nil
	}
	return &Node{view: value, from: fromView}
}

var kindsOfViews = [...]Kind{emit.Null: Null, emit.Bool: Bool, emit.Number: Number, emit.Text: Text, emit.List: List,
	emit.Map: Map}

// openView looks into one level of a view.
func (n *Node) openView() {
	n.kind = kindsOfViews[n.view.Kind()]
	switch n.kind {
	case List:
		n.items = make([]*Node, 0, n.view.Len())
		room := make([]Node, n.view.Len())
		n.view.Items(func(item emit.View) {
			child := &room[len(n.items)]
			child.view, child.from = item, fromView
			n.items = append(n.items, child)
		})
	case Map:
		const most = 12 // a struct has more fields than it shows
		var room []Node
		n.pairs = make([]Pair, 0, min(n.view.Len(), most))
		n.view.Pairs(func(key string, value emit.View) {
			if len(room) == 0 {
				room = make([]Node, min(n.view.Len(), most))
			}
			child := &room[0]
			room = room[1:]
			child.view, child.from = value, fromView
			n.pairs = append(n.pairs, Pair{key, child})
		})
	default:
		n.scalar = n.view.Scalar()
	}
}

// Differing calls f with the keys of two mappings whose values are not the same; a value that is not there is nil. It
// says no, and calls nothing, unless both are views into which nobody has looked.
func Differing(before, after *Node, f func(key string, before, after *Node)) bool {
	if !before.unopened() || !after.unopened() {
		return false
	}
	return emit.Differing(before.view, after.view, func(key string, was, is *emit.View) { f(key, ofView(was), ofView(is)) })
}

func ofView(v *emit.View) *Node {
	if v == nil {
		return nil
	}
	return &Node{view: *v, from: fromView}
}

// Variable returns the value of a variable in the environment of a pod's containers, the first one that has it; empty
// when none has. The node is a pod template. Nothing is opened: this is asked of every workload.
func (n *Node) Variable(name string) (value string) {
	if n == nil || n.from != fromView {
		for _, container := range n.Path("spec", "containers").Items() {
			for _, env := range container.Get("env").Items() {
				if env.At("name") == name {
					return env.At("value")
				}
			}
		}
		return ""
	}
	n.view.Path("spec", "containers").Items(func(container emit.View) {
		container.Path("env").Items(func(env emit.View) {
			if key, _ := env.Get("name"); value == "" && key.Scalar() == name {
				if found, _ := env.Get("value"); found.Kind() != emit.Null {
					value = found.Scalar()
				}
			}
		})
	})
	return value
}
