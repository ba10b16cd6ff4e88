package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/go-git/go-git/v5/plumbing/object"

	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/deployments"
	"github.com/paasta-render/paasta-render/compiler/diff/report"
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/layout"
	"github.com/paasta-render/paasta-render/compiler/output"
	"github.com/paasta-render/paasta-render/compiler/publish"
	"github.com/paasta-render/paasta-render/compiler/source"
	"github.com/paasta-render/paasta-render/compiler/source/remote"
	"github.com/paasta-render/paasta-render/compiler/tree"
)

// errDeletes stops the commit; the findings say what would be deleted.
var errDeletes = errors.New("deletions that nobody asked for")

// open opens the input and settles the source commit: --rev, or HEAD of a work tree that is as HEAD says.
func (p *publishCommand) open(report finding.Report) (config.Input, error) {
	repository, err := source.Open(p.soaDir)
	if err != nil {
		return config.Input{}, fmt.Errorf("publish names the commit of soa-configs that it renders: %w", err)
	}
	p.repository = repository
	revision := p.rev
	if revision == "" {
		revision = "HEAD"
	}
	c, err := repository.Commit(revision)
	if err != nil {
		return config.Input{}, err
	}
	p.known = func(commit string) bool {
		again, err := source.Open(p.soaDir)
		if err != nil || commit == "" {
			return false
		}
		defer again.Close()
		_, err = again.Commit(commit)
		return err == nil
	}
	merged, err := repository.Merged(revision)
	if err != nil {
		return config.Input{}, err
	}
	p.messages = append(merged, c.Message)
	p.atRoot = repository.Prefix() == "."
	p.source = publish.Source{Commit: c.Hash, RepoURL: repository.RemoteURL("origin"), Message: c.Message,
		Author: fmt.Sprintf("%s <%s>", c.AuthorName, c.AuthorEmail), Date: c.AuthoredAt.Format(time.RFC3339), Renderer: version()}
	exact, err := p.openHead(revision, report)
	if err != nil {
		return config.Input{}, err
	}
	in, err := p.input()
	if err == nil {
		err = p.settle(in, exact)
	}
	return in, err
}

// openHead opens what is rendered: a revision, or the work tree, which must be clean. Exact tells whether the commit
// holds all that is read.
func (p *publishCommand) openHead(revision string, report finding.Report) (exact bool, err error) {
	head, err := p.repository.Revision(revision)
	if err != nil {
		return false, err
	}
	if p.head = head; p.rev != "" {
		return true, nil
	}
	if p.head, err = p.repository.Worktree(); err != nil {
		return false, err
	}
	return checkClean(head, p.head, p.dirty, report)
}

// checkClean reports files of the work tree that are not what HEAD holds, but for generated ones, unless it may be
// dirty. Exact is false when any file differs that may be read.
func checkClean(head, work *source.Tree, dirty bool, report finding.Report) (exact bool, err error) {
	exact = true
	for _, name := range source.Changed(head, work, ".") {
		if strings.HasPrefix(name, ".") {
			continue
		}
		files, err := source.ChangedFiles(head, work, name)
		if err != nil {
			return false, overLimit(err)
		}
		for _, file := range differing(head, work, files) {
			exact = false
			if dirty || path.Base(file) == deployments.FileName {
				continue
			}
			report(finding.Finding{Code: finding.SourceNotCommitted, At: finding.Position{File: file},
				Message: "the file is not what HEAD holds", Suggestion: "commit it, or pass --rev or --allow-dirty"})
		}
	}
	return exact, nil
}

// differing keeps the files whose bytes differ. A file in the root that nothing reads does not count.
func differing(head, work fs.FS, files []string) []string {
	return slices.DeleteFunc(files, func(name string) bool {
		if isFolder(head, name) || isFolder(work, name) {
			return true
		}
		if path.Dir(name) == "." && name != "authenticating.yaml" {
			return true
		}
		before, err1 := fs.ReadFile(head, name)
		now, err2 := fs.ReadFile(work, name)
		return (err1 == nil) == (err2 == nil) && string(before) == string(now)
	})
}

func isFolder(fsys fs.FS, name string) bool {
	info, err := fs.Stat(fsys, name)
	return err == nil && info.IsDir()
}

// publishSink counts what is worth publishing on its way into the repository.
type publishSink struct {
	*output.Git
	layout    *layout.Layout
	workloads atomic.Int64
}

// Put counts the file when it is a service's own.
func (s *publishSink) Put(f tree.File) error {
	if publish.IsWorkload(s.layout, f.Path) {
		s.workloads.Add(1)
	}
	return s.Git.Put(f)
}

// scratch makes a temporary repository when --repo is a URL, which can only be pushed to.
func (p *publishCommand) scratch() (remove func(), err error) {
	if _, err := os.Stat(p.repo); err == nil || !remote.IsURL(p.repo) {
		return func() {}, nil
	}
	if !p.push && !p.dryRun {
		return nil, fmt.Errorf("%s is not here: publishing to it needs --push", remote.Redact(p.repo))
	}
	dir, err := os.MkdirTemp("", "paasta-render-")
	if err != nil {
		return nil, err
	}
	remove = func() { os.RemoveAll(dir) }
	if err := output.NewScratch(dir, p.repo); err != nil {
		remove()
		return nil, err
	}
	p.repo, p.remote, p.push = dir, "origin", true
	if p.branch == "" {
		p.branch = "main"
	}
	return remove, nil
}

// sink opens the output repository.
func (p *publishCommand) sink(ctx context.Context, findings *finding.List) (*publishSink, error) {
	name, email := output.Identity(p.repo, p.getenv)
	committer := object.Signature{Name: name, Email: email, When: time.Now()}
	author := committer
	if name, email, ok := strings.Cut(strings.TrimSuffix(p.source.Author, ">"), " <"); ok {
		author.Name, author.Email = finding.TrailerValue(name), finding.TrailerValue(email)
		if when, err := time.Parse(time.RFC3339, p.source.Date); err == nil {
			author.When = when
		}
	}
	o := output.GitOptions{
		Branch: p.branch, DryRun: p.dryRun, Author: author, Committer: committer, Attempts: p.attempts,
		ClusterMetadata: p.clusterMetadata, Owned: append(targetLayout().Folders(), publish.EntryPoint),
		Remote: remote.Options{Timeout: p.timeout, Retries: 2, Wait: jitter},
	}
	if p.push {
		o.Push = p.remote
	}
	if p.notes {
		o.Note = publish.Note(p.source)
		o.NoteUnchanged = func(c output.Change) []byte {
			return publish.NoteUnchanged(p.source, p.recordOf(c, findings))
		}
	}
	whole := len(p.clusters) == 0 && !strings.Contains(p.branch, "{cluster}")
	if whole {
		o.Vanished = func(metadata []byte, clusters []string) []string {
			return publish.Vanished(publish.Published(metadata, p.source, p.known), clusters)
		}
	}
	if p.skipOlder {
		o.Outdated = p.older
	}
	p.reports = map[string]*report.Report{}
	o.Describe = func(c output.Change) (output.Description, error) { return p.describe(ctx, c, whole, findings) }
	g, err := output.NewGit(ctx, p.repo, o)
	if err != nil {
		return nil, err
	}
	return &publishSink{Git: g, layout: targetLayout()}, nil
}

// jitter waits before another attempt: shortly, since long waits would leave the slower of many publishers behind for
// good. The clock's last digits keep those that collided from colliding again.
func jitter(ctx context.Context, attempt int) {
	longest := time.Duration(min(attempt, 10)) * 10 * time.Millisecond
	step := time.Duration(time.Now().UnixNano()) % longest
	select {
	case <-ctx.Done():
	case <-time.After(step):
	}
}
