package source

import (
	"io/fs"
	"time"
)

// info is a name in a folder (fs.DirEntry) and what stat says of it (fs.FileInfo). There are no times: content alone
// counts.
type info struct {
	tree *Tree
	real string
	name string
	entry
}

func (i *info) Name() string               { return i.name }
func (i *info) IsDir() bool                { return i.mode.IsDir() }
func (i *info) Type() fs.FileMode          { return i.mode.Type() }
func (i *info) Mode() fs.FileMode          { return i.mode }
func (i *info) ModTime() time.Time         { return time.Time{} }
func (i *info) Sys() any                   { return nil }
func (i *info) Info() (fs.FileInfo, error) { return i, nil }

// Size asks for the size only when somebody wants to know it.
func (i *info) Size() int64 {
	if !i.mode.IsRegular() {
		return 0
	}
	return i.tree.backend.size(i.real, i.entry)
}
