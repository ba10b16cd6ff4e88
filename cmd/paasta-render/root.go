package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/paasta-render/paasta-render/compiler"
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/layout"
	"github.com/paasta-render/paasta-render/compiler/target"
	"github.com/paasta-render/paasta-render/targets"
	"github.com/paasta-render/paasta-render/targets/kubernetes"
	"github.com/paasta-render/paasta-render/targets/tron"
)

// streams are what the process has of the world besides files.
type streams struct {
	in       io.Reader
	out, err io.Writer
	getenv   func(string) string
	heap     *heap
}

// Exit statuses, as design and help state them.
const (
	exitOK      = 0
	exitConfig  = 1 // the configuration is wrong
	exitUsage   = 2 // usage or environment
	exitChanges = 3 // --exit-code, --check: something differs
)

// exitError ends the run with a status. Its message, if any, has not been printed yet.
type exitError struct {
	status int
	err    error
}

func (e exitError) Error() string {
	if e.err == nil {
		return ""
	}
	return e.err.Error()
}

func (e exitError) Unwrap() error { return e.err }

// run is the whole program but for the process around it.
func run(ctx context.Context, args []string, s streams) int {
	root := newRoot(s)
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return exitOK
	}
	status := exitUsage
	var exit exitError
	if errors.As(err, &exit) {
		status = exit.status
	}
	if message := err.Error(); message != "" {
		say(s.err, "paasta-render: %s\n", err)
	}
	return status
}

func newRoot(s streams) *cobra.Command {
	root := &cobra.Command{
		Use:   "paasta-render",
		Short: "Compile soa-configs into Kubernetes manifests and what goes with them",
		Long: `paasta-render compiles PaaSTA's soa-configs into one manifest tree for each cluster: Kubernetes objects, Tron jobs, mesh
registrations, Sensu checks and Prometheus rules, ready for a GitOps agent.

Exit status: 0 done, 1 the configuration is wrong, 2 usage or environment, 3 something changes (diff --exit-code).`,
		Example: `  paasta-render init company && cd company
  paasta-render validate
  paasta-render render -o ../out`,
		Version:       version(),
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	root.SetIn(s.in)
	root.SetOut(s.out)
	root.SetErr(s.err)
	root.SetFlagErrorFunc(func(c *cobra.Command, err error) error {
		return fmt.Errorf("%w\nSee '%s --help'", err, c.CommandPath())
	})
	root.AddCommand(
		newRender(s),
		newValidate(s),
		newSchema(s),
		newInit(s),
		newImport(s),
		newDiff(s),
		newAdopt(s),
		newExplain(s),
		newDeployments(s),
		newAutotune(s),
		newMark(s),
		newRollback(s),
		newWait(s),
		newState(s, "start"),
		newState(s, "stop"),
		newState(s, "restart"),
		newLocalRun(s),
		newRemoteRun(s),
		newPipeline(s),
		newLSP(s),
		newPublish(s),
		newVerify(s),
		newVersion(s),
	)
	root.AddCommand(newManual(root))
	for _, c := range root.Commands() {
		if c.Args == nil {
			c.Args = noArguments
		}
	}
	return root
}

func noArguments(c *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	return fmt.Errorf("unexpected argument %q\nSee '%s --help'", args[0], c.CommandPath())
}

// common are the flags that every compiling command has; they follow PaaSTA's own.
type common struct {
	streams
	soaDir, systemDir, rev                string
	clusters, services, instances, target []string
	jobs                                  int
	format                                string
	quiet, verbose                        bool
	kubernetesClient, croniter            string // versions of PaaSTA's libraries; empty: as the system config says
}

func (c *common) flags(cmd *cobra.Command, formats ...string) {
	f := cmd.Flags()
	f.StringVarP(&c.soaDir, "soa-dir", "d", ".", "soa-configs repository")
	f.StringVar(&c.systemDir, "system-dir", "", "system config (default $PAASTA_SYSTEM_CONFIG_DIR, else <soa-dir>/_system)")
	f.StringVar(&c.rev, "rev", "", "read soa-configs at this git revision instead of the work tree")
	f.StringSliceVarP(&c.clusters, "cluster", "c", nil, "only these clusters (repeatable, comma list)")
	f.StringSliceVarP(&c.services, "service", "s", nil, "only these services")
	f.StringSliceVarP(&c.instances, "instance", "i", nil, "only these instances")
	f.StringSliceVarP(&c.target, "target", "t", nil, "only these targets: "+strings.Join(targetNames(), ", "))
	f.IntVarP(&c.jobs, "jobs", "j", runtime.GOMAXPROCS(0), "services compiled at once")
	f.StringVar(&c.format, "format", "text", "how findings are printed: "+strings.Join(formats, ", "))
	f.StringVar(&c.kubernetesClient, "kubernetes-client", "", "version of PaaSTA's Kubernetes client, which decides every "+
		"config_sha (default: kubernetes_client of the system config, else 29.0.0)")
	f.StringVar(&c.croniter, "croniter", "", "version of PaaSTA's cron parser (default: croniter of the system config, else 7.0.0)")
	f.BoolVarP(&c.quiet, "quiet", "q", false, "print errors only")
	f.BoolVarP(&c.verbose, "verbose", "v", false, "print what is informative, too")
	complete := func(values []string) func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return values, cobra.ShellCompDirectiveNoFileComp
		}
	}
	_ = cmd.RegisterFlagCompletionFunc("format", complete(formats))
	_ = cmd.RegisterFlagCompletionFunc("target", complete(targetNames()))
	_ = cmd.RegisterFlagCompletionFunc("kubernetes-client", complete(kubernetes.Clients()))
	_ = cmd.RegisterFlagCompletionFunc("croniter", complete(tron.CroniterVersions()))
	_ = cmd.RegisterFlagCompletionFunc("service", names(c.serviceNames))
	_ = cmd.RegisterFlagCompletionFunc("cluster", names(c.clusterNames))
	_ = cmd.RegisterFlagCompletionFunc("instance", names(c.instanceNames))
	_ = cmd.MarkFlagDirname("soa-dir")
	_ = cmd.MarkFlagDirname("system-dir")
	check := cmd.PreRunE
	cmd.PreRunE = func(cmd *cobra.Command, args []string) error {
		if !slices.Contains(formats, c.format) {
			return fmt.Errorf("unknown --format %q: one of %s", c.format, strings.Join(formats, ", "))
		}
		if c.jobs < 1 {
			return fmt.Errorf("--jobs must be at least 1, not %d", c.jobs)
		}
		if err := c.checkVersions(); err != nil {
			return err
		}
		if check != nil {
			return check(cmd, args)
		}
		return nil
	}
}

// findingFormats are the formats in which findings can be printed.
func findingFormats() []string {
	var names []string
	for _, f := range finding.Formats(nil) {
		names = append(names, f.Name)
	}
	return names
}

// layout is what all targets say of their files, for trees that may hold more than the selected targets make.
func targetLayout() *layout.Layout { return target.NewLayout(targets.All()) }

// docs describe every finding, those that only one target reports too.
func docs() []finding.Doc { return target.Docs(targets.All()) }

func targetNames() []string {
	var names []string
	for _, t := range targets.All() {
		names = append(names, t.Name)
	}
	return names
}

// selectedTargets returns the targets that --target names, all by default.
func (c *common) selectedTargets() ([]target.Target, error) {
	if len(c.target) == 0 {
		return targets.All(), nil
	}
	var selected []target.Target
	for _, t := range targets.All() {
		if slices.Contains(c.target, t.Name) {
			selected = append(selected, t)
		}
	}
	for _, name := range c.target {
		if !slices.Contains(targetNames(), name) {
			return nil, fmt.Errorf("unknown --target %q: one of %s", name, strings.Join(targetNames(), ", "))
		}
	}
	return selected, nil
}

// options are the compiler's options that the flags ask for.
func (c *common) options(ctx context.Context) (compiler.Options, error) {
	selected, err := c.selectedTargets()
	if err != nil {
		return compiler.Options{}, err
	}
	return compiler.Options{
		Targets:   selected,
		Selection: compiler.Selection{Clusters: c.clusters, Services: c.services, Instances: c.instances},
		Jobs:      c.jobs,
		Stop:      func() bool { return ctx.Err() != nil },
	}, nil
}
