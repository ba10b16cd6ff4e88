package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/paasta-render/paasta-render/compiler/diff"
	"github.com/paasta-render/paasta-render/compiler/diff/compare"
	"github.com/paasta-render/paasta-render/compiler/diff/report"
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/output"
	"github.com/paasta-render/paasta-render/compiler/publish"
	"github.com/paasta-render/paasta-render/compiler/source"
)

// older tells whether the branch's render is of a commit that comes after the one that is rendered now.
func (p *publishCommand) older(metadata []byte) bool {
	theirs := publish.Rendered(metadata)
	if theirs == "" || theirs == p.source.Commit || !p.known(theirs) {
		return false
	}
	repository, err := source.Open(p.soaDir)
	if err != nil {
		return false
	}
	defer repository.Close()
	base, err := repository.MergeBase(p.source.Commit, theirs)
	return err == nil && base == p.source.Commit
}

// describe words a change, unless the firewall stops it.
func (p *publishCommand) describe(ctx context.Context, c output.Change, whole bool,
	findings *finding.List) (output.Description, error) {
	if c.Tip == p.source.Commit && p.atRoot {
		return output.Description{}, errors.New("the branch is the one that is rendered, and its clusters would be read as " +
			"services: name another with --branch")
	}
	compared, notes := withoutNewClusters(c)
	before, err := c.Read(c.Old)
	if err != nil {
		return output.Description{}, err
	}
	after, err := c.Read(compared)
	if err != nil {
		return output.Description{}, err
	}
	report := report.New(compare.Files(targetLayout(), before, after))
	p.reports[reportKey(c)] = report
	last := p.lookSince(ctx, c.Metadata)
	if last.causes != nil {
		report.Explain(func(c *diff.Change) []diff.Cause { return last.causes[c.Key()] })
	}
	wall := publish.Firewall{Layout: targetLayout(), Share: p.maxDeleted / 100,
		Allow: publish.Allowed(append(last.messages, p.messages...)...),
		Wrong: wrongInstances(findings.All())}
	said, err := stopped(wall, &c, report)
	if err != nil {
		return output.Description{}, err
	}
	p.gates.before, p.gates.after = before, after
	if report.Gates, err = p.gates.hold(report); err != nil {
		return output.Description{}, err
	}
	said = append(said, report.Gates...)
	for _, f := range said {
		findings.Add(f)
	}
	if stops(said) {
		return output.Description{}, errDeletes
	}
	clusters := c.Has
	if published := publish.Published(c.Metadata, p.source, p.known); !whole && len(publish.Vanished(published, clusters)) > 0 {
		clusters = append(clusters, published...) // --cluster renders some of them
	}
	return output.Description{
		Message:  publish.Message(p.source, report, notes...),
		Metadata: publish.Metadata(p.source, clusters, p.recordOf(c, findings)),
	}, nil
}

// stopped returns what stops the change. All paths of the clusters are read only where one of them may be at stake.
func stopped(wall publish.Firewall, c *output.Change, r *report.Report) ([]finding.Finding, error) {
	var had, has []string
	var err error
	if !samePaths(c.Old, c.New) || len(publish.Unknown(c.Had, c.Metadata)) > 0 ||
		slices.ContainsFunc(r.Changes, func(c diff.Change) bool { return c.Effect == diff.Delete }) {
		if had, err = c.Before(); err != nil {
			return nil, err
		}
		if has, err = c.After(); err != nil {
			return nil, err
		}
	}
	return append(publish.Taken(had, c.Metadata), wall.Check(r, had, has)...), nil
}

// samePaths tells whether no file comes or goes.
func samePaths(old, now []output.File) bool {
	return slices.EqualFunc(old, now, func(a, b output.File) bool { return a.Path == b.Path })
}

// fewFiles is how many files of a new cluster are still compared with nothing, object by object.
const fewFiles = 2000

// withoutNewClusters leaves the files of large clusters out that had none before: all in them is new, and to say so
// object by object would take gigabytes. The notes say it in a sentence for each.
func withoutNewClusters(c output.Change) (files []output.File, notes []string) {
	counts := map[string]int{}
	clusterOf := func(path string) string {
		cluster, _, _ := strings.Cut(path, "/")
		return cluster
	}
	for _, f := range c.New {
		counts[clusterOf(f.Path)]++
	}
	isNew := func(cluster string) bool { return !slices.Contains(c.Had, cluster) && counts[cluster] > fewFiles }
	for _, cluster := range slices.Sorted(maps.Keys(counts)) {
		if isNew(cluster) {
			notes = append(notes, fmt.Sprintf("The cluster %s is new here: %d files.", cluster, counts[cluster]))
		}
	}
	return slices.DeleteFunc(slices.Clone(c.New), func(f output.File) bool { return isNew(clusterOf(f.Path)) }), notes
}

// recordOf is the record of a change; nil when a later run cannot rely on it: what has an error stays as it was.
func (p *publishCommand) recordOf(c output.Change, findings *finding.List) *publish.Record {
	if p.record == nil || findings.HasErrors() {
		return nil
	}
	record := *p.record
	record.Trees = c.Trees
	return &record
}

func reportKey(c output.Change) string {
	return strings.Join(append([]string{c.Tip}, c.Clusters...), "/")
}

// wrongInstances tells which instances have an error; one in a service's file concerns all of its instances.
func wrongInstances(findings []finding.Finding) func(cluster, service, instance string) bool {
	type place struct{ cluster, service, instance string }
	wrong := map[place]bool{}
	for _, f := range findings {
		if f.Severity == finding.Error && f.Service != "" {
			wrong[place{f.Cluster, f.Service, f.Instance}] = true
		}
	}
	return func(cluster, service, instance string) bool {
		return wrong[place{cluster, service, instance}] || wrong[place{"", service, instance}] ||
			wrong[place{cluster, service, ""}] || wrong[place{"", service, ""}]
	}
}
