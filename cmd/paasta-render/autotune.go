package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/paasta-render/paasta-render/compiler/autotune"
	"github.com/paasta-render/paasta-render/compiler/check"
	"github.com/paasta-render/paasta-render/compiler/finding"
)

type autotuneCommand struct {
	common
	out   string
	check bool
}

func newAutotune(s streams) *cobra.Command {
	a := &autotuneCommand{common: common{streams: s}}
	cmd := &cobra.Command{
		Use:   "autotune RECOMMENDATIONS",
		Short: "Write autotuned_defaults from measured recommendations",
		Long: `Read recommendations and write SERVICE/autotuned_defaults/*.yaml, byte for byte as PaaSTA's updater does: merged
with the values that are there, and held within each instance's autotune_limits. No other file is touched. "-" reads
the standard input. "paasta-render diff" says afterwards which pods restart.

The CSV has the columns service, cluster (for example kubernetes-west-prod), instance, and any of cpus (cores), mem (MiB),
disk (MiB), hacheck_cpus, cpu_burst_add (cores), min_instances, max_instances. An empty field or null means that there is no
recommendation. Two further columns are ours: throttled and oom_killed; where one is set, the instance gets no less CPU or
memory than it has.

JSON is read, too: VerticalPodAutoscalers with the labels that the target vpa sets (their target counts), and a range of
Prometheus whose series have the labels service, cluster, instance and resource: cpus (cores; the 95th percentile counts),
mem and disk (bytes; the greatest counts), throttled and oom_killed (anything above 0 counts).

A service whose files PaaSTA's updater cannot handle is reported and left as it is; all others are written.`,
		Example: `  paasta-render autotune recommendations.csv
  paasta-render autotune recommendations.csv --check
  paasta-render autotune recommendations.csv -o ../proposal
  kubectl get vpa -A -o json | paasta-render autotune -`,
		Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error { return a.run(args[0]) },
	}
	f := cmd.Flags()
	f.StringVarP(&a.soaDir, "soa-dir", "d", ".", "soa-configs repository")
	f.StringVarP(&a.out, "output", "o", "", "write below this directory (default: the soa-configs)")
	f.BoolVar(&a.check, "check", false, "write nothing; exit 3 when a file would change")
	f.StringSliceVarP(&a.services, "service", "s", nil, "only these services")
	f.StringVar(&a.format, "format", "text", "how findings are printed: "+strings.Join(findingFormats(), ", "))
	f.BoolVarP(&a.quiet, "quiet", "q", false, "print errors only")
	f.BoolVarP(&a.verbose, "verbose", "v", false, "print what is informative, too")
	_ = cmd.MarkFlagDirname("soa-dir")
	_ = cmd.MarkFlagDirname("output")
	return cmd
}

func (a *autotuneCommand) run(name string) error {
	if !slices.Contains(findingFormats(), a.format) {
		return fmt.Errorf("unknown --format %q: one of %s", a.format, strings.Join(findingFormats(), ", "))
	}
	data, err := a.recommendations(name)
	if err != nil {
		return err
	}
	soa, err := a.soaFS()
	if err != nil {
		return err
	}
	var findings finding.List
	var files []autotune.File
	all, refused, ok := autotune.Read(filepath.ToSlash(name), data, findings.Add)
	if ok {
		if len(a.services) > 0 {
			all = slices.DeleteFunc(all, func(r autotune.Recommendation) bool { return !slices.Contains(a.services, r.Service) })
		}
		files = autotune.Apply(soa, all, refused, findings.Add)
		for _, f := range files {
			check.Text(f.Path, autotune.Schema(f), f.Data, findings.Add)
		}
	}
	written, same, err := a.write(files, findings.Add)
	if err != nil {
		return err
	}
	return a.finish(&findings, files, written, same)
}

// recommendations reads the input; "-" is the standard input.
func (a *autotuneCommand) recommendations(name string) ([]byte, error) {
	if name == "-" {
		data, err := io.ReadAll(a.in)
		if err != nil {
			return nil, fmt.Errorf("reading the standard input: %w", err)
		}
		return data, nil
	}
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("reading the recommendations: %w", err)
	}
	return data, nil
}

// write writes the files that differ; with --check it reports them.
func (a *autotuneCommand) write(files []autotune.File, report finding.Report) (written, same int, err error) {
	dir := a.out
	if dir == "" {
		dir = a.soaDir
	} else if err := os.MkdirAll(dir, 0o755); err != nil && !a.check {
		return 0, 0, err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return 0, 0, err
	}
	defer root.Close()
	for _, f := range files {
		path := filepath.FromSlash(f.Path)
		old, err := root.ReadFile(path)
		switch {
		case err == nil && string(old) == string(f.Data):
			same++
			continue
		case err != nil && !errors.Is(err, os.ErrNotExist):
			return written, same, fmt.Errorf("reading %s: %w", f.Path, err)
		}
		written++
		if a.check {
			report(finding.Finding{Code: finding.AutotuneStale, At: finding.Position{File: f.Path}, Service: f.Service,
				Message: "the recommendations give another file", Suggestion: "paasta-render autotune RECOMMENDATIONS -s " + f.Service})
			continue
		}
		if err := root.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return written, same, err
		}
		if err := replaceFile(root, path, f.Data); err != nil {
			return written, same, fmt.Errorf("writing %s: %w", f.Path, err)
		}
	}
	return written, same, nil
}

// finish prints the report and settles the exit status.
func (a *autotuneCommand) finish(findings *finding.List, files []autotune.File, written, same int) error {
	all := findings.All()
	if err := a.print(a.err, all); err != nil {
		return err
	}
	if !a.quiet && a.format == "text" {
		if err := autotune.WriteText(a.common.out, files); err != nil {
			return err
		}
		word := "written"
		if a.check {
			word = "to write"
		}
		say(a.err, "autotune: %s %s, %d unchanged\n", plural(written, "file"), word, same)
	}
	wrong := slices.ContainsFunc(all, func(f finding.Finding) bool {
		return f.Severity == finding.Error && f.Code != finding.AutotuneStale
	})
	switch {
	case wrong:
		return exitError{status: exitConfig}
	case a.check && written > 0:
		return exitError{status: exitChanges}
	}
	return nil
}
