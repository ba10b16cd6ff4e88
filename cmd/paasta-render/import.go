package main

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing/fstest"

	"github.com/spf13/cobra"

	"github.com/paasta-render/paasta-render/compiler"
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/imports"
	"github.com/paasta-render/paasta-render/compiler/layout"
	"github.com/paasta-render/paasta-render/compiler/target"
	"github.com/paasta-render/paasta-render/compiler/tree"
	"github.com/paasta-render/paasta-render/targets/kubernetes"
	"github.com/paasta-render/paasta-render/targets/tron"
)

type importCommand struct {
	common
	out, team string
}

func newImport(s streams) *cobra.Command {
	i := &importCommand{common: common{streams: s}}
	cmd := &cobra.Command{
		Use:   "import FILE…",
		Short: "Propose soa-configs for workloads that exist as plain manifests",
		Long: `Read manifests (what kubectl prints with -o yaml, or what helm template prints; - is standard input) and
propose soa-configs for their Deployments, StatefulSets, CronJobs, Services and HorizontalPodAutoscalers. Each workload
becomes a service of the same name with the instance "main".

It prints the files, what they cannot express, and, field by field, what would differ between the manifest and what is
rendered in its place. With --output the files are written there; a file that exists is never replaced. The system
config is that of --soa-dir, which init makes.

The new workload has another name than the old one, so both run until you delete the old one.`,
		Example: `  kubectl get deployments,services,hpa -A -o yaml >dump.yaml
  paasta-render import dump.yaml
  paasta-render import dump.yaml --cluster west-prod --team shop --output .`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error { return i.run(args) },
	}
	f := cmd.Flags()
	f.StringVarP(&i.soaDir, "soa-dir", "d", ".", "soa-configs repository, for its system config")
	f.StringVar(&i.systemDir, "system-dir", "", "system config (default $PAASTA_SYSTEM_CONFIG_DIR, else <soa-dir>/_system)")
	f.StringSliceVarP(&i.clusters, "cluster", "c", nil, "the cluster that the workloads run in (default: the first one)")
	f.StringVar(&i.team, "team", "platform", "the team that hears of problems")
	f.StringVarP(&i.out, "output", "o", "", "write the files below this folder")
	f.StringVar(&i.format, "format", "text", "how the proposal is printed: text or json")
	_ = cmd.MarkFlagDirname("soa-dir")
	_ = cmd.MarkFlagDirname("system-dir")
	_ = cmd.MarkFlagDirname("output")
	_ = cmd.RegisterFlagCompletionFunc("cluster", names(i.clusterNames))
	return cmd
}

// imported is what is printed.
type imported struct {
	Files       map[string]string    `json:"files"`
	Becomes     map[string]string    `json:"becomes"`
	Notes       []imports.Note       `json:"notes"`
	Differences []imports.Difference `json:"differences"`
}

func (i *importCommand) run(files []string) error {
	if i.format != "text" && i.format != "json" {
		return fmt.Errorf("unknown --format %q: text or json", i.format)
	}
	if len(i.clusters) > 1 {
		return errors.New("import is for one cluster at a time")
	}
	var objects imports.Objects
	for _, name := range files {
		data, err := i.readWhole(name, mostManifest)
		if err != nil {
			return err
		}
		if err := objects.Read(name, data); err != nil {
			return err
		}
	}
	known := i.clusterNames()
	cluster := ""
	switch {
	case len(i.clusters) == 1 && !slices.Contains(known, i.clusters[0]):
		return unknown("cluster", i.clusters[0], known)
	case len(i.clusters) == 1:
		cluster = i.clusters[0]
	case len(known) == 0:
		return fmt.Errorf("%s has no system config that names a cluster: make one with paasta-render init --minimal", i.soaDir)
	default:
		cluster = known[0]
	}
	proposal, err := objects.Propose(cluster, i.team)
	if err != nil {
		return err
	}
	if len(proposal.Files) == 0 {
		return errors.New("the manifests hold no Deployment, StatefulSet or CronJob")
	}
	rendered, findings, err := i.rendered(proposal, cluster)
	if err != nil {
		return err
	}
	differences, err := objects.Compare(proposal, rendered)
	if err != nil {
		return err
	}
	if err := i.print(i.err, findings); err != nil {
		return err
	}
	if err := i.show(&objects, proposal, differences); err != nil || i.out == "" {
		return err
	}
	return i.write(proposal)
}

// mostManifest is how much is read of one file.
const mostManifest = 256 << 20

// rendered compiles the proposal with the company's system config.
func (i *importCommand) rendered(p imports.Proposal, cluster string) (map[string][]byte, []finding.Finding, error) {
	in, err := i.input()
	if err != nil {
		return nil, nil, err
	}
	files := fstest.MapFS{}
	for name, data := range p.Files {
		files[name] = &fstest.MapFile{Data: data, Mode: 0o644}
	}
	in.SOA = files
	var memory tree.Memory
	var findings finding.List
	options := compiler.Options{Targets: []target.Target{kubernetes.Target, tron.Target}, Jobs: 1,
		Selection: compiler.Selection{Clusters: []string{cluster}}}
	if _, err := compiler.Compile(in, options, &memory, findings.Add); err != nil {
		return nil, nil, err
	}
	rendered := map[string][]byte{}
	for _, f := range memory.Files() {
		if targetLayout().OfOutput(f.Path).Delivery == layout.AsManifest {
			rendered[f.Path] = f.Data
		}
	}
	return rendered, findings.All(), nil
}

func (i *importCommand) show(objects *imports.Objects, p imports.Proposal, differences []imports.Difference) error {
	if i.format == "json" {
		files := map[string]string{}
		for name, data := range p.Files {
			files[name] = string(data)
		}
		return writeJSON(i.result(), imported{files, p.Becomes, objects.Notes, differences})
	}
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(p.Files)) {
		if i.out != "" {
			break
		}
		fmt.Fprintf(&b, "# %s\n%s\n", name, p.Files[name])
	}
	fmt.Fprintf(&b, "What becomes of each object:\n")
	for _, was := range slices.Sorted(maps.Keys(p.Becomes)) {
		fmt.Fprintf(&b, "  %s becomes %s\n", was, p.Becomes[was])
	}
	if len(objects.Notes) > 0 {
		b.WriteString("\nWhat soa-configs cannot express, or you must decide:\n")
	}
	for _, n := range objects.Notes {
		fmt.Fprintf(&b, "  %s: %s\n", strings.TrimSpace(n.Object+" "+n.Field), n.Text)
	}
	b.WriteString("\nWhat would differ (was → is rendered):\n")
	always := 0
	for _, d := range differences {
		if d.Always {
			always++
			continue
		}
		fmt.Fprintf(&b, "  %s %s  %s → %s\n", d.Object, d.Field, shown(d.Was), shown(d.Is))
	}
	fmt.Fprintf(&b, "  and %d fields that every workload of PaaSTA has: its labels, its variables PAASTA_…\n", always)
	_, err := io.WriteString(i.result(), finding.Log(b.String()))
	return err
}

// result is where the result goes: out is the name of the flag.
func (i *importCommand) result() io.Writer { return i.streams.out }

func shown(value string) string {
	if value == "" {
		return "(not there)"
	}
	return short80(value)
}

// write writes the files, and none of them when one is there already.
func (i *importCommand) write(p imports.Proposal) error {
	for name := range p.Files {
		if _, err := os.Lstat(filepath.Join(i.out, filepath.FromSlash(name))); err == nil {
			return fmt.Errorf("%s is there already; nothing was written", name)
		}
	}
	for name, data := range p.Files {
		file := filepath.Join(i.out, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(file, data, 0o644); err != nil {
			return err
		}
	}
	say(i.err, "wrote %d files below %s\n", len(p.Files), i.out)
	return nil
}
