package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/spf13/cobra"

	"github.com/paasta-render/paasta-render/compiler"
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/output"
	"github.com/paasta-render/paasta-render/compiler/publish"
	"github.com/paasta-render/paasta-render/compiler/source"
)

type verifyCommand struct {
	publishCommand
	fast bool
}

func newVerify(s streams) *cobra.Command {
	v := &verifyCommand{publishCommand: publishCommand{common: common{streams: s}}}
	cmd := &cobra.Command{
		Use:   "verify --repo OUTPUT-REPO",
		Short: "Prove that the output branch holds what its source renders to",
		Long: `Render the source commit that the branch of OUTPUT-REPO names, and compare with the tree that is committed there. Each file
that differs is named: "edited" was changed by hand, "foreign" is rendered by nothing, "missing" was taken away.

The compiler, the flags and the system config must be those of the record in hydrator.metadata; others are refused. --fast
renders nothing and compares the trees with the record's hashes only. Exit status: 0 all is as rendered, 3 something differs.`,
		Example: `  paasta-render verify --repo ../manifests
  paasta-render verify --repo ../manifests --branch main --fast`,
		RunE: func(cmd *cobra.Command, _ []string) error { return v.run(cmd.Context()) },
	}
	v.common.flags(cmd, findingFormats()...)
	f := cmd.Flags()
	f.StringVar(&v.repo, "repo", "", "output repository: a work tree or a bare repository (required)")
	f.StringVar(&v.branch, "branch", "", "branch to read (default: what HEAD names)")
	f.BoolVar(&v.fast, "fast", false, "compare the trees with the recorded hashes, and render nothing")
	for _, hidden := range []string{"service", "instance", "target", "rev"} {
		_ = f.MarkHidden(hidden)
	}
	_ = cmd.MarkFlagRequired("repo")
	_ = cmd.MarkFlagDirname("repo")
	return cmd
}

func (v *verifyCommand) run(ctx context.Context) error {
	if len(v.services)+len(v.instances)+len(v.target) > 0 || v.rev != "" {
		return errors.New("verify takes the whole commit that the branch names: --service, --instance, --target and --rev have no meaning")
	}
	o := output.GitOptions{Branch: v.branch, DryRun: true, Owned: append(targetLayout().Folders(), publish.EntryPoint)}
	out, err := output.NewGit(ctx, v.repo, o)
	if err != nil {
		return err
	}
	defer out.Discard()
	held, err := out.Held()
	if err != nil {
		return err
	}
	defer held.Close()
	commit, record := publish.ReadRecord(held.Metadata)
	if record == nil {
		return errors.New("the branch holds no record of what its trees were made from: hydrator.metadata is not there, or was " +
			"written by a run with errors or with files that are not committed")
	}
	folders := slices.Sorted(maps.Keys(record.Trees))
	if v.fast {
		return v.compareHashes(held, record, folders)
	}
	if err := v.render(ctx, commit, record, out); err != nil {
		return err
	}
	change, err := out.Compare(held, folders)
	if err != nil {
		return err
	}
	return v.tell(change, commit)
}

// compareHashes compares the trees with the record.
func (v *verifyCommand) compareHashes(held *output.Held, record *publish.Record, folders []string) error {
	wrong := 0
	for _, folder := range folders {
		if got, err := held.Own(folder); err != nil || got != record.Trees[folder] {
			fmt.Fprintf(v.out, "%s: is not the tree that was rendered\n", finding.LogLine(folder))
			wrong++
		}
	}
	if wrong > 0 {
		return exitError{exitChanges, fmt.Errorf("%d of %d folders differ from the record", wrong, len(folders))}
	}
	return nil
}

// render renders the source commit into out, if the compiler, the flags and the system config are those of the record.
func (v *verifyCommand) render(ctx context.Context, commit string, record *publish.Record, out *output.Git) error {
	repository, err := source.Open(v.soaDir)
	if err != nil {
		return err
	}
	defer repository.Close()
	v.repository, v.rev = repository, commit
	in, err := v.input()
	if err != nil {
		return err
	}
	if err := v.settle(in, true); err != nil {
		return err
	}
	if v.record == nil {
		return errors.New(v.unrecorded)
	}
	if why := record.Differs(v.record); why != "" {
		return errors.New(why)
	}
	options, err := v.options(ctx)
	if err != nil {
		return err
	}
	bar := newProgress(v.err, v.quiet)
	options.Progress = bar.show
	var findings finding.List
	_, err = compiler.Compile(in, options, out, findings.Add)
	bar.clear()
	if err != nil || !findings.HasErrors() {
		return err
	}
	if err := v.print(v.err, findings.All()); err != nil {
		return err
	}
	return exitError{exitConfig, fmt.Errorf("%s has errors, and a run without --keep-going would have published nothing", commit)}
}

// tell names the files that differ, in order of path.
func (v *verifyCommand) tell(c output.Change, commit string) error {
	has := func(files []output.File, path string) bool {
		return slices.ContainsFunc(files, func(f output.File) bool { return f.Path == path })
	}
	lines := map[string]string{}
	for _, f := range c.Old {
		if lines[f.Path] = "foreign: nothing renders this file"; has(c.New, f.Path) {
			lines[f.Path] = "edited: the file is not what was rendered"
		}
	}
	for _, f := range c.New {
		if !has(c.Old, f.Path) {
			lines[f.Path] = "missing: the file is rendered and not there"
		}
	}
	for _, path := range slices.Sorted(maps.Keys(lines)) {
		fmt.Fprintf(v.out, "%s: %s\n", finding.LogLine(path), lines[path])
	}
	if len(lines) > 0 {
		return exitError{exitChanges, fmt.Errorf("%d files differ from what %s renders to", len(lines), commit)}
	}
	if !v.quiet {
		files, err := c.After()
		if err != nil {
			return err
		}
		say(v.err, "%d files are what %s renders to\n", len(files), commit)
	}
	return nil
}
