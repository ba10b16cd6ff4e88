// Package explain says where output comes from: which source lines made a field, what a key of the configuration does,
// and what made a change.
//
// It asks by experiment. Compiling a service is pure and takes about a millisecond, so a key is given another value,
// the service is compiled again, and the fields that move are those that the key feeds. No target keeps books for it.
package explain

import (
	"slices"
	"strings"

	"github.com/paasta-render/paasta-render/compiler/diff"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

// key is a value of the sources: where it stands, and at which paths it is read. A value in an anchor is read at many.
type key struct {
	name          string     // file in the service's folder; empty for the system config, beside/… for files beside it
	paths         [][]string // keys from the top of the file
	before, after *yaml11.Node
	cause         diff.Cause
}

// inFolder tells whether the key is of a service's own folder, not of the system config.
func (k *key) inFolder() bool { return k.name != "" && !strings.HasPrefix(k.name, beside) }

// beside is before the names of files beside the system config: no file of a service's folder begins with it.
const beside = "beside/"

// changedKeys compares two mappings and calls add for every key whose value differs. Lists and scalars are compared
// whole.
func changedKeys(before, after *yaml11.Node, path []string, add func(path []string, before, after *yaml11.Node)) {
	switch {
	case before == after:
	case before == nil || after == nil || !before.IsMap() || !after.IsMap():
		if !equal(before, after) {
			add(slices.Clone(path), before, after)
		}
	default:
		for _, p := range before.Pairs {
			changedKeys(p.Value, lookup(after, p.Key), append(path, p.Key.Text), add)
		}
		for _, p := range after.Pairs {
			if lookup(before, p.Key) == nil {
				changedKeys(nil, p.Value, append(path, p.Key.Text), add)
			}
		}
	}
}

func lookup(n *yaml11.Node, key *yaml11.Node) *yaml11.Node {
	for i := range n.Pairs {
		if k := n.Pairs[i].Key; k.Kind == key.Kind && k.Text == key.Text {
			return n.Pairs[i].Value
		}
	}
	return nil
}

// equal tells whether two nodes are the same value, wherever they stand.
func equal(a, b *yaml11.Node) bool {
	switch {
	case a == b:
		return true
	case a == nil || b == nil || a.Kind != b.Kind:
		return false
	case a.IsList():
		return slices.EqualFunc(a.Items, b.Items, equal)
	case a.IsMap():
		return slices.EqualFunc(a.Pairs, b.Pairs, func(x, y yaml11.Pair) bool {
			return equal(x.Key, y.Key) && equal(x.Value, y.Value)
		})
	}
	return a.Text == b.Text && a.Comment == b.Comment // a comment can be an acknowledgement
}

// put returns root with the value at a path; nil takes the key away.
func put(root *yaml11.Node, path []string, value *yaml11.Node) *yaml11.Node {
	if len(path) == 0 {
		return value
	}
	if root == nil || !root.IsMap() {
		root = yaml11.NewMap()
	}
	below := put(root.Get(path[0]), path[1:], value)
	if below == nil {
		return root.Without(path[0])
	}
	return root.With(path[0], below)
}

// firstDifference is the node to point at when a value changed: of lists and mappings, the first entry that differs, or
// the key of the first that is new. The line of a reviewer's diff has it.
func firstDifference(before, after *yaml11.Node) *yaml11.Node {
	switch {
	case after == nil:
		return before
	case before.IsList() && after.IsList():
		for i, item := range after.Items {
			if i >= len(before.Items) {
				return item
			}
			if !equal(before.Items[i], item) {
				return firstDifference(before.Items[i], item)
			}
		}
	case before.IsMap() && after.IsMap():
		for _, p := range after.Pairs {
			old := before.Get(p.Key.Text)
			if old == nil {
				return p.Key
			}
			if !equal(old, p.Value) {
				return firstDifference(old, p.Value)
			}
		}
	}
	return after
}

// dotted is a path as people write it: env.LEVEL.
func dotted(path []string) string { return strings.Join(path, ".") }
