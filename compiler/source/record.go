package source

import (
	"cmp"
	"errors"
	"hash"
	"io/fs"
	"slices"
	"strconv"
	"sync"

	"github.com/go-git/go-git/v5/plumbing"
	githash "github.com/go-git/go-git/v5/plumbing/hash"
)

// Kind is how something was read.
type Kind uint8

// The kinds of reading.
const (
	File   Kind = iota // a file's bytes
	Folder             // the names in a folder, and which of them are folders or links
	Exists             // whether a name is there, and whether it is a folder
)

// Read is one thing that was read, and what was found.
type Read struct {
	Kind Kind
	Path string
	// Hash is what was found: git's hash of the file's bytes, so that a work tree and a revision agree; a hash of the
	// folder's listing; "file" or "folder". Empty when it was absent, "error" when it could not be read.
	Hash string
}

// TreeHash returns git's hash of a folder and all below it. ok is false when there is none: the tree is a directory, or
// the folder holds symbolic links, through which more is read than the hash tells.
func TreeHash(fsys fs.FS, dir string) (hash string, ok bool) {
	if r, isRecorder := fsys.(*Recorder); isRecorder {
		fsys = r.fsys
	}
	t, isTree := fsys.(*Tree)
	if !isTree {
		return "", false
	}
	return t.gitHash(dir, true)
}

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

// Recorder passes reads on and remembers them. Safe for concurrent use.
type Recorder struct {
	fsys  fs.FS
	mu    sync.Mutex
	reads map[Read]string
}

// Record returns fsys with a memory of what is read through it.
func Record(fsys fs.FS) *Recorder { return &Recorder{fsys: fsys, reads: map[Read]string{}} }

// Reads returns what was read, in order of path and kind.
func (r *Recorder) Reads() []Read {
	r.mu.Lock()
	defer r.mu.Unlock()
	reads := make([]Read, 0, len(r.reads))
	for read, hash := range r.reads {
		read.Hash = hash
		reads = append(reads, read)
	}
	slices.SortFunc(reads, func(a, b Read) int {
		return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(a.Kind, b.Kind))
	})
	return reads
}

// Unchanged tells whether reading the same from fsys would find the same. When it would not, changed is the first
// difference, with what is found now.
func Unchanged(fsys fs.FS, reads []Read) (changed Read, same bool) {
	again := Record(fsys)
	for _, read := range reads {
		now := read
		switch read.Kind {
		case File:
			_, _ = again.ReadFile(read.Path)
		case Folder:
			_, _ = again.ReadDir(read.Path)
		default:
			_, _ = again.Stat(read.Path)
		}
		now.Hash = again.reads[Read{Kind: read.Kind, Path: read.Path}]
		if now != read {
			return now, false
		}
	}
	return Read{}, true
}

func (r *Recorder) remember(kind Kind, name, found string, err error) {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		found = ""
	case err != nil:
		found = "error"
	}
	r.mu.Lock()
	r.reads[Read{Kind: kind, Path: name}] = found
	r.mu.Unlock()
}

// ReadFile reads a file and remembers the hash of its bytes.
func (r *Recorder) ReadFile(name string) ([]byte, error) {
	data, err := fs.ReadFile(r.fsys, name)
	found := ""
	if err == nil {
		found = r.fileHash(name, data)
	}
	r.remember(File, name, found, err)
	return data, err
}

func (r *Recorder) fileHash(name string, data []byte) string {
	if t, ok := r.fsys.(*Tree); ok {
		if h, ok := t.gitHash(name, false); ok {
			return h
		}
	}
	return plumbing.ComputeHash(plumbing.BlobObject, data).String()
}

// ReadDir lists a folder and remembers the listing.
func (r *Recorder) ReadDir(name string) ([]fs.DirEntry, error) {
	entries, err := fs.ReadDir(r.fsys, name)
	found := ""
	if err == nil {
		found = listingHash(entries)
	}
	r.remember(Folder, name, found, err)
	return entries, err
}

func listingHash(entries []fs.DirEntry) string {
	var h hash.Hash = githash.New(githash.CryptoType)
	for _, e := range entries {
		h.Write([]byte(e.Type().String() + e.Name() + "\x00"))
	}
	return strconv.Itoa(len(entries)) + "-" + plumbing.Hash(h.Sum(nil)).String()
}

// Stat describes a file and remembers whether it is there.
func (r *Recorder) Stat(name string) (fs.FileInfo, error) {
	i, err := fs.Stat(r.fsys, name)
	found := "file"
	if err == nil && i.IsDir() {
		found = "folder"
	}
	r.remember(Exists, name, found, err)
	return i, err
}

// Open opens a file or folder; it counts as read whole.
func (r *Recorder) Open(name string) (fs.File, error) {
	i, err := r.Stat(name)
	if err != nil {
		return nil, err
	}
	if i.IsDir() {
		_, err = r.ReadDir(name)
	} else {
		_, err = r.ReadFile(name)
	}
	if err != nil {
		return nil, err
	}
	return r.fsys.Open(name)
}
