package main

import (
	"errors"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/paasta-render/paasta-render/compiler"
	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/diff"
	"github.com/paasta-render/paasta-render/compiler/diff/compare"
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/language"
	"github.com/paasta-render/paasta-render/targets"
)

func newLSP(s streams) *cobra.Command {
	c := &common{streams: s}
	cmd := &cobra.Command{
		Use:   "lsp",
		Short: "Answer an editor: a language server on standard input and output",
		Long: `Speak the Language Server Protocol on standard input and output. An editor starts the command by itself; see
examples/editors for VS Code and Neovim.

While you type it shows what validate says of the service, completes and explains keys from the schemas,
	goes to where anchors,
secrets, deploy groups and mesh namespaces are defined, fixes what a suggestion cures,
	and says above the file what saving it
would restart.`,
		Example: `  paasta-render lsp -d .`,
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			root, err := filepath.Abs(c.soaDir)
			if err != nil {
				return err
			}
			return language.Serve(cmd.Context(), stdio{os.Stdin, os.Stdout}, language.Options{
				Root: filepath.ToSlash(root), Compiler: editorCompiler(), Version: version(), Input: c.input})
		},
	}
	f := cmd.Flags()
	f.StringVarP(&c.soaDir, "soa-dir", "d", ".", "soa-configs repository")
	f.StringVar(&c.systemDir, "system-dir", "", "system config (default $PAASTA_SYSTEM_CONFIG_DIR, else "+
		"<soa-dir>/_system)")
	return cmd
}

// editorCompiler compiles one service at a time, so that a keystroke takes the same time in any company.
func editorCompiler() language.Compiler {
	options := func(service string) compiler.Options {
		return compiler.Options{Targets: targets.All(), Jobs: 1, Selection: compiler.Selection{Services: []string{service}}}
	}
	return language.Compiler{
		Validate: func(in config.Input, service string, report finding.Report) error {
			_, err := compiler.Validate(in, options(service), report)
			return err
		},
		Changes: func(base, head config.Input, service string) (changes []diff.Change, err error) {
			silent := func(finding.Finding) {}
			pair := compiler.Pair{Base: base, Head: head, Services: []string{service}}
			_, err = compiler.Compare(pair, options(service), func(c compiler.Compared) {
				if c.Service == service {
					changes = compare.Files(targetLayout(), c.Before, c.After)
				}
			}, silent, silent)
			return changes, err
		},
	}
}

// stdio is the editor at the other end.
type stdio struct {
	io.ReadCloser
	out io.WriteCloser
}

func (s stdio) Write(p []byte) (int, error) { return s.out.Write(p) }

func (s stdio) Close() error { return errors.Join(s.ReadCloser.Close(), s.out.Close()) }
