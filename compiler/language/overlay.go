package language

import (
	"io/fs"
	"path"
	"slices"
	"strings"
	"testing/fstest"
)

// overlay is a folder in which some files have the text that an editor holds, saved or not. It cannot change.
type overlay struct {
	base fs.FS
	open fstest.MapFS
}

func newOverlay(base fs.FS, texts map[string]string) *overlay {
	o := &overlay{base: base, open: fstest.MapFS{}}
	for name, text := range texts {
		o.open[name] = &fstest.MapFile{Data: []byte(text), Mode: 0o644}
	}
	return o
}

func (o *overlay) has(name string) bool { return o.open[name] != nil }

// Open opens the editor's text of a file, else the file.
func (o *overlay) Open(name string) (fs.File, error) {
	if o.has(name) {
		return o.open.Open(name)
	}
	return o.base.Open(name)
}

// ReadFile reads the editor's text of a file, else the file.
func (o *overlay) ReadFile(name string) ([]byte, error) {
	if f := o.open[name]; f != nil {
		return f.Data, nil
	}
	return fs.ReadFile(o.base, name)
}

// Stat tells of the editor's text of a file, else of the file.
func (o *overlay) Stat(name string) (fs.FileInfo, error) {
	if o.has(name) {
		return o.open.Stat(name)
	}
	return fs.Stat(o.base, name)
}

// ReadDir lists a folder, with files that the editor alone has.
func (o *overlay) ReadDir(name string) ([]fs.DirEntry, error) {
	entries, err := fs.ReadDir(o.base, name)
	for file := range o.open {
		if path.Dir(file) != name || slices.ContainsFunc(entries,
			func(e fs.DirEntry) bool { return e.Name() == path.Base(file) }) {
			continue
		}
		if info, statErr := o.open.Stat(file); statErr == nil {
			entries, err = append(entries, fs.FileInfoToDirEntry(info)), nil
		}
	}
	slices.SortFunc(entries, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	return entries, err
}
