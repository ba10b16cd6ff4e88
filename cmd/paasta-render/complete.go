package main

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/explain"
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/target"
	"github.com/paasta-render/paasta-render/targets"
)

// completion is how cobra is told what may come next.
type completion = func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective)

// names completes with what list returns.
func names(list func() []string) completion {
	return func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return list(), cobra.ShellCompDirectiveNoFileComp
	}
}

// readable opens the company for completion; nil when it cannot be read, for a shell has no place for findings.
func (c *common) readable() *config.Company {
	in, err := c.input()
	if err != nil {
		return nil
	}
	return config.Open(in, func(finding.Finding) {})
}

// serviceNames lists the services.
func (c *common) serviceNames() []string {
	company := c.readable()
	if company == nil {
		return nil
	}
	return company.Services
}

// clusterNames lists the clusters.
func (c *common) clusterNames() []string {
	company := c.readable()
	if company == nil {
		return nil
	}
	var clusters []string
	for _, k := range company.Clusters {
		clusters = append(clusters, k.Name)
	}
	return clusters
}

// instanceNames lists the instances of the services that --service names, of all services without it.
func (c *common) instanceNames() []string {
	var instances []string
	for _, full := range c.serviceInstances() {
		service, instance, _ := strings.Cut(full, ".")
		if len(c.services) == 0 || slices.Contains(c.services, service) {
			instances = append(instances, instance)
		}
	}
	slices.Sort(instances)
	return slices.Compact(instances)
}

// serviceInstances lists SERVICE.INSTANCE in the clusters that --cluster names, in all clusters without it.
func (c *common) serviceInstances() []string {
	company := c.readable()
	if company == nil {
		return nil
	}
	var all []string
	for _, name := range company.Services {
		for _, s := range company.Folder(name, func(finding.Finding) {}).Load(company.Clusters) {
			if len(c.clusters) > 0 && !slices.Contains(c.clusters, s.Cluster.Name) {
				continue
			}
			for _, i := range s.Instances() {
				all = append(all, name+"."+i.Name)
			}
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// explained completes the argument of explain: services, their instances and keys, codes, and files.
func (c *common) explained(_ *cobra.Command, _ []string, word string) ([]string, cobra.ShellCompDirective) {
	switch parts := strings.Split(word, "."); {
	case strings.Contains(word, "/"):
		return nil, cobra.ShellCompDirectiveDefault
	case len(parts) == 2:
		return c.serviceInstances(), cobra.ShellCompDirectiveNoFileComp
	case len(parts) > 2:
		var keys []string
		for _, key := range explain.Keys("kubernetes") {
			keys = append(keys, strings.Join(parts[:2], ".")+"."+key)
		}
		return keys, cobra.ShellCompDirectiveNoFileComp
	}
	all := c.serviceNames()
	for _, d := range target.Docs(targets.All()) {
		all = append(all, string(d.Code)+"\t"+d.Title)
	}
	return all, cobra.ShellCompDirectiveDefault
}
