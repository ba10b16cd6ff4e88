package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/paasta-render/paasta-render/compiler/check"
	"github.com/paasta-render/paasta-render/schema"
)

func newSchema(s streams) *cobra.Command {
	return &cobra.Command{
		Use:   "schema [FILE]",
		Short: "Print the JSON Schema of a file",
		Long: `Print the JSON Schema (draft 7) of a file of soa-configs, complete in itself, for an editor or another validator.
FILE is the name of a schema, or of a file that it describes. Without FILE the schemas are listed.`,
		Example: `  paasta-render schema
  paasta-render schema kubernetes-pnw-prod.yaml
  paasta-render schema smartstack > .vscode/smartstack.json`,
		Args: cobra.MaximumNArgs(1),
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return schema.Names(), cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				_, err := fmt.Fprintln(s.out, strings.Join(schema.Names(), "\n"))
				return err
			}
			name, ok := schema.ForFile(args[0])
			if !ok {
				return noSchema(args[0])
			}
			data, _ := schema.Bundle(name)
			_, err := s.out.Write(data)
			return err
		},
	}
}

func noSchema(file string) error {
	if near := check.Nearest(file, schema.Names()); near != "" {
		return fmt.Errorf("there is no schema for %q; did you mean %q?", file, near)
	}
	return fmt.Errorf("there is no schema for %q; paasta-render schema lists them", file)
}
