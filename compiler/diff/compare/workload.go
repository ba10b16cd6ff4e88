package compare

import (
	"math"
	"strconv"

	"github.com/paasta-render/paasta-render/compiler/diff"
	"github.com/paasta-render/paasta-render/compiler/diff/value"
)

// templatePaths is where each kind keeps its pod template.
var templatePaths = map[string][]string{
	"Deployment": {"spec", "template"}, "StatefulSet": {"spec", "template"}, "DaemonSet": {"spec", "template"},
	"ReplicaSet": {"spec", "template"}, "Job": {"spec", "template"}, "ReplicationController": {"spec", "template"},
	"CronJob": {"spec", "jobTemplate", "spec", "template"},
}

// podTemplate returns the pod template of an object, nil when it has none.
func podTemplate(o *diff.Object, doc *value.Node) *value.Node {
	path, ok := templatePaths[o.Kind]
	if !ok {
		return nil
	}
	return doc.Path(path...)
}

// The kinds that are about a workload in the same file.
const (
	scaler = "HorizontalPodAutoscaler"
	budget = "PodDisruptionBudget"
)

// workload returns what an object runs, nil when it runs nothing. An autoscaler and a disruption budget stand for their
// target.
func workload(e *entity) *diff.Workload {
	if e.Kind == scaler || e.Kind == budget {
		if e.target == nil {
			return nil
		}
		return workload(e.target)
	}
	template := podTemplate(&e.Object, e.doc)
	if template == nil || e.Kind == "CronJob" {
		return nil
	}
	w := &diff.Workload{Pool: e.Pool, Team: e.Team, Kind: e.Kind, Namespace: e.Namespace, Name: e.Name}
	w.Pod = podResources(template.Get("spec"))
	w.Min, w.Max = replicas(e)
	w.Rollout = rollout(e, w.Min)
	w.Unevictable = w.Min > 0 && e.budget != nil && letsNoneGo(e.budget.doc, w.Min)
	w.ClaimsGo = e.doc.At("spec", "persistentVolumeClaimRetentionPolicy", "whenDeleted") == "Delete"
	for _, claim := range e.doc.Path("spec", "volumeClaimTemplates").Items() {
		w.Volumes = append(w.Volumes, claim.Path("metadata", "name").Str())
	}
	for _, volume := range template.Path("spec", "volumes").Items() {
		if claim := volume.Path("persistentVolumeClaim", "claimName").Str(); claim != "" {
			w.Volumes = append(w.Volumes, claim)
		}
	}
	return w
}

// replicas returns the least and greatest number of pods. An autoscaler in the same file owns the number; without
// spec.replicas Kubernetes runs one pod. A DaemonSet's number is not in its manifest: it counts as one.
func replicas(e *entity) (least, most int) {
	if e.scaler != nil {
		least = integer(e.scaler.doc.Path("spec", "minReplicas"), 1)
		return least, integer(e.scaler.doc.Path("spec", "maxReplicas"), least)
	}
	field := "replicas"
	if e.Kind == "Job" {
		field = "parallelism"
	}
	n := integer(e.doc.Path("spec", field), 1)
	return n, n
}

func integer(n *value.Node, otherwise int) int {
	value, err := strconv.ParseFloat(n.Str(), 64)
	if err != nil || math.Abs(value) > 1e9 {
		return otherwise
	}
	return int(value)
}

// podResources adds up what the containers of a pod ask for: init containers run before the others, so they count by
// their greatest, unless they stay (restartPolicy Always). Requests default to limits.
func podResources(spec *value.Node) diff.Resources {
	var total, peak diff.Resources
	for _, c := range spec.Get("containers").Items() {
		total = total.Plus(containerResources(c))
	}
	for _, c := range spec.Get("initContainers").Items() {
		r := containerResources(c)
		if c.Get("restartPolicy").Str() == "Always" {
			total = total.Plus(r)
			continue
		}
		peak = peak.Max(r)
	}
	overhead := spec.Get("overhead")
	total.CPU += quantity(overhead.Get("cpu"))
	total.Memory += quantity(overhead.Get("memory"))
	return total.Max(peak)
}

// gpuResources are the extended resources that count as GPUs.
var gpuResources = []string{"nvidia.com/gpu", "amd.com/gpu"}

func containerResources(c *value.Node) diff.Resources {
	requests, limits := c.Path("resources", "requests"), c.Path("resources", "limits")
	ask := func(name string) float64 {
		if n := requests.Get(name); n != nil {
			return quantity(n)
		}
		return quantity(limits.Get(name))
	}
	r := diff.Resources{CPU: ask("cpu"), Memory: ask("memory")}
	for _, name := range gpuResources {
		r.GPU += ask(name)
	}
	return r
}

// linkScalers ties the autoscalers and disruption budgets of a file to the workloads that they are about.
func linkScalers(all []*entity) {
	for _, e := range all {
		switch e.Kind {
		case scaler:
			ref := e.doc.Path("spec", "scaleTargetRef")
			for _, w := range all {
				if w.Kind == ref.At("kind") && w.Name == ref.At("name") && w.Namespace == e.Namespace {
					e.target, w.scaler = w, e
				}
			}
		case budget:
			for _, w := range all {
				if template := podTemplate(&w.Object, w.doc); template != nil && w.Namespace == e.Namespace && selects(e.doc, template) {
					e.target, w.budget = w, e
				}
			}
		}
	}
}

// selects tells whether a budget's selector fits the labels of a pod template. A selector with expressions counts as
// one that does not.
func selects(budget, template *value.Node) bool {
	labels := budget.Path("spec", "selector", "matchLabels").Pairs()
	for _, p := range labels {
		if template.At("metadata", "labels", p.Key) != p.Value.Str() {
			return false
		}
	}
	return len(labels) > 0
}
