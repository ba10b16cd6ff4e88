package karpenter

import (
	"math"

	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/paasta-render/paasta-render/compiler/capacity"
	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

// nodes are the pools as the compiler holds pods against them. Pools that are described wrongly are left out: link
// reports them.
func nodes(c *config.Cluster) []capacity.Pool {
	r := &reader{cluster: c, report: func(finding.Finding) {}}
	described := c.System.Get("pools")
	if !described.IsMap() {
		return nil
	}
	var all []capacity.Pool
	for _, p := range described.Pairs {
		pool, ok := r.pool(p.Key, p.Value)
		if !ok {
			continue
		}
		n := capacity.Pool{Name: pool.name, At: p.Key.Position(),
			Labels: pool.labels, Taints: pool.taints, Daemons: pool.daemons, LimitsAt: p.Value.KeyPosition("limits")}
		n.Limit = capacity.Amount{CPU: limit(pool.limits, "cpu", resource.Milli), Memory: limit(pool.limits, "memory", 0),
			GPUs: limit(pool.limits, "nvidia.com/gpu", 0)}
		for _, q := range pool.requirements {
			n.Requirements = append(n.Requirements, capacity.Requirement{Key: q.Key, Operator: q.Operator, Values: q.Values})
		}
		all = append(all, n)
	}
	return all
}

// limit returns a limit of a pool; 0 when there is none.
func limit(limits map[string]string, name string, scale resource.Scale) int64 {
	q, err := resource.ParseQuantity(limits[name])
	if err != nil {
		return 0
	}
	return q.ScaledValue(scale)
}

// daemons reads what the daemons of a node ask for together: cpus (cores), mem and disk (MiB). No manifest of the tree
// says it, since others run them.
func (r *reader) daemons(n *yaml11.Node) capacity.Amount {
	if n.IsNull() {
		return capacity.Amount{}
	}
	if !n.IsMap() {
		r.wrong(n, "daemons must be a mapping of cpus (cores), mem (MiB), disk (MiB) and pods", "")
		return capacity.Amount{}
	}
	r.known(n, []string{"cpus", "mem", "disk", "pods"})
	number := func(key string, unit float64) int64 {
		v := n.Get(key)
		if v.IsNull() {
			return 0
		}
		f, ok := v.Number()
		if !ok || v.Kind == yaml11.Bool || math.IsNaN(f) || f < 0 || f*unit > math.MaxInt64/2 {
			r.wrong(v, "daemons."+key+" must be a number that is not negative", "")
			return 0
		}
		return int64(math.Ceil(f * unit))
	}
	return capacity.Amount{CPU: number("cpus", 1000), Memory: number("mem", capacity.MiB),
		Disk: number("disk", capacity.MiB), Pods: number("pods", 1)}
}
