package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/paasta-render/paasta-render/compiler/spelling"
	"github.com/paasta-render/paasta-render/schema"
)

func newSchema(s streams) *cobra.Command {
	var install, dir string
	cmd := &cobra.Command{
		Use:   "schema [FILE]",
		Short: "Print the JSON Schema of a file, or set up an editor",
		Long: `Print the JSON Schema (draft 7) of a file of soa-configs, complete in itself, for an editor or another
validator. FILE is the name of a schema, or of a file that it describes. Without FILE the schemas are listed.

--install writes all schemas to .vscode/schemas, and the file with which an editor finds them: .vscode/settings.json
for VS Code with the extension redhat.vscode-yaml, .idea/jsonSchemas.xml for JetBrains, .nvim.lua for Neovim with
yaml-language-server. A file of the editor that is there already is kept, and what it lacks is printed.`,
		Example: `  paasta-render schema
  paasta-render schema kubernetes-west-prod.yaml
  paasta-render schema --install
  paasta-render schema --install=neovim`,
		Args: cobra.MaximumNArgs(1),
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return schema.Names(), cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(_ *cobra.Command, args []string) error {
			if install != "" {
				if len(args) > 0 {
					return errors.New("--install takes no FILE: it installs all schemas")
				}
				return installSchemas(s, dir, install)
			}
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
	cmd.Flags().StringVar(&install, "install", "", "set up an editor: "+strings.Join(editorNames(), ", "))
	cmd.Flags().Lookup("install").NoOptDefVal = editors[0].name
	cmd.Flags().StringVarP(&dir, "soa-dir", "d", ".", "soa-configs repository, for --install")
	_ = cmd.MarkFlagDirname("soa-dir")
	_ = cmd.RegisterFlagCompletionFunc("install", func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return editorNames(), cobra.ShellCompDirectiveNoFileComp
	})
	return cmd
}

func noSchema(file string) error {
	if near := spelling.Nearest(file, schema.Names()); near != "" {
		return fmt.Errorf("there is no schema for %q; did you mean %q?", file, near)
	}
	return fmt.Errorf("there is no schema for %q; paasta-render schema lists them", file)
}
