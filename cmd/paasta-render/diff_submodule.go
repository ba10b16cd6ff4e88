package main

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/paasta-render/paasta-render/compiler/source"
)

// submoduleSides opens the system config of both sides when it is a submodule of the soa-configs on one of them: each
// side names a commit of the submodule, which is read from the submodule's own repository. It says no when it is
// none.
func (c *common) submoduleSides(out *sides, soa *source.Repository, s span) (bool, error) {
	name, inside := c.systemName()
	if !inside {
		return false, nil
	}
	base, head := out.pair.Base.SOA.(*source.Tree), out.pair.Head.SOA.(*source.Tree)
	before, inBase := base.Submodule(name)
	after, inHead := head.Submodule(name)
	if _, err := os.Stat(filepath.Join(c.soaDir, filepath.FromSlash(name), ".git")); s.head == "" && err == nil {
		inHead = true
	}
	if !inBase && !inHead {
		return false, nil
	}
	sub, err := source.Open(filepath.Join(c.soaDir, filepath.FromSlash(name)))
	if err != nil || sub.Root() == soa.Root() {
		return true, fmt.Errorf("the system config %s is a submodule that is not checked out: run `git submodule update --init %s`",
			name, name)
	}
	closeSOA := out.close
	out.close = func() { sub.Close(); closeSOA() }
	side := func(tree *source.Tree, commit string, isSubmodule, work bool) (fs.FS, error) {
		switch {
		case isSubmodule && work:
			return sub.Worktree()
		case !isSubmodule:
			return fs.Sub(tree, name)
		}
		opened, err := sub.Revision(commit)
		if err != nil {
			return nil, fmt.Errorf("the submodule %s lacks the commit %s: run `git -C %s fetch --all`: %w", name, commit, name, err)
		}
		return opened, nil
	}
	if out.pair.Base.System, err = side(base, before, inBase, false); err != nil {
		return true, err
	}
	if out.pair.Head.System, err = side(head, after, inHead, s.head == ""); err != nil {
		return true, err
	}
	return true, out.submoduleMoved(name)
}

// submoduleMoved takes note of what differs between the two sides' system configs.
func (s *sides) submoduleMoved(name string) error {
	base, isBase := s.pair.Base.System.(*source.Tree)
	head, isHead := s.pair.Head.System.(*source.Tree)
	if isBase && isHead {
		changed, err := source.ChangedFiles(base, head, ".")
		if err != nil {
			return overLimit(err)
		}
		s.systemChanged(changed, name)
		return nil
	}
	s.pair.System, s.pair.Beside = true, true // it became a submodule, or is none any more
	return nil
}

// systemName is the system config's folder within the soa-configs; inside is false when it is elsewhere.
func (c *common) systemName() (name string, inside bool) {
	dir := c.namedSystemDir()
	if dir == "" {
		return "_system", true
	}
	soa, err := filepath.Abs(c.soaDir)
	if err != nil {
		return "", false
	}
	if dir, err = filepath.Abs(dir); err != nil {
		return "", false
	}
	relative, err := filepath.Rel(soa, dir)
	if err != nil || relative == "." || relative == ".." || strings.HasPrefix(relative, ".."+string(filepath.Separator)) {
		return "", false
	}
	return filepath.ToSlash(relative), true
}
