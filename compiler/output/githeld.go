package output

import (
	"fmt"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/filemode"
	"github.com/go-git/go-git/v5/plumbing/object"
)

// Held is what a branch holds when it is read: its clusters' trees, of which nothing is read before it is needed.
type Held struct {
	// Commit is the branch's tip; empty when the branch does not exist.
	Commit string
	// Tree is the tip's whole tree.
	Tree string
	// Metadata is hydrator.metadata at the root of the tip; nil when there is none.
	Metadata []byte
	// Note is git's note on the tip; nil when there is none.
	Note []byte

	git     *Git
	attempt *attempt
	root    []object.TreeEntry
}

// Held reads the tip of the branch, from the remote when the run pushes. Close the result.
func (g *Git) Held() (*Held, error) {
	a, err := g.begin(g.Branch)
	if err != nil {
		return nil, err
	}
	return g.held(a)
}

// held reads the root of an attempt's parent.
func (g *Git) held(a *attempt) (h *Held, err error) {
	h = &Held{git: g, attempt: a, Commit: hashText(a.parent), Tree: hashText(a.root)}
	if h.root, err = a.objects.tree(a.root); err == nil {
		h.Metadata, err = a.metadata(h.root)
	}
	if err == nil {
		h.Note, err = a.readNote(a.parent)
	}
	if err != nil {
		h.Close()
		return nil, err
	}
	return h, nil
}

// Close closes what is open of the repository.
func (h *Held) Close() { h.attempt.storage.Close() }

// metadata reads hydrator.metadata at the root of a tree; nil when there is none.
func (a *attempt) metadata(root []object.TreeEntry) ([]byte, error) {
	for _, e := range root {
		if e.Name == metadataFile {
			return a.objects.blob(e.Hash)
		}
	}
	return nil, nil
}

// Own returns the hash of what the publisher wrote of a cluster: the cluster's tree without other writers' files and
// without hydrator.metadata.
func (h *Held) Own(cluster string) (string, error) {
	f, err := h.own(cluster)
	if err != nil {
		return "", err
	}
	own, err := f.hash()
	return own.String(), err
}

func (h *Held) own(cluster string) (*folder, error) {
	entries, _, err := h.git.share(h.attempt, subtree(h.root, cluster), nil)
	if err != nil {
		return nil, err
	}
	f := newFolder()
	return f, f.take(entries, cluster)
}

// take fills a folder with the entries of a tree; folders in it stay unread. Of files, only regular ones are taken.
func (f *folder) take(entries []object.TreeEntry, path string) error {
	for _, e := range entries {
		switch {
		case e.Name == metadataFile:
		case e.Mode == filemode.Dir:
			f.folders[e.Name] = &folder{unread: e.Hash}
		case e.Mode == filemode.Regular:
			f.files[e.Name] = e.Hash
		default:
			return fmt.Errorf("%s/%s is no regular file", path, e.Name)
		}
	}
	return nil
}

// read reads a folder that is taken over from a tree, if that has not been done.
func (f *folder) read(o *objects) error {
	if f.unread.IsZero() {
		return nil
	}
	entries, err := o.tree(f.unread)
	if err != nil {
		return err
	}
	f.files, f.folders = map[string]plumbing.Hash{}, map[string]*folder{}
	if err := f.take(entries, f.unread.String()); err != nil {
		return err
	}
	f.unread = plumbing.ZeroHash
	return nil
}

// TakeOver makes the run begin with the trees of some clusters as the branch holds them: what is put from now on
// replaces the file of its name, which must be there.
func (g *Git) TakeOver(h *Held, clusters []string) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, cluster := range clusters {
		f, err := h.own(cluster)
		if err != nil {
			return err
		}
		g.roots[cluster] = f
	}
	g.takenOver = h.attempt.objects
	return nil
}

// Forget drops what was put and what was taken over: the run begins anew.
func (g *Git) Forget() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.roots, g.takenOver = map[string]*folder{}, nil
	g.spool.drop()
}

// exchange puts a blob in the place of a file that the folder has.
func (f *folder) exchange(o *objects, path string, blob plumbing.Hash) error {
	dir, rest := f, path
	for {
		if err := dir.read(o); err != nil {
			return err
		}
		name, below, more := strings.Cut(rest, "/")
		if !more {
			if dir.files[name].IsZero() {
				return fmt.Errorf("%s is not in the tree that is taken over", path)
			}
			dir.files[name] = blob
			return nil
		}
		if dir = dir.folders[name]; dir == nil {
			return fmt.Errorf("%s is not in the tree that is taken over", path)
		}
		rest = below
	}
}

// hash returns the hash of the tree that a folder makes. Nothing is written.
func (f *folder) hash() (plumbing.Hash, error) {
	if !f.unread.IsZero() {
		return f.unread, nil
	}
	var entries []object.TreeEntry
	for name, h := range f.files {
		if name != metadataFile {
			entries = append(entries, object.TreeEntry{Name: name, Mode: filemode.Regular, Hash: h})
		}
	}
	for name, sub := range f.folders {
		h, err := sub.hash()
		if err != nil {
			return h, err
		}
		entries = append(entries, object.TreeEntry{Name: name, Mode: filemode.Dir, Hash: h})
	}
	m, err := encodeTree(entries)
	if err != nil {
		return plumbing.ZeroHash, err
	}
	return m.Hash(), nil
}

// noteAll notes a tree and everything below it.
func (o *objects) noteAll(h plumbing.Hash) error {
	entries, err := o.tree(h)
	if err != nil {
		return err
	}
	o.note(h)
	for _, e := range entries {
		if e.Mode != filemode.Dir {
			o.note(e.Hash)
			continue
		}
		if err := o.noteAll(e.Hash); err != nil {
			return err
		}
	}
	return nil
}

// Compare compares what was put with what the branch holds, and commits nothing.
func (g *Git) Compare(h *Held, clusters []string) (Change, error) {
	return g.change(h.attempt, clusters)
}
