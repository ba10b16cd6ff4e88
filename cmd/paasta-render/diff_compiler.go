package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/paasta-render/paasta-render/compiler"
	"github.com/paasta-render/paasta-render/compiler/diff/compare"
	"github.com/paasta-render/paasta-render/compiler/diff/report"
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/output"
	"github.com/paasta-render/paasta-render/compiler/tree"
)

// runCompilers compares what another build of this program renders with what this one does, from the same soa-configs. A
// restart that was not announced by --expect is an error: an upgrade of the compiler is to restart nothing.
func (d *diffCommand) runCompilers(ctx context.Context, revision string) error {
	if len(d.live) > 0 {
		return errors.New("--compiler compares two compilers, --live with what runs: take one of them")
	}
	if strings.Contains(revision, "..") {
		return fmt.Errorf("--compiler compares two compilers at one revision: write REV and not %q", revision)
	}
	if revision != "" {
		d.rev = revision
	}
	if d.expect == "" {
		d.expect = "no-restart"
	}
	d.heap.allow(diffBudget)
	expectation, err := report.ParseExpectation(d.expect)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "paasta-render-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	before, after := filepath.Join(dir, "other"), filepath.Join(dir, "this")
	known, err := d.renderOther(ctx, before)
	if err != nil {
		return err
	}
	findings, err := d.renderThis(ctx, after)
	if err != nil {
		return err
	}
	old, now, err := differingFiles(before, after)
	if err != nil {
		return err
	}
	r := report.New(compare.Files(targetLayout(), old, now))
	r.Base, r.Head = d.compiler, "this program, "+version()
	var wrong finding.List
	for _, f := range introduced(known, findings) {
		wrong.Add(f)
	}
	r.Findings = wrong.All()
	if err := d.write(r); err != nil {
		return err
	}
	if x := expectation.Check(r); x != nil {
		f := x.Finding()
		if f.At.File == "" {
			f.At.File = x.Change.File
		}
		wrong.Add(f)
	}
	if err := d.printText(d.err, wrong.All()); err != nil {
		return err
	}
	switch {
	case wrong.HasErrors():
		return exitError{status: exitConfig}
	case d.exitCode && r.Summary.Objects() > 0:
		return exitError{status: exitChanges}
	}
	return nil
}

// renderOther has the other program render into a directory and returns its findings. The program is the one that the user
// names on the command line; nothing of the soa-configs has a say in it.
func (d *diffCommand) renderOther(ctx context.Context, dir string) ([]finding.Finding, error) {
	args := []string{"render", "--quiet", "--keep-going", "--format", "json", "--soa-dir", d.soaDir, "--output", dir}
	for flag, value := range map[string]string{"--rev": d.rev, "--system-dir": d.namedSystemDir(),
		"--kubernetes-client": d.kubernetesClient, "--croniter": d.croniter} {
		if value != "" {
			args = append(args, flag, value)
		}
	}
	for flag, values := range map[string][]string{"--cluster": d.clusters, "--service": d.services,
		"--instance": d.instances, "--target": d.target} {
		if len(values) > 0 {
			args = append(args, flag, strings.Join(values, ","))
		}
	}
	cmd := exec.CommandContext(ctx, d.compiler, args...)
	var said bytes.Buffer
	cmd.Stderr = &said
	err := cmd.Run()
	if ctx.Err() != nil {
		return nil, errors.New("interrupted")
	}
	if exit := (*exec.ExitError)(nil); err != nil && (!errors.As(err, &exit) || exit.ExitCode() != exitConfig) {
		return nil, fmt.Errorf("run %s render: %w%s", d.compiler, err, lastWords(said.String()))
	}
	if _, failed := os.Stat(dir); failed != nil {
		return nil, fmt.Errorf("%s has rendered nothing%s", d.compiler, lastWords(said.String()))
	}
	return readFindings(said.Bytes()), nil
}

// lastWords is the last of what a program has said, to be put behind an error.
func lastWords(said string) string {
	const most = 500
	if said = strings.TrimSpace(said); said == "" {
		return ""
	}
	return ": " + finding.LogLine(said[max(0, len(said)-most):])
}

// readFindings reads findings, one JSON object a line; what is none is passed over.
func readFindings(lines []byte) []finding.Finding {
	var found []finding.Finding
	for line := range bytes.Lines(lines) {
		var f struct {
			Code, Message, File, Service, Instance, Cluster string
		}
		if json.Unmarshal(line, &f) == nil && f.Code != "" {
			found = append(found, finding.Finding{Code: finding.Code(f.Code), Message: f.Message, Service: f.Service,
				Instance: f.Instance, Cluster: f.Cluster, At: finding.Position{File: f.File}})
		}
	}
	return found
}

// renderThis renders into a directory and returns the findings.
func (d *diffCommand) renderThis(ctx context.Context, dir string) ([]finding.Finding, error) {
	options, err := d.options(ctx)
	if err != nil {
		return nil, err
	}
	in, err := d.input()
	if err != nil {
		return nil, err
	}
	out, err := output.NewDir(dir)
	if err != nil {
		return nil, err
	}
	defer out.Discard()
	bar := newProgress(d.err, d.quiet)
	options.Progress = bar.show
	var findings finding.List
	result, err := compiler.Compile(in, options, out, findings.Add)
	bar.clear()
	if errors.Is(err, compiler.ErrStopped) {
		return nil, errors.New("interrupted")
	}
	if err != nil {
		return nil, err
	}
	return findings.All(), out.Commit(result.Folders)
}

// differingFiles reads the files of two directories whose bytes differ, or that only one has.
func differingFiles(before, after string) (old, now []tree.File, err error) {
	paths := map[string]bool{}
	for _, root := range []string{before, after} {
		err := filepath.WalkDir(root, func(name string, e fs.DirEntry, err error) error {
			if err != nil || !e.Type().IsRegular() {
				return err
			}
			rest, err := filepath.Rel(root, name)
			paths[filepath.ToSlash(rest)] = true
			return err
		})
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, nil, err
		}
	}
	sorted := make([]string, 0, len(paths))
	for path := range paths {
		sorted = append(sorted, path)
	}
	slices.Sort(sorted)
	for _, path := range sorted {
		a, errA := os.ReadFile(filepath.Join(before, filepath.FromSlash(path)))
		b, errB := os.ReadFile(filepath.Join(after, filepath.FromSlash(path)))
		for _, err := range []error{errA, errB} {
			if err != nil && !errors.Is(err, fs.ErrNotExist) {
				return nil, nil, err
			}
		}
		if errA == nil && errB == nil && bytes.Equal(a, b) {
			continue
		}
		if errA == nil {
			old = append(old, tree.File{Path: path, Data: a})
		}
		if errB == nil {
			now = append(now, tree.File{Path: path, Data: b})
		}
	}
	return old, now, nil
}
