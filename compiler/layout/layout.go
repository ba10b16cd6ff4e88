// Package layout is what is known of the files of an output tree without knowing who makes them: whose a file is, how its
// objects are named, how it reaches its cluster, and how files are put together to build units.
//
// Targets say all this of their files (see package target), and diff, kustomization, publish and live ask it here. So none
// of them knows configuration or targets.
package layout

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/paasta-render/paasta-render/compiler/effect"
)

// Layout is what a list of targets says of their files.
type Layout struct {
	files   []Files // longest prefix first
	effects effect.Table
}

// New puts together what targets say of their files, and of what changes of their objects do.
func New(files []Files, effects ...effect.Table) *Layout {
	l := &Layout{files: slices.Clone(files), effects: maps.Clone(effect.Kubernetes())}
	for _, table := range effects {
		maps.Copy(l.effects, table)
	}
	slices.SortStableFunc(l.files, func(a, b Files) int { return cmp.Compare(len(b.Prefix), len(a.Prefix)) })
	return l
}

// Folders returns the names in a cluster's folder that the targets' files are in, sorted.
func (l *Layout) Folders() []string {
	var names []string
	for _, f := range l.files {
		name, _, _ := strings.Cut(f.Prefix, "/")
		names = append(names, name)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// unknown is what is said of files that no target knows.
var unknown Files

// Of returns what is known of a file, by its path below the cluster's folder. It is never nil: of a file that no target
// makes, nothing is known.
func (l *Layout) Of(path string) *Files {
	path = WithoutPart(path)
	if IsKustomization(path) {
		return &unknown
	}
	for i := range l.files {
		f := &l.files[i]
		if strings.HasPrefix(path, f.Prefix) && strings.HasSuffix(path, f.Suffix) {
			return f
		}
	}
	return &unknown
}

// OfOutput is Of for a path in the output tree, which begins with the cluster's name.
func (l *Layout) OfOutput(path string) *Files {
	_, below, _ := strings.Cut(path, "/")
	return l.Of(below)
}

// Owner returns whose a file is, by its path below the cluster's folder.
func (l *Layout) Owner(path string) (service, instance string) {
	if f := l.Of(path); f.Owner != nil {
		return f.Owner(WithoutPart(path))
	}
	return "", ""
}

// Effects returns the table of what changes do, of Kubernetes' kinds and of the targets'.
func (l *Layout) Effects() effect.Table { return l.effects }

// Itself tells whether objects of the kind are entries that a refused key of their service takes away.
func (l *Layout) Itself(kind string) bool {
	return slices.ContainsFunc(l.files, func(f Files) bool {
		return f.Entries != nil && f.Entries.Itself && f.Entries.Kind == kind
	})
}
