package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/paasta-render/paasta-render/compiler"
	"github.com/paasta-render/paasta-render/compiler/finding"
)

func newValidate(s streams) *cobra.Command {
	c := &common{streams: s}
	cmd := &cobra.Command{
		Use:   "validate [SERVICE…]",
		Short: "Make every check that paasta validate makes, and more; write nothing",
		Long: `Check soa-configs as paasta validate does, without its cluster, Vault or network. An error means that paasta validate
fails the service, or Tron its jobs. What only a render would refuse, and what works but is hardly meant, is a warning;
-v shows also what is merely worth knowing.

Findings are the result and go to stdout. With --format json each finding is one JSON object a line.`,
		Example: `  paasta-render validate
  paasta-render validate web mail-worker
  paasta-render validate -d soa-configs --rev HEAD --format github`,
		Args: cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, services []string) error {
			c.services = append(c.services, services...)
			return c.validate(cmd.Context())
		},
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return c.serviceNames(), cobra.ShellCompDirectiveNoFileComp
		},
	}
	c.flags(cmd, findingFormats()...)
	return cmd
}

func (c *common) validate(ctx context.Context) error {
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
	result, err := compiler.Validate(in, options, findings.Add)
	bar.clear()
	if errors.Is(err, compiler.ErrStopped) {
		return errors.New("interrupted")
	}
	if err != nil {
		return err
	}
	wrong := findings.HasErrors()
	if err := c.print(c.out, findings.All()); err != nil {
		return err
	}
	if !c.quiet && c.format == "text" {
		fmt.Fprintf(c.err, "validated %s: %s\n", plural(result.Services, "service"), counts(findings.All()))
	}
	if wrong {
		return exitError{status: exitConfig}
	}
	return nil
}
