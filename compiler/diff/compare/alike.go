package compare

import (
	"strings"

	"github.com/paasta-render/paasta-render/compiler/diff"
	"github.com/paasta-render/paasta-render/compiler/diff/naming"
	"github.com/paasta-render/paasta-render/compiler/diff/value"
	"github.com/paasta-render/paasta-render/compiler/paasta"
)

// maxPairs is how many pairs of objects are compared in search of renames.
const maxPairs = 20_000

// renaming is a name that an object had, and the one that it has.
type renaming struct{ from, to string }

// renamings are the names that differ between two objects, and what differs within their own names: of jobs, checks and
// the like it is the part that people changed.
func renamings(before, after *diff.Object) []renaming {
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
	quoted := func(s string) diff.Value { return diff.Value(diff.AppendString(nil, s)) }
	m := naming.Middle(quoted(before.Name), quoted(after.Name))
	add(strings.Trim(m[0].String(), "…"), strings.Trim(m[1].String(), "…"))
	return all
}

// alike tells whether an object is another one with nothing but its names, and hashes, replaced. A name that is a
// common word may stay where it means something else: "send-report" of a job "report".
func alike(before, after *entity) bool {
	return alikeNodes(before.doc, after.doc, renamings(&before.Object, &after.Object))
}

func alikeNodes(a, b *value.Node, names []renaming) bool {
	if a.Kind() != b.Kind() || len(a.Items()) != len(b.Items()) || len(a.Pairs()) != len(b.Pairs()) {
		return false
	}
	for i := range a.Items() {
		if !alikeNodes(a.Items()[i], b.Items()[i], names) {
			return false
		}
	}
	for i := range a.Pairs() {
		p := &a.Pairs()[i]
		if naming.IsConfigSHA("[" + p.Key + "]") {
			continue
		}
		other := renamedKey(b, p.Key, names)
		if other == nil || !alikeNodes(p.Value, other, names) {
			return false
		}
	}
	return a.Scalar() == b.Scalar() || alikeText(a.Scalar(), b.Scalar(), names)
}

// renamedKey returns the value of a key, or of the key that it became.
func renamedKey(n *value.Node, key string, names []renaming) *value.Node {
	if value := n.Get(key); value != nil {
		return value
	}
	for i := range n.Pairs() {
		if alikeText(key, n.Pairs()[i].Key, names) {
			return n.Pairs()[i].Value
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
		for word < len(a) && word < len(b) && a[word] == b[word] && naming.WordByte(a[word-1]) {
			word++
		}
		a, b = a[word:], b[word:]
	}
	return len(a) == 0 && len(b) == 0
}

// beginsWith tells whether s begins with a name as a word of its own.
func beginsWith(s, name string) bool {
	return strings.HasPrefix(s, name) && (len(s) == len(name) || !naming.WordByte(s[len(name)]))
}
