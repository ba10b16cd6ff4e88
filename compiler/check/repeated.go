package check

import (
	"github.com/paasta-render/paasta-render/compiler/python"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

// repeated returns the first item that equals one before it, and that one; nil when all differ. As in PaaSTA's
// validator a boolean item differs from 0 and 1, but not deeper down.
func repeated(items []*yaml11.Node) (again, first *yaml11.Node) {
	if len(items) < 2 {
		return nil, nil
	}
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
			if (item.Kind == yaml11.Bool) == (other.Kind == yaml11.Bool) && python.Equal(item, other) {
				return item, other
			}
		}
		others = append(others, item)
	}
	return nil, nil
}
