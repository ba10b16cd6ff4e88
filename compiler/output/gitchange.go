package output

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/filemode"
	"github.com/go-git/go-git/v5/plumbing/object"
)

// change compares the clusters' folders with what was put.
func (g *Git) change(a *attempt, clusters []string) (Change, error) {
	entries, err := a.objects.tree(a.root)
	if err != nil {
		return Change{}, err
	}
	c := Change{Tip: hashText(a.parent), Clusters: slices.Clone(clusters), Trees: map[string]string{}, objects: a.objects}
	if c.Metadata, err = a.metadata(entries); err != nil {
		return c, err
	}
	if g.Vanished != nil {
		for _, cluster := range g.Vanished(c.Metadata, clusters) {
			if !slices.Contains(c.Clusters, cluster) {
				c.Clusters = append(c.Clusters, cluster)
			}
		}
	}
	before, after := map[string]plumbing.Hash{}, map[string]plumbing.Hash{}
	for _, cluster := range c.Clusters {
		if isOther(entries, cluster) {
			return c, fmt.Errorf("branch %s: %s is no folder, so another writer made it", a.branch, cluster)
		}
		own, _, err := g.share(a, subtree(entries, cluster), g.roots[cluster])
		if err == nil {
			err = a.objects.listEntries(own, cluster+"/", before)
		}
		if err != nil {
			return c, err
		}
		if f := g.roots[cluster]; f != nil {
			tree, err := f.hash()
			if err == nil {
				err = f.list(a.objects, cluster+"/", after)
			}
			if err != nil {
				return c, err
			}
			c.Trees[cluster] = tree.String()
		}
		// It names the source commit, and says nothing about what is rendered.
		delete(before, cluster+"/"+metadataFile)
		delete(after, cluster+"/"+metadataFile)
	}
	c.Before, c.Old = differing(before, after)
	c.After, c.New = differing(after, before)
	return c, nil
}

// share parts a cluster's folder on the branch: what the publisher wrote or is about to write, and what others did.
func (g *Git) share(a *attempt, folder plumbing.Hash, f *folder) (own, others []object.TreeEntry, err error) {
	entries, err := a.objects.tree(folder)
	for _, e := range entries {
		if g.Owned == nil || e.Name == metadataFile || slices.Contains(g.Owned, e.Name) || f.has(e.Name) {
			own = append(own, e)
			continue
		}
		others = append(others, e)
	}
	return own, others, err
}

func (f *folder) has(name string) bool {
	return f != nil && (f.folders[name] != nil || !f.files[name].IsZero())
}

// isOther tells whether something other than a folder has a name.
func isOther(entries []object.TreeEntry, name string) bool {
	return slices.ContainsFunc(entries, func(e object.TreeEntry) bool { return e.Name == name && e.Mode != filemode.Dir })
}

// touches tells whether a cluster's files differ.
func (c *Change) touches(cluster string) bool {
	return slices.ContainsFunc(slices.Concat(c.Old, c.New), func(f File) bool {
		return strings.HasPrefix(f.Path, cluster+"/")
	})
}

func (f *folder) list(o *objects, prefix string, files map[string]plumbing.Hash) error {
	if !f.unread.IsZero() {
		return o.list(f.unread, prefix, files)
	}
	for name, h := range f.files {
		files[prefix+name] = h
	}
	for name, sub := range f.folders {
		if err := sub.list(o, prefix+name+"/", files); err != nil {
			return err
		}
	}
	return nil
}

// differing returns all paths, and the files that others do not hold in the same way.
func differing(files, others map[string]plumbing.Hash) (paths []string, differ []File) {
	paths = slices.Sorted(maps.Keys(files))
	for _, path := range paths {
		if others[path] != files[path] {
			differ = append(differ, File{path, files[path]})
		}
	}
	return paths, differ
}
