package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/paasta-render/paasta-render/compiler"
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/gate"
)

func newValidate(s streams) *cobra.Command {
	c := &common{streams: s}
	var runs runsFlags
	cmd := &cobra.Command{
		Use:   "validate [SERVICE…]",
		Short: "Make every check that paasta validate makes, and more; write nothing",
		Long: `Check soa-configs as paasta validate does, without its cluster, Vault or network. An error means that paasta
validate fails the service, or Tron its jobs. What only a render would refuse, and what works but is hardly meant, is a warning;
-v shows also what is merely worth knowing.

Findings go to stderr, one a line with --format text, json and github; the documents that --format sarif, markdown and
html make go to stdout. --show-runs prints the next runs of each Tron job on stdout, after the time that --from names.`,
		Example: `  paasta-render validate
  paasta-render validate storefront mailer
  paasta-render validate --rev HEAD --format github
  paasta-render validate mailer --show-runs 5 --from 2026-03-08T00:00:00Z`,
		Args: cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, services []string) error {
			c.services = append(c.services, services...)
			return c.validate(cmd.Context(), runs)
		},
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return c.serviceNames(), cobra.ShellCompDirectiveNoFileComp
		},
	}
	c.flags(cmd, findingFormats()...)
	cmd.Flags().IntVar(&runs.show, "show-runs", 0, "print this many next runs of each Tron job")
	cmd.Flags().StringVar(&runs.from, "from", "", "the time after which --show-runs counts, such as 2026-03-08T00:00:00Z")
	return cmd
}

func (c *common) validate(ctx context.Context, runs runsFlags) error {
	if runs.show < 0 {
		return fmt.Errorf("--show-runs must not be negative, but is %d", runs.show)
	}
	if runs.show > 0 {
		if _, err := runs.start(); err != nil {
			return err
		}
	}
	options, err := c.options(ctx)
	if err != nil {
		return err
	}
	in, err := c.input()
	if err != nil {
		return err
	}
	bar := newProgress(c.err, c.quiet)
	options.Progress = bar.show
	var findings finding.List
	gate.Read(in.System, in.SystemDir, findings.Add)
	result, err := compiler.Validate(in, options, findings.Add)
	bar.clear()
	if errors.Is(err, compiler.ErrStopped) {
		return errors.New("interrupted")
	}
	if err != nil {
		return err
	}
	wrong := findings.HasErrors()
	if err := c.print(c.findingStream(), findings.All()); err != nil {
		return err
	}
	if runs.show > 0 {
		if err := c.showRuns(c.out, in, runs); err != nil {
			return err
		}
	}
	if !c.quiet && c.format == "text" {
		say(c.err, "validated %s: %s\n", plural(result.Services, "service"), counts(findings.All()))
	}
	if wrong {
		return exitError{status: exitConfig}
	}
	return nil
}

// findingStream is stderr for formats of one line for each finding; a document is a result and goes to stdout.
func (c *common) findingStream() io.Writer {
	switch c.format {
	case "sarif", "markdown", "html":
		return c.out
	}
	return c.err
}
