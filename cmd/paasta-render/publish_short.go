package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/paasta-render/paasta-render/compiler"
	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/output"
	"github.com/paasta-render/paasta-render/compiler/publish"
	"github.com/paasta-render/paasta-render/compiler/source"
)

// render renders what changed since the commit that the branch names, or everything where that is not possible.
func (p *publishCommand) render(in config.Input, o compiler.Options, out *publishSink,
	findings *finding.List) (compiler.Result, error) {
	var found finding.List
	result, why, err := p.short(in, o, out, found.Add)
	if err == nil && why == "" {
		for _, f := range found.All() {
			findings.Add(f)
		}
		if !p.quiet && p.format == "text" {
			say(p.err, "%d services may differ from %s; all others are taken over\n", result.Services,
				p.since[:min(10, len(p.since))])
		}
		return result, nil
	}
	if errors.Is(err, compiler.ErrStopped) {
		return result, err
	}
	if err != nil {
		why = err.Error()
	}
	if why != "" && !p.quiet && p.format == "text" {
		say(p.err, "rendering everything: %s\n", why)
	}
	out.Forget()
	if p.keepGoing {
		o.Stood = out.Stood
	}
	return compiler.Compile(in, o, out, findings.Add)
}

// short renders on top of the branch's trees. Why says why that is not possible; then nothing that was put counts.
func (p *publishCommand) short(in config.Input, o compiler.Options, out *publishSink,
	report finding.Report) (_ compiler.Result, why string, err error) {
	var wrong bool
	reported := func(f finding.Finding) {
		wrong = wrong || f.Severity == finding.Error
		report(f)
	}
	switch {
	case p.full:
		return compiler.Result{}, "as --full asks", nil
	case strings.Contains(p.branch, "{cluster}"):
		return compiler.Result{}, "each cluster has a branch of its own", nil
	}
	held, err := out.Held()
	if err != nil {
		return compiler.Result{}, "", err
	}
	defer held.Close()
	commit, record, why := p.trusted(held)
	if why != "" {
		return compiler.Result{}, why, nil
	}
	pair, err := p.pairSince(commit, in)
	if err != nil {
		return compiler.Result{}, fmt.Sprintf("the source commit of the trees, %s, is not at hand: %s", commit, err), nil
	}
	var folders []string
	for folder := range record.Trees {
		if p.part.of == 0 || slices.Contains(o.Selection.Clusters, folder) {
			folders = append(folders, folder)
		}
	}
	if err := out.TakeOver(held, folders); err != nil {
		return compiler.Result{}, "", err
	}
	result, why, err := compiler.Update(pair, o, out, reported)
	if why != "" || err != nil {
		return result, why, err
	}
	if wrong && p.keepGoing {
		return result, "there are errors, and what they concern stays as it was", nil
	}
	for _, folder := range folders {
		if !slices.Contains(result.Folders, folder) {
			return result, "the folder " + folder + " was rendered then, and is not now", nil
		}
	}
	p.since = commit
	return result, "", nil
}

// trusted returns the source commit of the branch's trees, and their record, if they are what a run like this one has made
// of it. The note on the tip says of a later commit that it renders to the same.
func (p *publishCommand) trusted(held *output.Held) (commit string, record *publish.Record, why string) {
	if held.Commit == "" {
		return "", nil, "the branch is new"
	}
	if p.record == nil {
		return "", nil, p.unrecorded
	}
	commit, record = publish.ReadRecord(held.Metadata)
	if later, noted := publish.ReadRecord(held.Note); noted != nil && noted.Differs(p.record) == "" {
		commit, record = later, noted
	}
	if record == nil {
		return "", nil, "the branch does not say what its trees were made from"
	}
	if why := record.Differs(p.record); why != "" {
		return "", nil, why
	}
	for folder, want := range record.Trees {
		got, err := held.Own(folder)
		if err != nil || got != want {
			return "", nil, folder + " on the branch is not what was rendered: somebody has changed it"
		}
	}
	return commit, record, ""
}

// pairSince opens the source commit of the branch's trees beside what is rendered now.
func (p *publishCommand) pairSince(commit string, in config.Input) (compiler.Pair, error) {
	base, err := p.repository.Revision(commit)
	if err != nil {
		return compiler.Pair{}, err
	}
	s := sides{pair: compiler.Pair{Base: in, Head: in}}
	s.pair.Base.SOA, s.pair.Head.SOA = base, p.head
	return s.pair, s.narrow(base, p.head)
}

// settle makes the record of what this run renders from; unrecorded says why there is none. Exact is whether the commit
// holds all that is read.
func (p *publishCommand) settle(in config.Input, exact bool) error {
	if !exact {
		p.unrecorded = "the work tree holds files that its commit lacks"
		return nil
	}
	compiler, err := build()
	if err != nil {
		return err
	}
	system, err := source.Sum(in.System)
	if err != nil {
		p.unrecorded = "the system config cannot be summed up: " + err.Error()
		return nil
	}
	p.record = &publish.Record{Compiler: compiler, Settings: p.settings(), System: system}
	return nil
}

// settings words the flags that have a say in what is rendered.
func (p *publishCommand) settings() string {
	clusters := slices.Sorted(slices.Values(p.clusters))
	words := []string{"folder=" + p.repository.Prefix()}
	if len(clusters) > 0 {
		words = append(words, "cluster="+strings.Join(slices.Compact(clusters), ","))
	}
	for _, flag := range []struct{ name, value string }{{"kubernetes-client", p.kubernetesClient}, {"croniter", p.croniter}} {
		if flag.value != "" {
			words = append(words, flag.name+"="+flag.value)
		}
	}
	return strings.Join(words, " ")
}
