package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/paasta-render/paasta-render/compiler"
	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/diff/report"
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/output"
	"github.com/paasta-render/paasta-render/compiler/publish"
	"github.com/paasta-render/paasta-render/compiler/source"
)

type publishCommand struct {
	common
	gateFlags
	repo, branch, remote, titleFile                                               string
	push, body, dryRun, keepGoing, dirty, skipOlder, notes, clusterMetadata, full bool
	maxDeleted                                                                    float64
	attempts                                                                      int
	timeout                                                                       time.Duration
	partText                                                                      string
	join                                                                          int
	part                                                                          share

	source   publish.Source
	messages []string                  // of the source commit, and of those that a merge brings
	atRoot   bool                      // soa-configs is all of its repository
	known    func(commit string) bool  // whether soa-configs has the commit
	reports  map[string]*report.Report // by the change's tip and clusters; the last one of a branch counts

	repository *source.Repository // of soa-configs
	head       *source.Tree       // what is rendered, with git's hashes
	record     *publish.Record    // of this run, without trees; nil when it makes none
	unrecorded string             // why it makes none
	gates      *gatekeeper
	lasts      map[string]*sinceLast // by the source commit that a branch was rendered from
	since      string                // the source commit whose trees are taken over; empty when everything is rendered
}

func newPublish(s streams) *cobra.Command {
	p := &publishCommand{common: common{streams: s}}
	cmd := &cobra.Command{
		Use:   "publish --repo OUTPUT-REPO",
		Short: "Commit the rendered trees to a git repository",
		Long: `Compile soa-configs and commit the clusters' trees to a branch of OUTPUT-REPO, a work tree or a bare repository: one commit
a run, none when nothing changed. Everything outside the clusters' folders stays as it is, and so does what no target
writes in them. The message has the source commit's subject, the forecast, and the source in trailers; hydrator.metadata
and a git note name the source commit as the GitOps Promoter asks of hydrators. The new commit is printed on stdout.

With --push the commit is made on top of the remote's branch and pushed there, and made anew when another publisher was
faster. "{cluster}" in --branch gives each cluster its own branch and commit: environment/{cluster}-next.

What has not changed since the source commit that the branch names is taken over from the branch and is not rendered again.
hydrator.metadata holds the record that this relies on, and the hashes that prove it. When the compiler, the flags, the system
config or the branch's own trees are others, everything is rendered, and stderr says why. Findings are those of the services
that were rendered.

What nobody asked for stops the run, all branches of it. Deletions: a workload with volumes, a namespace, a whole service or
cluster, more than 10 % of a cluster's workloads (files below kubernetes/<service>/). Changes that the API server refuses,
because a field cannot be changed: an agent then applies nothing of the tree. Workloads whose manifest loses its number of
pods: all but one end at once. A line in the message of a source commit since the branch's last render allows them, also
of a commit that a merge brings: Allow-Delete, Allow-Refused or Allow-Drop with SERVICE, SERVICE.INSTANCE, CLUSTER,
CLUSTER/SERVICE or all, and NAMESPACE for a namespace; several by commas.

The gates of gates.yaml in the system config stop it, too: each is applied to what the commit would change.

Where one machine is too small, several share the clusters out: --part I/N renders the I-th part of N, pushes its objects and
leaves them, with a line for each cluster (its name and the hash of its tree), at a reference below refs/paasta-render/parts.
--join N makes the one commit of all parts: the same tree as from one process. A part may be rendered again.

The message ends with the verdict for promotion gates: Restarts, Drops, Refused, Deletes (numbers of workloads), and
Routine: yes when only images and versions change.`,
		Example: `  paasta-render publish --repo ../manifests
  paasta-render publish --repo ../manifests --push --branch main
  paasta-render publish --repo ../manifests --push --branch update --pr-body --pr-title ../title.txt > ../body.md
  paasta-render publish --repo ../manifests --dry-run --pr-body
  paasta-render publish --repo ../manifests --push --part 1/2
  paasta-render publish --repo ../manifests --push --part 2/2
  paasta-render publish --repo ../manifests --push --join 2`,
		RunE: func(cmd *cobra.Command, _ []string) error { return p.run(cmd.Context()) },
	}
	p.common.flags(cmd, findingFormats()...)
	p.gateFlags.flags(cmd)
	f := cmd.Flags()
	f.StringVar(&p.repo, "repo", "", "output repository: a work tree, a bare repository, or with --push a URL (required)")
	f.StringVar(&p.branch, "branch", "", "branch to commit to; {cluster} in it makes one a cluster (default: what HEAD names; main for a URL)")
	f.BoolVar(&p.push, "push", false, "commit on top of the remote's branch and push")
	f.StringVar(&p.remote, "remote", "origin", "remote to push to")
	f.BoolVar(&p.body, "pr-body", false, "print the markdown body of a pull request for the commit")
	f.StringVar(&p.titleFile, "pr-title", "", "with --pr-body: write the title of the pull request into this file")
	f.BoolVar(&p.dryRun, "dry-run", false, "say what would be committed and commit nothing")
	f.BoolVarP(&p.keepGoing, "keep-going", "k", false, "publish what is right although there are errors; what cannot be read stays as it was, and nothing is deleted for being wrong")
	f.BoolVar(&p.notes, "notes", true, "note the source commit in refs/notes/hydrator.metadata")
	f.BoolVar(&p.clusterMetadata, "cluster-metadata", false,
		"write hydrator.metadata into the clusters' folders, too (GitOps Promoter's activePath)")
	f.BoolVar(&p.skipOlder, "skip-older", false, "do nothing when the branch holds a render of a later source commit")
	f.BoolVar(&p.full, "full", false, "render everything, also what has not changed since the branch's last commit")
	f.StringVar(&p.partText, "part", "", "render part I of N of the clusters, I/N, and leave it for --join")
	f.IntVar(&p.join, "join", 0, "commit what N parts have left")
	f.BoolVar(&p.dirty, "allow-dirty", false, "publish a work tree that differs from its commit")
	f.Float64Var(&p.maxDeleted, "max-deleted", 100*publish.DefaultShare, "percent of a cluster's workloads that may be deleted")
	f.IntVar(&p.attempts, "attempts", 100, "how often the commit is made before giving up against faster publishers")
	f.DurationVar(&p.timeout, "timeout", 2*time.Minute, "time for one fetch or push")
	for _, hidden := range []string{"service", "instance", "target"} {
		_ = f.MarkHidden(hidden)
	}
	_ = cmd.MarkFlagRequired("repo")
	_ = cmd.MarkFlagDirname("repo")
	return cmd
}

func (p *publishCommand) run(ctx context.Context) error {
	if len(p.services)+len(p.instances)+len(p.target) > 0 {
		return errors.New("publish takes whole clusters: --service, --instance and --target would delete all others")
	}
	if p.titleFile != "" && !p.body {
		return errors.New("--pr-title goes with --pr-body")
	}
	if p.attempts < 1 || p.maxDeleted < 0 || p.timeout < 0 {
		return errors.New("--attempts must be at least 1, --max-deleted and --timeout not negative")
	}
	if _, err := p.today(); err != nil {
		return err
	}
	if err := p.checkShares(); err != nil {
		return err
	}
	var findings finding.List
	in, err := p.open(findings.Add)
	if p.repository != nil {
		defer p.repository.Close()
	}
	if err != nil {
		return err
	}
	p.gates = newGatekeeper(p.gateFlags, in, in, findings.Add)
	if findings.HasErrors() {
		return p.refuse(&findings, false)
	}
	options, err := p.options(ctx)
	if err != nil {
		return err
	}
	remove, err := p.scratch()
	if err != nil {
		return err
	}
	defer remove()
	out, err := p.sink(ctx, &findings)
	if err != nil {
		return err
	}
	defer out.Discard()
	if p.join > 0 {
		return p.joinParts(ctx, in, out, &findings)
	}
	if p.part.of > 0 {
		options.Selection.Clusters = p.part.clusters(p.allClusters(in))
		if len(options.Selection.Clusters) == 0 { // there are more parts than clusters
			return p.leave(ctx, out, compiler.Result{})
		}
	}
	return p.renderAndCommit(ctx, in, options, out, &findings)
}

// renderAndCommit renders, and commits to the branch, or to the part's reference.
func (p *publishCommand) renderAndCommit(ctx context.Context, in config.Input, options compiler.Options, out *publishSink,
	findings *finding.List) error {
	bar := newProgress(p.err, p.quiet)
	options.Progress = bar.show
	result, err := p.render(in, options, out, findings)
	bar.clear()
	if errors.Is(err, compiler.ErrStopped) {
		return errors.New("interrupted; nothing was committed")
	}
	if err != nil {
		return fmt.Errorf("%w; nothing was committed", err)
	}
	if out.workloads.Load() == 0 && p.since == "" && p.part.of == 0 {
		findings.Add(finding.Finding{Code: finding.EmptyRender, At: finding.Position{File: "."},
			Message:    "nothing is rendered: no service has an instance that is deployed, or a Tron job",
			Suggestion: "check --soa-dir, --system-dir and --cluster"})
		return p.refuse(findings, false)
	}
	if findings.HasErrors() && !p.keepGoing {
		return p.refuse(findings, false)
	}
	if p.part.of > 0 {
		company, err := p.renderCompany(ctx, in, out, findings)
		if err != nil {
			return err
		}
		result.Folders = append(result.Folders, company...)
		if findings.HasErrors() {
			return p.refuse(findings, false)
		}
		if err := p.print(p.err, findings.All()); err != nil {
			return err
		}
		return p.leave(ctx, out, result)
	}
	return p.commit(ctx, out, result, findings)
}

// commit commits and tells what became of it.
func (p *publishCommand) commit(ctx context.Context, out *publishSink, result compiler.Result,
	findings *finding.List) error {
	wrong := findings.HasErrors()
	err := out.Commit(result.Folders)
	if err != nil {
		p.summary(out.Results) // each cluster's branch is a commit of its own; these are made
	}
	if errors.Is(err, errDeletes) {
		return p.refuse(findings, len(out.Results) > 0)
	}
	if err != nil && ctx.Err() != nil {
		return errors.New("interrupted" + nothing(len(out.Results) > 0))
	}
	if err != nil {
		return err
	}
	if err := p.print(p.err, findings.All()); err != nil {
		return err
	}
	p.summary(out.Results)
	if p.body {
		var reports []*report.Report
		for _, r := range out.Results {
			if r.Changed {
				reports = append(reports, p.reports[reportKey(r.Change)])
			}
		}
		if err := p.writeReview(reports); err != nil {
			return err
		}
	}
	if wrong {
		return exitError{status: exitConfig}
	}
	return nil
}

// nothing says that nothing was committed, unless there are branches to which something was.
func nothing(committed bool) string {
	if committed {
		return "; the other branches are as they were"
	}
	return "; nothing was committed"
}

// refuse prints the findings. Branches to which something was committed before have been told.
func (p *publishCommand) refuse(findings *finding.List, committed bool) error {
	if err := p.print(p.err, findings.All()); err != nil {
		return err
	}
	if p.format != "text" {
		return exitError{status: exitConfig}
	}
	return exitError{exitConfig, errors.New(counts(findings.All()) + nothing(committed))}
}

// summary prints a line for each branch on stderr, and the new commit on stdout unless that is for the body.
func (p *publishCommand) summary(results []output.Result) {
	for _, r := range results {
		if r.Warning != "" {
			say(p.err, "paasta-render: warning: %s\n", r.Warning)
		}
		if r.Changed && !p.body && !p.dryRun {
			fmt.Fprintln(p.out, r.Commit)
		}
		if p.quiet || p.format != "text" {
			continue
		}
		switch {
		case r.Outdated:
			say(p.err, "branch %s: holds a render of a later source commit, no commit\n", r.Branch)
		case !r.Changed:
			say(p.err, "branch %s: nothing changed, no commit\n", r.Branch)
		case p.dryRun:
			say(p.err, "branch %s: would commit: %s\n", r.Branch, p.reports[reportKey(r.Change)].Sentence())
		default:
			verb := "committed"
			if r.Pushed {
				verb = "pushed"
			}
			sentence := p.reports[reportKey(r.Change)].Sentence()
			say(p.err, "branch %s: %s %s: %s\n", r.Branch, verb, r.Commit[:min(10, len(r.Commit))], sentence)
		}
	}
}
