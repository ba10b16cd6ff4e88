// Package prometheus makes what Prometheus and its neighbours read: the configuration of prometheus-adapter, from which
// HorizontalPodAutoscalers scale; alerting and recording rules; Alertmanager's routing tree; scrape jobs.
//
// The adapter's configuration is PaaSTA's, rule for rule. The rest says with stock exporters what PaaSTA's own check
// scripts say.
package prometheus

import (
	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/target"
)

// Target makes prometheus/.
var Target = target.Target{
	Name: "prometheus",
	Doc: `Prometheus: adapter rules, alerts, routing, scrape jobs

prometheus/adapter.yaml          prometheus-adapter's configuration, as setup_prometheus_adapter_config makes it
prometheus/rules/<service>.yaml  alerting and recording rules of a service's instances and mesh namespaces
prometheus/rules/_cluster.yaml   alerts about the exporters that the other alerts rely on
prometheus/operator/             the same two as PrometheusRule objects, in place of rules/, where the system config has
                                 prometheus_operator: the cluster must run the Prometheus operator
prometheus/alertmanager.yaml     a routing tree by team; who a team is says sensu/team_data.json of the system config
prometheus/scrape/<shard>.yaml   scrape jobs of the instances that set prometheus_port, by prometheus_shard`,
	SystemKeys: systemKeys,
	Files:      files,
	Effects:    effects,
	Compile:    compile,
	Link:       link,
}

// facts are what the files that span services need of one service.
type facts struct {
	Shared   []sharedFact
	Requests []requestsFact
	Queries  []rule
	Scrapes  []scrapeFact
	Routes   []routeFact // sorted
}

func compile(s *config.Service, report finding.Report) target.Output {
	c := compilation{service: s, report: report, seen: map[string]bool{}}
	for _, i := range s.Instances() {
		c.adapterRules(i)
		c.instanceRules(i)
		c.scrapeJob(i)
	}
	c.namespaceRules()
	return c.output()
}

// compilation collects what one service comes to.
type compilation struct {
	service *config.Service
	report  finding.Report
	groups  []ruleGroup
	facts   facts
	seen    map[string]bool // instances that have rules
}

func (c *compilation) output() target.Output {
	var out target.Output
	if len(c.groups) > 0 {
		out.Files = []target.File{rulesOf(c.service.Cluster, c.service.Name, c.groups)}
	}
	f := c.facts // a copy: a pointer into c would keep the service's configuration alive
	if len(f.Shared)+len(f.Requests)+len(f.Queries)+len(f.Scrapes)+len(f.Routes) > 0 {
		out.Facts = &f
	}
	return out
}

func link(c *config.Cluster, services []target.Linked, report finding.Report) []target.File {
	if target.AnyUnread(services) {
		return nil
	}
	var files []target.File
	if file := linkAdapter(c, services, report); file != nil {
		files = append(files, *file, adapterNamespace())
	}
	if file := linkCluster(c, services); file != nil {
		files = append(files, *file)
	}
	if file := linkAlertmanager(c, services, report); file != nil {
		files = append(files, *file)
	}
	return append(files, linkScrapes(c, services)...)
}
