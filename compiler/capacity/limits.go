package capacity

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/paasta-render/paasta-render/compiler/finding"
)

// Over is a limit of a pool that its pods may pass.
type Over struct {
	Pool  string
	At    finding.Position
	Limit string // what the pool may have: 100 cores
	Most  string // what the pods ask for with the greatest number of replicas
	Least string // what they ask for with the least number; empty when that is within the limit
}

// Over says which limits of pools the pods may pass.
func (n *Nodes) Over(pods []Pod) []Over {
	type sum struct{ least, most Amount }
	sums := map[string]*sum{}
	for i := range pods {
		p := &pods[i]
		if sums[p.Pool] == nil {
			sums[p.Pool] = &sum{}
		}
		sums[p.Pool].least = sums[p.Pool].least.Plus(p.Needs.Times(p.Min))
		sums[p.Pool].most = sums[p.Pool].most.Plus(p.Needs.Times(p.Max))
	}
	var found []Over
	for _, name := range n.names() {
		pool, s := n.pools[name], sums[name]
		if s == nil {
			continue
		}
		for _, r := range resources {
			limit := r.of(pool.Limit)
			if limit == 0 || r.of(s.most) <= limit {
				continue
			}
			over := Over{Pool: name, At: pool.LimitsAt, Limit: r.text(limit), Most: r.text(r.of(s.most))}
			if r.of(s.least) > limit {
				over.Least = r.text(r.of(s.least))
			}
			found = append(found, over)
		}
	}
	return found
}

func (n *Nodes) names() []string { return slices.Sorted(maps.Keys(n.pools)) }

// Doubt is what the price file does not tell of a pool.
type Doubt struct {
	At      finding.Position
	Message string
}

// Doubts say of which pools the price file tells too little. None when there is no price file.
func (n *Nodes) Doubts() []Doubt {
	var all []Doubt
	if !n.Priced {
		return nil
	}
	for _, name := range n.names() {
		pool := n.pools[name]
		switch {
		case len(pool.machines) == 0:
			all = append(all, Doubt{pool.At, fmt.Sprintf("the price file knows no machine that the pool %q may have", name)})
		case len(pool.unknown) > 0:
			all = append(all, Doubt{pool.At, fmt.Sprintf("the pool %q requires %s, of which the price file says nothing: "+
				"every machine counts as one that meets it", name, strings.Join(pool.unknown, ", "))})
		}
	}
	return all
}

// Compare orders workloads by service, instance and name.
func (p *Pod) Compare(o *Pod) int {
	return cmp.Or(cmp.Compare(p.Service, o.Service), cmp.Compare(p.Instance, o.Instance), cmp.Compare(p.Key(), o.Key()))
}
