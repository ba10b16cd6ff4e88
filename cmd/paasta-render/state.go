package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/deployments"
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/source/remote"
)

type stateCommand struct {
	tagging
	state string
}

// newState is start, stop or restart: all three push one kind of tag.
func newState(s streams, verb string) *cobra.Command {
	c := &stateCommand{tagging: tagging{common: common{streams: s}}, state: deployments.Start}
	what := map[string]string{
		"start":   "Start an instance that was stopped, or start it anew",
		"stop":    "Stop an instance until it is started or a new commit is marked",
		"restart": "Replace all pods of an instance",
	}[verb]
	if verb == "stop" {
		c.state = deployments.Stop
	}
	cmd := &cobra.Command{
		Use:   verb + " SERVICE.INSTANCE…",
		Short: what,
		Long: what + `.

It pushes the tag paasta-CLUSTER.INSTANCE-TIME-` + c.state + ` to the service's git repository, on the commit that is marked for the
instance's deploy group. "paasta-render deployments SERVICE" takes it over into deployments.json: the state, and a new
force_bounce, which replaces the pods. A tag holds for as long as that commit is deployed.`,
		Example: `  paasta-render ` + verb + ` storefront.main -c west-prod
  paasta-render ` + verb + ` storefront.main -c west-prod --dry-run`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return c.run(cmd.Context(), args) },
	}
	c.tagFlags(cmd)
	cmd.Flags().StringSliceVarP(&c.clusters, "cluster", "c", nil, "the cluster (required; repeatable)")
	cmd.ValidArgsFunction = names(c.serviceInstances)
	_ = cmd.RegisterFlagCompletionFunc("cluster", names(c.clusterNames))
	_ = cmd.MarkFlagRequired("cluster")
	return cmd
}

func (c *stateCommand) run(ctx context.Context, names []string) error {
	for _, name := range names {
		service, instance, found := strings.Cut(name, ".")
		if !found || service == "" || instance == "" {
			return fmt.Errorf("%q is not SERVICE.INSTANCE", name)
		}
		if err := c.one(ctx, service, instance); err != nil {
			return err
		}
	}
	return nil
}

func (c *stateCommand) one(ctx context.Context, service, instance string) error {
	company, url, err := c.service(ctx, service)
	if err != nil {
		return err
	}
	refs, err := c.refs(ctx, url)
	if err != nil {
		return err
	}
	var tags []remote.Ref
	for _, cluster := range c.clusters {
		i, err := instanceIn(company, service, instance, cluster)
		if err != nil {
			return err
		}
		latest, marked, err := deployments.Latest(refs, i.DeployGroup)
		if err != nil {
			return err
		}
		if !marked {
			return fmt.Errorf("nothing is marked for the deploy group %q of %s.%s in %s: run paasta-render mark first", i.DeployGroup, service, instance, cluster)
		}
		at := c.at
		if at == "" {
			at = time.Now().UTC().Format(deployments.TimeFormat)
		}
		if _, err := time.Parse(deployments.TimeFormat, at); err != nil {
			return fmt.Errorf("--at %q is no time such as 20261128T093000", at)
		}
		tags = append(tags, remote.Ref{Name: deployments.StateTag(cluster, instance, at, c.state), Hash: latest.SHA})
	}
	return c.push(ctx, url, tags)
}

// instanceIn finds an instance in one cluster.
func instanceIn(company *config.Company, service, instance, cluster string) (*config.Instance, error) {
	var clusters []string
	for _, k := range company.Clusters {
		clusters = append(clusters, k.Name)
		if k.Name != cluster {
			continue
		}
		s := company.Folder(service, func(finding.Finding) {}).Load([]*config.Cluster{k})[0]
		if i := s.Instance(instance); i != nil {
			return i, nil
		}
		var names []string
		for _, i := range s.Instances() {
			names = append(names, i.Name)
		}
		return nil, unknown("instance", instance, names)
	}
	return nil, unknown("cluster", cluster, clusters)
}
