// Package forecast adds up what changes do to what runs: who restarts, who is scaled, and what that costs.
package forecast

import (
	"cmp"
	"math"
	"slices"

	"github.com/paasta-render/paasta-render/compiler/diff"
)

// Forecast says what the change does to what runs.
type Forecast struct {
	Refused     []Affected `json:"refused"`     // the API server refuses the change: nothing happens until somebody acts
	Dropped     []Affected `json:"dropped"`     // pods end at once because the manifest loses their number
	Unevictable []Affected `json:"unevictable"` // a disruption budget lets no pod be evicted any more
	Restarts    []Affected `json:"restarts"`    // pods are replaced because the pod template changes
	MayRestart  []Affected `json:"mayRestart"`  // no rule knows; counts as a restart
	Recreated   []Affected `json:"recreated"`   // deleted and made anew as another kind
	Deleted     []Affected `json:"deleted"`     // workloads, volumes and namespaces that go
	Created     []Affected `json:"created"`
	Scaled      []Affected `json:"scaled"` // only the number of pods changes
	Rerouted    []Subject  `json:"rerouted"`
	Autoscaling []Subject  `json:"autoscaling"`
	Schedules   []Subject  `json:"schedules"`
	Alerts      []Subject  `json:"alerts"`
	LostAlerts  []Subject  `json:"lostAlerts"` // of the alerts: those of which something goes
	Capacity    []Capacity `json:"capacity"`
	Totals      []Total    `json:"totals"` // of the capacity; none of a single place
}

// Affected is a workload that something happens to. Pods are those that run before; of created ones, after.
type Affected struct {
	diff.Object
	Min     int      `json:"min"` // pods before; of created workloads, after
	Max     int      `json:"max"`
	NewMin  int      `json:"newMin"` // pods after
	NewMax  int      `json:"newMax"`
	Volumes []string `json:"volumes,omitempty"` // claims of what goes: they stay, unless ClaimsGo
	// ClaimsGo is true when the claims are deleted with it, and their data.
	ClaimsGo bool             `json:"claimsGo,omitempty"`
	Rollout  diff.Replacement `json:"rollout,omitzero"` // how its pods are replaced
	Why      string           `json:"why"`
	Steps    []string         `json:"steps,omitempty"` // what to do, in this order
	Fate     string           `json:"fate,omitempty"`  // of what goes: whether the agent prunes or orphans it, or gets stuck
}

// Subject is what a rule, a route or a schedule belongs to.
type Subject struct {
	diff.Object
	Op     diff.Op  `json:"op"`
	Fields []string `json:"fields,omitempty"` // changed fields, at most a few
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
	f.Totals = Totals(f.Capacity)
	f.onlyScaled()
	f.Unevictable = once(f.Unevictable)
	return f
}

// once leaves out repetitions: a workload and its disruption budget.
func once(list []Affected) []Affected {
	seen := map[string]bool{}
	return slices.DeleteFunc(list, func(a Affected) bool {
		place := a.place()
		again := seen[place]
		seen[place] = true
		return again
	})
}

// onlyScaled leaves out of Scaled what something graver happens to, and repetitions: a workload and its autoscaler.
func (f *Forecast) onlyScaled() {
	seen := map[string]bool{}
	for _, list := range [][]Affected{f.Deleted, f.Refused, f.Dropped, f.Recreated, f.Restarts, f.MayRestart, f.Created} {
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
	switch {
	case c.From != nil && (c.Effect == diff.Delete || c.Effect == diff.Recreate):
		f.renamed(c)
	case c.Effect == diff.Delete:
		f.Deleted = append(f.Deleted, affected(c))
	case c.Effect == diff.Refuse:
		a := affected(c)
		a.Steps = Steps(c)
		f.Refused = append(f.Refused, a)
	case c.Effect == diff.Drop:
		a := affected(c)
		a.NewMin, a.NewMax, a.Steps = 1, 1, []string{HandOver(c)}
		f.Dropped = append(f.Dropped, a)
	case c.Effect == diff.Recreate && c.Op != diff.Removed: // a workload that becomes another kind is listed once
		f.Recreated = append(f.Recreated, affected(c))
	case c.Effect == diff.Restart:
		f.Restarts = append(f.Restarts, affected(c))
	case c.Effect == diff.MayRestart:
		f.MayRestart = append(f.MayRestart, affected(c))
	case c.Effect == diff.Create:
		f.Created = append(f.Created, affected(c))
	}
	if c.New != nil && c.New.Unevictable && (c.Old == nil || !c.Old.Unevictable) {
		a := affected(c)
		a.Why = "its disruption budget lets no pod be evicted: no node that it runs on can be drained"
		f.Unevictable = append(f.Unevictable, a)
	}
	f.addSubjects(c)
}

// addSubjects adds what the change does beside its gravest effect.
func (f *Forecast) addSubjects(c *diff.Change) {
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
			if losesAlert(c) {
				f.LostAlerts = append(f.LostAlerts, subject(c, effect))
			}
		}
	}
}

// losesAlert tells whether something of an alert goes: the alert itself, a rule, somebody who is told, or its being on.
func losesAlert(c *diff.Change) bool {
	return slices.ContainsFunc(c.Edits, func(e diff.Edit) bool {
		off := e.After == "false" || e.After == `"false"` || e.After == `""`
		return e.Effect == diff.Alert && (e.Op == diff.Removed || off)
	})
}

// renamed says what becomes of both names: nothing of what runs is renamed.
func (f *Forecast) renamed(c *diff.Change) {
	gone, made := affected(c), affected(c)
	gone.Object, gone.Why = *c.From, "it is called "+c.Label()+" now, which starts anew"
	made.Why = "it was called " + c.From.Label() + " before, which is deleted"
	made.Volumes, made.Fate = nil, ""
	if c.New != nil {
		made.Min, made.Max = c.New.Min, c.New.Max
	}
	f.Deleted = append(f.Deleted, gone)
	f.Created = append(f.Created, made)
}

// place is the workload without its API group, which an autoscaler's target does not tell.
func (a *Affected) place() string {
	return a.Cluster + "\x00" + a.Kind + "\x00" + a.Namespace + "\x00" + a.Name
}

// affected says who and how many; the reason is that of the gravest edit.
func affected(c *diff.Change) Affected {
	a := Affected{Object: c.Object, Fate: c.Fate}
	if e := c.Gravest(); e != nil {
		a.Why = e.Why
	}
	if w := cmp.Or(c.New, c.Old); w != nil { // an autoscaler's change happens to its target
		a.Kind, a.Namespace, a.Name = w.Kind, w.Namespace, w.Name
	}
	if c.New != nil {
		a.Min, a.Max, a.NewMin, a.NewMax = c.New.Min, c.New.Max, c.New.Min, c.New.Max
		a.Rollout = c.New.Rollout
	}
	if c.Old != nil {
		a.Min, a.Max = c.Old.Min, c.Old.Max
		if c.Effect == diff.Delete || c.Effect == diff.Recreate {
			a.Volumes, a.ClaimsGo = c.Old.Volumes, c.Old.ClaimsGo
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

// RoundMicro rounds to a millionth, without minus zero.
func RoundMicro(v float64) float64 { return math.Round(v*1e6)/1e6 + 0 }
