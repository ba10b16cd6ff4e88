package capacity

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Misfit is a reason why no machine of its pool takes a pod, or not all of them.
type Misfit struct {
	Kind Kind
	Key  string // of the instance's configuration that says it: cpus, mem, disk, gpus, pool, node_selectors, …
	// Message says what is wrong. Suggestion is a value of Key that fits; empty when there is none.
	Message, Suggestion string
}

// Kind is what kind of misfit it is.
type Kind uint8

// The kinds.
const (
	TooLarge   Kind = iota // no machine has the room, or the labels
	Unspread               // machines take the pod, and its replicas cannot be spread as it says
	NotCertain             // nobody can tell
)

// Misfits says why no machine of the pool takes the pod. Nil when one does.
func (p *Pool) Misfits(pod *Pod) []Misfit {
	for _, taint := range p.Taints {
		if !pod.tolerates(taint) {
			return []Misfit{{Key: "pool", Message: fmt.Sprintf(
				"the nodes of the pool %q have the taint %s=%s:%s, which the pod does not tolerate",
				p.Name, taint.Key, taint.Value, taint.Effect)}}
		}
	}
	if len(p.machines) == 0 {
		return nil // Doubts says so once
	}
	masks, uncertain := pod.allowed(p, nil)
	if !slices.ContainsFunc(masks, func(m uint64) bool { return m != 0 }) {
		return []Misfit{p.noLabels(pod)}
	}
	if sizes := p.tooSmall(pod, masks); len(sizes) > 0 {
		return sizes
	}
	found := p.unspread(pod, masks)
	if uncertain != "" {
		found = append(found, Misfit{Kind: NotCertain, Key: "node_selectors",
			Message: fmt.Sprintf("the price file does not say which machines have the label %s", uncertain)})
	}
	for _, name := range pod.Other {
		found = append(found, Misfit{Kind: NotCertain, Key: "pool",
			Message: "the price file does not say which machines have " + name})
	}
	return found
}

// noLabels names the condition that no machine meets, or says that they exclude one another.
func (p *Pool) noLabels(pod *Pod) Misfit {
	conditions := slices.Clone(pod.Selector)
	if len(pod.Terms) == 1 {
		conditions = append(conditions, pod.Terms[0]...)
	}
	for _, r := range conditions {
		alone := Pod{Selector: []Requirement{r}}
		masks, _ := alone.allowed(p, nil)
		if !slices.ContainsFunc(masks, func(m uint64) bool { return m != 0 }) {
			return Misfit{Key: "node_selectors",
				Message: fmt.Sprintf("the pod needs a node with %s, and the pool %q has none%s", r, p.Name, p.valuesOf(r.Key))}
		}
	}
	return Misfit{Key: "node_selectors",
		Message: fmt.Sprintf("the pool %q has no node that meets all conditions of the pod at once", p.Name)}
}

// valuesOf lists the values that the pool's nodes have of a label.
func (p *Pool) valuesOf(label string) string {
	var values []string
	add := func(v string) {
		if v != "" && !slices.Contains(values, v) {
			values = append(values, v)
		}
	}
	for i := range p.machines {
		for _, o := range p.machines[i].offers {
			switch label {
			case ZoneLabel:
				add(o.Zone)
			case RegionLabel:
				add(o.region())
			case CapacityLabel:
				add(o.Capacity)
			}
		}
		add(p.machines[i].Labels[label])
	}
	add(p.Labels[label])
	slices.Sort(values)
	const most = 8
	switch {
	case len(values) == 0:
		return ""
	case len(values) > most:
		values = append(values[:most], "…")
	}
	return "; its nodes have " + strings.Join(values, ", ")
}

// tooSmall says of which resource the pod asks for more than any machine has that its conditions allow.
func (p *Pool) tooSmall(pod *Pod, masks []uint64) []Misfit {
	var found []Misfit
	for _, r := range resources {
		largest := -1
		for i := range p.machines {
			if masks[i] != 0 && (largest < 0 || r.of(p.machines[i].room) > r.of(p.machines[largest].room)) {
				largest = i
			}
		}
		m := &p.machines[largest]
		if r.of(pod.Needs) <= r.of(m.room) {
			continue
		}
		found = append(found, Misfit{Key: r.key, Suggestion: p.fitting(pod, masks, r),
			Message: fmt.Sprintf("the pod asks for %s %s, and the largest node of the pool %q that it may run on has %s (%s)",
				r.text(r.of(pod.Needs)), r.noun, p.Name, r.text(r.of(m.room)), m.Name)})
	}
	if len(found) > 0 {
		return found
	}
	for i := range p.machines {
		if masks[i] != 0 && pod.Needs.Within(p.machines[i].room) {
			return nil
		}
	}
	return []Misfit{{Key: "mem", Suggestion: p.fitting(pod, masks, resources[1]),
		Message: fmt.Sprintf("no node of the pool %q has room for all that the pod asks for: %s, %s", p.Name,
			cores(pod.Needs.CPU), mebibytes(pod.Needs.Memory))}}
}

// fitting is how much less of a resource the pod would have to ask for, if that alone helps, as a number of its key's
// unit to be subtracted; empty when nothing alone helps.
func (p *Pool) fitting(pod *Pod, masks []uint64, r resource) string {
	best := int64(-1)
	for i := range p.machines {
		room := p.machines[i].room
		others := pod.Needs
		switch r.key {
		case "cpus":
			others.CPU = 0
		case "mem":
			others.Memory = 0
		case "disk":
			others.Disk = 0
		default:
			others.GPUs = 0
		}
		if masks[i] != 0 && others.Within(room) {
			best = max(best, r.of(room))
		}
	}
	if best < 0 {
		return ""
	}
	return strconv.FormatInt(r.of(pod.Needs)-best, 10)
}
