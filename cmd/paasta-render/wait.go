package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/deployments"
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/paasta"
	"github.com/paasta-render/paasta-render/compiler/rollout"
	"github.com/paasta-render/paasta-render/compiler/source/cluster"
)

// Exit statuses of wait, for pipelines.
const (
	exitFailing = 4 // the new pods fail, and nothing will cure that
	exitTimeout = 5 // the time is over
)

type waitCommand struct {
	tagging
	group, commit, version string
	kubeconfig             string
	contexts               []string // CLUSTER=CONTEXT
	most, patience, pause  time.Duration
	rollback               bool
	clients                map[string]*cluster.Client
	logLines               int
}

func newWait(s streams) *cobra.Command {
	w := &waitCommand{tagging: tagging{common: common{streams: s}}}
	cmd := &cobra.Command{
		Use:   "wait SERVICE",
		Short: "Wait until a commit runs everywhere in a deploy group",
		Long: `Ask the clusters until every instance of a deploy group runs the commit and is healthy: the workload has the
commit, its controller has seen that, all pods are new and available, and no old one is left. It changes nothing in
the clusters.

Each cluster is asked by the context of its own name in the kubeconfig; --context CLUSTER=CONTEXT names another one.

When a new pod fails in a way that does not cure itself (its image is not there, or it has crashed three times), wait
gives up after --patience. It then says which pod, why, its events and its last lines. With --auto-rollback the
commit that was marked before is marked again, unless somebody has marked another one meanwhile.

Exit status: 0 the commit runs; 4 it fails; 5 the time is over; 2 the clusters cannot be asked; 1 soa-configs is
wrong.`,
		Example: `  paasta-render wait storefront --deploy-group prod.main --commit "$(git rev-parse HEAD)" --timeout 20m
  paasta-render wait storefront -l prod.main -c "$(git rev-parse HEAD)" --context west-prod=west --auto-rollback`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return w.run(cmd.Context(), args[0]) },
	}
	f := cmd.Flags()
	f.StringVarP(&w.soaDir, "soa-dir", "d", ".", "soa-configs repository")
	f.StringVar(&w.systemDir, "system-dir", "",
		"system config (default $PAASTA_SYSTEM_CONFIG_DIR, else <soa-dir>/_system)")
	f.StringVarP(&w.group, "deploy-group", "l", "", "the deploy group (required)")
	f.StringVarP(&w.commit, "commit", "c", "", "full hash of the commit (required)")
	f.StringVar(&w.version, "image-version", "", "version of the image, when the commit was marked with one")
	f.StringSliceVar(&w.clusters, "cluster", nil, "wait for these clusters only")
	f.StringVar(&w.kubeconfig, "kubeconfig", "", "kubeconfig (default $KUBECONFIG, else ~/.kube/config)")
	f.StringArrayVar(&w.contexts, "context", nil, "CLUSTER=CONTEXT of the kubeconfig, when they have other names")
	f.DurationVar(&w.most, "timeout", 30*time.Minute, "how long to wait")
	f.DurationVar(&w.patience, "patience", 2*time.Minute, "how long pods may fail; 0 is until the timeout")
	f.DurationVar(&w.pause, "interval", 5*time.Second, "time between two questions")
	f.IntVar(&w.logLines, "log-lines", 10, "how many lines of a failing container are shown; 0 is none")
	f.BoolVar(&w.rollback, "auto-rollback", false, "mark the commit before again when this one does not get healthy")
	f.StringVar(&w.remote, "remote", "", "git remote instead of git_url, for --auto-rollback; {service} is the service")
	f.StringVar(&w.at, "at", "", "time of the tag of --auto-rollback in UTC (default: now)")
	f.StringVar(&w.format, "format", "text", "how the last word is printed: text or json")
	f.BoolVarP(&w.quiet, "quiet", "q", false, "print no progress")
	_ = cmd.MarkFlagRequired("deploy-group")
	_ = cmd.MarkFlagRequired("commit")
	_ = cmd.MarkFlagDirname("soa-dir")
	_ = cmd.MarkFlagDirname("system-dir")
	cmd.ValidArgsFunction = func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return w.serviceNames(), cobra.ShellCompDirectiveNoFileComp
	}
	w.timeout, w.retries = time.Minute, 2
	return cmd
}

func (w *waitCommand) check() error {
	switch {
	case !slices.Contains([]string{"text", "json"}, w.format):
		return fmt.Errorf("unknown --format %q: text or json", w.format)
	case w.most <= 0 || w.patience < 0 || w.pause <= 0 || w.logLines < 0:
		return errors.New("--timeout and --interval must be positive, --patience and --log-lines must not be negative")
	}
	return errors.Join(deployments.CheckSHA(w.commit), deployments.CheckImageVersion(w.version))
}

func (w *waitCommand) run(ctx context.Context, service string) error {
	if err := w.check(); err != nil {
		return err
	}
	format := w.format
	company, remoteURL, err := w.service(ctx, service)
	if err != nil {
		return err
	}
	wanted, err := w.wanted(company, service)
	if err != nil {
		return err
	}
	if err := w.connect(wanted); err != nil {
		return err
	}
	watched := &watch{waitCommand: w, wanted: wanted, said: make([]rollout.Status, len(wanted))}
	status, err := watched.until(ctx)
	if err != nil {
		return err
	}
	if err := watched.lastWord(ctx, format, status); err != nil {
		return err
	}
	if status == exitOK {
		return nil
	}
	if w.rollback {
		if err := w.goBack(ctx, remoteURL); err != nil {
			return exitError{status, fmt.Errorf("rolling back: %w", err)}
		}
	}
	return exitError{status: status}
}

// wanted lists the instances of the deploy group that run pods. What has a docker_url runs no commit of the group.
func (w *waitCommand) wanted(company *config.Company, service string) ([]rollout.Wanted, error) {
	for _, name := range w.clusters {
		if !slices.ContainsFunc(company.Clusters, func(c *config.Cluster) bool { return c.Name == name }) {
			return nil, fmt.Errorf("there is no cluster %q", name)
		}
	}
	var all []rollout.Wanted
	for _, s := range company.Folder(service, func(finding.Finding) {}).Load(company.Clusters) {
		if len(w.clusters) > 0 && !slices.Contains(w.clusters, s.Cluster.Name) {
			continue
		}
		for _, i := range s.Instances() {
			switch {
			case i.DeployGroup != w.group || !i.RunsPods():
			case i.Has("docker_url"):
				w.say("%s.%s in %s has a docker_url, so it is not waited for", service, i.Name, s.Cluster.Name)
			default:
				namespace, ok := i.Get("namespace").Str()
				if !ok {
					namespace = paasta.Namespace(service)
				}
				all = append(all, rollout.Wanted{Cluster: s.Cluster.Name, Service: service, Instance: i.Name, Namespace: namespace,
					Commit: w.commit, ImageVersion: w.version})
			}
		}
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("no instance of %s that runs pods has the deploy group %q; there are: %s", service, w.group,
			strings.Join(groups(company, service), ", "))
	}
	return all, nil
}

// connect opens a client for each cluster.
func (w *waitCommand) connect(wanted []rollout.Wanted) error {
	contexts := map[string]string{}
	for _, pair := range w.contexts {
		name, context, found := strings.Cut(pair, "=")
		if !found || context == "" {
			return fmt.Errorf("--context %q is not CLUSTER=CONTEXT", pair)
		}
		if !slices.ContainsFunc(wanted, func(x rollout.Wanted) bool { return x.Cluster == name }) {
			return fmt.Errorf("--context %s: no instance of the group is in the cluster %q", pair, name)
		}
		contexts[name] = context
	}
	known, err := cluster.Contexts(w.kubeconfig)
	if err != nil {
		return err
	}
	w.clients = map[string]*cluster.Client{}
	for _, one := range wanted {
		context := contexts[one.Cluster]
		if context == "" {
			context = one.Cluster
		}
		if !slices.Contains(known, context) {
			slices.Sort(known)
			return fmt.Errorf("the kubeconfig has no context %q; it has: %s. --context %s=CONTEXT names the right one", context,
				strings.Join(known, ", "), one.Cluster)
		}
		if w.clients[one.Cluster] != nil {
			continue
		}
		if w.clients[one.Cluster], err = cluster.Open(w.kubeconfig, context); err != nil {
			return fmt.Errorf("cluster %s: %w", one.Cluster, err)
		}
	}
	return nil
}

// goBack marks what was marked before, unless somebody has marked something else meanwhile.
func (w *waitCommand) goBack(ctx context.Context, url string) error {
	refs, err := w.refs(ctx, url)
	if err != nil {
		return err
	}
	history := deployments.History(refs, w.group)
	at := slices.IndexFunc(history, func(d deployments.Deployed) bool {
		return d.SHA == w.commit && d.ImageVersion == w.version
	})
	switch {
	case at != 0:
		w.say("nothing is rolled back: %s is not what is marked for %s now", w.commit, w.group)
		return nil
	case len(history) < 2:
		return errors.New("nothing was marked before")
	}
	w.say("rolling back to %s, marked %s", history[1].SHA, readable(history[1].Time))
	return w.mark(ctx, url, w.group, history[1], history[0].Time)
}

// jsonStatus is one line of --format json.
type jsonStatus struct {
	Cluster  string `json:"cluster"`
	Service  string `json:"service"`
	Instance string `json:"instance"`
	rollout.Status
}

func (w *waitCommand) printJSON(s jsonStatus) error {
	data, err := json.Marshal(s)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w.out, "%s\n", finding.EscapeJSON(data))
	return err
}
