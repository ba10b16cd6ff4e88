// Package rollout judges whether what runs in a cluster is what was deployed, and whether it is healthy. It asks
// nobody: whoever knows the cluster hands in what its API server says.
package rollout

import (
	"fmt"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
)

// Labels of the workloads and pods that PaaSTA makes. PaaSTA: kubernetes_tools.paasta_prefixed.
const (
	ServiceLabel  = "paasta.yelp.com/service"
	InstanceLabel = "paasta.yelp.com/instance"
	CommitLabel   = "paasta.yelp.com/git_sha"
	VersionLabel  = "paasta.yelp.com/image_version"
	ConfigLabel   = "paasta.yelp.com/config_sha"
)

// Wanted is what should run of one instance in one cluster.
type Wanted struct {
	Cluster, Service, Instance, Namespace string
	Commit                                string // full hash
	ImageVersion                          string // empty when the commit has none
}

// Found is what the API server says of a service in a namespace.
type Found struct {
	Deployments  []appsv1.Deployment
	StatefulSets []appsv1.StatefulSet
	Pods         []corev1.Pod
	Events       []corev1.Event // warnings about pods and workloads
}

// Phase is how far a rollout is.
type Phase string

// The phases. Failing is not the end: what fails may get better, until somebody's patience ends.
const (
	Waiting Phase = "waiting"
	Failing Phase = "failing"
	Done    Phase = "done"
)

// Status is what becomes of one instance.
type Status struct {
	Phase   Phase  `json:"phase"`
	Message string `json:"message"` // one line: how many pods of how many
	// Troubles are the pods that do not become healthy, or the workload itself when it makes no pods.
	Troubles []Trouble `json:"troubles,omitempty"`
}

// Trouble is what is wrong with a pod, or with a workload.
type Trouble struct {
	Object    string   `json:"object"` // pod/NAME, deployment/NAME, …
	Container string   `json:"container,omitempty"`
	Reason    string   `json:"reason"`
	Message   string   `json:"message,omitempty"`
	Restarts  int32    `json:"restarts,omitempty"`
	Events    []string `json:"events,omitempty"` // newest last
	Log       []string `json:"log,omitempty"`    // the last lines of the container
}

// workload is what Deployments and StatefulSets have in common.
type workload struct {
	kind, name                      string
	labels                          map[string]string // of the pod template
	behind                          bool              // the controller has not seen the last change
	wanted, total, updated, healthy int32
	failing                         string // why the controller gave up, in words
	onDelete                        bool   // pods are replaced when somebody deletes them
}

// Judge says how far one instance is.
func (w Wanted) Judge(found Found) Status {
	work := w.workload(found)
	switch {
	case work == nil:
		return Status{Phase: Waiting, Message: "the workload is not there yet"}
	case work.labels[CommitLabel] != w.Commit || work.labels[VersionLabel] != w.ImageVersion:
		return Status{Phase: Waiting, Message: "the workload is still that of " + running(work.labels)}
	case work.behind:
		return Status{Phase: Waiting, Message: "the controller has not seen the change yet"}
	}
	s := Status{Phase: Waiting, Message: fmt.Sprintf("%d of %d pods are new, %d of %d are available",
		work.updated, work.wanted, work.healthy, work.wanted)}
	switch old := work.total - work.updated; {
	case work.updated >= work.wanted && work.healthy >= work.wanted && old <= 0:
		s.Phase, s.Message = Done, fmt.Sprintf("%d pods run it", work.wanted)
		if work.wanted == 0 {
			s.Message = "it is stopped"
		}
		return s
	case old > 0:
		s.Message += fmt.Sprintf(", %d old are left", old)
	}
	if work.onDelete {
		s.Message += "; pods are replaced when somebody deletes them"
	}
	s.Troubles = w.troubles(work, found)
	for _, t := range s.Troubles {
		if hopeless(t) {
			s.Phase = Failing
		}
	}
	return s
}

// running names what a workload runs.
func running(labels map[string]string) string {
	text := labels[CommitLabel]
	if len(text) > 8 {
		text = text[:8]
	}
	if text == "" {
		text = "no commit"
	}
	if version := labels[VersionLabel]; version != "" {
		text += " (" + version + ")"
	}
	return text
}

// workload finds the instance's Deployment or StatefulSet; nil when neither is there.
func (w Wanted) workload(found Found) *workload {
	for i := range found.Deployments {
		if d := &found.Deployments[i]; w.owns(d.Labels) {
			return ofDeployment(d)
		}
	}
	for i := range found.StatefulSets {
		if s := &found.StatefulSets[i]; w.owns(s.Labels) {
			return ofStatefulSet(s)
		}
	}
	return nil
}

func (w Wanted) owns(labels map[string]string) bool {
	return labels[ServiceLabel] == w.Service && labels[InstanceLabel] == w.Instance
}

func ofDeployment(d *appsv1.Deployment) *workload {
	w := &workload{kind: "deployment", name: d.Name, labels: d.Spec.Template.Labels,
		behind: d.Status.ObservedGeneration < d.Generation,
		wanted: 1, total: d.Status.Replicas, updated: d.Status.UpdatedReplicas, healthy: d.Status.AvailableReplicas}
	if d.Spec.Replicas != nil {
		w.wanted = *d.Spec.Replicas
	}
	for _, c := range d.Status.Conditions {
		switch {
		case c.Type == appsv1.DeploymentProgressing && c.Reason == "ProgressDeadlineExceeded",
			c.Type == appsv1.DeploymentReplicaFailure && c.Status == corev1.ConditionTrue:
			w.failing = c.Reason + ": " + c.Message
		}
	}
	return w
}

func ofStatefulSet(s *appsv1.StatefulSet) *workload {
	w := &workload{kind: "statefulset", name: s.Name, labels: s.Spec.Template.Labels,
		behind: s.Status.ObservedGeneration < s.Generation,
		wanted: 1, total: s.Status.Replicas, updated: s.Status.UpdatedReplicas, healthy: s.Status.AvailableReplicas}
	if s.Spec.Replicas != nil {
		w.wanted = *s.Spec.Replicas
	}
	if s.Status.CurrentRevision == s.Status.UpdateRevision { // then no controller counts the updated ones
		w.updated = s.Status.CurrentReplicas
	}
	w.onDelete = s.Spec.UpdateStrategy.Type == appsv1.OnDeleteStatefulSetStrategyType
	return w
}
