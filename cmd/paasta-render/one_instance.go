package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/finding"
)

// oneInstance is what the commands have in common that are about a single instance of a single cluster.
type oneInstance struct{ common }

func (o *oneInstance) instanceFlags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVarP(&o.soaDir, "soa-dir", "d", ".", "soa-configs repository")
	f.StringVar(&o.systemDir, "system-dir", "", "system config (default $PAASTA_SYSTEM_CONFIG_DIR, else <soa-dir>/_system)")
	f.StringSliceVarP(&o.clusters, "cluster", "c", nil, "the cluster; needed when the instance is in several")
	f.BoolVarP(&o.quiet, "quiet", "q", false, "print errors only")
	f.BoolVarP(&o.verbose, "verbose", "v", false, "print what is informative, too")
	_ = cmd.MarkFlagDirname("soa-dir")
	_ = cmd.MarkFlagDirname("system-dir")
	cmd.ValidArgsFunction = names(o.serviceInstances)
	_ = cmd.RegisterFlagCompletionFunc("cluster", names(o.clusterNames))
}

// find looks up SERVICE.INSTANCE. Without an instance and without an error the configuration is wrong; why was printed.
func (o *oneInstance) find(name string, types ...string) (*config.Instance, *finding.List, error) {
	service, instance, found := strings.Cut(name, ".")
	if !found || service == "" || instance == "" {
		return nil, nil, fmt.Errorf("%q is not SERVICE.INSTANCE", name)
	}
	in, err := o.input()
	if err != nil {
		return nil, nil, err
	}
	findings := &finding.List{}
	errorsOnly := func(f finding.Finding) {
		if f.Severity == finding.Error {
			findings.Add(f)
		}
	}
	company := config.Open(in, errorsOnly)
	if company == nil {
		if err := o.report(findings); err != nil {
			return nil, nil, err
		}
		return nil, nil, exitError{status: exitConfig}
	}
	if !slices.Contains(company.Services, service) {
		return nil, nil, unknown("service", service, company.Services)
	}
	var clusters, instances []string
	var all []*config.Instance
	for _, c := range company.Clusters {
		if len(o.clusters) > 0 && !slices.Contains(o.clusters, c.Name) {
			continue
		}
		s := company.Folder(service, errorsOnly).Load([]*config.Cluster{c})[0]
		for _, i := range s.Instances() {
			if slices.Contains(types, i.Type) {
				instances = append(instances, i.Name)
			}
		}
		if i := s.Instance(instance, types...); i != nil {
			all = append(all, i)
			clusters = append(clusters, c.Name)
		}
	}
	switch len(all) {
	case 0:
		return nil, nil, unknown("instance", instance, instances)
	case 1:
		return all[0], findings, nil
	}
	return nil, nil, fmt.Errorf("%s is in several clusters: choose one with --cluster %s", name, strings.Join(clusters, ", or "))
}
