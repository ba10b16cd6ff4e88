// Package forecast adds up what changes do to what runs: who restarts, who is scaled, and what that costs.
package forecast

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"github.com/paasta-render/paasta-render/compiler/diff"
)

// Forecast says what the change does to what runs.
type Forecast struct {
	Restarts    []Affected `json:"restarts"`   // pods are replaced because the pod template changes
	MayRestart  []Affected `json:"mayRestart"` // no rule knows; counts as a restart
	Recreated   []Affected `json:"recreated"`  // deleted and made anew: an immutable field, another name or another kind
	Deleted     []Affected `json:"deleted"`    // workloads, volumes and namespaces that go
	Created     []Affected `json:"created"`
	Scaled      []Affected `json:"scaled"` // only the number of pods changes
	Rerouted    []Subject  `json:"rerouted"`
	Autoscaling []Subject  `json:"autoscaling"`
	Schedules   []Subject  `json:"schedules"`
	Alerts      []Subject  `json:"alerts"`
	Capacity    []Capacity `json:"capacity"`
}

// Affected is a workload that something happens to. Pods are those that run before; of created ones, after.
type Affected struct {
	diff.Object
	Min     int      `json:"min"` // pods before; of created workloads, after
	Max     int      `json:"max"`
	NewMin  int      `json:"newMin"` // pods after
	NewMax  int      `json:"newMax"`
	Volumes []string `json:"volumes,omitempty"` // claims that go with it
	Why     string   `json:"why"`
}

// Subject is what a rule, a route or a schedule belongs to.
type Subject struct {
	diff.Object
	Op     diff.Op  `json:"op"`
	Fields []string `json:"fields,omitempty"` // changed fields, at most a few
}

// Capacity is how much more (or less) the workloads of one cluster, pool and team ask for.
type Capacity struct {
	Cluster string    `json:"cluster"`
	Pool    string    `json:"pool,omitempty"`
	Team    string    `json:"team,omitempty"`
	Pods    Span      `json:"pods"`
	CPU     FloatSpan `json:"cpu"`    // cores
	Memory  FloatSpan `json:"memory"` // bytes
	GPU     FloatSpan `json:"gpu"`    // devices
}

// Span is the change at the least and at the greatest number of replicas.
type Span struct {
	Min int `json:"min"`
	Max int `json:"max"`
}

// FloatSpan is Span for resources.
type FloatSpan struct {
	Min float64 `json:"min"`
	Max float64 `json:"max"`
}

// Predict reads the effects off the changes.
func Predict(changes []diff.Change) Forecast {
	var f Forecast
	for i := range changes {
		f.add(&changes[i])
	}
	f.Capacity = capacity(changes)
	f.onlyScaled()
	return f
}

// onlyScaled leaves out of Scaled what something graver happens to, and repetitions: a workload and its autoscaler.
func (f *Forecast) onlyScaled() {
	seen := map[string]bool{}
	for _, list := range [][]Affected{f.Deleted, f.Recreated, f.Restarts, f.MayRestart, f.Created} {
		for i := range list {
			seen[list[i].place()] = true
		}
	}
	kept := f.Scaled[:0]
	for _, a := range f.Scaled {
		if !seen[a.place()] {
			seen[a.place()] = true
			kept = append(kept, a)
		}
	}
	f.Scaled = kept
}

func (f *Forecast) add(c *diff.Change) {
	switch c.Effect {
	case diff.Delete:
		f.Deleted = append(f.Deleted, affected(c))
	case diff.Recreate:
		if c.Op != diff.Removed { // a workload that becomes another kind is listed once
			f.Recreated = append(f.Recreated, affected(c))
		}
	case diff.Restart:
		f.Restarts = append(f.Restarts, affected(c))
	case diff.MayRestart:
		f.MayRestart = append(f.MayRestart, affected(c))
	case diff.Create:
		f.Created = append(f.Created, affected(c))
	}
	seen := map[diff.Effect]bool{}
	for i := range c.Edits {
		effect := c.Edits[i].Effect
		if seen[effect] {
			continue
		}
		seen[effect] = true
		switch effect {
		case diff.Scale:
			if c.Effect == diff.Scale {
				f.Scaled = append(f.Scaled, affected(c))
			}
		case diff.Reroute:
			f.Rerouted = append(f.Rerouted, subject(c, effect))
		case diff.Autoscale:
			f.Autoscaling = append(f.Autoscaling, subject(c, effect))
		case diff.Schedule:
			f.Schedules = append(f.Schedules, subject(c, effect))
		case diff.Alert:
			f.Alerts = append(f.Alerts, subject(c, effect))
		}
	}
}

// place is the workload without its API group, which an autoscaler's target does not tell.
func (a *Affected) place() string {
	return a.Cluster + "\x00" + a.Kind + "\x00" + a.Namespace + "\x00" + a.Name
}

// affected says who and how many; the reason is that of the gravest edit.
func affected(c *diff.Change) Affected {
	a := Affected{Object: c.Object}
	for i := range c.Edits {
		if c.Edits[i].Effect == c.Effect {
			a.Why = c.Edits[i].Why
			break
		}
	}
	if w := cmp.Or(c.New, c.Old); w != nil { // an autoscaler's change happens to its target
		a.Kind, a.Namespace, a.Name = w.Kind, w.Namespace, w.Name
	}
	if c.New != nil {
		a.Min, a.Max, a.NewMin, a.NewMax = c.New.Min, c.New.Max, c.New.Min, c.New.Max
	}
	if c.Old != nil {
		a.Min, a.Max = c.Old.Min, c.Old.Max
		if c.Effect == diff.Delete || c.Effect == diff.Recreate {
			a.Volumes = c.Old.Volumes
		}
	}
	return a
}

func subject(c *diff.Change, effect diff.Effect) Subject {
	s := Subject{Object: c.Object, Op: c.Op}
	for i := range c.Edits {
		if e := &c.Edits[i]; e.Effect == effect && e.Path != "" && len(s.Fields) < 5 {
			s.Fields = append(s.Fields, e.Path)
		}
	}
	return s
}

// capacity adds up what the changed workloads ask for, by cluster, pool and team. Places where nothing changes are left out.
func capacity(changes []diff.Change) []Capacity {
	places := map[[3]string]*Capacity{}
	type counted struct {
		workload string
		sign     int
	}
	seen := map[counted]bool{}
	add := func(c *diff.Change, w *diff.Workload, sign int) {
		if w == nil || seen[counted{w.Key(c.Cluster), sign}] {
			return
		}
		seen[counted{w.Key(c.Cluster), sign}] = true
		key := [3]string{c.Cluster, w.Pool, w.Team}
		if places[key] == nil {
			places[key] = &Capacity{Cluster: key[0], Pool: key[1], Team: key[2]}
		}
		places[key].add(w, sign)
	}
	for _, scalersToo := range []bool{false, true} { // a workload's own change knows both sides of it
		for i := range changes {
			if c := &changes[i]; scalersToo == (c.Kind == "HorizontalPodAutoscaler") {
				add(c, c.Old, -1)
				add(c, c.New, 1)
			}
		}
	}
	return sortCapacity(places)
}

func (c *Capacity) add(w *diff.Workload, sign int) {
	c.Pods.Min += sign * w.Min
	c.Pods.Max += sign * w.Max
	least, most := w.Pod.Times(sign*w.Min), w.Pod.Times(sign*w.Max)
	c.CPU.Min, c.CPU.Max = c.CPU.Min+least.CPU, c.CPU.Max+most.CPU
	c.Memory.Min, c.Memory.Max = c.Memory.Min+least.Memory, c.Memory.Max+most.Memory
	c.GPU.Min, c.GPU.Max = c.GPU.Min+least.GPU, c.GPU.Max+most.GPU
}

// round drops what adding and subtracting floats in any order leaves behind.
func (s *FloatSpan) round() {
	s.Min, s.Max = RoundMicro(s.Min), RoundMicro(s.Max)
}

func sortCapacity(places map[[3]string]*Capacity) []Capacity {
	var all []Capacity
	for _, c := range places {
		c.CPU.round()
		c.Memory.round()
		c.GPU.round()
		if c.Pods != (Span{}) || c.CPU != (FloatSpan{}) || c.Memory != (FloatSpan{}) || c.GPU != (FloatSpan{}) {
			all = append(all, *c)
		}
	}
	slices.SortFunc(all, func(a, b Capacity) int {
		return cmp.Or(strings.Compare(a.Cluster, b.Cluster), strings.Compare(a.Pool, b.Pool), strings.Compare(a.Team, b.Team))
	})
	return all
}

// RoundMicro rounds to a millionth, without minus zero.
func RoundMicro(v float64) float64 { return math.Round(v*1e6)/1e6 + 0 }
