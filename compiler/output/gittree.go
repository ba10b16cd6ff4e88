package output

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/filemode"
	"github.com/go-git/go-git/v5/plumbing/object"
	"github.com/go-git/go-git/v5/plumbing/storer"
)

// folder is a tree to be: its files' blobs and its folders, by name.
type folder struct {
	files   map[string]plumbing.Hash
	folders map[string]*folder
	unread  plumbing.Hash // the tree that is taken over, of which nothing has been read yet; else zero
	made    bool          // nothing of it is taken over
	left    bool          // the unread tree is a part's, so whoever is pushed to has it
}

func newFolder() *folder {
	return &folder{files: map[string]plumbing.Hash{}, folders: map[string]*folder{}}
}

// put adds a file; it fails when the path, or a part of it, is taken.
func (f *folder) put(path string, blob plumbing.Hash) error {
	dir := f
	parts := strings.Split(path, "/")
	for _, part := range parts[:len(parts)-1] {
		if _, taken := dir.files[part]; taken {
			return fmt.Errorf("%s: %s is a file", path, part)
		}
		if dir.folders[part] == nil {
			dir.folders[part] = newFolder()
		}
		dir = dir.folders[part]
	}
	name := parts[len(parts)-1]
	_, isFile := dir.files[name]
	if _, isFolder := dir.folders[name]; isFile || isFolder {
		return fmt.Errorf("two files are called %s", path)
	}
	dir.files[name] = blob
	return nil
}

// objects reads and collects git objects for one commit.
type objects struct {
	storer storer.EncodedObjectStorer
	spool  *spool          // rendered files whose blobs were not in the repository
	fresh  []plumbing.Hash // what the remote may lack, each once
	made   map[plumbing.Hash]*plumbing.MemoryObject
	seen   map[plumbing.Hash]bool
}

func newObjects(s storer.EncodedObjectStorer, spool *spool) *objects {
	return &objects{storer: s, spool: spool,
		made: map[plumbing.Hash]*plumbing.MemoryObject{}, seen: map[plumbing.Hash]bool{}}
}

func (o *objects) note(h plumbing.Hash) {
	if !o.seen[h] {
		o.seen[h] = true
		o.fresh = append(o.fresh, h)
	}
}

// tree reads a tree's entries; the zero hash is an empty tree.
func (o *objects) tree(h plumbing.Hash) ([]object.TreeEntry, error) {
	if h.IsZero() {
		return nil, nil
	}
	t, err := object.GetTree(o.storer, h)
	if err != nil {
		return nil, fmt.Errorf("git tree %s: %w", h, err)
	}
	return t.Entries, nil
}

// blob reads a blob, be it in the repository or only rendered.
func (o *objects) blob(h plumbing.Hash) ([]byte, error) {
	if data, ok, err := o.spool.blob(h); ok {
		return data, err
	}
	b, err := object.GetBlob(o.storer, h)
	if err != nil {
		return nil, fmt.Errorf("git blob %s: %w", h, err)
	}
	r, err := b.Reader()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return io.ReadAll(r)
}

// write makes a tree of a folder, and of other entries, and notes what base does not have at the same place.
func (o *objects) write(f *folder, base plumbing.Hash, others ...object.TreeEntry) (plumbing.Hash, error) {
	if !f.unread.IsZero() {
		if f.unread == base || f.left {
			return f.unread, nil
		}
		return f.unread, o.noteAll(f.unread)
	}
	before, err := o.tree(base)
	if err != nil {
		return plumbing.ZeroHash, err
	}
	old := map[string]plumbing.Hash{}
	for _, e := range before {
		old[e.Name] = e.Hash
	}
	entries := slices.Clone(others)
	for name, h := range f.files {
		entries = append(entries, object.TreeEntry{Name: name, Mode: filemode.Regular, Hash: h})
		if old[name] != h {
			o.note(h)
		}
	}
	for name, sub := range f.folders {
		h, err := o.write(sub, subtree(before, name))
		if err != nil {
			return plumbing.ZeroHash, err
		}
		entries = append(entries, object.TreeEntry{Name: name, Mode: filemode.Dir, Hash: h})
	}
	return o.encode(entries, base)
}

// encode makes a tree of entries in any order and notes it unless it is base.
func (o *objects) encode(entries []object.TreeEntry, base plumbing.Hash) (plumbing.Hash, error) {
	m, err := encodeTree(entries)
	if err != nil {
		return plumbing.ZeroHash, err
	}
	h := m.Hash()
	if h != base {
		o.made[h] = m
		o.note(h)
	}
	return h, nil
}

// encodeTree makes a tree of entries in any order.
func encodeTree(entries []object.TreeEntry) (*plumbing.MemoryObject, error) {
	slices.SortFunc(entries, func(a, b object.TreeEntry) int { return cmp.Compare(sortName(a), sortName(b)) })
	m := &plumbing.MemoryObject{}
	return m, (&object.Tree{Entries: entries}).Encode(m)
}

// sortName is how git sorts: folders as if their names ended in a slash.
func sortName(e object.TreeEntry) string {
	if e.Mode == filemode.Dir {
		return e.Name + "/"
	}
	return e.Name
}

// subtree returns the hash of a folder among entries, the zero hash when there is none.
func subtree(entries []object.TreeEntry, name string) plumbing.Hash {
	for _, e := range entries {
		if e.Name == name && e.Mode == filemode.Dir {
			return e.Hash
		}
	}
	return plumbing.ZeroHash
}

// list adds every file below a tree to files.
func (o *objects) list(h plumbing.Hash, prefix string, files map[string]plumbing.Hash) error {
	entries, err := o.tree(h)
	if err != nil {
		return err
	}
	return o.listEntries(entries, prefix, files)
}

// listEntries adds files, and every file below folders, to files.
func (o *objects) listEntries(entries []object.TreeEntry, prefix string, files map[string]plumbing.Hash) error {
	for _, e := range entries {
		if e.Mode == filemode.Dir {
			if err := o.list(e.Hash, prefix+e.Name+"/", files); err != nil {
				return err
			}
			continue
		}
		files[prefix+e.Name] = e.Hash
	}
	return nil
}

// replace returns a tree's entries with some of them exchanged; a zero hash removes one.
func replace(entries []object.TreeEntry, with map[string]object.TreeEntry) []object.TreeEntry {
	var out []object.TreeEntry
	for _, e := range entries {
		if _, ok := with[e.Name]; !ok {
			out = append(out, e)
		}
	}
	for _, e := range with {
		if !e.Hash.IsZero() {
			out = append(out, e)
		}
	}
	return out
}
