package compare

import (
	"github.com/paasta-render/paasta-render/compiler/diff"
	"github.com/paasta-render/paasta-render/compiler/diff/naming"
	"github.com/paasta-render/paasta-render/compiler/diff/value"
)

// renames pairs objects that are equal but for their names: key is the new object, value the old one. Only pairs
// without a rival count.
func renames(before, after []*entity) map[*entity]*entity {
	if len(before) == 0 || len(after) == 0 {
		return nil
	}
	old := map[string][]*entity{}
	for _, e := range before {
		shape := e.shape()
		old[shape] = append(old[shape], e)
	}
	rivals := map[string]int{}
	shapes := make([]string, len(after))
	for i, e := range after {
		shapes[i] = e.shape()
		rivals[shapes[i]]++
	}
	pairs := map[*entity]*entity{}
	taken := map[*entity]bool{}
	for i, e := range after {
		if same := old[shapes[i]]; len(same) == 1 && rivals[shapes[i]] == 1 {
			pairs[e], taken[same[0]] = same[0], true
		}
	}
	left := func(all []*entity, known func(*entity) bool) map[string][]*entity {
		byKind := map[string][]*entity{}
		for _, e := range all {
			if kind := e.Cluster + "\x00" + e.Kind + "\x00" + e.Group; !known(e) {
				byKind[kind] = append(byKind[kind], e)
			}
		}
		return byKind
	}
	news := left(after, func(e *entity) bool { return pairs[e] != nil })
	for kind, olds := range left(before, func(e *entity) bool { return taken[e] }) {
		if len(olds)*len(news[kind]) <= maxPairs {
			pairAlike(olds, news[kind], pairs)
		}
	}
	return pairs
}

// pairAlike adds pairs of objects of one kind that are alike and have no rival.
func pairAlike(before, after []*entity, pairs map[*entity]*entity) {
	found := map[*entity][]*entity{}
	rivals := map[*entity]int{}
	for _, e := range after {
		for _, old := range before {
			if alike(old, e) {
				found[e] = append(found[e], old)
				rivals[old]++
			}
		}
	}
	for e, olds := range found {
		if len(olds) == 1 && rivals[olds[0]] == 1 {
			pairs[e] = olds[0]
		}
	}
}

// shape is an object's content with its names and hashes left out.
func (e *entity) shape() string {
	content := string(withoutHashes(e.doc).JSON(nil))
	return e.Cluster + "\x00" + e.Kind + "\x00" + e.Group + "\x00" + naming.Own(&e.Object).Replace(content)
}

// withoutHashes leaves config_sha out of every labels mapping.
func withoutHashes(n *value.Node) *value.Node {
	switch n.Kind() {
	case value.List:
		items := make([]*value.Node, len(n.Items()))
		for i, item := range n.Items() {
			items[i] = withoutHashes(item)
		}
		return value.NewList(items)
	case value.Map:
		var pairs []value.Pair
		for _, p := range n.Pairs() {
			if !naming.IsConfigSHA("[" + p.Key + "]") {
				pairs = append(pairs, value.Pair{Key: p.Key, Value: withoutHashes(p.Value)})
			}
		}
		return value.NewMap(pairs)
	}
	return n
}

// rename is the change of an object that has another name now. Pods cannot be renamed: they end and come anew.
func rename(before, after *entity) diff.Change {
	c := diff.Change{Object: after.Object, Op: diff.Renamed, From: &before.Object, Old: workload(before), New: workload(after)}
	edit := diff.Edit{
		Path: "metadata.name", Op: diff.Changed,
		Before: diff.Value(diff.AppendString(nil, before.Label())), After: diff.Value(diff.AppendString(nil, after.Label())),
	}
	edit.Effect, edit.Why = after.whole(diff.Removed, c.Old)
	if edit.Effect == diff.Delete {
		edit.Effect, edit.Why = diff.Recreate, "it gets another name: the old one is deleted, the new one made"
		if c.Old != nil && c.Old.Kind == after.Kind && len(c.Old.Volumes) > 0 {
			edit.Effect, edit.Why = diff.Delete, "it gets another name: the old one goes, and the new one starts with empty volumes"
		}
	}
	c.Edits, c.Effect, c.Fate = []diff.Edit{edit}, edit.Effect, before.fate()
	return c
}

// markReplaced says "recreated" of workloads that come back as another kind under the same name: a Deployment that
// becomes a StatefulSet.
func markReplaced(changes []diff.Change) {
	gone := map[string]int{}
	place := func(c *diff.Change) string { return c.Cluster + "\x00" + c.Namespace + "\x00" + c.Name }
	for i := range changes {
		if c := &changes[i]; c.Op == diff.Removed && c.Old != nil && c.Kind == c.Old.Kind {
			gone[place(c)] = i
		}
	}
	for i := range changes {
		c := &changes[i]
		if c.Op != diff.Added || c.New == nil || c.Kind != c.New.Kind {
			continue
		}
		if at, ok := gone[place(c)]; ok && changes[at].Kind != c.Kind {
			old := &changes[at]
			recreated(c, "it was a "+old.Kind+" before: that one is deleted, this one made")
			if len(old.Old.Volumes) == 0 {
				recreated(old, "it becomes a "+c.Kind+": this one is deleted, that one made")
			}
		}
	}
}

func recreated(c *diff.Change, why string) {
	c.Effect = diff.Recreate
	c.Edits[0].Effect, c.Edits[0].Why = diff.Recreate, why
}
