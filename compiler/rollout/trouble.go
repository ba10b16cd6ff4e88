package rollout

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
)

// restartsOfCrash is after how many starts a container that always ends is taken to be broken.
const restartsOfCrash = 3

// waitingReasons are reasons of Kubernetes' kubelet for which a container does not start by itself.
var waitingReasons = []string{"ErrImagePull", "ImagePullBackOff", "InvalidImageName", "ErrImageNeverPull",
	"CreateContainerConfigError", "CreateContainerError", "RunContainerError"}

// hopeless tells whether a trouble does not go away while nobody acts. Pods that wait for a node do not count: the
// node may be on its way.
func hopeless(t Trouble) bool {
	return slices.Contains(waitingReasons, t.Reason) || t.Reason == "CrashLoopBackOff" && t.Restarts >= restartsOfCrash ||
		t.Reason == "ProgressDeadlineExceeded" || t.Reason == "FailedCreate"
}

// maxTroubles and maxEvents are how many pods, and events of each, are named.
const (
	maxTroubles = 3
	maxEvents   = 3
)

// troubles are what is wrong with the new pods, those first that nothing will cure.
func (w Wanted) troubles(work *workload, found Found) []Trouble {
	var all []Trouble
	for i := range found.Pods {
		pod := &found.Pods[i]
		if !w.owns(pod.Labels) || pod.DeletionTimestamp != nil || pod.Labels[CommitLabel] != w.Commit ||
			pod.Labels[ConfigLabel] != work.labels[ConfigLabel] {
			continue
		}
		if t, bad := ofPod(pod); bad {
			t.Events = events(found.Events, "Pod", pod.Name)
			all = append(all, t)
		}
	}
	slices.SortStableFunc(all, func(a, b Trouble) int {
		return cmp.Or(cmp.Compare(rank(a), rank(b)), strings.Compare(a.Object, b.Object))
	})
	all = all[:min(len(all), maxTroubles)]
	if work.failing != "" {
		reason, message, _ := strings.Cut(work.failing, ": ")
		all = append(all, Trouble{Object: work.kind + "/" + work.name, Reason: reason, Message: message,
			Events: events(found.Events, "", work.name)})
	}
	return all
}

func rank(t Trouble) int {
	if hopeless(t) {
		return 0
	}
	return 1
}

// ofPod says what keeps a pod from being ready; bad is false when nothing does.
func ofPod(pod *corev1.Pod) (t Trouble, bad bool) {
	t = Trouble{Object: "pod/" + pod.Name}
	for _, list := range [][]corev1.ContainerStatus{pod.Status.InitContainerStatuses, pod.Status.ContainerStatuses} {
		for i := range list {
			if ofContainer(&list[i], &t) {
				return t, true
			}
		}
	}
	for _, c := range pod.Status.Conditions {
		switch {
		case c.Type == corev1.PodScheduled && c.Status == corev1.ConditionFalse:
			t.Reason, t.Message = c.Reason, c.Message
			return t, true
		case c.Type == corev1.PodReady && c.Status == corev1.ConditionFalse && pod.Status.Phase == corev1.PodRunning:
			t.Reason, t.Message = cmp.Or(c.Reason, "NotReady"), c.Message
			bad = true
		}
	}
	if !bad && pod.Status.Phase != corev1.PodRunning && pod.Status.Phase != corev1.PodSucceeded {
		t.Reason, t.Message = cmp.Or(pod.Status.Reason, string(pod.Status.Phase), "Pending"), pod.Status.Message
		return t, true
	}
	return t, bad
}

// ofContainer fills in what is wrong with a container; false when it runs, or waits for others.
func ofContainer(c *corev1.ContainerStatus, t *Trouble) bool {
	switch state := c.State; {
	case state.Waiting != nil && state.Waiting.Reason != "" && state.Waiting.Reason != "PodInitializing" &&
		state.Waiting.Reason != "ContainerCreating":
		t.Reason, t.Message = state.Waiting.Reason, state.Waiting.Message
		if last := c.LastTerminationState.Terminated; last != nil {
			ended := fmt.Sprintf("(it ended last with status %d, %s)", last.ExitCode, last.Reason)
			t.Message = strings.TrimSpace(t.Message + " " + ended)
		}
	case state.Terminated != nil && state.Terminated.ExitCode != 0:
		t.Reason = cmp.Or(state.Terminated.Reason, "Error")
		t.Message = fmt.Sprintf("it ended with status %d", state.Terminated.ExitCode)
		if text := state.Terminated.Message; text != "" {
			t.Message += ": " + text
		}
	default:
		return false
	}
	t.Container, t.Restarts = c.Name, c.RestartCount
	return true
}

// events are the newest warnings about an object, the last one last.
func events(all []corev1.Event, kind, name string) []string {
	var own []corev1.Event
	for _, e := range all {
		if e.InvolvedObject.Name == name && (kind == "" || e.InvolvedObject.Kind == kind) {
			own = append(own, e)
		}
	}
	slices.SortStableFunc(own, func(a, b corev1.Event) int { return a.LastTimestamp.Compare(b.LastTimestamp.Time) })
	var lines []string
	for _, e := range own[max(0, len(own)-maxEvents):] {
		lines = append(lines, e.Reason+": "+e.Message)
	}
	return lines
}
