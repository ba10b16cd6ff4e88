package diff

import (
	"fmt"
	"math"
	"strconv"
)

// Workload is what the forecast needs to know of something that runs pods.
type Workload struct {
	Pool      string    `json:"pool,omitempty"`
	Team      string    `json:"team,omitempty"`
	Kind      string    `json:"kind"`
	Namespace string    `json:"namespace,omitempty"`
	Name      string    `json:"name"`
	Min       int       `json:"min"` // pods: spec.replicas, or the autoscaler's bounds
	Max       int       `json:"max"`
	Pod       Resources `json:"pod"`
	Volumes   []string  `json:"volumes,omitempty"` // names of the claims that each pod has of its own
}

// Resources is what one pod asks for.
type Resources struct {
	CPU    float64 `json:"cpu"`    // cores
	Memory float64 `json:"memory"` // bytes
	GPU    float64 `json:"gpu"`    // devices
}

// Pods is the number of pods as people write it: 3, or 2–10 under an autoscaler.
func (w *Workload) Pods() string {
	if w.Min == w.Max {
		return strconv.Itoa(w.Min)
	}
	return fmt.Sprintf("%d–%d", w.Min, w.Max)
}

// templatePaths is where each kind keeps its pod template.
var templatePaths = map[string][]string{
	"Deployment": {"spec", "template"}, "StatefulSet": {"spec", "template"}, "DaemonSet": {"spec", "template"},
	"ReplicaSet": {"spec", "template"}, "Job": {"spec", "template"}, "ReplicationController": {"spec", "template"},
	"CronJob": {"spec", "jobTemplate", "spec", "template"},
}

// podTemplate returns the pod template of an object, nil when it has none.
func podTemplate(o *Object, doc *node) *node {
	path, ok := templatePaths[o.Kind]
	if !ok {
		return nil
	}
	return doc.path(path...)
}

// workload returns what an object runs, nil when it runs nothing. An autoscaler stands for its target.
func workload(e *entity) *Workload {
	if e.Kind == "HorizontalPodAutoscaler" {
		if e.target == nil {
			return nil
		}
		return workload(e.target)
	}
	template := podTemplate(&e.Object, e.doc)
	if template == nil || e.Kind == "CronJob" {
		return nil
	}
	w := &Workload{Pool: e.Pool, Team: e.Team, Kind: e.Kind, Namespace: e.Namespace, Name: e.Name}
	w.Pod = podResources(template.get("spec"))
	w.Min, w.Max = replicas(e)
	for _, claim := range e.doc.path("spec", "volumeClaimTemplates").list() {
		w.Volumes = append(w.Volumes, claim.path("metadata", "name").str())
	}
	for _, volume := range template.path("spec", "volumes").list() {
		if claim := volume.path("persistentVolumeClaim", "claimName").str(); claim != "" {
			w.Volumes = append(w.Volumes, claim)
		}
	}
	return w
}

// replicas returns the least and greatest number of pods. An autoscaler in the same file owns the number; without
// spec.replicas Kubernetes runs one pod. A DaemonSet's number is not in its manifest: it counts as one.
func replicas(e *entity) (least, most int) {
	if e.scaler != nil {
		least = integer(e.scaler.doc.path("spec", "minReplicas"), 1)
		return least, integer(e.scaler.doc.path("spec", "maxReplicas"), least)
	}
	field := "replicas"
	if e.Kind == "Job" {
		field = "parallelism"
	}
	n := integer(e.doc.path("spec", field), 1)
	return n, n
}

func integer(n *node, otherwise int) int {
	value, err := strconv.ParseFloat(n.str(), 64)
	if err != nil || math.Abs(value) > 1e9 {
		return otherwise
	}
	return int(value)
}

// podResources adds up what the containers of a pod ask for: init containers run before the others, so they count by
// their greatest, unless they stay (restartPolicy Always). Requests default to limits.
func podResources(spec *node) Resources {
	var total, peak Resources
	for _, c := range spec.get("containers").list() {
		total = total.plus(containerResources(c))
	}
	for _, c := range spec.get("initContainers").list() {
		r := containerResources(c)
		if c.get("restartPolicy").str() == "Always" {
			total = total.plus(r)
			continue
		}
		peak = Resources{max(peak.CPU, r.CPU), max(peak.Memory, r.Memory), max(peak.GPU, r.GPU)}
	}
	overhead := spec.get("overhead")
	total.CPU += quantity(overhead.get("cpu"))
	total.Memory += quantity(overhead.get("memory"))
	return Resources{max(total.CPU, peak.CPU), max(total.Memory, peak.Memory), max(total.GPU, peak.GPU)}
}

// gpuResources are the extended resources that count as GPUs.
var gpuResources = []string{"nvidia.com/gpu", "amd.com/gpu"}

func containerResources(c *node) Resources {
	requests, limits := c.path("resources", "requests"), c.path("resources", "limits")
	ask := func(name string) float64 {
		if n := requests.get(name); n != nil {
			return quantity(n)
		}
		return quantity(limits.get(name))
	}
	r := Resources{CPU: ask("cpu"), Memory: ask("memory")}
	for _, name := range gpuResources {
		r.GPU += ask(name)
	}
	return r
}

func (r Resources) plus(o Resources) Resources {
	return Resources{r.CPU + o.CPU, r.Memory + o.Memory, r.GPU + o.GPU}
}

func (r Resources) times(n int) Resources {
	f := float64(n)
	return Resources{r.CPU * f, r.Memory * f, r.GPU * f}
}

// linkScalers ties the autoscalers of a file to what they scale.
func linkScalers(all []*entity) {
	for _, e := range all {
		if e.Kind != "HorizontalPodAutoscaler" {
			continue
		}
		ref := e.doc.path("spec", "scaleTargetRef")
		for _, w := range all {
			if w.Kind == ref.get("kind").str() && w.Name == ref.get("name").str() && w.Namespace == e.Namespace {
				e.target, w.scaler = w, e
			}
		}
	}
}

// key identifies a workload in a cluster.
func (w *Workload) key(cluster string) string {
	return cluster + "\x00" + w.Kind + "\x00" + w.Namespace + "\x00" + w.Name
}
