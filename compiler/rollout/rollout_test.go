package rollout

import (
	"strings"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

const commit = "0123456789abcdef0123456789abcdef01234567"

func labels(sha string) map[string]string {
	return map[string]string{ServiceLabel: "web", InstanceLabel: "main", CommitLabel: sha, ConfigLabel: "config1"}
}

func deployment(sha string, change func(*appsv1.Deployment)) Found {
	three := int32(3)
	d := appsv1.Deployment{ObjectMeta: metav1.ObjectMeta{Name: "web-main", Labels: labels(sha), Generation: 2}}
	d.Spec.Replicas = &three
	d.Spec.Template.Labels = labels(sha)
	d.Status = appsv1.DeploymentStatus{ObservedGeneration: 2, Replicas: 3, UpdatedReplicas: 3, AvailableReplicas: 3}
	if change != nil {
		change(&d)
	}
	return Found{Deployments: []appsv1.Deployment{d}}
}

// withPod adds a new pod whose container waits for a reason.
func withPod(f Found, reason string, restarts int32) Found {
	pod := corev1.Pod{ObjectMeta: metav1.ObjectMeta{Name: "web-main-1", Labels: labels(commit)}}
	pod.Status.Phase = corev1.PodPending
	pod.Status.ContainerStatuses = []corev1.ContainerStatus{{Name: "main", RestartCount: restarts,
		State: corev1.ContainerState{Waiting: &corev1.ContainerStateWaiting{Reason: reason, Message: "it says so"}}}}
	f.Pods = append(f.Pods, pod)
	f.Events = append(f.Events, corev1.Event{Reason: "Failed", Message: "no such image",
		InvolvedObject: corev1.ObjectReference{Kind: "Pod", Name: "web-main-1"}})
	return f
}

func TestJudge(t *testing.T) {
	want := Wanted{Cluster: "c", Service: "web", Instance: "main", Commit: commit}
	behind := deployment(commit, func(d *appsv1.Deployment) { d.Status.UpdatedReplicas, d.Status.AvailableReplicas = 1, 2 })
	zero := int32(0)
	for _, test := range []struct {
		rule    string
		found   Found
		phase   Phase
		message string
	}{
		{"all pods are new and available", deployment(commit, nil), Done, "3 pods run it"},
		{"nothing is there", Found{}, Waiting, "not there yet"},
		{"the workload has another commit", deployment("fedcba9876543210", nil), Waiting, "still that of fedcba98"},
		{"the controller is behind", deployment(commit, func(d *appsv1.Deployment) { d.Generation = 3 }), Waiting, "has not seen"},
		{"old pods are left", deployment(commit, func(d *appsv1.Deployment) { d.Status.Replicas = 4 }), Waiting, "1 old are left"},
		{"new pods are missing", behind, Waiting, "1 of 3 pods are new, 2 of 3 are available"},
		{"a stopped instance has no pods", deployment(commit, func(d *appsv1.Deployment) {
			d.Spec.Replicas, d.Status = &zero, appsv1.DeploymentStatus{ObservedGeneration: 2}
		}), Done, "it is stopped"},
		{"an image is not there", withPod(behind, "ImagePullBackOff", 0), Failing, "1 of 3"},
		{"a container is being made", withPod(behind, "ContainerCreating", 0), Waiting, "1 of 3"},
		{"a container has crashed once", withPod(behind, "CrashLoopBackOff", 1), Waiting, "1 of 3"},
		{"a container crashes again and again", withPod(behind, "CrashLoopBackOff", 3), Failing, "1 of 3"},
		{"the controller gave up", deployment(commit, func(d *appsv1.Deployment) {
			d.Status.AvailableReplicas = 0
			d.Status.Conditions = []appsv1.DeploymentCondition{{Type: appsv1.DeploymentProgressing, Reason: "ProgressDeadlineExceeded"}}
		}), Failing, "0 of 3 are available"},
	} {
		t.Run(test.rule, func(t *testing.T) {
			got := want.Judge(test.found)
			if got.Phase != test.phase || !strings.Contains(got.Message, test.message) {
				t.Errorf("%s: %s, want %s: …%s…", got.Phase, got.Message, test.phase, test.message)
			}
		})
	}
}

func TestTroublesNamePodReasonAndEvents(t *testing.T) {
	want := Wanted{Service: "web", Instance: "main", Commit: commit}
	behind := deployment(commit, func(d *appsv1.Deployment) { d.Status.UpdatedReplicas = 1 })
	got := want.Judge(withPod(behind, "ErrImagePull", 0)).Troubles
	if len(got) != 1 || got[0].Object != "pod/web-main-1" || got[0].Container != "main" || got[0].Reason != "ErrImagePull" ||
		len(got[0].Events) != 1 || got[0].Events[0] != "Failed: no such image" {
		t.Errorf("troubles are %+v", got)
	}
}

func TestStatefulSetIsJudgedByItsRevision(t *testing.T) {
	want := Wanted{Service: "web", Instance: "main", Commit: commit}
	two := int32(2)
	s := appsv1.StatefulSet{ObjectMeta: metav1.ObjectMeta{Name: "web-main", Labels: labels(commit)}}
	s.Spec.Replicas, s.Spec.Template.Labels = &two, labels(commit)
	s.Status = appsv1.StatefulSetStatus{Replicas: 2, CurrentReplicas: 1, UpdatedReplicas: 1, AvailableReplicas: 2,
		CurrentRevision: "a", UpdateRevision: "b"}
	if got := want.Judge(Found{StatefulSets: []appsv1.StatefulSet{s}}); got.Phase != Waiting {
		t.Errorf("half of it is old, and it is %s", got.Phase)
	}
	s.Status.UpdatedReplicas, s.Status.CurrentReplicas, s.Status.CurrentRevision = 2, 2, "b"
	if got := want.Judge(Found{StatefulSets: []appsv1.StatefulSet{s}}); got.Phase != Done {
		t.Errorf("all of it is new, and it is %s: %s", got.Phase, got.Message)
	}
}
