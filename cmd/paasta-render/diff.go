package main

import (
	"context"
	"errors"
	"io"
	"os"
	"strconv"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/paasta-render/paasta-render/compiler"
	"github.com/paasta-render/paasta-render/compiler/diff/report"
	"github.com/paasta-render/paasta-render/compiler/finding"
)

type diffCommand struct {
	common
	gateFlags
	full, exitCode bool
	expect         string
	compiler       string // another build of this program
	live           []string
}

func newDiff(s streams) *cobra.Command {
	d := &diffCommand{common: common{streams: s}}
	cmd := &cobra.Command{
		Use:   "diff [BASE[..HEAD]] | diff --live DUMP… | diff --compiler OTHER [REV]",
		Short: "Say what would change, and what that does to what runs",
		Long: `Compile two revisions of soa-configs straight from git and say what changes: a summary, a forecast
(which workloads restart, are recreated, deleted or scaled; routes, schedules, alerts, autoscaling;
capacity), and change classes: the same edit of many objects is one row, with the source line that made
it.

BASE is compared with HEAD, or with the work tree when no HEAD is given; BASE...HEAD compares with their merge base.
The default is HEAD against the work tree; in a merge request's pipeline on GitHub or GitLab, the merge base. A system
config in the same repository is read at the same revisions.

With --live, what is rendered is compared with what runs in one cluster, as kubectl get -o yaml --show-managed-fields
has printed it (- is the standard input): which workloads would restart and by which field, what has another
config_sha and which version of PaaSTA's Kubernetes client explains it, what runs and is not rendered, what does not
run, and who else owns fields. It counts as if 'adopt' had handed PaaSTA's fields over to the agent.

With --compiler OTHER, another build of paasta-render and this one render the same revision (default: the work tree):
what does an upgrade of the compiler do to the fleet? A workload that restarts is an error there, unless --expect says
what is meant; "any" takes whatever comes. OTHER is run as it is: name a program that you trust.

What no rule knows counts as a restart: the forecast is never too optimistic. Secrets are never shown.

The gates of gates.yaml in the system config are applied to the change: those of BASE, and those that the change
adds. A gate that does not hold is an error at the source line that made the change, and the exit status is 1.`,
		Example: `  paasta-render diff
  paasta-render diff origin/main...HEAD --format markdown
  paasta-render diff HEAD~1..HEAD --expect no-restart
  paasta-render diff --expect "only storefront,search" --exit-code
  paasta-render diff origin/main...HEAD --approved-by "$APPROVERS"
  kubectl get deployments,statefulsets,hpa,pdb -A -o yaml --show-managed-fields >dump.yaml
  paasta-render diff -c west-prod --live dump.yaml
  paasta-render diff --compiler paasta-render --exit-code`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(d.live) > 0 {
				return nil
			}
			return cobra.MaximumNArgs(1)(cmd, args)
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(d.live) > 0 && d.compiler == "" {
				return d.runLive(cmd.Context(), append(d.live, args...))
			}
			argument := ""
			if len(args) > 0 {
				argument = args[0]
			}
			if d.compiler != "" {
				return d.runCompilers(cmd.Context(), argument)
			}
			return d.run(cmd.Context(), argument)
		},
	}
	d.common.flags(cmd, "text", "json", "markdown", "html")
	cmd.Flags().Lookup("format").Usage = "how the difference is printed: text, json, markdown, html"
	cmd.Flags().BoolVar(&d.full, "full", false, "show every field of every object (text, json)")
	cmd.Flags().BoolVar(&d.exitCode, "exit-code", false, "exit with status 3 when something changes")
	d.gateFlags.flags(cmd)
	cmd.Flags().StringVar(&d.expect, "expect", "",
		`fail unless the change is as meant: none, no-restart, any, "only SERVICE…"`)
	cmd.Flags().StringVar(&d.compiler, "compiler", "", "compare with what another build of this program renders: its path")
	cmd.Flags().StringArrayVar(&d.live, "live", nil, "compare with what runs: what kubectl get -o yaml has printed, or -")
	return cmd
}

func (d *diffCommand) run(ctx context.Context, argument string) error {
	d.heap.allow(diffBudget)
	var expectation *report.Expectation
	if d.expect != "" {
		e, err := report.ParseExpectation(d.expect)
		if err != nil {
			return err
		}
		expectation = &e
	}
	if _, err := d.today(); err != nil {
		return err
	}
	var findings finding.List
	report, err := d.report(ctx, d.parseSpan(argument), &findings)
	if errors.Is(err, compiler.ErrStopped) {
		return errors.New("interrupted")
	}
	if err != nil {
		return err
	}
	if err := d.write(report); err != nil {
		return err
	}
	if expectation != nil {
		if x := expectation.Check(report); x != nil {
			findings.Add(x.Finding())
		}
	}
	if err := d.printText(d.err, findings.All()); err != nil {
		return err
	}
	switch {
	case findings.HasErrors():
		return exitError{status: exitConfig}
	case d.exitCode && report.Summary.Objects() > 0:
		return exitError{status: exitChanges}
	}
	return nil
}

// printText prints findings as text whatever the format of the report is.
func (d *diffCommand) printText(w io.Writer, findings []finding.Finding) error {
	text := d.common
	text.format = "text"
	return text.print(w, findings)
}

// report compiles and compares both sides.
func (d *diffCommand) report(ctx context.Context, s span, findings *finding.List) (*report.Report, error) {
	options, err := d.options(ctx)
	if err != nil {
		return nil, err
	}
	sides, err := d.openSides(s)
	if err != nil {
		return nil, err
	}
	defer sides.close()
	gates := newGatekeeper(d.gateFlags, sides.pair.Base, sides.pair.Head, findings.Add)
	found, err := compareSides(sides, options, gates.keep)
	if err != nil {
		return nil, err
	}
	for _, f := range found.wrong() {
		findings.Add(f)
	}
	report := report.New(found.changes)
	report.Base, report.Head, report.Links = sides.baseName, sides.headName, sides.links
	report.BaseCommit, report.Subject = sides.baseCommit, sides.subject
	report.Findings, report.Unread, report.Costs = findings.All(), !found.made.Opened, found.made.Costs
	if report.Gates, err = gates.hold(report); err != nil {
		return nil, err
	}
	for _, f := range report.Gates {
		findings.Add(f)
	}
	return report, nil
}

// write prints the report in the chosen format.
func (d *diffCommand) write(r *report.Report) error {
	switch d.format {
	case "json":
		return r.JSON(d.out, d.full)
	case "markdown":
		return r.Markdown(d.out)
	case "html":
		return r.HTML(d.out)
	}
	options := report.TextOptions{Full: d.full}
	if isTerminal(d.out) {
		options.Colour = d.getenv("NO_COLOR") == ""
		options.Width = terminalWidth(d.out, d.getenv("COLUMNS"))
	}
	return r.Text(d.out, options)
}

// terminalWidth is how many columns the terminal has, or COLUMNS says.
func terminalWidth(w io.Writer, columns string) int {
	if n, err := strconv.Atoi(columns); err == nil && n > 20 {
		return n
	}
	if f, ok := w.(*os.File); ok {
		if width, _, err := term.GetSize(int(f.Fd())); err == nil {
			return width
		}
	}
	return 0
}
