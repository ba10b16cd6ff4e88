package compiler

import (
	"slices"
	"strings"

	"github.com/paasta-render/paasta-render/compiler/kustomization"
	"github.com/paasta-render/paasta-render/compiler/layout"
	"github.com/paasta-render/paasta-render/compiler/target"
	"github.com/paasta-render/paasta-render/compiler/tree"
)

// Stood returns files that the place of the output holds before the run: those of a cluster that are wanted, by their
// path below the cluster's folder.
type Stood func(cluster string, wanted func(path string) bool) ([]tree.File, error)

// unreadIn is what could not be read in one cluster: which services, and which targets had asked for them.
type unreadIn struct {
	services map[string]bool
	targets  []target.Target
}

func (u *unreadIn) add(t target.Target, linked []slot) {
	found := false
	for _, s := range linked {
		if s.Unread {
			found = true
			if u.services == nil {
				u.services = map[string]bool{}
			}
			u.services[s.Service] = true
		}
	}
	if found {
		u.targets = append(u.targets, t)
	}
}

// concerns tells whether a file may be made from what could not be read.
func (u *unreadIn) concerns(known *layout.Layout, path string) bool {
	if service, _ := known.Owner(path); service != "" {
		return u.services[service]
	}
	for _, t := range u.targets {
		for _, f := range t.Files {
			if strings.HasPrefix(path, f.Prefix) && strings.HasSuffix(path, f.Suffix) {
				return true
			}
		}
	}
	return false
}

// keep puts what stood before of all that could not be made, because a file that it is made from cannot be read: what
// is not known is not deleted. It returns what it has put. Paths are what has been made.
func (l *linker) keep(put kustomization.Putter, cluster string, u *unreadIn, paths []kustomization.Path) ([]kustomization.Path, error) {
	if l.stood == nil || len(u.targets) == 0 {
		return nil, nil
	}
	made := map[string]bool{}
	for _, p := range paths {
		made[layout.WithoutPart(p.Name)] = true
	}
	files, err := l.stood(cluster, func(path string) bool {
		return !made[layout.WithoutPart(path)] && !layout.IsKustomization(path) && u.concerns(l.layout, path)
	})
	if err != nil {
		return nil, err
	}
	slices.SortFunc(files, func(a, b tree.File) int { return strings.Compare(a.Path, b.Path) })
	var kept []kustomization.Path
	for _, f := range files {
		name := strings.TrimPrefix(f.Path, cluster+"/")
		if made[layout.WithoutPart(name)] { // a piece of a file that is kept, too
			continue
		}
		paths, err := put(cluster, target.File{Path: name, Docs: []any{f.Data}})
		if err != nil {
			return nil, err
		}
		for _, p := range paths {
			made[layout.WithoutPart(p.Name)] = true
		}
		kept = append(kept, paths...)
	}
	return kept, nil
}
