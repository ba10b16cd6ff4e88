package python

import "github.com/paasta-render/paasta-render/compiler/yaml11"

// Equal is Python's a == b: numbers and booleans by value, lists by element, dicts whatever their order. An absent node
// equals None.
func Equal(a, b *yaml11.Node) bool {
	if a.IsNull() || b.IsNull() {
		return a.IsNull() && b.IsNull()
	}
	if a.IsNumber() || b.IsNumber() {
		return a.IsNumber() && b.IsNumber() && equalNumbers(a, b)
	}
	if a.Kind != b.Kind || len(a.Items) != len(b.Items) || len(a.Pairs) != len(b.Pairs) {
		return false
	}
	for i := range a.Items {
		if !Equal(a.Items[i], b.Items[i]) {
			return false
		}
	}
	for _, p := range a.Pairs {
		if !hasEqual(b, p) {
			return false
		}
	}
	return len(a.Items)+len(a.Pairs) > 0 || a.Text == b.Text
}

func equalNumbers(a, b *yaml11.Node) bool {
	if a.Kind == yaml11.Int && b.Kind == yaml11.Int {
		return Int(a) == Int(b)
	}
	x, _ := a.Number()
	y, _ := b.Number()
	return x == y
}

func hasEqual(n *yaml11.Node, want yaml11.Pair) bool {
	for _, p := range n.Pairs {
		if Equal(p.Key, want.Key) {
			return Equal(p.Value, want.Value)
		}
	}
	return false
}
