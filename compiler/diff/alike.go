package diff

import (
	"strings"

	"github.com/paasta-render/paasta-render/compiler/paasta"
)

// maxPairs is how many pairs of objects are compared in search of renames.
const maxPairs = 20_000

// renaming is a name that an object had, and the one that it has.
type renaming struct{ from, to string }

// renamings are the names that differ between two objects, and what differs within their own names: of jobs, checks and
// the like it is the part that people changed.
func renamings(before, after *Object) []renaming {
	var all []renaming
	add := func(from, to string) {
		if from != to && from != "" && to != "" {
			all = append(all, renaming{from, to})
		}
	}
	add(before.Name, after.Name)
	add(before.Service, after.Service)
	add(paasta.KubernetesName(before.Service), paasta.KubernetesName(after.Service))
	add(before.Instance, after.Instance)
	add(paasta.KubernetesName(before.Instance), paasta.KubernetesName(after.Instance))
	add(before.Namespace, after.Namespace)
	quoted := func(s string) Value { return Value(appendJSONString(nil, s)) }
	m := middle(quoted(before.Name), quoted(after.Name))
	add(strings.Trim(m[0].String(), "…"), strings.Trim(m[1].String(), "…"))
	return all
}

// alike tells whether an object is another one with nothing but its names, and hashes, replaced. A name that is a
// common word may stay where it means something else: "send-report" of a job "report".
func alike(before, after *entity) bool {
	return alikeNodes(before.doc, after.doc, renamings(&before.Object, &after.Object))
}

func alikeNodes(a, b *node, names []renaming) bool {
	a.open()
	b.open()
	if a.kind != b.kind || len(a.items) != len(b.items) || len(a.pairs) != len(b.pairs) {
		return false
	}
	for i := range a.items {
		if !alikeNodes(a.items[i], b.items[i], names) {
			return false
		}
	}
	for i := range a.pairs {
		p := &a.pairs[i]
		if isConfigSHA("[" + p.key + "]") {
			continue
		}
		other := b.renamedKey(p.key, names)
		if other == nil || !alikeNodes(p.value, other, names) {
			return false
		}
	}
	return a.scalar == b.scalar || alikeText(a.scalar, b.scalar, names)
}

// renamedKey returns the value of a key, or of the key that it became.
func (n *node) renamedKey(key string, names []renaming) *node {
	if value := n.get(key); value != nil {
		return value
	}
	for i := range n.pairs {
		if alikeText(key, n.pairs[i].key, names) {
			return n.pairs[i].value
		}
	}
	return nil
}

// alikeText tells whether b is a with some words replaced.
func alikeText(a, b string, names []renaming) bool {
	for len(a) > 0 && len(b) > 0 {
		word := 1
		for _, r := range names {
			if beginsWith(a, r.from) && beginsWith(b, r.to) && alikeText(a[len(r.from):], b[len(r.to):], names) {
				return true
			}
		}
		if a[0] != b[0] {
			return false
		}
		for word < len(a) && word < len(b) && a[word] == b[word] && wordByte(a[word-1]) {
			word++
		}
		a, b = a[word:], b[word:]
	}
	return len(a) == 0 && len(b) == 0
}

// beginsWith tells whether s begins with a name as a word of its own.
func beginsWith(s, name string) bool {
	return strings.HasPrefix(s, name) && (len(s) == len(name) || !wordByte(s[len(name)]))
}
