package diff

import "github.com/paasta-render/paasta-render/compiler/emit"

// viewed makes the nodes of documents that have not been encoded. Documents that are the same as one in other, the same
// file's other side, are that one.
func viewed(docs []any, other []*node) []*node {
	nodes := make([]*node, len(docs))
	for i, doc := range docs {
		nodes[i] = &node{view: emit.Of(doc), viewed: true}
		if i < len(other) && nodes[i].identical(other[i]) {
			nodes[i] = other[i]
		}
	}
	return nodes
}

// peek returns the value of a key of a node that has not been opened, and leaves it so: most are asked for a key or two.
func (n *node) peek(key string) *node {
	value, ok := n.view.Get(key)
	if !ok {
		return nil
	}
	return &node{view: value, viewed: true}
}

var kindsOfViews = [...]kind{emit.Null: null, emit.Bool: boolean, emit.Number: number, emit.Text: text, emit.List: list,
	emit.Map: mapping}

// openView looks into one level of a value.
func (n *node) openView() {
	n.kind = kindsOfViews[n.view.Kind()]
	switch n.kind {
	case list:
		n.items = make([]*node, 0, n.view.Len())
		room := make([]node, n.view.Len())
		n.view.Items(func(item emit.View) {
			child := &room[len(n.items)]
			child.view, child.viewed = item, true
			n.items = append(n.items, child)
		})
	case mapping:
		const most = 12 // a struct has more fields than it shows
		var room []node
		n.pairs = make([]pair, 0, min(n.view.Len(), most))
		n.view.Pairs(func(key string, value emit.View) {
			if len(room) == 0 {
				room = make([]node, min(n.view.Len(), most))
			}
			child := &room[0]
			room = room[1:]
			child.view, child.viewed = value, true
			n.pairs = append(n.pairs, pair{key, child})
		})
	default:
		n.scalar = n.view.Scalar()
	}
}

// views is mappings for two nodes that have not been opened; it says no when it cannot do without.
func (c *comparison) views(before, after *node) bool {
	if !before.viewed || !after.viewed || before.opened || after.opened {
		return false
	}
	return emit.Differing(before.view, after.view, func(key string, was, is *emit.View) {
		c.pushKey(key)
		c.compare(ofView(was), ofView(is))
		c.pop()
	})
}

func ofView(v *emit.View) *node {
	if v == nil {
		return nil
	}
	return &node{view: *v, viewed: true}
}

// teamOfView is teamOf for a workload that has not been encoded.
func teamOfView(template emit.View, variable string) (team string) {
	template.Path("spec", "containers").Items(func(container emit.View) {
		container.Path("env").Items(func(env emit.View) {
			if name, _ := env.Get("name"); team == "" && name.Scalar() == variable {
				if value, _ := env.Get("value"); value.Kind() != emit.Null {
					team = value.Scalar()
				}
			}
		})
	})
	return team
}
