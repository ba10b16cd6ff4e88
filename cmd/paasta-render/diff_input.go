package main

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"github.com/paasta-render/paasta-render/compiler"
	"github.com/paasta-render/paasta-render/compiler/change"
	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/diff"
	"github.com/paasta-render/paasta-render/compiler/diff/report"
	"github.com/paasta-render/paasta-render/compiler/source"
)

// sides are the two inputs of a diff.
type sides struct {
	pair               compiler.Pair
	baseName, headName string
	links              report.Links
	baseCommit         string       // full hash
	subject            string       // of the head's commit
	elsewhere          []diff.Cause // changed files that no one service owns
	others             []diff.Cause // changed files of all services
	close              func()
}

// span is BASE, BASE..HEAD or BASE...HEAD as git reads them; an empty head is the work tree.
type span struct {
	base, head string
	mergeBase  bool
}

// parseSpan reads the argument of diff. Without one it is HEAD against the work tree; in CI, the merge base of the
// branch that the change is proposed for.
func (c *common) parseSpan(argument string) span {
	if argument == "" && c.rev == "" {
		if base := c.getenv("CI_MERGE_REQUEST_DIFF_BASE_SHA"); base != "" { // GitLab
			return span{base: base, head: "HEAD"}
		}
		if branch := c.getenv("GITHUB_BASE_REF"); branch != "" {
			return span{base: "origin/" + branch, head: "HEAD", mergeBase: true}
		}
	}
	s := span{base: argument, head: c.rev}
	for _, dots := range []string{"...", ".."} {
		if base, head, found := strings.Cut(argument, dots); found {
			s = span{base: base, head: head, mergeBase: dots == "..."}
			if head == "" {
				s.head = "HEAD"
			}
			break
		}
	}
	if s.base == "" {
		s.base = "HEAD"
	}
	return s
}

// openSides opens both sides of a diff, and finds out which services may differ.
func (c *common) openSides(s span) (*sides, error) {
	repository, err := source.Open(c.soaDir)
	if err != nil {
		return nil, fmt.Errorf("diff reads git: %w", err)
	}
	out := &sides{close: repository.Close, headName: "work tree"}
	if s.mergeBase {
		if s.base, err = repository.MergeBase(s.base, s.head); err != nil {
			return nil, err
		}
	}
	commit, err := repository.Commit(s.base)
	if err != nil {
		return nil, err
	}
	out.baseName, out.baseCommit = short(commit), commit.Hash
	if s.head != "" {
		if commit, err = repository.Commit(s.head); err != nil {
			return nil, err
		}
		out.headName = short(commit)
	}
	hash := "" // lines of a work tree have no address
	if s.head != "" {
		hash, out.subject = commit.Hash, commit.Subject()
	}
	out.links = report.NewLinks(repository.RemoteURL("origin"), hash, repository.Prefix())
	base, head, err := trees(repository, s)
	if err != nil {
		return nil, err
	}
	out.pair.Base.SOA, out.pair.Head.SOA = base, head
	if err := c.systemSides(out, repository, s); err != nil {
		return nil, err
	}
	limits := config.ReadLimits(out.pair.Base.System, c.shownSystemDir())
	bound(base, limits)
	bound(head, limits)
	out.pair.Base.SystemDir, out.pair.Head.SystemDir = c.shownSystemDir(), c.shownSystemDir()
	out.pair.Base.SystemKeys, out.pair.Head.SystemKeys = c.systemKeys(), c.systemKeys()
	if err := out.narrow(base, head); err != nil {
		return nil, overLimit(err)
	}
	return out, nil
}

func short(c source.Commit) string { return c.Hash[:min(len(c.Hash), 10)] }

func trees(r *source.Repository, s span) (base, head *source.Tree, err error) {
	if base, err = r.Revision(s.base); err != nil {
		return nil, nil, err
	}
	if s.head != "" {
		head, err = r.Revision(s.head)
	} else {
		head, err = r.Worktree()
	}
	return base, head, err
}

// systemSides opens the system config of both sides: at the revisions when it is in the same repository, else the same
// directory twice.
func (c *common) systemSides(out *sides, soa *source.Repository, s span) error {
	dir := c.namedSystemDir()
	if done, err := c.submoduleSides(out, soa, s); done || err != nil {
		return err
	}
	var err error
	if dir == "" {
		if out.pair.Base.System, err = c.systemFS(out.pair.Base.SOA); err != nil {
			return fmt.Errorf("%s: %w", out.baseName, err)
		}
		out.pair.Head.System, err = c.systemFS(out.pair.Head.SOA)
		return err
	}
	repository, err := source.Open(dir)
	if err != nil || repository.Root() == "" || repository.Root() != soa.Root() {
		out.pair.Head.System, err = c.systemFS(out.pair.Head.SOA)
		out.pair.Base.System = out.pair.Head.System
		return err
	}
	base, head, err := trees(repository, s)
	if err != nil {
		return fmt.Errorf("system config: %w", err)
	}
	out.pair.Base.System, out.pair.Head.System = base, head
	changed, err := source.ChangedFiles(base, head, ".")
	if err != nil {
		return overLimit(err)
	}
	out.systemChanged(changed, c.shownSystemDir())
	return nil
}

// systemChanged takes note of changed files of the system directory, which reports call dir.
func (s *sides) systemChanged(files []string, dir string) {
	for _, file := range files {
		s.pair.System = true
		if besideConfig(file) {
			s.pair.Beside = true
			s.elsewhere = append(s.elsewhere, diff.Cause{Layer: "system", File: path.Join(dir, file), Op: diff.Changed})
		}
	}
}

// fileCauses names whole files as causes.
func fileCauses(files []string) []diff.Cause {
	causes := make([]diff.Cause, len(files))
	for i, file := range files {
		causes[i] = diff.Cause{Layer: "file", File: file, Op: diff.Changed}
	}
	return causes
}

// narrow finds out from git's hashes which services may give other output.
func (s *sides) narrow(base, head *source.Tree) error {
	c, err := change.Between(base, head, nil)
	if err != nil {
		return err
	}
	s.pair.Services, s.pair.Shared = c.Services, len(c.Shared) > 0
	s.elsewhere = append(s.elsewhere, fileCauses(c.Shared)...)
	s.others = append(s.others, fileCauses(c.Own)...)
	if isSub(s.pair.Head.System) {
		for _, file := range c.System {
			s.systemChanged([]string{strings.TrimPrefix(file, change.SystemFolder+"/")}, change.SystemFolder)
		}
	}
	return nil
}

// overLimit says of a limit that was met where it was; a commit that is too large is wrong as a configuration.
func overLimit(err error) error {
	var limit *source.LimitError
	if errors.As(err, &limit) {
		return exitError{exitConfig, fmt.Errorf("%s: %w", limit.Path, err)}
	}
	return err
}

// besideConfig tells whether a file of the system directory is none that merges into the system config.
func besideConfig(name string) bool {
	return strings.Contains(name, "sensu/") || strings.Contains(name, "nail/") || strings.HasPrefix(path.Base(name), "synapse") ||
		strings.HasPrefix(path.Base(name), "envoy") || !strings.HasSuffix(name, ".json") && !strings.HasSuffix(name, ".yaml")
}

// isSub tells whether the system config is a folder of the soa-configs themselves.
func isSub(system fs.FS) bool {
	_, isTree := system.(*source.Tree)
	return !isTree
}
