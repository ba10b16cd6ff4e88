package main

import (
	"context"
	"errors"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/paasta-render/paasta-render/compiler"
	"github.com/paasta-render/paasta-render/compiler/diff"
	"github.com/paasta-render/paasta-render/compiler/diff/compare"
	"github.com/paasta-render/paasta-render/compiler/diff/report"
	"github.com/paasta-render/paasta-render/compiler/explain"
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/target"
	"github.com/paasta-render/paasta-render/compiler/tree"
)

type diffCommand struct {
	common
	full, exitCode bool
	expect         string
}

func newDiff(s streams) *cobra.Command {
	d := &diffCommand{common: common{streams: s}}
	cmd := &cobra.Command{
		Use:   "diff [BASE[..HEAD]]",
		Short: "Say what would change, and what that does to what runs",
		Long: `Compile two revisions of soa-configs straight from git and say what changes: a summary, a forecast (which workloads
restart, are recreated, deleted or scaled; routes, schedules, alerts, autoscaling; capacity), and change classes: the same
edit of many objects is one row, with the source line that made it.

BASE is compared with HEAD, or with the work tree when no HEAD is given; BASE...HEAD compares with their merge base. The
default is HEAD against the work tree; in a merge request's pipeline on GitHub or GitLab, the merge base. A system config
in the same repository is read at the same revisions.

What no rule knows counts as a restart: the forecast is never too optimistic. Secrets are never shown.`,
		Example: `  paasta-render diff
  paasta-render diff origin/main...HEAD --format markdown
  paasta-render diff HEAD~1..HEAD --expect no-restart
  paasta-render diff --expect "only web,api" --exit-code`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			argument := ""
			if len(args) > 0 {
				argument = args[0]
			}
			return d.run(cmd.Context(), argument)
		},
	}
	d.flags(cmd, "text", "json", "markdown", "html")
	cmd.Flags().Lookup("format").Usage = "how the difference is printed: text, json, markdown, html"
	cmd.Flags().BoolVar(&d.full, "full", false, "show every field of every object (text, json)")
	cmd.Flags().BoolVar(&d.exitCode, "exit-code", false, "exit with status 3 when something changes")
	cmd.Flags().StringVar(&d.expect, "expect", "", `fail unless the change is as meant: none, no-restart, "only SERVICE…"`)
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
	var mu sync.Mutex
	layout := layout()
	var changes, linked []diff.Change
	var alone alone
	var old, now finding.List
	causes := explain.NewCauses(experiments(options.Targets))
	causes.Elsewhere, causes.Others = sides.elsewhere, sides.others
	made, err := compiler.Compare(sides.pair, options, func(b compiler.Compared) {
		if alone.take(b) {
			return
		}
		found := compare.Files(layout, b.Before, b.After)
		if b.Service != "" {
			causes.Service(b.Base, b.Head, b.After, found)
		}
		mu.Lock()
		defer mu.Unlock()
		if b.Service == "" {
			linked = append(linked, found...)
			return
		}
		changes = append(changes, found...)
	}, old.Add, now.Add)
	if err != nil {
		return nil, err
	}
	wrong := introduced(old.All(), now.All())
	if !made.Opened {
		wrong = slices.Concat(old.All(), now.All())
	}
	for _, f := range wrong {
		findings.Add(f)
	}
	changes = append(changes, alone.changes(layout, causes)...)
	causes.Linked(linked)
	report := report.New(slices.Concat(changes, linked))
	report.Base, report.Head = sides.baseName, sides.headName
	report.Findings, report.Unread, report.Costs = findings.All(), !made.Opened, made.Costs
	return report, nil
}

// introduced keeps the findings that the base does not have, in whatever line.
func introduced(old, now []finding.Finding) []finding.Finding {
	known := map[string]bool{}
	plain := func(f finding.Finding) string {
		message := strings.Map(func(r rune) rune { // a size or a count may grow
			if r >= '0' && r <= '9' {
				return -1
			}
			return r
		}, f.Message)
		return strings.Join([]string{string(f.Code), f.At.File, message, f.Service, f.Instance, f.Cluster}, "\x00")
	}
	for _, f := range old {
		known[plain(f)] = true
	}
	return slices.DeleteFunc(slices.Clone(now), func(f finding.Finding) bool { return known[plain(f)] })
}

// alone keeps services that only one side has: a service that is renamed is compared with what it was.
type alone struct {
	mu            sync.Mutex
	services      []compiler.Compared
	before, after []tree.File
}

// take keeps the service when it is on one side only.
func (a *alone) take(b compiler.Compared) bool {
	if b.Service == "" || len(b.Before) > 0 == (len(b.After) > 0) {
		return false
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.services = append(a.services, b)
	a.before, a.after = append(a.before, b.Before...), append(a.after, b.After...)
	return true
}

// changes compares what was kept.
func (a *alone) changes(layout *target.Layout, causes *explain.Causes) []diff.Change {
	found := compare.Files(layout, a.before, a.after)
	for _, b := range a.services {
		var own []diff.Change
		var at []int
		files := map[string]bool{}
		for _, f := range slices.Concat(b.Before, b.After) {
			files[f.Path] = true
		}
		for i := range found {
			if files[found[i].File] {
				own, at = append(own, found[i]), append(at, i)
			}
		}
		causes.Service(b.Base, b.Head, b.After, own)
		for i := range own {
			found[at[i]] = own[i]
		}
	}
	return found
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
