// Package sensu makes Sensu Go resources: one CheckConfig for each check whose events PaaSTA's scripts send, and the
// handlers that bring its events to the team.
//
// A cluster is a Sensu namespace, since check names repeat from cluster to cluster. What pysensu_yelp would send with
// an event stands in the check's annotations.
package sensu

import (
	"maps"
	"slices"

	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/monitoring"
	"github.com/paasta-render/paasta-render/compiler/target"
)

// Target makes sensu/.
var Target = target.Target{
	Name: "sensu",
	Doc: `Sensu Go: checks, handlers, routing by team

sensu/<service>.yaml   a CheckConfig for each check that PaaSTA's scripts send events of: replication, OOM kills,
                       autoscaling at max_instances, moved StatefulSets, evicted pods, Spark drivers
sensu/_handlers.yaml   namespace, proxy entities, filters, and a handler for each team and destination in use`,
	SystemKeys: systemKeys,
	Files:      files,
	Effects:    effects,
	Compile:    compile,
	Link:       link,
}

// facts are what _handlers.yaml needs of one service.
type facts struct {
	Handlers []handlerFact // sorted
	Sources  []string      // proxy entities, sorted
}

// compilation collects the checks of one service.
type compilation struct {
	service  *config.Service
	report   finding.Report
	checks   []any
	names    map[string]bool
	handlers map[handlerFact]bool
	sources  map[string]bool
}

func compile(s *config.Service, report finding.Report) target.Output {
	c := compilation{service: s, report: report,
		names: map[string]bool{}, handlers: map[handlerFact]bool{}, sources: map[string]bool{}}
	for _, i := range s.Instances() {
		c.instanceChecks(i)
	}
	for _, a := range monitoring.TronActions(s) {
		c.tronOOM(a)
	}
	if c.inCluster() {
		c.serviceChecks()
	}
	if len(c.checks) == 0 {
		return target.Output{}
	}
	return target.Output{
		Files: []target.File{{Path: "sensu/" + s.Name + ".yaml", Docs: c.checks}},
		Facts: &facts{slices.SortedFunc(maps.Keys(c.handlers), handlerFact.compare), slices.Sorted(maps.Keys(c.sources))},
	}
}

// inCluster tells whether the service has anything that runs in the cluster.
func (c *compilation) inCluster() bool {
	return len(c.service.Instances()) > 0 || c.service.Folder.YAML(c.service.ClusterFile("tron")) != nil
}

// instanceChecks: PaaSTA's scripts each walk over the instances that they know.
func (c *compilation) instanceChecks(i *config.Instance) {
	settings, p := monitoring.OfInstance(i)
	if p != nil {
		c.impossible(i, p)
		return
	}
	deployed := i.Branch != nil && i.Branch.Docker.Truthy()
	if deployed && (i.RunsPods() || i.IsFlink() || i.IsCassandra()) {
		c.replication(i, settings)
		c.judgePeople(i, settings)
	}
	if deployed && i.RunsPods() {
		c.maxInstances(i, settings)
		c.movedStatefulSet(i)
	}
	if i.Type != "paasta_native" {
		c.oom(i, settings)
	}
}

func (c *compilation) impossible(i *config.Instance, p *config.Problem) {
	c.report(i.Finding(finding.Finding{Code: finding.SensuCheckImpossible, At: p.At, Suggestion: p.Suggestion,
		Message: p.Message + "; PaaSTA's check stops here"}))
}
