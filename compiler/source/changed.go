package source

import (
	"io/fs"
	"path"
	"slices"
	"sync"

	"github.com/go-git/go-git/v5/plumbing"
)

// hasher is a backend that knows git's hashes.
type hasher interface {
	hash(name string, e entry) (h plumbing.Hash, ok bool)
}

// Changed lists the names in a folder that are not the same in two trees, sorted. What cannot be compared by hash, such
// as a folder that holds symbolic links, counts as changed; so does everything when a tree knows no hashes.
func Changed(base, head fs.FS, dir string) []string {
	var names []string
	for _, e := range slices.Concat(listing(base, dir), listing(head, dir)) {
		names = append(names, e.name)
	}
	slices.Sort(names)
	return unequal(base, head, dir, slices.Compact(names))
}

func listing(fsys fs.FS, dir string) []entry {
	t, ok := fsys.(*Tree)
	if !ok {
		return nil
	}
	real, _, err := t.resolve(dir, true)
	if err != nil {
		return nil
	}
	entries, _ := t.list(real)
	return entries
}

// unequal keeps the names whose hashes differ.
func unequal(base, head fs.FS, dir string, names []string) []string {
	differs := make([]bool, len(names))
	if len(names) < 16 { // not worth a worker
		return slices.DeleteFunc(names, func(name string) bool { return sameHash(base, head, path.Join(dir, name)) })
	}
	const workers = 4 // hashing waits for the disk as much as for the processor
	var wait sync.WaitGroup
	for w := range workers {
		wait.Go(func() {
			for i := w; i < len(names); i += workers {
				name := path.Join(dir, names[i])
				differs[i] = !sameHash(base, head, name)
			}
		})
	}
	wait.Wait()
	var kept []string
	for i, name := range names {
		if differs[i] {
			kept = append(kept, name)
		}
	}
	return kept
}

// sameHash asks the work tree for links, if one side is a work tree: it has listed its folders already, and folders
// with equal hashes have the same links.
func sameHash(base, head fs.FS, name string) bool {
	a, aOK := plainHash(base, name)
	b, bOK := plainHash(head, name)
	if !aOK || !bOK || a != b {
		return false
	}
	for _, fsys := range []fs.FS{head, base} {
		t := fsys.(*Tree)
		if _, isWork := t.backend.(*workTree); isWork {
			return true // plainHash has looked
		}
	}
	_, ok := head.(*Tree).gitHash(name, isFolder(head, name))
	return ok
}

// plainHash is a name's hash. Links in the last place have none; links inside a folder are only seen in a work tree.
func plainHash(fsys fs.FS, name string) (plumbing.Hash, bool) {
	t, ok := fsys.(*Tree)
	if !ok {
		return plumbing.ZeroHash, false
	}
	real, e, err := t.resolve(name, false)
	if err != nil || !e.mode.IsDir() && !e.mode.IsRegular() {
		return plumbing.ZeroHash, false
	}
	switch b := t.backend.(type) {
	case *gitTree:
		if real == "." || e.id == "" {
			return plumbing.ZeroHash, false
		}
		return hashOf(e), true
	case hasher:
		return b.hash(real, e)
	}
	return plumbing.ZeroHash, false
}

func isFolder(fsys fs.FS, name string) bool {
	stat, err := fs.Stat(fsys, name)
	return err == nil && stat.IsDir()
}

// gitHash returns git's hash of a file or a folder; ok is false when the tree does not know it.
func (t *Tree) gitHash(name string, folder bool) (string, bool) {
	g, knowsHashes := t.backend.(hasher)
	if !knowsHashes || !fs.ValidPath(name) {
		return "", false
	}
	real, e, err := t.resolve(name, true)
	if err != nil || e.mode.IsDir() != folder {
		return "", false
	}
	h, ok := g.hash(real, e)
	return h.String(), ok
}
