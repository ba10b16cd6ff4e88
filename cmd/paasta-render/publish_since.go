package main

import (
	"context"
	"fmt"
	"os"

	"github.com/paasta-render/paasta-render/compiler/diff"
	"github.com/paasta-render/paasta-render/compiler/diff/report"
	"github.com/paasta-render/paasta-render/compiler/publish"
	"github.com/paasta-render/paasta-render/compiler/source"
)

// sinceLast is what the source changed since the commit that a branch was rendered from.
type sinceLast struct {
	base     string // that commit; empty when it is not known here
	commits  []publish.Commit
	messages []string                // of the commits
	causes   map[string][]diff.Cause // by object; empty when nobody asks
}

// writeReview prints the body of a pull request, and writes its title where that is asked for.
func (p *publishCommand) writeReview(reports []*report.Report) error {
	v := publish.Review{Source: p.source, Reports: reports, Owners: p.gates.owners.Of, Contact: p.gates.contact,
		Links: report.NewLinks(p.source.RepoURL, p.source.Commit, p.repository.Prefix())}
	for _, last := range p.lasts { // of several branches, those that lie furthest back
		if last.base != "" && len(last.commits) >= len(v.Commits) {
			v.Since, v.Commits = last.base, last.commits
		}
	}
	if p.titleFile != "" {
		if err := os.WriteFile(p.titleFile, []byte(v.Title()+"\n"), 0o644); err != nil {
			return fmt.Errorf("writing the title: %w", err)
		}
	}
	_, err := fmt.Fprint(p.out, v.Body())
	return err
}

// maxTouched is of how many commits the changed files are looked up.
const maxTouched = 500

// lookSince finds out what happened since the commit that hydrator.metadata of a branch names, once for each commit.
// What cannot be known is left empty: it is for people and for gates, and never stops a commit by itself.
func (p *publishCommand) lookSince(ctx context.Context, metadata []byte) *sinceLast {
	base := publish.Rendered(metadata)
	if known := p.lasts[base]; known != nil {
		return known
	}
	s := &sinceLast{}
	if base != "" && base != p.source.Commit && p.known(base) {
		s.base = base
		p.listCommits(s)
		if p.body || p.gates.set.Len() > 0 {
			p.findCauses(ctx, s)
		}
	}
	if p.lasts == nil {
		p.lasts = map[string]*sinceLast{}
	}
	p.lasts[base] = s
	return s
}

// listCommits fills in the commits, with the files that each of them changes.
func (p *publishCommand) listCommits(s *sinceLast) {
	repository, err := source.Open(p.soaDir)
	if err != nil {
		return
	}
	defer repository.Close()
	commits, err := repository.Between(s.base, p.source.Commit)
	if err != nil {
		return
	}
	for i, c := range commits {
		s.messages = append(s.messages, c.Message)
		listed := publish.Commit{Hash: c.Hash, Author: c.AuthorName, Email: c.AuthorEmail, Subject: c.Subject()}
		listed.Merge = len(c.Parents) > 1
		if i < maxTouched && !listed.Merge {
			listed.Files = touched(repository, c)
		}
		s.commits = append(s.commits, listed)
	}
}

// touched are the files that a commit changes; none when they cannot be told.
func touched(r *source.Repository, c source.Commit) []string {
	if len(c.Parents) == 0 {
		return nil
	}
	base, err := r.Revision(c.Parents[0])
	if err != nil {
		return nil
	}
	head, err := r.Revision(c.Hash)
	if err != nil {
		return nil
	}
	var all []string
	for _, name := range source.Changed(base, head, ".") {
		files, err := source.ChangedFiles(base, head, name)
		if err != nil {
			return nil
		}
		all = append(all, files...)
	}
	return all
}

// findCauses compares the source of both sides, for the lines that made each change.
func (p *publishCommand) findCauses(ctx context.Context, s *sinceLast) {
	sides, err := p.openSides(span{base: s.base, head: p.rev})
	if err != nil {
		return
	}
	defer sides.close()
	options, err := p.options(ctx)
	if err != nil {
		return
	}
	found, err := compareSides(sides, options, p.gates.keep)
	if err != nil {
		return
	}
	s.causes = make(map[string][]diff.Cause, len(found.changes))
	for i := range found.changes {
		s.causes[found.changes[i].Key()] = found.changes[i].Causes
	}
}
