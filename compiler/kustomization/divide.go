package kustomization

import (
	"path"

	"github.com/paasta-render/paasta-render/compiler/layout"
)

// Divide returns the files with manifests of too large folders moved into parts of it, each a build unit of its own:
// kubernetes/web/instances-0/main.yaml. The paths of all other files stay.
func Divide(known *layout.Layout, files []layout.File) []layout.File {
	type group struct {
		folder string
		stage  layout.Stage
	}
	members := map[group][]int{}
	for i, f := range files {
		if known.Of(f.Path).Delivery == layout.AsManifest {
			g := group{path.Dir(f.Path), layout.StageOf(f.Path)}
			members[g] = append(members[g], i)
		}
	}
	divided := append([]layout.File(nil), files...)
	for _, group := range members {
		names, weights := make([]string, len(group)), make([]int, len(group))
		for n, i := range group {
			names[n], weights[n] = path.Base(files[i].Path), objects(files[i])
		}
		for n, part := range layout.Parts(names, weights, layout.MaxObjects) {
			divided[group[n]].Path = layout.InPart(files[group[n]].Path, part)
		}
	}
	return divided
}

// objects counts the documents of a file.
func objects(f layout.File) int {
	n := len(f.Docs)
	if f.Each != nil {
		f.Each(func(any) bool { n++; return true })
	}
	return n
}
