// Package group puts the same change of many objects into one row of a report.
package group

import (
	"cmp"
	"slices"
	"strings"

	"github.com/paasta-render/paasta-render/compiler/diff"
)

// Class is the same change of many objects: one row of the report. Every changed object is in exactly one class.
type Class struct {
	Op       diff.Op      `json:"op"`
	Effect   diff.Effect  `json:"effect"`
	Count    int          `json:"count"`                // objects
	Kinds    []Count      `json:"kinds"`                // by kind, most frequent first
	Clusters []string     `json:"clusters"`             // sorted
	Services int          `json:"services"`             // how many services it touches
	Edits    []ClassEdit  `json:"edits"`                // the telling one first
	Derived  int          `json:"derived,omitempty"`    // further edits that follow from these: config_sha
	Example  diff.Object  `json:"example"`              // the first object
	Fate     string       `json:"fate,omitempty"`       // what becomes of the example, and of its kind, where it goes
	Causes   []diff.Cause `json:"causes,omitempty"`     // what made it; at most maxCauses
	More     int          `json:"moreCauses,omitempty"` // causes beyond those
	Members  []int        `json:"-"`                    // indexes into Report.Changes
}

// Count is how many objects are of a kind.
type Count struct {
	Name  string `json:"name"`
	Count int    `json:"count"`
}

// ClassEdit is one field of a class. Where objects differ only by their own names, {service}, {instance}, {cluster}, …
// stand for them.
type ClassEdit struct {
	diff.Edit
	Count int `json:"count"` // objects that have the edit
	// Values is how many distinct pairs of before and after there are; Before and After are an example. Where all
	// differ in the same part it is 1, and … stands for what they have around it.
	Values int `json:"values"`
}

const (
	// maxRows is how many rows one cause may take before rows are put together: those that differ in values only, then
	// those with the same effect, then all. A cause with few objects keeps its rows: they can be read.
	maxRows    = 3
	fewObjects = 30
	// maxUnexplained is the same where causes are not known.
	maxUnexplained = 20
	maxCauses      = 5
)

// Classes groups changes: same edits first; then, as long as one cause has too many rows, same fields, same effect.
func Classes(changes []diff.Change) []Class {
	rows := exactRows(changes)
	rows = merge(rows, maxUnexplained, func(r *row) string { return r.fieldKey() })
	for _, coarser := range []func(*row) string{
		(*row).fieldKey, (*row).effectKey, (*row).causeKey,
	} {
		rows = mergeByCause(rows, coarser)
	}
	all := make([]Class, len(rows))
	for i, r := range rows {
		all[i] = r.class(changes)
	}
	slices.SortStableFunc(all, func(a, b Class) int {
		return cmp.Or(cmp.Compare(a.Effect, b.Effect), cmp.Compare(b.Count, a.Count), diff.CompareObjects(&a.Example, &b.Example))
	})
	return all
}

// class finishes a row.
func (r *row) class(changes []diff.Change) Class {
	slices.Sort(r.members)
	c := Class{Op: r.op, Effect: r.effect, Count: len(r.members), Members: r.members, Example: changes[r.members[0]].Object}
	c.Fate = changes[r.members[0]].Fate
	for _, field := range r.order {
		e := r.edits[field]
		e.generalise()
		c.Edits = append(c.Edits, e.ClassEdit)
	}
	slices.SortStableFunc(c.Edits, func(a, b ClassEdit) int {
		return cmp.Or(cmp.Compare(a.Effect, b.Effect), cmp.Compare(Rank(a.Path), Rank(b.Path)), cmp.Compare(b.Count, a.Count))
	})
	c.gather(changes)
	return c
}

// gather fills in what the members have between them.
func (c *Class) gather(changes []diff.Change) {
	kinds, clusters, services := map[string]int{}, map[string]bool{}, map[string]bool{}
	seen := map[string]bool{}
	for _, i := range c.Members {
		change := &changes[i]
		kinds[change.Kind]++
		clusters[change.Cluster] = true
		if change.Service != "" {
			services[change.Service] = true
		}
		for _, e := range change.Edits {
			if e.Derived {
				c.Derived++
			}
		}
		for _, cause := range change.Causes {
			place := cause.String()
			switch {
			case seen[place]:
			case len(c.Causes) < maxCauses:
				c.Causes = append(c.Causes, cause)
			default:
				c.More++
			}
			seen[place] = true
		}
	}
	for kind, n := range kinds {
		c.Kinds = append(c.Kinds, Count{kind, n})
	}
	slices.SortFunc(c.Kinds, func(a, b Count) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), strings.Compare(a.Name, b.Name))
	})
	for cluster := range clusters {
		c.Clusters = append(c.Clusters, cluster)
	}
	slices.Sort(c.Clusters)
	c.Services = len(services)
}

// Rank puts fields that follow from others behind them: PaaSTA repeats much of a pod in labels and environment.
func Rank(path string) int {
	switch {
	case strings.Contains(path, "env[PAASTA_"), strings.Contains(path, "env[AWS_SDK_UA_APP_ID"), strings.Contains(path, "env.PAASTA_"):
		return 2
	case strings.Contains(path, "labels["), strings.Contains(path, "annotations["), strings.Contains(path, "labels."):
		return 1
	}
	return 0
}

// Signature is equal for changes of the same fields with the same values, the objects' own names aside.
func Signature(c *diff.Change) string {
	return editsKey(c, generalEdits(c)) + "\x00" + c.Cluster + "\x00" + c.Kind
}
