package capacity

import (
	"slices"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/paasta-render/paasta-render/compiler/finding"
)

// Requirement is a condition on a label of a node, with the operators of Kubernetes and Karpenter.
type Requirement struct {
	Key      string
	Operator string // In, NotIn, Exists, DoesNotExist, Gt, Lt, Gte, Lte
	Values   []string
}

// takes tells whether a node with the label, or without it, meets the condition.
func (r Requirement) takes(value string, has bool) bool {
	switch r.Operator {
	case "In":
		return has && slices.Contains(r.Values, value)
	case "NotIn":
		return !has || !slices.Contains(r.Values, value)
	case "Exists":
		return has
	case "DoesNotExist":
		return !has
	}
	n, err := strconv.ParseInt(value, 10, 64)
	if !has || err != nil || len(r.Values) != 1 {
		return false
	}
	bound, err := strconv.ParseInt(r.Values[0], 10, 64)
	if err != nil {
		return false
	}
	switch r.Operator {
	case "Gt":
		return n > bound
	case "Lt":
		return n < bound
	case "Gte":
		return n >= bound
	case "Lte":
		return n <= bound
	}
	return false
}

// String is the requirement as people read it.
func (r Requirement) String() string {
	return strings.TrimSpace(r.Key + " " + r.Operator + " " + strings.Join(r.Values, ", "))
}

// Labels of nodes that a machine has more than one value of until it is bought.
const (
	ZoneLabel     = "topology.kubernetes.io/zone"
	RegionLabel   = "topology.kubernetes.io/region"
	CapacityLabel = "karpenter.sh/capacity-type"
	HostLabel     = "kubernetes.io/hostname"
)

// Pool is which machines a pool of nodes may have.
type Pool struct {
	Name         string
	At           finding.Position // of its description
	Requirements []Requirement
	Labels       map[string]string
	Taints       []corev1.Taint
	Daemons      Amount // what daemons take of each machine
	Limit        Amount // what the pool may have together; 0 is no limit
	LimitsAt     finding.Position

	machines []machine
	all      []*Pool // of the cluster, in order of name
	// unknown are labels that the pool requires and that the price file does not tell of any machine.
	unknown []string
}

// machine is a type of machine that a pool may buy, less what daemons take.
type machine struct {
	*Type
	room   Amount
	offers []Offer // at most 64
}

// Nodes is what a cluster may buy.
type Nodes struct {
	pools  map[string]*Pool
	Priced bool // there is a price file
}

// NewNodes joins the pools of a cluster with the types that there are.
func NewNodes(pools []Pool, types []Type) *Nodes {
	n := &Nodes{pools: make(map[string]*Pool, len(pools)), Priced: len(types) > 0}
	var all []*Pool
	for i := range pools {
		all = append(all, &pools[i])
	}
	slices.SortFunc(all, func(a, b *Pool) int { return strings.Compare(a.Name, b.Name) })
	for _, p := range all {
		n.pools[p.Name], p.all = p, all
		for t := range types {
			p.consider(&types[t])
		}
	}
	return n
}

// Pool returns a pool by name; nil when the cluster has none.
func (n *Nodes) Pool(name string) *Pool {
	if n == nil {
		return nil
	}
	return n.pools[name]
}

// consider adds a type to the pool's machines when its requirements allow that.
func (p *Pool) consider(t *Type) {
	m := machine{Type: t, room: t.Room.Minus(p.Daemons), offers: t.Offers}
	for _, r := range p.Requirements {
		switch r.Key {
		case ZoneLabel, RegionLabel, CapacityLabel:
			m.offers = slices.DeleteFunc(slices.Clone(m.offers), func(o Offer) bool { return !o.meets(r) })
		default:
			value, has := t.Labels[r.Key]
			if !has && (ofMachine(r.Key) || r.Operator == "NotIn" || r.Operator == "DoesNotExist") {
				if ofMachine(r.Key) && !slices.Contains(p.unknown, r.Key) {
					p.unknown = append(p.unknown, r.Key)
				}
				continue
			}
			if !has && r.Operator != "Gt" && r.Operator != "Lt" { // a label that Karpenter gives to the node
				continue
			}
			if !r.takes(value, has) {
				return
			}
		}
	}
	if len(m.offers) > 0 {
		p.machines = append(p.machines, m)
	}
}

// ofMachine tells whether a label tells something of the machine itself, which the provider knows.
func ofMachine(label string) bool {
	domain, _, _ := strings.Cut(label, "/")
	return domain == "karpenter.k8s.aws"
}

// meets tells whether an offer meets a requirement on its zone, its region or the way it is bought.
func (o Offer) meets(r Requirement) bool {
	switch r.Key {
	case ZoneLabel:
		return r.takes(o.Zone, o.Zone != "")
	case RegionLabel:
		return r.takes(o.region(), o.Zone != "")
	}
	return r.takes(o.Capacity, true)
}

// verdict is whether a label fits a machine: yes, no, or nobody knows.
type verdict uint8

const (
	no verdict = iota
	yes
	unknown
)

// label holds a pod's requirement against the labels of a machine of the pool, zone and capacity type apart.
func (p *Pool) label(m *machine, r Requirement) verdict {
	value, has := m.Labels[r.Key]
	if !has {
		value, has = p.Labels[r.Key]
	}
	if r.Key == PoolLabel {
		value, has = p.Name, true
	}
	if !has {
		for _, own := range p.Requirements { // Karpenter labels the node with one of these values
			if own.Key == r.Key && own.Operator == "In" {
				return of(slices.ContainsFunc(own.Values, func(v string) bool { return r.takes(v, true) }))
			}
		}
		if ofMachine(r.Key) {
			return unknown
		}
	}
	return of(r.takes(value, has))
}

func of(ok bool) verdict {
	if ok {
		return yes
	}
	return no
}

// PoolLabel is the label by which pods select the nodes of a pool. PaaSTA: kubernetes_tools.get_node_selector.
const PoolLabel = "yelp.com/pool"
