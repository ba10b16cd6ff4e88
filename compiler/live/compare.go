package live

import (
	"maps"
	"slices"
	"strings"

	"github.com/paasta-render/paasta-render/compiler/diff"
	"github.com/paasta-render/paasta-render/compiler/diff/compare"
	"github.com/paasta-render/paasta-render/compiler/layout"
	"github.com/paasta-render/paasta-render/compiler/tree"
)

// Comparison is a rendered tree against what runs, after the fields have been handed over (Adopt) and the tree was
// applied.
type Comparison struct {
	Changes []diff.Change
	// Workloads are the rendered Deployments, StatefulSets and DaemonSets of the compared kinds, and Same those
	// that stay as they are: no pod of them is replaced, started or ended.
	Workloads, Same int
	// Orphans run, are PaaSTA's, and are not rendered. No agent deletes what it has not applied.
	Orphans []Object
	// Missing are rendered and do not run.
	Missing []Object
	// Unread are rendered objects of kinds that the dump does not have, by kind.
	Unread map[string]int
	// Conflicts are fields that other managers own and to which the tree gives another value.
	Conflicts []Conflict
	// Hashes are objects whose config_sha differs.
	Hashes []Hash
	// Left is how many objects have a field that PaaSTA owns and nobody renders, by path. It stays as it is.
	Left map[string]int
	// Unsaid is how many running objects the dump says no managers of.
	Unsaid int
}

// Conflict is what one manager owns of an object that the tree has otherwise.
type Conflict struct {
	Object  Object
	Manager string
	Paths   []string
}

// Hash is an object whose config_sha is not the one that runs.
type Hash struct {
	Object            Object
	Running, Rendered string
}

// Compare compares the rendered objects of a cluster with the running ones.
func (h Handover) Compare(known *layout.Layout, rendered, running []Object) Comparison {
	c := Comparison{Unread: map[string]int{}, Left: map[string]int{}}
	here, kinds := byID(running), map[string]bool{}
	for i := range running {
		kinds[running[i].Group()+"/"+running[i].Kind] = true
	}
	before, after := documents{}, documents{}
	for i := range rendered {
		o := &rendered[i]
		live := here[o.id()]
		switch {
		case !kinds[o.Group()+"/"+o.Kind]:
			c.Unread[o.Kind]++
			continue
		case live == nil:
			c.Missing = append(c.Missing, *o)
		default:
			was, is := h.versions(&c, live, o)
			before.add(o.File, was)
			after.add(o.File, is)
		}
		if o.IsWorkload() {
			c.Workloads++
		}
	}
	c.Changes = compare.Files(known, before.files(), after.files())
	c.orphans(h, rendered, running)
	c.count()
	return c
}

// documents are those of each file.
type documents map[string][]any

func (d documents) add(file string, doc map[string]any) { d[file] = append(d[file], doc) }

func (d documents) files() []tree.File {
	var files []tree.File
	for _, name := range slices.Sorted(maps.Keys(d)) {
		files = append(files, tree.File{Path: name, Docs: d[name]})
	}
	return files
}

// versions returns a running object, and the rendered one, as they compare. What nobody changes by applying the
// rendered one is taken out of the running one. Conflicts and hashes go into the comparison.
func (h Handover) versions(c *Comparison, live, o *Object) (was, is map[string]any) {
	was, is = canonical(live), canonical(o)
	leaveKnown(o, was, is)
	all := live.managers()
	if len(all) == 0 {
		c.Unsaid++
	}
	for _, e := range all {
		if h.old(e) || h.mine(e) {
			continue
		}
		conflict := Conflict{Object: *o, Manager: e.manager}
		differing(e.fields, was, is, "", func(path string) { conflict.Paths = append(conflict.Paths, path) })
		if len(conflict.Paths) > 0 {
			c.Conflicts = append(c.Conflicts, conflict)
		}
	}
	for _, e := range all {
		switch {
		case h.mine(e), h.old(e) && h.All:
			continue
		case h.old(e):
			_, left := split(e.fields, was, is)
			if o.leavesReplicas() {
				left = without(left, "f:spec", "f:replicas")
			}
			paths(left, was, "", func(path string) { c.Left[path]++ })
		}
		leave(e.fields, was, is)
	}
	if running, rendered := live.ConfigSHA(), o.ConfigSHA(); running != rendered && rendered != "" {
		c.Hashes = append(c.Hashes, Hash{*o, running, rendered})
	}
	return was, is
}

// leaveKnown takes out of a running object what the API server, its controllers and agents write there, even when a
// dump does not say who did, and the number of pods that an autoscaler owns.
func leaveKnown(o *Object, was, is map[string]any) {
	if o.leavesReplicas() {
		delete(mapping(was["spec"]), "replicas")
	}
	for _, key := range []string{"annotations", "labels"} {
		there, here := mapping(mapping(was["metadata"])[key]), mapping(mapping(is["metadata"])[key])
		for name := range there {
			if _, rendered := here[name]; !rendered && byOthers(name) {
				delete(there, name)
			}
		}
		if len(there) == 0 {
			delete(mapping(was["metadata"]), key)
		}
	}
	for _, path := range allocated[o.Kind] {
		drop(was, is, path...)
	}
}

// drop takes a field out of the running object that the rendered one does not have, and what is empty then.
func drop(was, is map[string]any, path ...string) {
	if len(path) > 1 {
		below, there := mapping(was[path[0]]), is[path[0]]
		drop(below, mapping(there), path[1:]...)
		if there == nil && len(below) == 0 {
			delete(was, path[0])
		}
		return
	}
	if _, rendered := is[path[0]]; !rendered {
		delete(was, path[0])
	}
}

// allocated are the fields that the API server chooses by itself when an object is made, and keeps.
var allocated = map[string][][]string{
	"Service": {{"spec", "clusterIP"}, {"spec", "clusterIPs"}, {"spec", "ipFamilies"}, {"spec", "ipFamilyPolicy"},
		{"spec", "healthCheckNodePort"}},
	"Namespace":      {{"spec", "finalizers"}},
	"ServiceAccount": {{"secrets"}},
	"StatefulSet":    {{"spec", "updateStrategy", "rollingUpdate", "maxUnavailable"}}, // since Kubernetes 1.35
}

// byOthers tells whether an annotation or a label is one that a third party writes for itself.
func byOthers(name string) bool {
	prefix, _, _ := strings.Cut(name, "/")
	switch prefix {
	case "deployment.kubernetes.io", "kustomize.toolkit.fluxcd.io", "argocd.argoproj.io":
		return true
	}
	return name == "kubectl.kubernetes.io/last-applied-configuration" || name == "kubernetes.io/metadata.name"
}

// orphans finds what PaaSTA runs and nobody renders.
func (c *Comparison) orphans(h Handover, rendered, running []Object) {
	ours, kinds := byID(rendered), map[string]bool{}
	for _, kind := range []string{"Deployment", "StatefulSet", "HorizontalPodAutoscaler", "PodDisruptionBudget"} {
		kinds[kind] = true
	}
	for i := range rendered {
		kinds[rendered[i].Kind] = true
	}
	for i := range running {
		o := &running[i]
		if ours[o.id()] != nil || o.owned() || !kinds[o.Kind] {
			continue
		}
		if o.Service() != "" || slices.ContainsFunc(o.managers(), h.old) {
			c.Orphans = append(c.Orphans, *o)
		}
	}
}

// count counts the workloads that stay as they are.
func (c *Comparison) count() {
	moved := 0
	for i := range c.Changes {
		if o := &c.Changes[i]; o.Group == "apps" && touches(o.Effect) {
			moved++
		}
	}
	for i := range c.Missing {
		if c.Missing[i].IsWorkload() {
			moved++
		}
	}
	c.Same = c.Workloads - moved
}

// touches tells whether an effect on a workload's manifest starts, ends or replaces a pod, or is refused.
func touches(e diff.Effect) bool {
	switch e {
	case diff.Rollout, diff.Access, diff.None:
		return false
	}
	return true
}
