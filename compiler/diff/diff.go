// Package diff compares two output trees and says what the difference does.
//
// It reads bytes, so it works on any tree of Kubernetes manifests and not only on ours; objects that nobody has encoded
// yet are read as their YAML would be. Objects are known by cluster, kind, namespace and name; fields are compared as
// Kubernetes sees them: list entries by name, quantities by value.
// A table (effect.go) turns kind and field into a consequence; what no rule knows counts as a restart.
// Nothing here knows how the trees were made: causes are handed in.
package diff

import (
	"encoding/json"
	"slices"
	"strings"
	"sync"

	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/target"
	"github.com/paasta-render/paasta-render/compiler/tree"
)

// Op is what happened to an object or a field.
type Op string

// The operations. Reordered is only said of lists, Renamed only of objects.
const (
	Added     Op = "added"
	Removed   Op = "removed"
	Changed   Op = "changed"
	Renamed   Op = "renamed"
	Reordered Op = "reordered"
)

// Object names one thing of an output tree, and whose it is.
type Object struct {
	Cluster   string `json:"cluster"`
	Kind      string `json:"kind"`                // or the table's name for what is no Kubernetes object: TronJob, …
	Group     string `json:"group,omitempty"`     // API group, empty for core and for what is no Kubernetes object
	Namespace string `json:"namespace,omitempty"` // empty when the object has none
	Name      string `json:"name"`
	File      string `json:"file"`              // path in the output tree
	Service   string `json:"service,omitempty"` // PaaSTA service; empty when it concerns no single one
	Instance  string `json:"instance,omitempty"`
	Team      string `json:"team,omitempty"` // of the workload in the same file; empty when unknown
	Pool      string `json:"pool,omitempty"`
}

// String is the object's short name: cluster, kind, namespace/name.
func (o *Object) String() string {
	name := o.Name
	if o.Namespace != "" {
		name = o.Namespace + "/" + name
	}
	return o.Cluster + " " + o.Kind + " " + name
}

// Subject is SERVICE.INSTANCE, or SERVICE, or the object's name when it belongs to no service.
func (o *Object) Subject() string {
	switch {
	case o.Service == "":
		return o.Name
	case o.Instance == "":
		return o.Service
	}
	return o.Service + "." + o.Instance
}

func (o *Object) key() string {
	return o.Cluster + "\x00" + o.Kind + "\x00" + o.Group + "\x00" + o.Namespace + "\x00" + o.Name
}

// Edit is one changed field of an object.
type Edit struct {
	Path    string `json:"path"` // spec.template.spec.containers[main].image; empty for the object as a whole
	Op      Op     `json:"op"`
	Before  Value  `json:"before,omitempty"` // empty when the field was not there
	After   Value  `json:"after,omitempty"`
	Effect  Effect `json:"effect"`
	Why     string `json:"why"`               // the rule, in words
	Derived bool   `json:"derived,omitempty"` // follows from other edits of the same object: config_sha
}

// Value is a field's value as compact JSON, without secrets.
type Value string

// MarshalJSON writes the value itself.
func (v Value) MarshalJSON() ([]byte, error) {
	if v == "" {
		return []byte("null"), nil
	}
	return []byte(v), nil
}

// String is the value as people read it: a string without its quotes.
func (v Value) String() string {
	if len(v) > 1 && v[0] == '"' {
		var s string
		if json.Unmarshal([]byte(v), &s) == nil {
			return s
		}
	}
	return string(v)
}

// Cause is a place in the sources that made a change.
type Cause struct {
	Key    string `json:"key"`   // cpus, env.FOO, volumes; as in the source file
	Layer  string `json:"layer"` // instance, template, service, autotuned, deployments, system or file
	File   string `json:"file"`  // as findings name it: relative to the soa directory, _system/… of its own system config
	Line   int    `json:"line,omitempty"`
	Column int    `json:"column,omitempty"`
	Op     Op     `json:"op"`
}

// String is file:line: key.
func (c *Cause) String() string {
	at := finding.Position{File: c.File, Line: c.Line}.String()
	if c.Key == "" {
		return at
	}
	return at + ": " + c.Key
}

// Change is one changed object.
type Change struct {
	Object
	Op     Op        `json:"op"`
	From   *Object   `json:"from,omitempty"` // what it was called before; nil unless Renamed
	Edits  []Edit    `json:"edits"`          // by field; one without a path when the object comes or goes
	Effect Effect    `json:"effect"`         // the gravest of the edits
	Old    *Workload `json:"old,omitempty"`  // what runs before, and after
	New    *Workload `json:"new,omitempty"`
	Causes []Cause   `json:"causes,omitempty"` // filled in by Report.Explain
}

// Report is the difference between two trees.
type Report struct {
	Base     string // what the sides are called in reports
	Head     string
	Changes  []Change // by cluster, service, file, object
	Summary  Summary
	Forecast Forecast
	Classes  []Class
	// Findings are what is wrong with the head and was not with the base; Unread is set when that is so much that nothing
	// was compared. Both are filled in by who reads the sides.
	Findings []finding.Finding
	Unread   bool
}

// Summary counts objects. Renamed objects count once.
type Summary struct {
	Added    int      `json:"added"`
	Changed  int      `json:"changed"`
	Removed  int      `json:"removed"`
	Renamed  int      `json:"renamed"`
	Clusters []string `json:"clusters"` // that change, sorted
}

// Objects is the number of changed objects of any kind: what the counts of the classes add up to.
func (s *Summary) Objects() int { return s.Added + s.Changed + s.Removed + s.Renamed }

// Trees compares two output trees: files below <cluster>/, of which the layout says what they are. Files with equal bytes
// cost nothing.
func Trees(layout *target.Layout, before, after []tree.File) *Report {
	return New(Files(layout, before, after))
}

// New makes the report of some changes, in any order.
func New(changes []Change) *Report {
	r := &Report{Changes: ordered(changes)}
	r.summarise()
	return r
}

// ordered returns the changes by cluster, service, file and object. What is moved while sorting are numbers: a change is
// some four hundred bytes.
func ordered(changes []Change) []Change {
	order := make([]int, len(changes))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return compareObjects(&changes[a].Object, &changes[b].Object) })
	sorted := make([]Change, len(changes))
	for i, at := range order {
		sorted[i] = changes[at]
	}
	return sorted
}

func compareObjects(a, b *Object) int {
	for _, fields := range [...][2]*string{
		{&a.Cluster, &b.Cluster}, {&a.Service, &b.Service}, {&a.File, &b.File}, {&a.Kind, &b.Kind},
		{&a.Namespace, &b.Namespace}, {&a.Name, &b.Name},
	} {
		if c := strings.Compare(*fields[0], *fields[1]); c != 0 {
			return c
		}
	}
	return 0
}

// summarise fills in everything that follows from the changes.
func (r *Report) summarise() {
	r.Summary = Summary{}
	for i := range r.Changes {
		switch r.Changes[i].Op {
		case Added:
			r.Summary.Added++
		case Removed:
			r.Summary.Removed++
		case Renamed:
			r.Summary.Renamed++
		default:
			r.Summary.Changed++
		}
		r.Summary.Clusters = append(r.Summary.Clusters, r.Changes[i].Cluster)
	}
	slices.Sort(r.Summary.Clusters)
	r.Summary.Clusters = slices.Compact(r.Summary.Clusters)
	var wait sync.WaitGroup
	wait.Go(func() { r.Forecast = forecast(r.Changes) })
	r.Classes = classes(r.Changes)
	wait.Wait()
}

// Explain asks for the causes of every change and groups the changes anew. It may be called once the report exists.
func (r *Report) Explain(causes func(*Change) []Cause) {
	for i := range r.Changes {
		r.Changes[i].Causes = causes(&r.Changes[i])
	}
	r.Classes = classes(r.Changes)
}
