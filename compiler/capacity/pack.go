package capacity

import (
	"cmp"
	"math/bits"
	"slices"
)

// Bought is a machine that is bought for some pods.
type Bought struct {
	Pool, Type string
	Price      float64 // US dollars an hour
	Holds      map[*Pod]int
	shares     map[*Pod]float64 // of the price, by what each pod takes of the machine; they add up to 1
}

// Packing is what some pods come to.
type Packing struct {
	Machines []Bought
	// Left are pods that no machine takes, or of which nobody can say: why, in words.
	Left map[*Pod]string
}

// Pack buys machines for some pods as Karpenter does: largest pods first, each to the machine with the fewest pods
// that can take it, while a machine's type stays open until all of its pods are known; then the cheapest type that has
// room is bought. count is the number of pods of each workload. Pods of other clusters must not be among them.
func (n *Nodes) Pack(pods []*Pod, count func(*Pod) int) Packing {
	out := Packing{Left: map[*Pod]string{}}
	sorted := slices.Clone(pods)
	slices.SortStableFunc(sorted, func(a, b *Pod) int {
		return cmp.Or(cmp.Compare(b.Needs.CPU, a.Needs.CPU), cmp.Compare(b.Needs.Memory, a.Needs.Memory), a.Compare(b))
	})
	packers := map[*Pool]*packer{}
	var order []*packer
	for _, pod := range sorted {
		pool := n.Pool(pod.Pool)
		if why := unpriced(pool, pod, n.Priced); why != "" {
			out.Left[pod] = why
			continue
		}
		if packers[pool] == nil {
			packers[pool] = &packer{pool: pool}
			order = append(order, packers[pool])
		}
		if placed := packers[pool].place(pod, count(pod)); placed < count(pod) {
			out.Left[pod] = "no machine takes it"
		}
	}
	slices.SortFunc(order, func(a, b *packer) int { return cmp.Compare(a.pool.Name, b.pool.Name) })
	for _, p := range order {
		out.Machines = append(out.Machines, p.buy()...)
	}
	return out
}

// unpriced says why nobody can tell what a pod costs; empty when somebody can.
func unpriced(pool *Pool, pod *Pod, priced bool) string {
	switch {
	case pod.Unknown != "":
		return pod.Unknown
	case pool == nil:
		return "its pool " + pod.Pool + " is not described"
	case !priced:
		return "there is no price file"
	case len(pool.machines) == 0:
		return "the price file knows no machine of its pool " + pool.Name
	case len(pod.Other) > 0:
		return "the price file does not say which machines have " + pod.Other[0]
	case len(pool.Misfits(pod)) > 0 && pool.Misfits(pod)[0].Kind == TooLarge:
		return "no machine of its pool " + pool.Name + " takes it"
	}
	return ""
}

// packer fills the machines of one pool.
type packer struct {
	pool *Pool
	open []*node
}

// node is a machine that will be bought, as long as its type is open.
type node struct {
	used  Amount
	types []candidate // that have room for what is used
	held  []held
}

// candidate is a type that the node may become, with the offers that its pods allow.
type candidate struct {
	machine int
	offers  uint64
}

type held struct {
	pod *Pod
	n   int
}

// workload is a pod while its replicas are placed.
type workload struct {
	*Pod
	masks []uint64
	zones map[string]int // how many replicas are in each zone; nil when they need not be spread
	skew  int
	most  int // replicas on one host; 0 is no limit
}

// place puts replicas of a pod on machines and returns how many found one.
func (p *packer) place(pod *Pod, replicas int) int {
	w := p.workload(pod)
	for placed := range replicas {
		slices.SortStableFunc(p.open, func(a, b *node) int { return cmp.Compare(a.used.Pods, b.used.Pods) })
		if p.placeOne(w) {
			continue
		}
		fresh := &node{}
		for i := range p.pool.machines {
			fresh.types = append(fresh.types, candidate{i, allOffers(&p.pool.machines[i])})
		}
		if !p.take(fresh, w) {
			return placed
		}
		p.open = append(p.open, fresh)
	}
	return replicas
}

func (p *packer) placeOne(w *workload) bool {
	for _, n := range p.open {
		if p.take(n, w) {
			return true
		}
	}
	return false
}

func (p *packer) workload(pod *Pod) *workload {
	w := &workload{Pod: pod}
	w.masks, _ = pod.allowed(p.pool, pod.Preferred)
	if !p.anyRoom(pod, w.masks) {
		w.masks, _ = pod.allowed(p.pool, nil)
	}
	for _, s := range pod.Spreads {
		switch s.Key {
		case HostLabel:
			w.most = s.Skew
		case ZoneLabel:
			w.skew, w.zones = s.Skew, map[string]int{}
			if s.Strict { // else Karpenter gives the constraint up when it cannot be met
				for zone := range p.pool.universe(pod, ZoneLabel) {
					w.zones[zone] = 0
				}
				continue
			}
			for i := range p.pool.machines {
				for _, zone := range p.pool.domains(&p.pool.machines[i], w.masks[i], ZoneLabel) {
					w.zones[zone] = 0
				}
			}
		}
	}
	return w
}

func (p *packer) anyRoom(pod *Pod, masks []uint64) bool {
	for i := range masks {
		if masks[i] != 0 && pod.Needs.Within(p.pool.machines[i].room) {
			return true
		}
	}
	return false
}

// take puts one replica on a node when the node can take it.
func (p *packer) take(n *node, w *workload) bool {
	last := len(n.held) - 1
	for i := range n.held {
		h := &n.held[i]
		if w.most > 0 && h.pod == w.Pod && h.n >= w.most || w.Pod.apartFrom(h.pod) {
			return false
		}
	}
	used := n.used.Plus(w.Needs)
	if !slices.ContainsFunc(n.types, func(c candidate) bool {
		return c.offers&w.masks[c.machine] != 0 && used.Within(p.pool.machines[c.machine].room)
	}) {
		return false
	}
	zone, ok := p.zone(n, w, used)
	if !ok {
		return false
	}
	kept := make([]candidate, 0, len(n.types))
	for _, c := range n.types {
		if c.offers = p.offersFor(c, w, zone); c.offers != 0 && used.Within(p.pool.machines[c.machine].room) {
			kept = append(kept, c)
		}
	}
	n.used, n.types = used, kept
	if w.zones != nil {
		w.zones[zone]++
	}
	if last >= 0 && n.held[last].pod == w.Pod {
		n.held[last].n++
		return true
	}
	n.held = append(n.held, held{w.Pod, 1})
	return true
}

// offersFor are the offers of a candidate that a replica allows; in one zone when its pods are spread over zones.
func (p *packer) offersFor(c candidate, w *workload, zone string) uint64 {
	mask := c.offers & w.masks[c.machine]
	if w.zones == nil {
		return mask
	}
	for i, o := range p.pool.machines[c.machine].offers {
		if o.Zone != zone {
			mask &^= 1 << i
		}
	}
	return mask
}

// zone chooses the zone of a node that is to take a replica: of those that the node may be in, the one with the fewest.
func (p *packer) zone(n *node, w *workload, used Amount) (zone string, ok bool) {
	if w.zones == nil {
		return "", true
	}
	least := -1
	for _, count := range w.zones {
		if least < 0 || count < least {
			least = count
		}
	}
	for _, c := range n.types {
		mask := c.offers & w.masks[c.machine]
		if mask == 0 || !used.Within(p.pool.machines[c.machine].room) {
			continue
		}
		for ; mask != 0; mask &= mask - 1 {
			z := p.pool.machines[c.machine].offers[bits.TrailingZeros64(mask)].Zone
			count, better := w.zones[z], !ok || w.zones[z] < w.zones[zone] || w.zones[z] == w.zones[zone] && z < zone
			if count+1-least <= max(w.skew, 1) && better {
				zone, ok = z, true
			}
		}
	}
	return zone, ok
}

// buy chooses the cheapest offer for each node.
func (p *packer) buy() []Bought {
	all := make([]Bought, 0, len(p.open))
	for _, n := range p.open {
		best, price := -1, 0.0
		for i, c := range n.types {
			for mask := c.offers; mask != 0; mask &= mask - 1 {
				offer := p.pool.machines[c.machine].offers[bits.TrailingZeros64(mask)]
				if best < 0 || offer.Price < price {
					best, price = i, offer.Price
				}
			}
		}
		m := &p.pool.machines[n.types[best].machine]
		b := Bought{Pool: p.pool.Name, Type: m.Name, Price: price, Holds: map[*Pod]int{}, shares: map[*Pod]float64{}}
		total := 0.0
		for _, h := range n.held {
			share := h.pod.Needs.Times(h.n).share(m.room)
			b.Holds[h.pod] += h.n
			b.shares[h.pod] += share
			total += share
		}
		for pod := range b.shares {
			if total > 0 {
				b.shares[pod] /= total
			} else {
				b.shares[pod] = 1 / float64(len(b.shares))
			}
		}
		all = append(all, b)
	}
	return all
}
