// Package demand reads from Kubernetes manifests what their pods ask of nodes.
package demand

import (
	"math"
	"strconv"

	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/paasta-render/paasta-render/compiler/capacity"
	"github.com/paasta-render/paasta-render/compiler/diff/value"
)

// The kinds that are about a workload in the same file, and those whose pods are known from their manifest.
const (
	scaler    = "HorizontalPodAutoscaler"
	daemonSet = "DaemonSet"
)

// templates is where each kind keeps its pod template. Pods of a CronJob are there for a while only, and those of a
// DaemonSet are on every node: neither is a workload here.
var templates = map[string][]string{
	"Deployment": {"spec", "template"}, "StatefulSet": {"spec", "template"}, "ReplicaSet": {"spec", "template"},
	"Job": {"spec", "template"},
}

// passive are kinds that run no pods by themselves.
var passive = map[string]bool{
	scaler: true, daemonSet: true, "CronJob": true, "PodDisruptionBudget": true, "VerticalPodAutoscaler": true,
	"ServiceAccount": true, "Service": true, "ConfigMap": true, "Secret": true, "NetworkPolicy": true,
	"Role": true, "RoleBinding": true, "ClusterRole": true, "ClusterRoleBinding": true,
	"Namespace": true, "CustomResourceDefinition": true, "": true,
}

// Of returns the workloads in the documents of one file, which belongs to an instance of a service.
func Of(cluster, service, instance string, docs []any) []capacity.Pod {
	nodes := value.Views(docs, nil)
	var pods []capacity.Pod
	for _, doc := range nodes {
		kind := doc.At("kind")
		pod := capacity.Pod{Cluster: cluster, Service: service, Instance: instance, Kind: kind,
			Namespace: doc.At("metadata", "namespace"), Name: doc.At("metadata", "name")}
		path, known := templates[kind]
		if !known {
			if !passive[kind] {
				pod.Unknown = "an operator makes the pods of a " + kind
				pods = append(pods, pod)
			}
			continue
		}
		read(&pod, doc.Path(path...))
		pod.Min, pod.Max = replicas(doc, nodes)
		pods = append(pods, pod)
	}
	return pods
}

// replicas are the bounds of the workload's autoscaler, else its replicas, 1 by default.
func replicas(doc *value.Node, file []*value.Node) (least, most int) {
	for _, other := range file {
		ref := other.Path("spec", "scaleTargetRef")
		if other.At("kind") == scaler && ref.At("kind") == doc.At("kind") && ref.At("name") == doc.At("metadata", "name") {
			least = integer(other.Path("spec", "minReplicas"), 1)
			return least, integer(other.Path("spec", "maxReplicas"), least)
		}
	}
	field := "replicas"
	if doc.At("kind") == "Job" {
		field = "parallelism"
	}
	n := integer(doc.Path("spec", field), 1)
	return n, n
}

func integer(n *value.Node, otherwise int) int {
	f, err := strconv.ParseFloat(n.Str(), 64)
	if err != nil || math.Abs(f) > 1e9 {
		return otherwise
	}
	return int(f)
}

// amounts adds up what the containers of a pod ask for: init containers run before the others, so they count by their
// greatest, unless they stay (restartPolicy Always). Requests default to limits. others are resources of other names.
func amounts(spec *value.Node) (total capacity.Amount, others []string) {
	var peak capacity.Amount
	add := func(container *value.Node) capacity.Amount {
		a, more := amount(container)
		others = append(others, more...)
		return a
	}
	for _, c := range spec.Get("containers").Items() {
		total = total.Plus(add(c))
	}
	for _, c := range spec.Get("initContainers").Items() {
		a := add(c)
		if c.At("restartPolicy") == "Always" {
			total = total.Plus(a)
			continue
		}
		peak = capacity.Amount{CPU: max(peak.CPU, a.CPU), Memory: max(peak.Memory, a.Memory), Disk: max(peak.Disk, a.Disk),
			GPUs: max(peak.GPUs, a.GPUs)}
	}
	total = capacity.Amount{CPU: max(total.CPU, peak.CPU), Memory: max(total.Memory, peak.Memory),
		Disk: max(total.Disk, peak.Disk), GPUs: max(total.GPUs, peak.GPUs)}
	overhead := spec.Get("overhead")
	total.CPU += quantity(overhead.Get("cpu"), resource.Milli)
	total.Memory += quantity(overhead.Get("memory"), 0)
	total.Pods = 1
	return total, others
}

// amount is what one container asks for.
func amount(container *value.Node) (a capacity.Amount, others []string) {
	requests, limits := container.Path("resources", "requests"), container.Path("resources", "limits")
	for _, list := range []*value.Node{requests, limits} {
		for _, p := range list.Pairs() {
			if list == limits && requests.Get(p.Key) != nil {
				continue
			}
			switch p.Key {
			case "cpu":
				a.CPU = quantity(p.Value, resource.Milli)
			case "memory":
				a.Memory = quantity(p.Value, 0)
			case "ephemeral-storage":
				a.Disk = quantity(p.Value, 0)
			case "nvidia.com/gpu":
				a.GPUs = quantity(p.Value, 0)
			default:
				if quantity(p.Value, 0) > 0 {
					others = append(others, p.Key)
				}
			}
		}
	}
	return a, others
}

// quantity is the value of a quantity, rounded up, in its unit or in thousandths of it; 0 when it is absent or none.
func quantity(n *value.Node, scale resource.Scale) int64 {
	q, err := resource.ParseQuantity(n.Str())
	if err != nil {
		return 0
	}
	return q.ScaledValue(scale)
}
