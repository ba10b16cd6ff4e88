package gate

import (
	"github.com/paasta-render/paasta-render/compiler/diff"
	"github.com/paasta-render/paasta-render/compiler/diff/forecast"
)

// This file holds what an expression may ask: the variables change, object and pool. Names of fields in expressions are
// those of the tags; the fields' comments are the documentation of the file's keys, too.

// Change is the variable "change": all that one run compares.
type Change struct {
	Base      string   `cel:"base"`      // what the sides are called: short commits, or "work tree"
	Head      string   `cel:"head"`      //
	Objects   int64    `cel:"objects"`   // how many objects differ
	Routine   bool     `cel:"routine"`   // only images and versions change
	Approvals []string `cel:"approvals"` // who approved, as --approved-by says
	Files     []string `cel:"files"`     // source files that made the change, sorted
	Owners    []string `cel:"owners"`    // of those files by CODEOWNERS, sorted

	Restarts    []Workload `cel:"restarts"` // pods are replaced, or may be, or are made anew as another kind
	AllAtOnce   []Workload `cel:"allAtOnce"`
	Dropped     []Workload `cel:"dropped"` // the manifest loses the number of pods: all but one end
	Refused     []Workload `cel:"refused"` // by the API server
	Deleted     []Workload `cel:"deleted"`
	Created     []Workload `cel:"created"`
	Scaled      []Workload `cel:"scaled"`
	ToZero      []Workload `cel:"toZero"`      // of those that scale or restart
	Unevictable []Workload `cel:"unevictable"` // no node that it runs on can be drained any more

	LostAlerts  []Place `cel:"lostAlerts"` // of the alerts: those of which something goes
	Alerts      []Place `cel:"alerts"`
	Rerouted    []Place `cel:"rerouted"`
	Schedules   []Place `cel:"schedules"`
	Autoscaling []Place `cel:"autoscaling"`
	Pools       []Pool  `cel:"pools"`
}

// Place says what a thing is and whose.
type Place struct {
	Cluster   string `cel:"cluster"`
	Kind      string `cel:"kind"`
	Namespace string `cel:"namespace"`
	Name      string `cel:"name"`
	Service   string `cel:"service"`
	Instance  string `cel:"instance"`
	Team      string `cel:"team"`
	Pool      string `cel:"pool"`
}

// Workload is something that runs pods.
type Workload struct {
	Cluster   string   `cel:"cluster"`
	Kind      string   `cel:"kind"`
	Namespace string   `cel:"namespace"`
	Name      string   `cel:"name"`
	Service   string   `cel:"service"`
	Instance  string   `cel:"instance"`
	Team      string   `cel:"team"`
	Pool      string   `cel:"pool"`
	Before    Pods     `cel:"before"`    // pods before; of created workloads, after
	After     Pods     `cel:"after"`     // pods after; of deleted workloads, none
	AllAtOnce bool     `cel:"allAtOnce"` // every pod may end before the first new one is ready
	Volumes   []string `cel:"volumes"`   // claims of what goes
}

// Pods is a number of pods: the least and the greatest that an autoscaler may choose.
type Pods struct {
	Min int64 `cel:"min"`
	Max int64 `cel:"max"`
}

// Pool is the variable "pool": how much more, or less when negative, the workloads of one pool of a cluster ask for.
// Min is at the least number of pods, max at the greatest.
type Pool struct {
	Cluster string `cel:"cluster"`
	Name    string `cel:"name"` // empty for workloads without a pool
	Pods    Pods   `cel:"pods"`
	CPU     Amount `cel:"cpu"`    // cores
	Memory  Amount `cel:"memory"` // GiB
	GPU     Amount `cel:"gpu"`    // devices
}

// Amount is of a resource.
type Amount struct {
	Min float64 `cel:"min"`
	Max float64 `cel:"max"`
}

// Object is the variable "object": one changed object of the output.
type Object struct {
	Cluster   string   `cel:"cluster"`
	Kind      string   `cel:"kind"`
	Group     string   `cel:"group"` // API group; empty for the core group and for what is no Kubernetes object
	Namespace string   `cel:"namespace"`
	Name      string   `cel:"name"`
	Service   string   `cel:"service"`
	Instance  string   `cel:"instance"`
	Team      string   `cel:"team"`
	Pool      string   `cel:"pool"`
	File      string   `cel:"file"`   // in the output tree
	Op        string   `cel:"op"`     // added, changed, removed or renamed
	Effect    string   `cel:"effect"` // the gravest: restart, delete, scale, …
	Edits     []Edit   `cel:"edits"`
	Causes    []Cause  `cel:"causes"`
	Owners    []string `cel:"owners"` // of the source files by CODEOWNERS, and the team of monitoring
	Images    []string `cel:"images"` // of the containers after the change
}

// Edit is one changed field.
type Edit struct {
	Path   string `cel:"path"` // spec.template.spec.containers[main].image; empty for the object as a whole
	Op     string `cel:"op"`   // added, removed, changed or reordered
	Before string `cel:"before"`
	After  string `cel:"after"`
	Effect string `cel:"effect"`
}

// Cause is a place in the sources that made the change.
type Cause struct {
	File  string `cel:"file"`
	Line  int64  `cel:"line"`
	Key   string `cel:"key"`
	Layer string `cel:"layer"` // instance, template, service, autotuned, deployments, system or file
}

const gibibyte = 1 << 30

func changeOf(in *Input) *Change {
	f := &in.Report.Forecast
	c := &Change{
		Base: in.Report.Base, Head: in.Report.Head, Objects: int64(in.Report.Summary.Objects()), Routine: in.Report.Routine(),
		Approvals: in.Approvals,
		Restarts:  append(append(workloads(f.Restarts), workloads(f.MayRestart)...), workloads(f.Recreated)...),
		Dropped:   workloads(f.Dropped), Refused: workloads(f.Refused), Deleted: workloads(f.Deleted),
		Created: workloads(f.Created), Scaled: workloads(f.Scaled), Unevictable: workloads(f.Unevictable),
		LostAlerts: places(f.LostAlerts), Alerts: places(f.Alerts), Rerouted: places(f.Rerouted),
		Schedules: places(f.Schedules), Autoscaling: places(f.Autoscaling), Pools: pools(f.Capacity),
	}
	for i := range c.Deleted {
		c.Deleted[i].After = Pods{}
	}
	for _, w := range c.Restarts {
		if w.AllAtOnce {
			c.AllAtOnce = append(c.AllAtOnce, w)
		}
	}
	for _, w := range append(c.Scaled[:len(c.Scaled):len(c.Scaled)], c.Restarts...) {
		if w.After.Max == 0 && w.Before.Max > 0 {
			c.ToZero = append(c.ToZero, w)
		}
	}
	c.Files, c.Owners = filesAndOwners(in)
	return c
}

func workloads(list []forecast.Affected) []Workload {
	all := make([]Workload, len(list))
	for i := range list {
		a := &list[i]
		all[i] = Workload{a.Cluster, a.Kind, a.Namespace, a.Name, a.Service, a.Instance, a.Team, a.Pool,
			Pods{int64(a.Min), int64(a.Max)}, Pods{int64(a.NewMin), int64(a.NewMax)}, a.Rollout.AllAtOnce, a.Volumes}
	}
	return all
}

func places(list []forecast.Subject) []Place {
	all := make([]Place, len(list))
	for i := range list {
		o := &list[i].Object
		all[i] = Place{o.Cluster, o.Kind, o.Namespace, o.Name, o.Service, o.Instance, o.Team, o.Pool}
	}
	return all
}

// pools adds up the teams of each pool.
func pools(list []forecast.Capacity) []Pool {
	var all []Pool
	for i := range list { // by cluster, pool, team
		c := &list[i]
		if n := len(all); n == 0 || all[n-1].Cluster != c.Cluster || all[n-1].Name != c.Pool {
			all = append(all, Pool{Cluster: c.Cluster, Name: c.Pool})
		}
		p := &all[len(all)-1]
		p.Pods.Min, p.Pods.Max = p.Pods.Min+int64(c.Pods.Min), p.Pods.Max+int64(c.Pods.Max)
		p.CPU.add(c.CPU, 1)
		p.Memory.add(c.Memory, gibibyte)
		p.GPU.add(c.GPU, 1)
	}
	return all
}

func (a *Amount) add(s forecast.FloatSpan, unit float64) {
	a.Min, a.Max = forecast.RoundMicro(a.Min+s.Min/unit), forecast.RoundMicro(a.Max+s.Max/unit)
}

func objectOf(in *Input, c *diff.Change) *Object {
	o := &Object{Cluster: c.Cluster, Kind: c.Kind, Group: c.Group, Namespace: c.Namespace, Name: c.Name,
		Service: c.Service, Instance: c.Instance, Team: c.Team, Pool: c.Pool, File: c.File, Op: string(c.Op), Effect: c.Effect.String()}
	for i := range c.Edits {
		e := &c.Edits[i]
		o.Edits = append(o.Edits, Edit{e.Path, string(e.Op), e.Before.String(), e.After.String(), e.Effect.String()})
	}
	for _, cause := range c.Causes {
		o.Causes = append(o.Causes, Cause{cause.File, int64(cause.Line), cause.Key, cause.Layer})
	}
	o.Owners = ownersOf(in, c)
	return o
}

// objectVariables are the variables of one changed object: itself, its content on both sides without secrets (empty
// where it is not there), and the effective configuration of its instance after the change (empty when it has none).
// What costs something to make is made only when an expression asks for it.
func objectVariables(in *Input, c *diff.Change, needs needs) map[string]any {
	o := objectOf(in, c)
	var before, after, source map[string]any
	if needs.contents && in.Contents != nil {
		before, after = in.Contents(c)
		o.Images = images(after)
	}
	if needs.source && in.Source != nil {
		source = in.Source(c)
	}
	return map[string]any{"object": o, "before": before, "after": after, "source": source}
}

// inside is below which keys containers and actions are.
var inside = []string{"spec", "jobTemplate", "template", "initContainers", "containers", "actions", "cleanup_action"}

// images are those of the containers of an object, wherever its pod template is, and of a Tron action.
func images(content any) []string {
	var found []string
	switch v := content.(type) {
	case map[string]any:
		for _, key := range []string{"image", "docker_image"} {
			if image, ok := v[key].(string); ok && (key == "docker_image" || v["name"] != nil) {
				found = append(found, image)
			}
		}
		for _, key := range inside {
			found = append(found, images(v[key])...)
		}
		if actions, ok := v["actions"].(map[string]any); ok {
			for _, name := range sortedKeys(actions) {
				found = append(found, images(actions[name])...)
			}
		}
	case []any:
		for _, item := range v {
			found = append(found, images(item)...)
		}
	}
	return found
}
