package source

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"unicode"

	"github.com/go-git/go-git/v5/plumbing"
)

var errMalformed = errors.New("the git tree is malformed")

// tree returns a git tree's entries, sorted by name as fs wants it: git sorts folders as if their names ended in "/".
func (o *objects) tree(h plumbing.Hash) ([]entry, error) {
	o.mu.Lock()
	entries, ok := o.trees[h]
	o.mu.Unlock()
	if ok {
		return entries, nil
	}
	data, err := o.object(plumbing.TreeObject, h)
	if err != nil {
		return nil, err
	}
	if entries, err = parseTree(data); err != nil {
		return nil, fmt.Errorf("%w: %s", err, h)
	}
	o.mu.Lock()
	o.trees[h] = entries
	o.mu.Unlock()
	return entries, nil
}

// parseTree reads "<octal mode> <name>\0<20 bytes of hash>", repeated.
func parseTree(data []byte) ([]entry, error) {
	entries := make([]entry, 0, bytes.Count(data, []byte{0}))
	for len(data) > 0 {
		space := bytes.IndexByte(data, ' ')
		end := bytes.IndexByte(data, 0)
		if space < 0 || end < space || len(data) < end+21 {
			return nil, errMalformed
		}
		name := string(data[space+1 : end])
		if name == "" || name == "." || name == ".." || gitsOwn(name) || bytes.IndexByte(data[space+1:end], '/') >= 0 {
			return nil, errMalformed
		}
		entries = append(entries, entry{name: name, mode: gitMode(string(data[:space])), id: string(data[end+1 : end+21])})
		data = data[end+21:]
	}
	slices.SortFunc(entries, func(a, b entry) int { return cmp.Compare(a.name, b.name) })
	return entries, nil
}

// gitsOwn tells whether a name is that of git's own folder on any system: without regard to case, as Windows shortens
// it or cuts it at its end, and with the characters that macOS does not see. Git refuses such names as well
// (core.protectNTFS and core.protectHFS).
func gitsOwn(name string) bool {
	name = strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Cf, r) {
			return -1
		}
		return unicode.ToLower(r)
	}, name)
	if stream := strings.IndexByte(name, ':'); stream >= 0 {
		name = name[:stream]
	}
	name = strings.TrimRight(name, " .")
	return name == ".git" || name == "git~1"
}

// gitMode turns a mode as git writes it into a file's type. A submodule is none that can be read.
func gitMode(mode string) fs.FileMode {
	switch mode {
	case "40000", "040000":
		return fs.ModeDir | 0o555
	case "120000":
		return fs.ModeSymlink | 0o444
	case "160000":
		return fs.ModeIrregular
	}
	return 0o444
}

func hashOf(e entry) plumbing.Hash { return plumbing.Hash([]byte(e.id)) }

// hasLinks tells whether a tree holds a symbolic link or a submodule at any depth: then its hash does not tell all that
// is read through it.
func (o *objects) hasLinks(h plumbing.Hash) bool { return o.hasLinksBelow(h, 0) }

func (o *objects) hasLinksBelow(h plumbing.Hash, depth int) bool {
	o.mu.Lock()
	linked, ok := o.linked[h]
	o.mu.Unlock()
	if ok {
		return linked
	}
	if depth > DefaultLimits.Depth {
		return true // nobody reads so deep; the answer that promises nothing
	}
	entries, err := o.tree(h)
	linked = err != nil || slices.ContainsFunc(entries, func(e entry) bool {
		if e.mode.IsDir() {
			return o.hasLinksBelow(hashOf(e), depth+1)
		}
		return !e.mode.IsRegular()
	})
	o.mu.Lock()
	o.linked[h] = linked
	o.mu.Unlock()
	return linked
}
