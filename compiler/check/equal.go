package check

import "github.com/paasta-render/paasta-render/compiler/yaml11"

// equal is Python's == on two values: numbers by value with booleans as 0 and 1, mappings without regard to order.
func equal(a, b *yaml11.Node) bool {
	if a.IsNumber() || b.IsNumber() {
		x, aNumber := a.Number()
		y, bNumber := b.Number()
		if !aNumber || !bNumber {
			return false
		}
		if a.Big != nil && b.Big != nil {
			return a.Big.Cmp(b.Big) == 0
		}
		return x == y
	}
	if a.Kind != b.Kind {
		return false
	}
	switch a.Kind {
	case yaml11.List:
		if len(a.Items) != len(b.Items) {
			return false
		}
		for i := range a.Items {
			if !equal(a.Items[i], b.Items[i]) {
				return false
			}
		}
		return true
	case yaml11.Map:
		return equalMaps(a, b)
	case yaml11.Null:
		return true
	}
	return a.Text == b.Text
}

func equalMaps(a, b *yaml11.Node) bool {
	if len(a.Pairs) != len(b.Pairs) {
		return false
	}
	for _, p := range a.Pairs {
		found := false
		for _, q := range b.Pairs {
			if equal(p.Key, q.Key) {
				found = equal(p.Value, q.Value)
				break
			}
		}
		if !found {
			return false
		}
	}
	return true
}

// repeated returns the first item that equals one before it, and that one; nil when all differ. As in PaaSTA's validator a
// boolean item differs from 0 and 1, but not deeper down.
func repeated(items []*yaml11.Node) (again, first *yaml11.Node) {
	seen := make(map[string]*yaml11.Node, len(items))
	var others []*yaml11.Node
	for _, item := range items {
		if item.Kind == yaml11.String {
			if first := seen[item.Text]; first != nil {
				return item, first
			}
			seen[item.Text] = item
			continue
		}
		for _, other := range others {
			if (item.Kind == yaml11.Bool) == (other.Kind == yaml11.Bool) && equal(item, other) {
				return item, other
			}
		}
		others = append(others, item)
	}
	return nil, nil
}
