package source

import (
	"cmp"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// Dir returns a directory as a Tree. Nothing outside of it can be reached; ".git" is left out wherever it stands.
func Dir(name string) (*Tree, error) {
	root, err := os.OpenRoot(name)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", name, unwrap(err))
	}
	return newTree(newDirectory(root)), nil
}

// unwrap takes the path off an error of package os, since it is named better by whoever reports it.
func unwrap(err error) error {
	if wrapped, ok := err.(*fs.PathError); ok {
		return wrapped.Err
	}
	return err
}

// directory is the backend of a directory. os.Root refuses to leave it even when links change while it is read.
type directory struct {
	root *os.Root
	// beneath is tried first; nil where there is none. What it does not manage, root does, or says why not.
	beneath *beneath
}

func newDirectory(root *os.Root) *directory { return &directory{root, newBeneath(root)} }

func (d *directory) openFolder(dir string) (*os.File, error) {
	if d.beneath != nil {
		if f := d.beneath.folder(dir); f != nil {
			return f, nil
		}
	}
	return d.root.Open(dir)
}

func (d *directory) list(dir string, most int) ([]entry, error) {
	f, err := d.openFolder(dir)
	if err != nil {
		return nil, unwrap(err)
	}
	defer f.Close()
	var found []fs.DirEntry
	for {
		some, err := f.ReadDir(1024)
		switch found = append(found, some...); {
		case len(found) > most:
			return nil, errTooMany
		case err == io.EOF:
			return entriesOf(found), nil
		case err != nil:
			return nil, unwrap(err)
		}
	}
}

// entriesOf sorts what a folder holds, git's own folder left out.
func entriesOf(found []fs.DirEntry) []entry {
	entries := make([]entry, 0, len(found))
	for _, e := range found {
		if e.Name() != ".git" {
			entries = append(entries, entry{name: e.Name(), mode: e.Type() | permissions(e)})
		}
	}
	slices.SortFunc(entries, func(a, b entry) int { return cmp.Compare(a.name, b.name) })
	return entries
}

// permissions are those that git would record, less the executable bit, which no configuration needs.
func permissions(e fs.DirEntry) fs.FileMode {
	if e.IsDir() {
		return 0o555
	}
	return 0o444
}

func (d *directory) read(name string, _ entry) ([]byte, error) {
	if d.beneath != nil {
		if data, ok := d.beneath.read(name); ok {
			return data, nil
		}
	}
	f, err := d.root.Open(name)
	if err != nil {
		return nil, unwrap(err)
	}
	defer f.Close()
	stat, err := f.Stat()
	switch {
	case err != nil:
		return nil, unwrap(err)
	case !stat.Mode().IsRegular():
		return nil, errNoFile
	case stat.Size() > maxFileBytes:
		return nil, errTooLarge
	}
	data := make([]byte, 0, stat.Size()+1)
	for {
		n, err := f.Read(data[len(data):cap(data)])
		data = data[:len(data)+n]
		switch {
		case err == io.EOF:
			return data, nil
		case err != nil:
			return nil, unwrap(err)
		case len(data) > maxFileBytes:
			return nil, errTooLarge
		}
		if len(data) == cap(data) {
			data = slices.Grow(data, 4096)
		}
	}
}

func (d *directory) link(name string, _ entry) (string, error) {
	target, err := d.root.Readlink(name)
	if err != nil {
		return "", unwrap(err)
	}
	return filepath.ToSlash(target), nil
}

func (d *directory) size(name string, _ entry) int64 {
	stat, err := d.root.Lstat(name)
	if err != nil {
		return 0
	}
	return stat.Size()
}
