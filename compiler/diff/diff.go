// Package diff holds what a difference of two output trees is made of: changed objects, their changed fields, and what
// a change does. The packages below it do the work.
//
//   - value reads the content of files, and hides secrets.
//   - compare finds the objects and fields that differ. It works on any tree of Kubernetes manifests, not only on ours.
//   - forecast adds up what the changes do to what runs; the table of consequences is package effect.
//   - naming leaves the names of objects out, so that the same change of many objects looks the same.
//   - group makes one row of changes that are the same.
//   - report prints it all: text, Markdown, HTML, JSON.
//
// Nothing here knows how the trees were made: whoever does hands the causes in.
package diff

import (
	"github.com/paasta-render/paasta-render/compiler/finding"
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

// Label is namespace/name, or the name of an object without a namespace.
func (o *Object) Label() string {
	if o.Namespace == "" {
		return o.Name
	}
	return o.Namespace + "/" + o.Name
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

// Key identifies an object in all clusters.
func (o *Object) Key() string {
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

// Gravest returns the first edit that has the change's effect; nil when none has.
func (c *Change) Gravest() *Edit {
	for i := range c.Edits {
		if c.Edits[i].Effect == c.Effect {
			return &c.Edits[i]
		}
	}
	return nil
}

// Change is one changed object.
type Change struct {
	Object
	Op     Op        `json:"op"`
	From   *Object   `json:"from,omitempty"` // what it was called before; nil unless Renamed
	Edits  []Edit    `json:"edits"`          // by field; one without a path when the object comes or goes
	Effect Effect    `json:"effect"`         // the gravest of the edits
	Fate   string    `json:"fate,omitempty"` // of what goes: whether the agent prunes or orphans it, or gets stuck
	Old    *Workload `json:"old,omitempty"`  // what runs before, and after
	New    *Workload `json:"new,omitempty"`
	Causes []Cause   `json:"causes,omitempty"` // filled in by whoever knows the sources
}
