// Package compare finds the objects and fields in which two output trees differ.
//
// Objects are known by cluster, kind, namespace and name; fields are compared as Kubernetes sees them: list entries by
// name, quantities by value. An object that is equal but for its name was renamed.
package compare

import (
	"bytes"
	"slices"
	"strings"

	"github.com/paasta-render/paasta-render/compiler/diff"
	"github.com/paasta-render/paasta-render/compiler/diff/value"
	"github.com/paasta-render/paasta-render/compiler/layout"
	"github.com/paasta-render/paasta-render/compiler/tree"
)

// versions are the two contents of one path; a side without the file is empty.
type versions struct {
	path          string
	before, after tree.File
}

// changedFiles pairs the files of two trees by path and keeps those that differ.
func changedFiles(before, after []tree.File) []versions {
	old := make(map[string]tree.File, len(before))
	for _, f := range before {
		old[f.Path] = f
	}
	var all []versions
	for _, f := range after {
		was, found := old[f.Path]
		delete(old, f.Path)
		if !found || f.Docs != nil || was.Docs != nil || !bytes.Equal(was.Data, f.Data) {
			all = append(all, versions{f.Path, was, f})
		}
	}
	for _, f := range before {
		if was, left := old[f.Path]; left {
			all = append(all, versions{f.Path, was, tree.File{}})
		}
	}
	slices.SortFunc(all, func(a, b versions) int { return strings.Compare(a.path, b.path) })
	return all
}

// outcome is what the comparison of one file leaves: changes, and objects that are on one side only.
type outcome struct {
	changes       []diff.Change
	before, after []*entity
}

// Files returns the changed objects of two output trees, in order of cluster, service, file and object. The layout says
// what the files are.
func Files(known *layout.Layout, before, after []tree.File) []diff.Change {
	files := changedFiles(before, after)
	outcomes := make([]outcome, len(files))
	diff.Each(len(files), func(i int) { outcomes[i] = compareFile(known, files[i]) })
	var changes []diff.Change
	var olds, news []*entity
	for _, o := range outcomes {
		changes = append(changes, o.changes...)
		olds = append(olds, o.before...)
		news = append(news, o.after...)
	}
	moved := compareEntities(olds, news)
	changes = append(changes, moved.changes...)
	changes = append(changes, oneSided(moved.before, moved.after)...)
	for i := range changes {
		detach(&changes[i])
	}
	return diff.Ordered(changes)
}

// compareFile compares the objects of one file.
func compareFile(known *layout.Layout, v versions) outcome {
	before := contents(v.path, v.before, nil)
	after := contents(v.path, v.after, before)
	if slices.Equal(before, after) {
		return outcome{}
	}
	return compareEntities(entities(known, v.path, before), entities(known, v.path, after))
}

// contents are a file's documents, none of a file that is not there; see value.Parse for other.
func contents(path string, f tree.File, other []*value.Node) []*value.Node {
	switch {
	case f.Path == "":
		return nil
	case f.Docs != nil:
		return value.Views(f.Docs, other)
	}
	return value.Parse(path, string(f.Data), other)
}

// compareEntities pairs objects by identity; of several with one identity the last counts, as for kubectl.
func compareEntities(before, after []*entity) outcome {
	var out outcome
	byKey := index(before)
	for _, e := range after {
		key := e.Key()
		old := byKey[key]
		if old == nil {
			out.after = append(out.after, e)
			continue
		}
		delete(byKey, key)
		if c := compareEntity(old, e); c != nil {
			out.changes = append(out.changes, *c)
		}
	}
	for _, e := range before {
		if byKey[e.Key()] == e {
			out.before = append(out.before, e)
		}
	}
	oldOnes, newOnes := index(before), index(after)
	for _, e := range out.after {
		e.linkOther(oldOnes)
	}
	for _, e := range out.before {
		e.linkOther(newOnes)
	}
	return out
}

func index(all []*entity) map[string]*entity {
	byKey := make(map[string]*entity, len(all))
	for _, e := range all {
		byKey[e.Key()] = e
	}
	return byKey
}

func (e *entity) linkOther(side map[string]*entity) {
	if e.target != nil && e.other == nil {
		e.other = side[e.target.Key()]
	}
}

// compareEntity returns the change between two versions of an object, nil when Kubernetes sees none.
func compareEntity(before, after *entity) *diff.Change {
	if before.doc == after.doc {
		return nil
	}
	edits := fields(after, before.doc, after.doc)
	if len(edits) == 0 {
		return nil
	}
	c := &diff.Change{Object: after.Object, Op: diff.Changed, Edits: edits}
	c.Old, c.New = workload(before), workload(after)
	settle(before, after, c.Edits)
	markDerived(c.Edits)
	c.Effect = gravest(c.Edits)
	return c
}

// oneSided makes the changes of objects that only one tree has; an object that is equal but for its name was renamed.
func oneSided(before, after []*entity) []diff.Change {
	renamed := renames(before, after)
	gone := map[*entity]bool{}
	var changes []diff.Change
	for _, e := range after {
		if old := renamed[e]; old != nil {
			gone[old] = true
			changes = append(changes, rename(old, e))
			continue
		}
		changes = append(changes, whole(e, diff.Added))
	}
	for _, e := range before {
		if !gone[e] {
			changes = append(changes, whole(e, diff.Removed))
		}
	}
	markReplaced(changes)
	return changes
}

// whole is the change of an object that comes or goes.
func whole(e *entity, op diff.Op) diff.Change {
	c := diff.Change{Object: e.Object, Op: op}
	edit := diff.Edit{Op: op}
	here, there := &c.New, &c.Old
	if op == diff.Removed {
		here, there = there, here
		c.Fate = e.fate()
	}
	*here = workload(e)
	if e.other != nil {
		*there = workload(e.other)
	}
	edit.Effect, edit.Why = e.whole(op, c.Old)
	c.Edits, c.Effect = []diff.Edit{edit}, edit.Effect
	return c
}
