package compiler

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	"github.com/paasta-render/paasta-render/compiler/capacity"
	"github.com/paasta-render/paasta-render/compiler/capacity/demand"
	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/target"
)

// describe reads which nodes each cluster of the plan may have. Without it no pod is held against nodes.
func (b *backends) describe() {
	b.nodes = make([]*capacity.Nodes, len(b.plan.clusters))
	var read capacity.PriceFiles // most clusters have the same price file
	for c, cluster := range b.plan.clusters {
		var pools []capacity.Pool
		for t := range b.targets {
			if b.targets[t].Nodes != nil && b.views[t][c] != nil {
				pools = append(pools, b.targets[t].Nodes(b.views[t][c])...)
			}
		}
		if len(pools) == 0 {
			continue
		}
		types, _ := read.Read(cluster.System.Prices(), silent)
		b.nodes[c] = capacity.NewNodes(pools, types)
	}
}

// judge reads what the pods in the files of a service ask for, and says which of them fit on no node.
func (b *backends) judge(c int, s *config.Service, files []target.File, report finding.Report) []capacity.Pod {
	if len(b.nodes) == 0 || b.nodes[c] == nil {
		return nil
	}
	var pods []capacity.Pod
	for _, file := range files {
		known := b.layout.Of(file.Path)
		if !known.Workload || file.Each != nil || file.Text != nil {
			continue
		}
		service, instance := b.layout.Owner(file.Path)
		found := demand.Of(s.Cluster.Name, service, instance, file.Docs)
		for i := range found {
			if pool := b.nodes[c].Pool(found[i].Pool); pool != nil && found[i].Unknown == "" {
				sayMisfits(pool.Misfits(&found[i]), s.Instance(instance), report)
			}
		}
		pods = append(pods, found...)
	}
	return pods
}

// sayMisfits reports why no node takes the pods of an instance, each at the key that says it.
func sayMisfits(misfits []capacity.Misfit, i *config.Instance, report finding.Report) {
	for _, m := range misfits {
		if i == nil {
			return
		}
		f := finding.Finding{Code: finding.PodTooLarge, Message: m.Message, Suggestion: smaller(i, m), At: i.At(m.Key)}
		switch m.Kind {
		case capacity.Unspread:
			f.Code = finding.SpreadUnmet
		case capacity.NotCertain:
			f.Code, f.Severity = finding.FitUnknown, finding.Warning
		}
		report(i.Finding(f))
	}
}

// smaller is the value of a key with which the pod fits: what is there now, less what is too much. Empty when it is
// not a number above 0.
func smaller(i *config.Instance, m capacity.Misfit) string {
	over, err := strconv.ParseFloat(m.Suggestion, 64)
	now, ok := i.Get(m.Key).Number()
	if err != nil || !ok {
		return ""
	}
	switch m.Key {
	case "cpus":
		now = math.Floor(now*1000-over) / 1000
	case "mem", "disk":
		now = math.Floor(now - over/capacity.MiB)
	default:
		now -= over
	}
	if now <= 0 {
		return ""
	}
	return m.Key + ": " + strconv.FormatFloat(now, 'f', -1, 64)
}

// judgePools says what is wrong with the price file, what it does not tell of the pools, and which pools may pass their
// limits.
func (l *linker) judgePools(c int, report finding.Report) {
	if len(l.nodes) == 0 || l.nodes[c] == nil {
		return
	}
	nodes := l.nodes[c]
	cluster := l.plan.clusters[c]
	ofCluster := func(f finding.Finding) {
		f.Cluster = cluster.Name
		report(f)
	}
	l.prices.Read(cluster.System.Prices(), report)
	for _, doubt := range nodes.Doubts() {
		ofCluster(finding.Finding{Code: finding.FitUnknown, Severity: finding.Warning, At: doubt.At, Message: doubt.Message})
	}
	if !l.complete {
		return
	}
	for _, over := range nodes.Over(l.pods[c]) {
		f := finding.Finding{Code: finding.PoolOver, Severity: finding.Warning, At: over.At,
			Message: fmt.Sprintf("the pool %q may have %s, and its pods ask for %s with the greatest number of replicas",
				over.Pool, over.Limit, over.Most)}
		if over.Least != "" {
			f.Severity = finding.Error
			f.Message = fmt.Sprintf("the pool %q may have %s, and its pods ask for %s even with the least number of replicas",
				over.Pool, over.Limit, over.Least)
		}
		ofCluster(f)
	}
}

// sortPods sorts the pods of each cluster, which came in any order.
func (l *linker) sortPods(c int) {
	slices.SortFunc(l.pods[c], func(a, b capacity.Pod) int { return a.Compare(&b) })
}

// cost packs the pods of all clusters whose nodes are described.
func (l *linker) cost() *capacity.Cost {
	report := capacity.NewCost()
	for c, cluster := range l.plan.clusters {
		l.sortPods(c)
		if l.nodes[c] != nil {
			report.Clusters = append(report.Clusters, l.nodes[c].Cost(cluster.Name, l.pods[c]))
		}
	}
	return report
}

// costs are the changes of cost in the clusters that both sides, or one of them, have. Pods of services that are known
// to be the same are not known: they cost the same.
func (c *comparison) costs() []capacity.Delta {
	sides := [2]map[string]capacity.Side{{}, {}}
	var names []string
	for n, s := range []*side{&c.base, &c.head} {
		for i, cluster := range s.plan.clusters {
			s.sortPods(i)
			sides[n][cluster.Name] = capacity.Side{Nodes: s.nodes[i], Pods: s.pods[i]}
			names = append(names, cluster.Name)
		}
	}
	slices.Sort(names)
	all := []capacity.Delta{}
	for _, name := range slices.Compact(names) {
		if sides[0][name].Nodes == nil && sides[1][name].Nodes == nil {
			continue
		}
		if d, ok := capacity.NewDelta(name, sides[0][name], sides[1][name]); ok {
			all = append(all, d)
		}
	}
	return all
}
