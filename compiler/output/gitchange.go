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
	for _, cluster := range c.Clusters {
		if isOther(entries, cluster) {
			return c, fmt.Errorf("branch %s: %s is no folder, so another writer made it", a.branch, cluster)
		}
		own, _, err := g.share(a, subtree(entries, cluster), g.roots[cluster])
		if err != nil {
			return c, err
		}
		if err := c.addCluster(cluster, withoutMetadata(own), g.roots[cluster]); err != nil {
			return c, err
		}
	}
	byPath := func(x, y File) int { return strings.Compare(x.Path, y.Path) }
	slices.SortFunc(c.Old, byPath)
	slices.SortFunc(c.New, byPath)
	return c, nil
}

// addCluster compares a cluster's folder on the branch with what was put. hydrator.metadata names the source commit, and
// says nothing about what is rendered.
func (c *Change) addCluster(cluster string, own []object.TreeEntry, f *folder) error {
	c.before = append(c.before, listing{cluster + "/", own, nil})
	if len(own) > 0 {
		c.Had = append(c.Had, cluster)
	}
	if f == nil {
		f = newFolder()
	} else {
		tree, err := f.hash()
		if err != nil {
			return err
		}
		c.Trees[cluster] = tree.String()
	}
	_, alone := f.files[metadataFile]
	if len(f.files)+len(f.folders) > 1 || len(f.files)+len(f.folders) == 1 && !alone {
		c.Has = append(c.Has, cluster)
	}
	c.after = append(c.after, listing{cluster + "/", nil, f})
	return c.differ(cluster+"/", own, f)
}

func withoutMetadata(entries []object.TreeEntry) []object.TreeEntry {
	return slices.DeleteFunc(slices.Clone(entries), func(e object.TreeEntry) bool { return e.Name == metadataFile })
}

// differ adds the files that differ between a tree and a folder. What is the same tree on both sides is not read.
func (c *Change) differ(prefix string, entries []object.TreeEntry, f *folder) error {
	if err := f.read(c.objects); err != nil {
		return err
	}
	old, folders := map[string]plumbing.Hash{}, map[string]plumbing.Hash{}
	for _, e := range entries {
		if e.Mode == filemode.Dir {
			folders[e.Name] = e.Hash
		} else {
			old[e.Name] = e.Hash
		}
	}
	for name, h := range f.files {
		if old[name] != h && (name != metadataFile || strings.Count(prefix, "/") > 1) {
			c.New = append(c.New, File{prefix + name, h})
		}
	}
	for name, h := range old {
		if f.files[name] != h {
			c.Old = append(c.Old, File{prefix + name, h})
		}
	}
	for name, sub := range f.folders {
		if !sub.unread.IsZero() {
			if sub.unread == folders[name] {
				continue
			}
			sub = &folder{unread: sub.unread} // what is taken over stays unread
		}
		below, err := c.objects.tree(folders[name])
		if err == nil {
			err = c.differ(prefix+name+"/", below, sub)
		}
		if err != nil {
			return err
		}
	}
	for name, h := range folders {
		if f.folders[name] != nil {
			continue
		}
		below, err := c.objects.tree(h)
		if err == nil {
			err = c.differ(prefix+name+"/", below, newFolder())
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// listing is one side of a cluster, of which all files may be asked for: a tree's entries, or a folder.
type listing struct {
	prefix  string
	entries []object.TreeEntry
	folder  *folder
}

// Before returns the paths of all files of the clusters as the branch has them, differing or not, in order.
func (c *Change) Before() ([]string, error) { return c.paths(c.before) }

// After returns the paths of all files of the clusters as they were put, differing or not, in order.
func (c *Change) After() ([]string, error) { return c.paths(c.after) }

func (c *Change) paths(listings []listing) ([]string, error) {
	files := map[string]plumbing.Hash{}
	for _, l := range listings {
		err := c.objects.listEntries(l.entries, l.prefix, files)
		if err == nil && l.folder != nil {
			err = l.folder.list(c.objects, l.prefix, files)
		}
		if err != nil {
			return nil, err
		}
		delete(files, l.prefix+metadataFile)
	}
	return slices.Sorted(maps.Keys(files)), nil
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
