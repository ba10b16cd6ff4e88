package yaml11

import "slices"

// Equal tells whether two nodes are the same value, wherever they were written; entries of a mapping in any order of
// their own are not: Python's dicts keep it. Comments are not compared.
func (n *Node) Equal(o *Node) bool {
	switch {
	case n == o:
		return true
	case n == nil || o == nil || n.Kind != o.Kind:
		return false
	case n.Kind == List:
		return slices.EqualFunc(n.Items, o.Items, (*Node).Equal)
	case n.Kind == Map:
		return slices.EqualFunc(n.Pairs, o.Pairs, func(a, b Pair) bool { return a.Key.Equal(b.Key) && a.Value.Equal(b.Value) })
	}
	return n.Text == o.Text
}
