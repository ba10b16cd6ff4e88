//go:build e2e

package e2e

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/yaml"
)

// The Job of examples/scale on a real API server with the real Job controller. The test stands in for the kubelet: it
// runs each pod's own commands with its own environment and reports what becomes of them; it kills one part midway.
func TestPartsOfAnIndexedJobJoinToTheSameTree(t *testing.T) {
	s := startServer(t, true)
	p := publishExample(t)
	one := p.commit(t, "begin")
	tree := strings.TrimSpace(command(t, p.out, "git", "rev-parse", one+"^{tree}"))

	parts := filepath.Join(t.TempDir(), "parts.git")
	command(t, p.soa, "git", "init", "-q", "--bare", "-b", "main", parts)
	commit := strings.TrimSpace(command(t, p.soa, "git", "rev-parse", "HEAD"))
	s.run(t, readJob(t, map[string]string{"SOA_CONFIGS": p.soa, "OUTPUT": "file://" + parts, "COMMIT": commit}), "create", "-f", "-")

	k := &kubelet{server: s, path: filepath.Dir(p.binary), seen: map[string]bool{}, killed: "1"}
	eventually(t, "the Job is complete", func() bool {
		k.step(t)
		out, err := s.try("", "get", "job", "paasta-render-parts", "-o", "jsonpath={.status.conditions[*].type}")
		return err == nil && strings.Contains(out, "Complete")
	})
	if !slices.Contains(k.ended, "1:killed") || !slices.Contains(k.ended, "1:0") {
		t.Errorf("part 1 was not killed and tried again: %v", k.ended)
	}
	command(t, p.soa, p.binary, "publish", "-q", "--repo", "file://"+parts, "--push", "--branch", "main", "--join", "3")
	command(t, parts, "git", "fsck", "--strict")
	if got := strings.TrimSpace(command(t, parts, "git", "rev-parse", "main^{tree}")); got != tree {
		t.Errorf("the parts join to the tree %s, one process made %s", got, tree)
	}
}

// readJob reads the example's Job with other values of its variables; HOME becomes the folder in which a pod works.
func readJob(t *testing.T, values map[string]string) string {
	t.Helper()
	data, err := os.ReadFile("../../examples/scale/job.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var job batchv1.Job
	if err := yaml.UnmarshalStrict(data, &job); err != nil {
		t.Fatal(err)
	}
	pod := &job.Spec.Template.Spec
	for _, containers := range [][]corev1.Container{pod.InitContainers, pod.Containers} {
		for _, c := range containers {
			for i, variable := range c.Env {
				if value, ok := values[variable.Name]; ok {
					c.Env[i].Value = value
				}
			}
		}
	}
	text, err := json.Marshal(job)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// kubelet runs the pods of the Job.
type kubelet struct {
	server *server
	path   string // the folder of paasta-render
	seen   map[string]bool
	killed string   // the index of which the first pod is killed
	ended  []string // index and how the pod ended
}

// step runs the pods that are new, one after the other.
func (k *kubelet) step(t *testing.T) {
	t.Helper()
	var pods corev1.PodList
	out := k.server.run(t, "", "get", "pods", "-l", "job-name=paasta-render-parts", "-o", "json")
	if err := json.Unmarshal([]byte(out), &pods); err != nil {
		t.Fatal(err)
	}
	for _, pod := range pods.Items {
		if !k.seen[pod.Name] {
			k.seen[pod.Name] = true
			k.runPod(t, &pod)
		}
	}
}

func (k *kubelet) runPod(t *testing.T, pod *corev1.Pod) {
	t.Helper()
	index := pod.Annotations[batchv1.JobCompletionIndexAnnotation]
	work := t.TempDir()
	for _, c := range pod.Spec.InitContainers {
		if state := k.runContainer(t, pod, c, work, false); state != 0 {
			t.Fatalf("%s: %s ended with %d", pod.Name, c.Name, state)
		}
	}
	kill := index == k.killed
	state := k.runContainer(t, pod, pod.Spec.Containers[0], work, kill)
	how := map[bool]string{true: index + ":killed", false: index + ":0"}[kill]
	if kill {
		k.killed = ""
	}
	k.ended = append(k.ended, how)
	phase := corev1.PodSucceeded
	if state != 0 {
		phase = corev1.PodFailed
	}
	status, err := json.Marshal(map[string]any{"status": corev1.PodStatus{Phase: phase,
		ContainerStatuses: []corev1.ContainerStatus{{Name: pod.Spec.Containers[0].Name, State: corev1.ContainerState{
			Terminated: &corev1.ContainerStateTerminated{ExitCode: int32(state)}}}}}})
	if err != nil {
		t.Fatal(err)
	}
	k.server.run(t, "", "patch", "pod", pod.Name, "--subresource=status", "--type=merge", "-p", string(status))
}

// runContainer runs a container's command as the kubelet would and returns its exit status.
func (k *kubelet) runContainer(t *testing.T, pod *corev1.Pod, c corev1.Container, work string, kill bool) int {
	t.Helper()
	cmd := exec.Command(c.Command[0], append(slices.Clone(c.Command[1:]), c.Args...)...)
	cmd.Dir = work
	cmd.Env = []string{"PATH=" + k.path + ":" + os.Getenv("PATH"), "GIT_CONFIG_NOSYSTEM=1"}
	for _, variable := range c.Env {
		value := variable.Value
		switch {
		case variable.ValueFrom != nil && variable.ValueFrom.FieldRef != nil:
			value = pod.Annotations[batchv1.JobCompletionIndexAnnotation] // the only field that the controller asks for
		case variable.Name == "HOME":
			value = work
		}
		cmd.Env = append(cmd.Env, variable.Name+"="+value)
	}
	var said strings.Builder
	cmd.Stdout, cmd.Stderr = &said, &said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if kill {
		time.Sleep(20 * time.Millisecond)
		_ = cmd.Process.Signal(syscall.SIGKILL)
	}
	_ = cmd.Wait()
	state := cmd.ProcessState.ExitCode()
	if state < 0 {
		state = 137 // killed
	}
	t.Logf("%s: %s ended with %d\n%s", pod.Name, c.Name, state, said.String())
	return state
}
