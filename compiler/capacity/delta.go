package capacity

import (
	"cmp"
	"maps"
	"math"
	"reflect"
	"slices"
)

// Delta is how much more, or less, the nodes of a cluster cost an hour after a change, and for whom.
type Delta struct {
	Cluster  string     `json:"cluster"`
	Hour     Money      `json:"hour"`
	Pools    []Part     `json:"pools"`
	Teams    []Part     `json:"teams"`
	Services []Part     `json:"services"`
	Unpriced []Unpriced `json:"unpriced"` // changed workloads of which nobody can say what they cost
}

// Side is one side of a change in one cluster.
type Side struct {
	Nodes *Nodes
	Pods  []Pod
}

// enough is how many pods are packed for a Delta, so that it does not matter how full the last machine is.
const enough = 2000

// NewDelta compares the cost of two sides. Workloads that are the same on both count when the nodes differ. Only
// changed workloads are known, so they are priced as in a large pool, where the room that they leave is used by
// others. ok is false when nothing changes.
func NewDelta(cluster string, before, after Side) (d Delta, ok bool) {
	if reflect.DeepEqual(before.Nodes, after.Nodes) {
		before.Pods, after.Pods = without(before.Pods, after.Pods), without(after.Pods, before.Pods)
	}
	was, is := before.inLargePool(cluster), after.inLargePool(cluster)
	d = Delta{Cluster: cluster, Hour: is.total.minus(was.total).rounded(), Pools: changes(was.pools, is.pools),
		Teams: changes(was.teams, is.teams), Services: changes(was.services, is.services), Unpriced: is.unpriced}
	for _, u := range was.unpriced {
		if !slices.ContainsFunc(is.unpriced, func(o Unpriced) bool {
			return o.Service == u.Service && o.Instance == u.Instance
		}) {
			d.Unpriced = append(d.Unpriced, u)
		}
	}
	slices.SortFunc(d.Unpriced, Unpriced.compare)
	return d, d.Hour != Money{} || len(d.Pools)+len(d.Teams)+len(d.Services)+len(d.Unpriced) > 0
}

// without returns the pods that other does not have just so.
func without(pods, other []Pod) []Pod {
	known := make(map[string]*Pod, len(other))
	for i := range other {
		known[other[i].Key()] = &other[i]
	}
	return slices.DeleteFunc(slices.Clone(pods), func(p Pod) bool {
		o := known[p.Key()]
		return o != nil && reflect.DeepEqual(p, *o)
	})
}

// inLargePool packs so many replicas of each workload that the last machine of a pool does not count, and divides the
// cost.
func (s Side) inLargePool(cluster string) *sums {
	out := newSums(cluster)
	if s.Nodes == nil {
		return out
	}
	all := make([]*Pod, len(s.Pods))
	for i := range s.Pods {
		all[i] = &s.Pods[i]
	}
	reasons := map[*Pod]string{}
	for _, bound := range bounds {
		total := 0
		for _, p := range all {
			total += bound.of(p)
		}
		scale := max(1, enough/max(total, 1))
		packed := s.Nodes.Pack(all, func(p *Pod) int { return scale * bound.of(p) })
		out.add(packed, float64(scale), bound)
		for pod, why := range packed.Left {
			reasons[pod] = cmp.Or(reasons[pod], why)
		}
	}
	out.leave(all, reasons)
	return out
}

func changes(before, after map[string]*Money) []Part {
	all := []Part{}
	names := slices.Concat(slices.Collect(maps.Keys(before)), slices.Collect(maps.Keys(after)))
	slices.Sort(names)
	for _, name := range slices.Compact(names) {
		var was, is Money
		if m := before[name]; m != nil {
			was = *m
		}
		if m := after[name]; m != nil {
			is = *m
		}
		if change := is.minus(was).rounded(); change != (Money{}) {
			all = append(all, Part{name, change})
		}
	}
	return all
}

// Largest returns the parts in order of the greatest change, then of name.
func Largest(parts []Part) []Part {
	size := func(p Part) float64 { return max(math.Abs(p.Hour.Min), math.Abs(p.Hour.Max)) }
	return slices.SortedFunc(slices.Values(parts), func(a, b Part) int {
		return cmp.Or(cmp.Compare(size(b), size(a)), cmp.Compare(a.Name, b.Name))
	})
}
