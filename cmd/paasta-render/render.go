package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/paasta-render/paasta-render/compiler"
	"github.com/paasta-render/paasta-render/compiler/capacity"
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/output"
)

type renderCommand struct {
	common
	out       string
	keepGoing bool
	cost      string // the file that says what the nodes cost; empty for none
}

func newRender(s streams) *cobra.Command {
	r := &renderCommand{common: common{streams: s}}
	cmd := &cobra.Command{
		Use:   "render -o OUT",
		Short: "Compile soa-configs into one manifest tree for each cluster",
		Long: `Compile soa-configs into OUT/<cluster>/. A cluster's tree is replaced as a whole: unchanged files keep their mtime, stale
ones go. When the configuration has an error nothing is written, unless --keep-going is given: then everything that
PaaSTA itself would render is written and what it would refuse is left out; the exit status is 1 all the same.

--report FILE says as JSON what the nodes of each cluster cost an hour: by pool, team and service, at the least and at
the greatest number of replicas, and what has no price. It needs the keys pools and prices of the system config.

Runs for different clusters (-c) may write into one OUT at the same time; a second run for the same cluster is refused.

Findings go to stderr, the summary too. With --format json each finding is one JSON object a line.`,
		Example: `  paasta-render render -o ../out
  paasta-render render --rev origin/main -o ../out
  paasta-render render -o ../out --report ../cost.json
  paasta-render render -c west-prod -o ../out --keep-going --format json 2>../findings.jsonl`,
		RunE: func(cmd *cobra.Command, _ []string) error { return r.run(cmd.Context()) },
	}
	r.flags(cmd, findingFormats()...)
	cmd.Flags().StringVarP(&r.out, "output", "o", "", "output directory (required)")
	cmd.Flags().BoolVarP(&r.keepGoing, "keep-going", "k", false, "render what is right and leave out what is wrong")
	cmd.Flags().StringVar(&r.cost, "report", "", "write what the nodes cost to this file, as JSON")
	_ = cmd.MarkFlagRequired("output")
	_ = cmd.MarkFlagDirname("output")
	return cmd
}

func (r *renderCommand) run(ctx context.Context) error {
	options, err := r.options(ctx)
	if err != nil {
		return err
	}
	options.Cost = r.cost != ""
	in, err := r.input()
	if err != nil {
		return err
	}
	if err := r.outside(r.out); err != nil {
		return err
	}
	out, err := output.NewDir(r.out, r.clusters...)
	if err != nil {
		return err
	}
	defer out.Discard()
	bar := newProgress(r.err, r.quiet)
	options.Progress = bar.show
	var findings finding.List
	result, err := compiler.Compile(in, options, out, findings.Add)
	bar.clear()
	if errors.Is(err, compiler.ErrStopped) {
		return errors.New("interrupted; nothing was written")
	}
	if err != nil {
		return fmt.Errorf("%w; nothing was written", err)
	}
	if result.Files == 0 && !findings.HasErrors() {
		findings.Add(finding.Finding{Code: finding.NoInstances, At: finding.Position{File: "."}, Message: "nothing to render: no service defines an instance in these clusters"})
	}
	wrong := findings.HasErrors()
	if err := r.print(r.err, findings.All()); err != nil {
		return err
	}
	if wrong && !r.keepGoing || result.Files == 0 {
		return r.refuse(&findings)
	}
	out.Partial = r.partial()
	if err := out.Commit(result.Folders); err != nil {
		return err
	}
	if err := r.writeCost(result.Cost); err != nil {
		return err
	}
	r.summary(r.err, result, out, &findings)
	if wrong {
		return exitError{status: exitConfig}
	}
	return nil
}

// writeCost writes the report on what the nodes cost, when one is asked for. Where no cluster describes its nodes,
// that is said, since an empty report is probably not meant.
func (r *renderCommand) writeCost(cost *capacity.Cost) error {
	if cost == nil {
		return nil
	}
	data, err := json.MarshalIndent(cost, "", "  ")
	if err != nil {
		return fmt.Errorf("encoding the report: %w", err)
	}
	if err := os.WriteFile(r.cost, append(data, '\n'), 0o666); err != nil {
		return fmt.Errorf("writing the report: %w", err)
	}
	if len(cost.Clusters) == 0 && !r.quiet {
		say(r.err, "%s is empty: the target karpenter renders in none of the clusters, so no nodes are described\n", r.cost)
	}
	return nil
}

// partial tells whether only a part of each cluster is rendered, so that other files must not be taken for stale.
func (r *renderCommand) partial() bool {
	return len(r.services)+len(r.instances)+len(r.target) > 0
}

func (r *renderCommand) refuse(findings *finding.List) error {
	if r.format != "text" {
		return exitError{status: exitConfig}
	}
	return exitError{exitConfig, fmt.Errorf("%s; nothing was written", counts(findings.All()))}
}

func (r *renderCommand) summary(w io.Writer, result compiler.Result, out *output.Dir, findings *finding.List) {
	if r.quiet || r.format != "text" {
		return
	}
	what := fmt.Sprintf("%d services", result.Services)
	if result.Instances > 0 { // with --target tron nobody looks at them
		what = fmt.Sprintf("%d instances of %s", result.Instances, what)
	}
	say(w, "rendered %s for %d clusters: %d files, %d written, %d removed, %s\n", what, len(result.Clusters), result.Files,
		out.Changed, out.Removed, counts(findings.All()))
}

// counts says how many findings there are of each severity.
func counts(findings []finding.Finding) string {
	var errs, warnings int
	for _, f := range findings {
		switch f.Severity {
		case finding.Error:
			errs++
		case finding.Warning:
			warnings++
		}
	}
	return fmt.Sprintf("%s, %s", plural(errs, "error"), plural(warnings, "warning"))
}

func plural(n int, word string) string {
	if n == 1 {
		return "1 " + word
	}
	return fmt.Sprintf("%d %ss", n, word)
}
