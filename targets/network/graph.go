package network

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/spelling"
	"github.com/paasta-render/paasta-render/compiler/target"
)

// graph is who calls whom in a cluster.
type graph struct {
	settings
	ports    map[string]int64            // of each mesh namespace by name; 0 when it has no proxy_port
	backends map[string][]config.Backend // of each mesh namespace
	callers  map[string][]*instance      // that have the mesh namespace in their dependencies
	all      []*instance
	allowed  map[string][]caller // by service: the callers that its authorization.yaml names
}

func newGraph(set settings, linked []target.Linked) *graph {
	g := &graph{settings: set, ports: map[string]int64{}, backends: map[string][]config.Backend{},
		callers: map[string][]*instance{}, allowed: map[string][]caller{}}
	for _, l := range linked {
		f, ok := l.Facts.(*facts)
		if !ok {
			continue
		}
		for _, s := range f.spaces {
			g.ports[s.name] = s.port
		}
		g.allowed[l.Service] = f.callers
		for n := range f.instances {
			i := &f.instances[n]
			g.all = append(g.all, i)
			for _, b := range i.backends {
				g.backends[b.Registration] = append(g.backends[b.Registration], b)
			}
			for _, r := range i.rules {
				if r.mesh != "" && !slices.Contains(g.callers[r.mesh], i) {
					g.callers[r.mesh] = append(g.callers[r.mesh], i)
				}
			}
		}
	}
	for _, all := range g.backends {
		slices.SortStableFunc(all, func(a, b config.Backend) int {
			return cmp.Or(cmp.Compare(a.Service, b.Service), cmp.Compare(a.Instance, b.Instance))
		})
	}
	return g
}

// check reports what only the graph as a whole shows.
func (g *graph) check(cluster string, report finding.Report) {
	names := slices.Sorted(maps.Keys(g.ports))
	for _, i := range g.all {
		for _, r := range i.rules {
			f := finding.Finding{Code: NotServed, At: r.at, Service: i.service}
			_, defined := g.ports[r.mesh]
			switch {
			case r.mesh == "":
				continue
			case !defined:
				f.Message = "there is no mesh namespace " + r.mesh
				f.Suggestion = spelling.Nearest(r.mesh, names)
			case len(g.backends[r.mesh]) == 0:
				f.Severity, f.Cluster = finding.Warning, cluster
				f.Message = fmt.Sprintf("nobody serves %s in the cluster %s: no deployed instance registers there", r.mesh, cluster)
			default:
				continue
			}
			report(f)
		}
	}
	for _, service := range slices.Sorted(maps.Keys(g.allowed)) {
		for _, c := range g.allowed[service] {
			g.checkCaller(cluster, service, c, report)
		}
	}
}

// checkCaller reports a caller whose instances are all behind a wall without a door to the service.
func (g *graph) checkCaller(cluster, service string, c caller, report finding.Report) {
	var blocked []*instance
	for _, i := range g.all {
		if i.service != c.service {
			continue
		}
		if i.wall != "block" || i.operated || slices.ContainsFunc(i.rules, func(r rule) bool {
			return r.everything() || strings.HasPrefix(r.mesh, service+".")
		}) {
			return
		}
		blocked = append(blocked, i)
	}
	if len(blocked) == 0 {
		return
	}
	report(finding.Finding{Code: CallerBlocked, Severity: finding.Warning, At: c.at, Service: service, Cluster: cluster,
		Message: fmt.Sprintf("%s may call %s, and the policies of %s block it: none has a dependency on a namespace of %s",
			c.service, service, list(blocked), service),
		Notes: []finding.Note{{At: blocked[0].wallAt, Message: "the wall of " + blocked[0].fullName()}}})
}

// list names instances, three at most.
func list(all []*instance) string {
	var names []string
	for _, i := range all[:min(3, len(all))] {
		names = append(names, i.fullName())
	}
	if len(all) > 3 {
		names = append(names, fmt.Sprintf("%d more", len(all)-3))
	}
	return strings.Join(names, ", ")
}

// callersOf are the instances that have a namespace of the instance's in their dependencies, in order of name. known
// is false when the pods of one of them cannot be told by their labels: then a policy would cut its calls.
func (g *graph) callersOf(i *instance) (all []*instance, known bool) {
	known = true
	for _, b := range i.backends {
		for _, c := range g.callers[b.Registration] {
			known = known && !c.operated
			if !slices.Contains(all, c) {
				all = append(all, c)
			}
		}
	}
	slices.SortFunc(all, func(a, b *instance) int { return cmp.Compare(a.fullName(), b.fullName()) })
	return all, known
}

// outbound tells whether the instance's own calls are behind a policy.
func (g *graph) outbound(i *instance) bool { return i.wall == "block" && !i.operated }

// inbound tells whether calls to the instance are behind a policy, and who its callers are.
func (g *graph) inbound(i *instance) (callers []*instance, ok bool) {
	callers, known := g.callersOf(i)
	return callers, g.ingress && known && len(callers) > 0 && !i.operated
}
