package compiler

import (
	"fmt"
	"slices"

	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/spelling"
)

// Selection narrows what is compiled. Empty lists mean everything.
type Selection struct {
	Clusters, Services, Instances []string
}

// everything tells whether no service and no instance is left out.
func (s Selection) everything() bool { return len(s.Services)+len(s.Instances) == 0 }

// plan is what a Selection means for one company.
type plan struct {
	clusters  []*config.Cluster
	services  []string
	instances []string
}

// resolve looks the names up. ok is false when one is unknown, which is reported.
func (s Selection) resolve(c *config.Company, report finding.Report) (p plan, ok bool) {
	p, ok = plan{services: c.Services, clusters: c.Clusters, instances: s.Instances}, true
	if len(s.Services) > 0 {
		p.services = slices.Clone(s.Services)
		slices.Sort(p.services)
		p.services = slices.Compact(p.services)
		ok = allKnown("service", p.services, c.Services, report)
	}
	if len(s.Clusters) > 0 {
		p.clusters = nil
		for _, cluster := range c.Clusters {
			if slices.Contains(s.Clusters, cluster.Name) {
				p.clusters = append(p.clusters, cluster)
			}
		}
		ok = allKnown("cluster", s.Clusters, clusterNames(c.Clusters), report) && ok
	}
	return p, ok
}

func clusterNames(clusters []*config.Cluster) []string {
	names := make([]string, len(clusters))
	for i, c := range clusters {
		names[i] = c.Name
	}
	return names
}

func allKnown(what string, names, known []string, report finding.Report) (ok bool) {
	ok = true
	for _, name := range names {
		if !slices.Contains(known, name) {
			report(unknownSelection(what, name, known))
			ok = false
		}
	}
	return ok
}

func unknownSelection(what, name string, known []string) finding.Finding {
	return finding.Finding{Code: finding.UnknownSelection, Message: fmt.Sprintf("there is no %s %q", what, name),
		Suggestion: spelling.Nearest(name, known)}
}

// selected passes on only what concerns the instances that were asked for, or no instance.
func (p plan) selected(report finding.Report) finding.Report {
	if len(p.instances) == 0 {
		return report
	}
	return func(f finding.Finding) {
		if f.Instance == "" || slices.Contains(p.instances, f.Instance) {
			report(f)
		}
	}
}
