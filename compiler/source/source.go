// Package source is where the compiler reads from: a directory, or a revision of a git repository, as an fs.FS that
// does not change while it is read. It is the compiler's only reader.
//
// Both kinds resolve symbolic links themselves, inside the tree; a link that leaves it is an error and never followed.
// Git's own folder is not part of either.
package source

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"
)

const (
	// maxLinks is how many symbolic links one path may pass, as on Linux.
	maxLinks = 40
	// maxFileBytes is the largest file that is read at all; no configuration comes near.
	maxFileBytes = 64 << 20
)

var (
	errLeaves   = errors.New("the symbolic link leaves the directory")
	errLoop     = errors.New("too many symbolic links")
	errTooLarge = fmt.Errorf("the file is larger than %d MiB", maxFileBytes>>20)
	errTooMany  = errors.New("too many names in one folder")
	errNoFile   = errors.New("neither a file, a folder nor a symbolic link")
)

// entry is one name in a folder.
type entry struct {
	name string
	mode fs.FileMode // type and permission bits
	id   string      // the backend's own name of the content; git: the object's hash, 20 bytes
}

// backend reads what a tree is made of. Names it gets hold no symbolic links. It is safe for concurrent use.
type backend interface {
	list(dir string, most int) ([]entry, error) // sorted by name; errTooMany when there are more than most
	read(name string, e entry) ([]byte, error)
	link(name string, e entry) (string, error)
	size(name string, e entry) int64
}

// Tree is a file system that cannot change: folders are listed once. Safe for concurrent use.
type Tree struct {
	backend backend
	limits  Limits
	mu      sync.RWMutex
	folders map[string]folder // by name without links
}

type folder struct {
	entries []entry
	err     error
}

func newTree(b backend) *Tree {
	return &Tree{backend: b, limits: DefaultLimits, folders: map[string]folder{}}
}

// list returns a folder's entries, the name being free of links.
func (t *Tree) list(dir string) ([]entry, error) {
	t.mu.RLock()
	f, ok := t.folders[dir]
	t.mu.RUnlock()
	if ok {
		return f.entries, f.err
	}
	if f.entries, f.err = t.backend.list(dir, t.limits.FolderEntries); errors.Is(f.err, errTooMany) {
		f.err = t.tooMany(dir)
	}
	t.mu.Lock()
	t.folders[dir] = f
	t.mu.Unlock()
	return f.entries, f.err
}

// lookup finds a name in a folder that is free of links.
func (t *Tree) lookup(dir, name string) (entry, error) {
	entries, err := t.list(dir)
	if err != nil {
		return entry{}, err
	}
	byName := func(e entry, name string) int { return strings.Compare(e.name, name) }
	i, ok := slices.BinarySearchFunc(entries, name, byName)
	if !ok {
		return entry{}, fs.ErrNotExist
	}
	return entries[i], nil
}

var rootEntry = entry{name: ".", mode: fs.ModeDir | 0o555}

// resolve follows the links in a path and returns the name of what it leads to. With last false a link in the last
// place is returned itself.
func (t *Tree) resolve(name string, last bool) (string, entry, error) {
	at, e := ".", rootEntry
	todo := strings.Split(name, "/")
	for links := 0; len(todo) > 0; {
		part := todo[0]
		todo = todo[1:]
		switch {
		case part == "" || part == ".":
			continue
		case part == "..":
			if at == "." {
				return "", entry{}, errLeaves
			}
			at, e = path.Dir(at), rootEntry
			continue
		case !e.mode.IsDir():
			return "", entry{}, fs.ErrNotExist
		}
		found, err := t.lookup(at, part)
		if err != nil {
			return "", entry{}, err
		}
		if found.mode&fs.ModeSymlink == 0 || len(todo) == 0 && !last {
			at, e = path.Join(at, part), found
			continue
		}
		if links++; links > maxLinks {
			return "", entry{}, errLoop
		}
		target, err := t.backend.link(path.Join(at, part), found)
		if err != nil {
			return "", entry{}, err
		}
		if strings.HasPrefix(target, "/") {
			return "", entry{}, errLeaves
		}
		todo = append(strings.Split(target, "/"), todo...)
		e = rootEntry
	}
	return at, e, nil
}

func fail(op, name string, err error) error { return &fs.PathError{Op: op, Path: name, Err: err} }

// ReadFile returns a file's bytes.
func (t *Tree) ReadFile(name string) ([]byte, error) {
	if !fs.ValidPath(name) {
		return nil, fail("read", name, fs.ErrInvalid)
	}
	real, e, err := t.resolve(name, true)
	if err == nil && !e.mode.IsRegular() {
		err = errNoFile
		if e.mode.IsDir() {
			err = errors.New("is a directory")
		}
	}
	if err != nil {
		return nil, fail("read", name, err)
	}
	data, err := t.backend.read(real, e)
	if err != nil {
		return nil, fail("read", name, err)
	}
	return data, nil
}

// ReadDir lists a folder, sorted by name.
func (t *Tree) ReadDir(name string) ([]fs.DirEntry, error) {
	if !fs.ValidPath(name) {
		return nil, fail("readdir", name, fs.ErrInvalid)
	}
	real, e, err := t.resolve(name, true)
	if err == nil && !e.mode.IsDir() {
		err = errors.New("not a directory")
	}
	var entries []entry
	if err == nil {
		entries, err = t.list(real)
	}
	if err != nil {
		return nil, fail("readdir", name, err)
	}
	out := make([]fs.DirEntry, len(entries))
	infos := make([]info, len(entries))
	for i := range entries {
		infos[i] = info{tree: t, real: path.Join(real, entries[i].name), name: entries[i].name, entry: entries[i]}
		out[i] = &infos[i]
	}
	return out, nil
}

// Stat describes what a name leads to, links followed.
func (t *Tree) Stat(name string) (fs.FileInfo, error) { return t.stat("stat", name, true) }

// Lstat describes a name, a link in the last place not followed.
func (t *Tree) Lstat(name string) (fs.FileInfo, error) { return t.stat("lstat", name, false) }

func (t *Tree) stat(op, name string, last bool) (fs.FileInfo, error) {
	if !fs.ValidPath(name) {
		return nil, fail(op, name, fs.ErrInvalid)
	}
	real, e, err := t.resolve(name, last)
	if err != nil {
		return nil, fail(op, name, err)
	}
	return &info{tree: t, real: real, name: path.Base(name), entry: e}, nil
}

// ReadLink returns where a symbolic link points.
func (t *Tree) ReadLink(name string) (string, error) {
	if !fs.ValidPath(name) {
		return "", fail("readlink", name, fs.ErrInvalid)
	}
	real, e, err := t.resolve(name, false)
	if err == nil && e.mode&fs.ModeSymlink == 0 {
		err = fs.ErrInvalid
	}
	if err != nil {
		return "", fail("readlink", name, err)
	}
	target, err := t.backend.link(real, e)
	if err != nil {
		return "", fail("readlink", name, err)
	}
	return target, nil
}

// Open opens a file, whose bytes are read at once, or a folder.
func (t *Tree) Open(name string) (fs.File, error) {
	i, err := t.stat("open", name, true)
	if err != nil {
		return nil, err
	}
	f := &file{info: i.(*info)}
	if i.IsDir() {
		if f.entries, err = t.ReadDir(name); err != nil {
			return nil, err
		}
		return f, nil
	}
	data, err := t.ReadFile(name)
	if err != nil {
		return nil, err
	}
	f.data = data
	return f, nil
}

// file is an open file or folder.
type file struct {
	info    *info
	data    []byte
	entries []fs.DirEntry
	offset  int
}

// Stat describes the file.
func (f *file) Stat() (fs.FileInfo, error) { return f.info, nil }

// Close does nothing: nothing is held open.
func (f *file) Close() error { return nil }

// Read reads on.
func (f *file) Read(p []byte) (int, error) {
	if f.info.IsDir() {
		return 0, fail("read", f.info.name, errors.New("is a directory"))
	}
	if f.offset >= len(f.data) {
		return 0, io.EOF
	}
	n := copy(p, f.data[f.offset:])
	f.offset += n
	return n, nil
}

// ReadDir returns the next n entries, or all that are left when n is not positive.
func (f *file) ReadDir(n int) ([]fs.DirEntry, error) {
	left := f.entries[min(f.offset, len(f.entries)):]
	if n > 0 && len(left) == 0 {
		return nil, io.EOF
	}
	if n > 0 && n < len(left) {
		left = left[:n]
	}
	f.offset += len(left)
	return left, nil
}
