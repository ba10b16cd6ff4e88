package output

import (
	"strings"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/filemode"

	"github.com/paasta-render/paasta-render/compiler/tree"
)

// Stood returns the files of a cluster that the branch holds now and that are wanted, by their path below the cluster's
// folder. Paths of the files begin with the cluster's name.
func (g *Git) Stood(cluster string, wanted func(path string) bool) ([]tree.File, error) {
	a, err := g.begin(strings.ReplaceAll(g.Branch, "{cluster}", cluster))
	if err != nil {
		return nil, err
	}
	defer a.storage.Close()
	root, err := a.objects.tree(a.root)
	if err != nil {
		return nil, err
	}
	return a.objects.files(subtree(root, cluster), "", func(path string) (string, bool) {
		return cluster + "/" + path, wanted(path)
	})
}

// files reads the files of a tree that place gives a path.
func (o *objects) files(h plumbing.Hash, prefix string, place func(string) (string, bool)) ([]tree.File, error) {
	entries, err := o.tree(h)
	if err != nil {
		return nil, err
	}
	var files []tree.File
	for _, e := range entries {
		name := prefix + e.Name
		if e.Mode == filemode.Dir {
			below, err := o.files(e.Hash, name+"/", place)
			if err != nil {
				return nil, err
			}
			files = append(files, below...)
			continue
		}
		path, ok := place(name)
		if !ok || !e.Mode.IsRegular() {
			continue
		}
		data, err := o.blob(e.Hash)
		if err != nil {
			return nil, err
		}
		files = append(files, tree.File{Path: path, Data: data})
	}
	return files, nil
}
