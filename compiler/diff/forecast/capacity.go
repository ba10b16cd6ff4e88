package forecast

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/paasta-render/paasta-render/compiler/diff"
)

// Capacity is how much more (or less) the workloads of one cluster, pool and team ask for: the net amounts, and what
// some ask for more and others for less, which do not cancel.
type Capacity struct {
	Cluster string `json:"cluster"`
	Pool    string `json:"pool,omitempty"`
	Team    string `json:"team,omitempty"`
	Amounts
	More Amounts `json:"more"` // of the workloads that ask for more
	Less Amounts `json:"less"` // of those that ask for less; not positive
}

// Amounts are what workloads ask for, at the least and at the greatest number of replicas.
type Amounts struct {
	Pods   Span      `json:"pods"`
	CPU    FloatSpan `json:"cpu"`    // cores
	Memory FloatSpan `json:"memory"` // bytes
	GPU    FloatSpan `json:"gpu"`    // devices
}

// sides are a workload before and after; nil where it is not there.
type sides struct{ old, now *diff.Workload }

// capacity adds up what the changed workloads ask for, by cluster, pool and team. Places where nothing changes are left
// out.
func capacity(changes []diff.Change) []Capacity {
	places := map[[3]string]*Capacity{}
	at := func(cluster string, w *diff.Workload) *Capacity {
		key := [3]string{cluster, w.Pool, w.Team}
		if places[key] == nil {
			places[key] = &Capacity{Cluster: key[0], Pool: key[1], Team: key[2]}
		}
		return places[key]
	}
	all := workloads(changes)
	for _, key := range slices.SortedFunc(maps.Keys(all), compareKeys) { // sums of floats depend on their order
		s := all[key]
		switch {
		case s.old != nil && s.now != nil && s.old.Pool == s.now.Pool && s.old.Team == s.now.Team:
			at(key.cluster, s.now).add(amountsOf(s.now, 1).plus(amountsOf(s.old, -1)))
			continue
		case s.old != nil:
			at(key.cluster, s.old).add(amountsOf(s.old, -1))
		}
		if s.now != nil {
			at(key.cluster, s.now).add(amountsOf(s.now, 1))
		}
	}
	return sortCapacity(places)
}

type workloadKey struct{ cluster, name string }

func compareKeys(a, b workloadKey) int {
	return cmp.Or(strings.Compare(a.cluster, b.cluster), strings.Compare(a.name, b.name))
}

// workloads are the workloads that changes are about, each once: a workload's own change knows both sides of it, that
// of its autoscaler or disruption budget counts only without one.
func workloads(changes []diff.Change) map[workloadKey]sides {
	all := map[workloadKey]sides{}
	for _, others := range []bool{false, true} {
		for i := range changes {
			c := &changes[i]
			if others != standsForAnother(c) {
				continue
			}
			if c.Old != nil {
				key := workloadKey{c.Cluster, c.Old.Key(c.Cluster)}
				all[key] = sides{cmp.Or(all[key].old, c.Old), all[key].now}
			}
			if c.New != nil {
				key := workloadKey{c.Cluster, c.New.Key(c.Cluster)}
				all[key] = sides{all[key].old, cmp.Or(all[key].now, c.New)}
			}
		}
	}
	return all
}

// standsForAnother tells whether a change is that of an autoscaler or a disruption budget, with its target's workloads.
func standsForAnother(c *diff.Change) bool {
	w := cmp.Or(c.New, c.Old)
	return w != nil && w.Kind != c.Kind
}

// amountsOf are what a workload asks for, counted as positive or negative.
func amountsOf(w *diff.Workload, sign int) Amounts {
	least, most := w.Pod.Times(sign*w.Min), w.Pod.Times(sign*w.Max)
	return Amounts{
		Pods:   Span{sign * w.Min, sign * w.Max},
		CPU:    FloatSpan{least.CPU, most.CPU},
		Memory: FloatSpan{least.Memory, most.Memory},
		GPU:    FloatSpan{least.GPU, most.GPU},
	}
}

func (a Amounts) plus(b Amounts) Amounts {
	return Amounts{Span{a.Pods.Min + b.Pods.Min, a.Pods.Max + b.Pods.Max}, a.CPU.plus(b.CPU), a.Memory.plus(b.Memory), a.GPU.plus(b.GPU)}
}

func (s FloatSpan) plus(o FloatSpan) FloatSpan { return FloatSpan{s.Min + o.Min, s.Max + o.Max} }

// bounded keeps what lies on one side of zero.
func (a Amounts) bounded(keep func(float64) float64) Amounts {
	span := func(s FloatSpan) FloatSpan { return FloatSpan{keep(s.Min), keep(s.Max)} }
	pods := span(FloatSpan{float64(a.Pods.Min), float64(a.Pods.Max)})
	return Amounts{Span{int(pods.Min), int(pods.Max)}, span(a.CPU), span(a.Memory), span(a.GPU)}
}

func (c *Capacity) add(change Amounts) {
	c.Amounts = c.Amounts.plus(change)
	c.More = c.More.plus(change.bounded(func(v float64) float64 { return max(v, 0) }))
	c.Less = c.Less.plus(change.bounded(func(v float64) float64 { return min(v, 0) }))
}

// round drops what adding and subtracting floats in any order leaves behind.
func (a *Amounts) round() {
	for _, s := range []*FloatSpan{&a.CPU, &a.Memory, &a.GPU} {
		s.Min, s.Max = RoundMicro(s.Min), RoundMicro(s.Max)
	}
}

func sortCapacity(places map[[3]string]*Capacity) []Capacity {
	var all []Capacity
	for _, c := range places {
		c.Amounts.round()
		c.More.round()
		c.Less.round()
		if c.More != (Amounts{}) || c.Less != (Amounts{}) {
			all = append(all, *c)
		}
	}
	slices.SortFunc(all, func(a, b Capacity) int {
		return cmp.Or(strings.Compare(a.Cluster, b.Cluster), strings.Compare(a.Pool, b.Pool), strings.Compare(a.Team, b.Team))
	})
	return all
}
