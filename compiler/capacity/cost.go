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
	Version  int           `json:"version"`  // 1; grows when a key changes its meaning or goes
	Currency string        `json:"currency"` // USD
	Notes    []string      `json:"notes"`    // what the sums leave out
	Clusters []ClusterCost `json:"clusters"`
}

// NewCost is a report without clusters.
func NewCost() *Cost {
	return &Cost{Version: 1, Currency: "USD", Clusters: []ClusterCost{}, Notes: []string{
		"Prices are those of an hour. Hours with the least and with the greatest number of replicas are min and max.",
		"Jobs that run by a schedule, daemons' own machines, storage and traffic are not in the sums.",
	}}
}

// ClusterCost is what the nodes of one cluster cost an hour, and for whom.
type ClusterCost struct {
	Cluster  string     `json:"cluster"`
	Hour     Money      `json:"hour"`
	Pools    []PoolCost `json:"pools"`
	Teams    []Part     `json:"teams"`
	Services []Part     `json:"services"`
	Unpriced []Unpriced `json:"unpriced"`
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

// bound is one end of the range of replicas.
type bound struct {
	of    func(*Pod) int
	in    func(*Money) *float64
	index int
}

var bounds = []bound{
	{func(p *Pod) int { return p.Min }, func(m *Money) *float64 { return &m.Min }, 0},
	{func(p *Pod) int { return p.Max }, func(m *Money) *float64 { return &m.Max }, 1},
}

// Cost packs the pods of a cluster and adds up what is bought.
func (n *Nodes) Cost(cluster string, pods []Pod) ClusterCost {
	all := make([]*Pod, len(pods))
	for i := range pods {
		all[i] = &pods[i]
	}
	c, reasons := newSums(cluster), map[*Pod]string{}
	for _, bound := range bounds {
		packed := n.Pack(all, bound.of)
		c.add(packed, 1, bound)
		for pod, why := range packed.Left {
			reasons[pod] = cmp.Or(reasons[pod], why)
		}
	}
	c.leave(all, reasons)
	return c.cost()
}

// sums add up prices.
type sums struct {
	cluster                string
	total                  Money
	pools, teams, services map[string]*Money
	machines               [2]map[string]map[string]int // by bound, pool and type
	unpriced               []Unpriced
}

func newSums(cluster string) *sums {
	return &sums{cluster: cluster, pools: map[string]*Money{}, teams: map[string]*Money{}, services: map[string]*Money{},
		machines: [2]map[string]map[string]int{{}, {}}, unpriced: []Unpriced{}}
}

// add adds a packing, each price divided by scale.
func (s *sums) add(p Packing, scale float64, b bound) {
	at := func(all map[string]*Money, key string) *float64 {
		if all[key] == nil {
			all[key] = &Money{}
		}
		return b.in(all[key])
	}
	machines := s.machines[b.index]
	for i := range p.Machines {
		m := &p.Machines[i]
		price := m.Price / scale
		*b.in(&s.total) += price
		*at(s.pools, m.Pool) += price
		if machines[m.Pool] == nil {
			machines[m.Pool] = map[string]int{}
		}
		machines[m.Pool][m.Type]++
		for _, pod := range slices.SortedFunc(maps.Keys(m.shares), (*Pod).Compare) { // sums depend on their order
			part := price * m.shares[pod]
			*at(s.teams, pod.Team) += part
			*at(s.services, pod.Service) += part
		}
	}
}

// leave notes the pods that have no price, and why.
func (s *sums) leave(pods []*Pod, reasons map[*Pod]string) {
	for _, pod := range pods {
		if why := reasons[pod]; why != "" {
			s.unpriced = append(s.unpriced, Unpriced{pod.Service, pod.Instance, pod.Pool, why})
		}
	}
	slices.SortFunc(s.unpriced, Unpriced.compare)
}

func (u Unpriced) compare(o Unpriced) int {
	return cmp.Or(cmp.Compare(u.Service, o.Service), cmp.Compare(u.Instance, o.Instance), cmp.Compare(u.Why, o.Why))
}

func (s *sums) cost() ClusterCost {
	c := ClusterCost{Cluster: s.cluster, Hour: s.total.rounded(), Pools: []PoolCost{}, Unpriced: s.unpriced,
		Teams: parts(s.teams), Services: parts(s.services)}
	for _, name := range slices.Sorted(maps.Keys(s.pools)) {
		c.Pools = append(c.Pools, PoolCost{Pool: name, Hour: s.pools[name].rounded(),
			MachinesMin: counted(s.machines[0][name]), MachinesMax: counted(s.machines[1][name])})
	}
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

func (m Money) minus(o Money) Money { return Money{m.Min - o.Min, m.Max - o.Max} }

// rounded drops what adding floats leaves behind: a hundredth of a cent.
func (m Money) rounded() Money { return Money{round(m.Min), round(m.Max)} }

func round(v float64) float64 { return math.Round(v*1e4)/1e4 + 0 }
