package main

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/paasta-render/paasta-render/compiler"
	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/output"
	"github.com/paasta-render/paasta-render/compiler/publish"
	"github.com/paasta-render/paasta-render/compiler/target"
	"github.com/paasta-render/paasta-render/compiler/tree"
)

// share is which of the clusters a run renders: part number of so many, from 1. The zero value is all of them.
type share struct{ number, of int }

// maxParts bounds what --part and --join take, since each part has a reference.
const maxParts = 1000

// parseShare reads I/N.
func parseShare(text string) (share, error) {
	number, of, _ := strings.Cut(text, "/")
	i, err1 := strconv.Atoi(number)
	n, err2 := strconv.Atoi(of)
	if err1 != nil || err2 != nil || i < 1 || i > n || n > maxParts {
		return share{}, fmt.Errorf("--part %q: write I/N, part I of N, such as 1/3; N is at most %d", text, maxParts)
	}
	return share{i, n}, nil
}

// clusters deals the clusters out in turn, so that parts are of about one size when the names of large ones are alike.
func (s share) clusters(names []string) []string {
	var mine []string
	for i, name := range names {
		if i%s.of == s.number-1 {
			mine = append(mine, name)
		}
	}
	return mine
}

// checkShares settles --part and --join.
func (p *publishCommand) checkShares() (err error) {
	if p.partText == "" && p.join == 0 {
		return nil
	}
	if p.partText != "" && p.join != 0 {
		return errors.New("--part leaves one part, --join makes the commit of all: take one of them")
	}
	if p.join < 0 || p.join > maxParts {
		return fmt.Errorf("--join must be from 1 to %d", maxParts)
	}
	if strings.Contains(p.branch, "{cluster}") {
		return errors.New(`--part and --join make one commit for all clusters: with "{cluster}" in --branch run ` +
			"publish --cluster once for each")
	}
	if p.keepGoing || p.dirty {
		return errors.New("--part and --join take a commit without errors: --keep-going and --allow-dirty have no meaning")
	}
	if p.partText == "" {
		return nil
	}
	if p.dryRun || p.body {
		return errors.New("--part commits nothing to the branch: pass --dry-run and --pr-body to --join")
	}
	p.part, err = parseShare(p.partText)
	return err
}

// allClusters returns the clusters that all parts together render.
func (p *publishCommand) allClusters(in config.Input) []string {
	company := config.Open(in, func(finding.Finding) {}) // the run says what is wrong
	if company == nil {
		return nil
	}
	var names []string
	for _, c := range company.Clusters {
		if len(p.clusters) == 0 || slices.Contains(p.clusters, c.Name) {
			names = append(names, c.Name)
		}
	}
	return names
}

// partRef names the reference of a part. The flags and the branch have a say in it, so that runs that differ in them
// do not mix.
func (p *publishCommand) partRef(out *publishSink, s share) string {
	sum := sha256.Sum256([]byte(p.record.Settings + "\x00" + out.Branch))
	return fmt.Sprintf("refs/paasta-render/parts/%s/%x/%d-of-%d", p.source.Commit, sum[:6], s.number, s.of)
}

// leave commits the trees of this run's clusters to the part's reference and prints them.
func (p *publishCommand) leave(ctx context.Context, out *publishSink, result compiler.Result) error {
	if p.record == nil {
		return fmt.Errorf("a part must say what it was made from: %s", p.unrecorded)
	}
	var left map[string]string
	describe := func(trees map[string]string) output.Description {
		left = trees
		record := *p.record
		record.Trees = trees
		return output.Description{
			Message: fmt.Sprintf("Part %d of %d of %s\n", p.part.number, p.part.of, p.source.Commit),
			// Clusters that have no file are named, too, so that what the branch holds of them goes.
			Metadata: publish.Metadata(p.source, result.Folders, &record),
		}
	}
	err := out.Leave(p.partRef(out, p.part), result.Folders, describe)
	if err != nil && ctx.Err() != nil {
		return errors.New("interrupted; nothing was left")
	}
	if err != nil {
		return err
	}
	for _, cluster := range slices.Sorted(maps.Keys(left)) {
		fmt.Fprintln(p.out, finding.LogLine(cluster), left[cluster])
	}
	if !p.quiet && p.format == "text" {
		say(p.err, "part %d of %d: %s\n", p.part.number, p.part.of, plural(len(left), "cluster"))
	}
	return nil
}

// joinParts makes the one commit of all parts.
func (p *publishCommand) joinParts(ctx context.Context, in config.Input, out *publishSink,
	findings *finding.List) error {
	if p.record == nil {
		return fmt.Errorf("parts cannot be joined: %s", p.unrecorded)
	}
	var refs []string
	for n := range p.join {
		refs = append(refs, p.partRef(out, share{n + 1, p.join}))
	}
	parts, err := out.Parts(refs)
	defer func() {
		for _, part := range parts {
			if part != nil {
				part.Close()
			}
		}
	}()
	if err != nil {
		return err
	}
	folders, err := p.takeParts(out, parts)
	if err != nil {
		return err
	}
	want := p.allClusters(in)
	for _, cluster := range want {
		if !slices.Contains(folders, cluster) {
			return fmt.Errorf("no part has the cluster %s", cluster)
		}
	}
	if len(slices.DeleteFunc(slices.Clone(folders), func(f string) bool { return f == tree.CompanyFolder })) != len(want) {
		return fmt.Errorf("the parts have %d clusters, and the company has %d", len(folders), len(want))
	}
	if err := p.commit(ctx, out, compiler.Result{Clusters: folders, Folders: folders}, findings); err != nil || p.dryRun {
		return err
	}
	if err := out.Drop(parts); err != nil {
		say(p.err, "paasta-render: warning: the references of the parts are still there: %s\n", err)
	}
	return nil
}

// takeParts takes the trees of all parts over, if they are what runs like this one have left.
func (p *publishCommand) takeParts(out *publishSink, parts []*output.Held) (folders []string, err error) {
	for n, part := range parts {
		name := fmt.Sprintf("part %d of %d", n+1, len(parts))
		if part == nil {
			return nil, fmt.Errorf("%s has not been left for %s: run publish --part %d/%d with the same flags",
				name, p.source.Commit, n+1, len(parts))
		}
		commit, record := publish.ReadPart(part.Metadata)
		if record == nil || commit != p.source.Commit {
			return nil, fmt.Errorf("%s is none of %s", name, p.source.Commit)
		}
		if why := record.Differs(p.record); why != "" {
			return nil, fmt.Errorf("%s: %s", name, why)
		}
		for cluster, want := range record.Trees {
			if got, err := part.Own(cluster); err != nil || got != want {
				return nil, fmt.Errorf("%s: %s is not the tree that was rendered", name, finding.LogLine(cluster))
			}
		}
		if err := out.Join(part, slices.Collect(maps.Keys(record.Trees))); err != nil {
			return nil, err
		}
		folders = append(folders, publish.Clusters(part.Metadata)...)
	}
	slices.Sort(folders)
	return folders, nil
}

// renderCompany renders what belongs to no cluster, which the first part does. It returns the folder; none when no target
// makes any.
func (p *publishCommand) renderCompany(ctx context.Context, in config.Input, out *publishSink,
	findings *finding.List) ([]string, error) {
	if p.part.number != 1 {
		return nil, nil
	}
	o, err := p.options(ctx)
	if err != nil {
		return nil, err
	}
	o.Targets = slices.DeleteFunc(slices.Clone(o.Targets), func(t target.Target) bool { return t.Company == nil })
	report := func(f finding.Finding) {
		if f.Severity == finding.Error { // the rest is said of the clusters
			findings.Add(f)
		}
	}
	result, err := compiler.Compile(in, o, companySink{out}, report)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(result.Folders, func(folder string) bool { return folder != tree.CompanyFolder }), nil
}

// companySink passes on the files that belong to no cluster.
type companySink struct{ *publishSink }

// Put takes a file.
func (s companySink) Put(f tree.File) error {
	if !strings.HasPrefix(f.Path, tree.CompanyFolder+"/") {
		return nil
	}
	return s.publishSink.Put(f)
}
