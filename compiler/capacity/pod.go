package capacity

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
)

// Pod is one workload's pods: what each asks for, where each may run, and how many there are.
type Pod struct {
	Cluster, Service, Instance, Team string
	Kind, Namespace, Name            string
	Pool                             string

	Needs Amount
	Other []string // resources that no price file tells of
	// Selector must be met altogether, and of Terms one; no terms is no condition.
	Selector []Requirement
	Terms    [][]Requirement
	// Preferred is met when a machine can: the heaviest of the preferences, as Karpenter tries first.
	Preferred   []Requirement
	Tolerations []corev1.Toleration
	Spreads     []Spread
	// Apart are labels of pods that are never on the same host.
	Apart  []map[string]string
	Labels map[string]string

	Min, Max int // replicas; an autoscaler's bounds
	// Unknown says why nobody knows the pods of the workload; empty when they are known.
	Unknown string
}

// Spread is a topology spread constraint on the workload's own pods.
type Spread struct {
	Key    string // topology key
	Skew   int
	Strict bool // DoNotSchedule
}

// Key identifies the workload.
func (p *Pod) Key() string {
	return p.Cluster + "\x00" + p.Kind + "\x00" + p.Namespace + "\x00" + p.Name
}

// tolerates tells whether the pod may run on a node with the taint.
func (p *Pod) tolerates(taint corev1.Taint) bool {
	if taint.Effect == corev1.TaintEffectPreferNoSchedule {
		return true
	}
	return slices.ContainsFunc(p.Tolerations, func(t corev1.Toleration) bool {
		switch {
		case t.Effect != "" && t.Effect != taint.Effect:
			return false
		case t.Key == "" && t.Operator == corev1.TolerationOpExists:
			return true
		case t.Key != taint.Key:
			return false
		}
		return t.Operator == corev1.TolerationOpExists || t.Value == taint.Value
	})
}

// apartFrom tells whether one of two pods must not be on the host of the other.
func (p *Pod) apartFrom(other *Pod) bool {
	return p.Namespace == other.Namespace && (selectsAny(p.Apart, other.Labels) || selectsAny(other.Apart, p.Labels))
}

func selectsAny(selectors []map[string]string, labels map[string]string) bool {
	return slices.ContainsFunc(selectors, func(selector map[string]string) bool {
		for key, value := range selector {
			if labels[key] != value {
				return false
			}
		}
		return len(selector) > 0
	})
}

// allowed returns, for each machine of the pool, the offers that the pod's conditions allow, as bits; 0 is none.
// uncertain is a label that nobody knows, when one decided nothing.
func (p *Pod) allowed(pool *Pool, conditions []Requirement) (masks []uint64, uncertain string) {
	masks = make([]uint64, len(pool.machines))
	terms := p.Terms
	if len(terms) == 0 {
		terms = [][]Requirement{nil}
	}
	for i := range pool.machines {
		m := &pool.machines[i]
		for _, term := range terms {
			mask := allOffers(m)
			for _, r := range slices.Concat(p.Selector, conditions, term) {
				var doubt bool
				mask, doubt = pool.narrow(m, mask, r)
				if doubt {
					uncertain = r.Key
				}
			}
			masks[i] |= mask
		}
	}
	return masks, uncertain
}

func allOffers(m *machine) uint64 {
	if len(m.offers) == maxOffers {
		return ^uint64(0)
	}
	return 1<<len(m.offers) - 1
}

// narrow keeps the offers of a machine that meet a requirement.
func (p *Pool) narrow(m *machine, mask uint64, r Requirement) (left uint64, doubt bool) {
	switch r.Key {
	case ZoneLabel, RegionLabel, CapacityLabel:
		for i, o := range m.offers {
			if !o.meets(r) {
				mask &^= 1 << i
			}
		}
		return mask, false
	}
	switch p.label(m, r) {
	case no:
		return 0, false
	case unknown:
		return mask, mask != 0
	}
	return mask, false
}
