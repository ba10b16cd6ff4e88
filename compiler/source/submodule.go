package source

import (
	"io/fs"
	"path"
)

// Submodule returns the commit at which a tree holds a submodule; ok is false when the name is none. A work tree does
// not know its own: it shows what is checked out.
func (t *Tree) Submodule(name string) (commit string, ok bool) {
	dir, _, err := t.resolve(path.Dir(name), true)
	if err != nil {
		return "", false
	}
	entries, err := t.list(dir)
	if err != nil {
		return "", false
	}
	for _, e := range entries {
		if e.name == path.Base(name) && e.mode&fs.ModeIrregular != 0 && len(e.id) == 20 {
			return hashOf(e).String(), true
		}
	}
	return "", false
}
