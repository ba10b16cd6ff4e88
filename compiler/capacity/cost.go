package capacity

import (
	"cmp"
	"maps"
	"math"
	"slices"
)

// HoursOfMonth is how many hours a month has on bills.
const HoursOfMonth = 730

// Money is US dollars an hour at the least and at the greatest number of replicas.
type Money struct {
	Min float64 `json:"min"`
	Max float64 `json:"max"`
}

// Cost is what the nodes of clusters cost.
type Cost struct {
	Currency string        `json:"currency"` // USD
	Clusters []ClusterCost `json:"clusters"`
}

// ClusterCost is what the nodes of one cluster cost an hour, and for whom.
type ClusterCost struct {
	Cluster  string     `json:"cluster"`
	Hour     Money      `json:"hour"`
	Pools    []PoolCost `json:"pools"`
	Teams    []Part     `json:"teams"`
	Services []Part     `json:"services"`
	Unpriced []Unpriced `json:"unpriced"`
	Notes    []string   `json:"notes,omitempty"`
	byPod    map[string]Money
}

// PoolCost is what the machines of one pool cost an hour.
type PoolCost struct {
	Pool string `json:"pool"`
	Hour Money  `json:"hour"`
	// Machines are how many of each type are bought, for the least and for the greatest number of replicas.
	MachinesMin map[string]int `json:"machinesMin"`
	MachinesMax map[string]int `json:"machinesMax"`
}

// Part is somebody's part of the cost of a cluster.
type Part struct {
	Name string `json:"name"`
	Hour Money  `json:"hour"`
}

// Unpriced is a workload of which nobody can say what it costs.
type Unpriced struct {
	Service  string `json:"service"`
	Instance string `json:"instance"`
	Pool     string `json:"pool,omitempty"`
	Why      string `json:"why"`
}

// Cost packs the pods of a cluster and adds up what is bought.
func (n *Nodes) Cost(cluster string, pods []Pod) ClusterCost {
	var all []*Pod
	for i := range pods {
		all = append(all, &pods[i])
	}
	least := n.Pack(all, func(p *Pod) int { return p.Min })
	most := n.Pack(all, func(p *Pod) int { return p.Max })
	c := newSums(cluster)
	c.add(least, 1, func(m *Money) *float64 { return &m.Min })
	c.add(most, 1, func(m *Money) *float64 { return &m.Max })
	for _, pod := range all {
		if why := cmp.Or(most.Left[pod], least.Left[pod]); why != "" {
			c.unpriced = append(c.unpriced, Unpriced{pod.Service, pod.Instance, pod.Pool, why})
		}
	}
	return c.cost()
}

// sums add up prices.
type sums struct {
	cluster                      string
	total                        Money
	pools, teams, services, pods map[string]*Money
	machines                     [2]map[string]map[string]int
	unpriced                     []Unpriced
}

func newSums(cluster string) *sums {
	return &sums{cluster: cluster, pools: map[string]*Money{}, teams: map[string]*Money{}, services: map[string]*Money{},
		pods: map[string]*Money{}, machines: [2]map[string]map[string]int{{}, {}}}
}

// add adds a packing, each price divided by scale.
func (s *sums) add(p Packing, scale float64, side func(*Money) *float64) {
	at := func(all map[string]*Money, key string) *float64 {
		if all[key] == nil {
			all[key] = &Money{}
		}
		return side(all[key])
	}
	number := 0
	if side(&s.total) == &s.total.Max {
		number = 1
	}
	for i := range p.Machines {
		m := &p.Machines[i]
		price := m.Price / scale
		*side(&s.total) += price
		*at(s.pools, m.Pool) += price
		if s.machines[number][m.Pool] == nil {
			s.machines[number][m.Pool] = map[string]int{}
		}
		s.machines[number][m.Pool][m.Type]++
		for _, pod := range slices.SortedFunc(maps.Keys(m.shares), (*Pod).Compare) {
			part := price * m.shares[pod]
			*at(s.teams, pod.Team) += part
			*at(s.services, pod.Service) += part
			*at(s.pods, pod.Key()) += part
		}
	}
}

func (s *sums) cost() ClusterCost {
	c := ClusterCost{Cluster: s.cluster, Hour: s.total.rounded(), Pools: []PoolCost{}, Unpriced: s.unpriced,
		Teams: parts(s.teams), Services: parts(s.services), byPod: map[string]Money{}}
	if c.Unpriced == nil {
		c.Unpriced = []Unpriced{}
	}
	for _, name := range slices.Sorted(maps.Keys(s.pools)) {
		c.Pools = append(c.Pools, PoolCost{Pool: name, Hour: s.pools[name].rounded(),
			MachinesMin: counted(s.machines[0][name]), MachinesMax: counted(s.machines[1][name])})
	}
	for key, money := range s.pods {
		c.byPod[key] = *money
	}
	slices.SortFunc(c.Unpriced, func(a, b Unpriced) int {
		return cmp.Or(cmp.Compare(a.Service, b.Service), cmp.Compare(a.Instance, b.Instance), cmp.Compare(a.Why, b.Why))
	})
	return c
}

func counted(m map[string]int) map[string]int {
	if m == nil {
		return map[string]int{}
	}
	return m
}

func parts(all map[string]*Money) []Part {
	out := []Part{}
	for _, name := range slices.Sorted(maps.Keys(all)) {
		out = append(out, Part{name, all[name].rounded()})
	}
	return out
}

// rounded drops what adding floats leaves behind: a hundredth of a cent.
func (m Money) rounded() Money { return Money{round(m.Min), round(m.Max)} }

func round(v float64) float64 { return math.Round(v*1e4)/1e4 + 0 }
