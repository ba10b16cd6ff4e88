package capacity

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// unspread says which strict spread constraints the pods cannot meet.
func (p *Pool) unspread(pod *Pod, masks []uint64) []Misfit {
	var found []Misfit
	for _, s := range pod.Spreads {
		if !s.Strict || s.Key == HostLabel {
			continue
		}
		all, fits := p.universe(pod, s.Key), map[string]bool{}
		for i := range p.machines {
			if m := &p.machines[i]; pod.Needs.Within(m.room) {
				for _, domain := range p.domains(m, masks[i], s.Key) {
					fits[domain] = true
				}
			}
		}
		if message := impossible(pod, s, all, fits); message != "" {
			found = append(found, Misfit{Kind: Unspread, Key: "topology_spread_constraints", Message: message})
		}
	}
	return found
}

// universe are the values of a topology key over which Karpenter spreads a pod: those of all pools of the cluster,
// whichever the pod selects, as far as the pod's own conditions on the key allow.
func (p *Pool) universe(pod *Pod, key string) map[string]bool {
	all := map[string]bool{}
	conditions := pod.Selector
	if len(pod.Terms) == 1 {
		conditions = slices.Concat(conditions, pod.Terms[0])
	}
	for _, pool := range p.all {
		for i := range pool.machines {
			m := &pool.machines[i]
			for _, domain := range pool.domains(m, allOffers(m), key) {
				all[domain] = !slices.ContainsFunc(conditions, func(r Requirement) bool {
					return r.Key == key && !r.takes(domain, true)
				})
			}
		}
	}
	maps.DeleteFunc(all, func(_ string, allowed bool) bool { return !allowed })
	return all
}

// impossible says why a constraint cannot be met; empty when it can. Pods must be even over all domains that Karpenter
// knows, so those in which the pod finds no node keep the others at the skew.
func impossible(pod *Pod, s Spread, all, fits map[string]bool) string {
	switch {
	case len(all) == 0:
		return fmt.Sprintf("the pods must be spread over %s, and no node of the pool has that label", s.Key)
	case len(fits) == len(all):
		return ""
	}
	most := s.Skew * len(fits)
	if pod.Max <= most {
		return ""
	}
	var full []string
	for _, domain := range slices.Sorted(maps.Keys(all)) {
		if !fits[domain] {
			full = append(full, domain)
		}
	}
	return fmt.Sprintf("%d of up to %d pods can be spread over %s with a skew of %d: Karpenter counts %s, too, where "+
		"the pod finds no node", most, pod.Max, s.Key, s.Skew, strings.Join(full, ", "))
}

// domains are the values of a topology key that a machine can have.
func (p *Pool) domains(m *machine, mask uint64, key string) []string {
	var all []string
	for i, o := range m.offers {
		if mask&(1<<i) == 0 {
			continue
		}
		switch key {
		case ZoneLabel:
			all = append(all, o.Zone)
		case RegionLabel:
			all = append(all, o.region())
		case CapacityLabel:
			all = append(all, o.Capacity)
		}
	}
	switch {
	case len(all) > 0 || mask == 0:
		return all
	case key == PoolLabel:
		return []string{p.Name}
	case m.Labels[key] != "":
		return []string{m.Labels[key]}
	case p.Labels[key] != "":
		return []string{p.Labels[key]}
	}
	for _, r := range p.Requirements {
		if r.Key == key && r.Operator == "In" {
			return r.Values
		}
	}
	return nil
}
