//go:build e2e

package e2e

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// The whole loop without any daemon of PaaSTA: a commit is marked, its deployments.json and its tree are published, an
// agent applies them, and wait sees the commit run. A commit whose image is not there makes wait fail, and the one
// before is marked again. No kubelet runs here, so the test says of the pods what a kubelet would.
func TestDeployLoop(t *testing.T) {
	agent := program(t, "gitops-agent")
	s := startServer(t, true)
	l := newLoop(t, s)
	good, bad := l.commit(t, "good"), l.commit(t, "bad")
	l.deploy(t, good)
	start(t, s.dir, nil, agent, l.built, "--path", ".", "--kubeconfig", s.kubeconfig, "--resync-seconds", "2",
		"--port", fmt.Sprint(int(freePort(t))), "--default-namespace", "default")
	if status, said := l.wait(t, good, ready); status != 0 || !strings.Contains(said, "2 pods run it") {
		t.Fatalf("wait ends with %d:\n%s", status, said)
	}
	l.deploy(t, bad)
	status, said := l.wait(t, bad, noImage)
	if status != 4 {
		t.Errorf("wait ends with %d, want 4", status)
	}
	for _, want := range []string{"failing  kind hello.main", "ErrImagePull: no such image", "rolling back to " + good} {
		if !strings.Contains(said, want) {
			t.Errorf("wait does not say %q:\n%s", want, said)
		}
	}
	tags := strings.Fields(command(t, l.remote, "git", "for-each-ref", "--sort=refname", "--format=%(objectname)", "refs/tags"))
	if len(tags) != 3 || tags[2] != good {
		t.Errorf("the tags are of %v, want the last one to be of %s", tags, good)
	}
	l.publish(t, "roll back")
	if status, said := l.wait(t, good, ready); status != 0 {
		t.Errorf("after the rollback wait ends with %d:\n%s", status, said)
	}
}

// loop is a service with its repository, soa-configs, the output repository, and what the agent follows.
type loop struct {
	published
	s                            *server
	remote, code, checked, built string
}

func newLoop(t *testing.T, s *server) *loop {
	t.Helper()
	dir := t.TempDir()
	l := &loop{s: s, remote: filepath.Join(dir, "hello.git"), code: filepath.Join(dir, "code"), built: filepath.Join(dir, "built")}
	l.published = published{company: companies()[1].copied(t), binary: filepath.Join(dir, "paasta-render"), out: filepath.Join(dir, "out.git")}
	command(t, "../..", "go", "build", "-o", l.binary, "./cmd/paasta-render")
	command(t, l.soa, "git", "init", "-q", "-b", "main")
	command(t, dir, "git", "init", "-q", "--bare", "-b", "main", l.out)
	command(t, dir, "git", "init", "-q", "--bare", "-b", "main", l.remote)
	command(t, dir, "git", "clone", "-q", l.remote, l.code)
	command(t, dir, "git", "init", "-q", l.built)
	return l
}

// commit makes a commit of the service's code and pushes it.
func (l *loop) commit(t *testing.T, text string) string {
	t.Helper()
	write(t, filepath.Join(l.code, "code"), text)
	command(t, l.code, "git", "add", "-A")
	command(t, l.code, "git", "commit", "-q", "-m", text)
	command(t, l.code, "git", "push", "-q", "origin", "HEAD:main")
	return strings.TrimSpace(command(t, l.code, "git", "rev-parse", "HEAD"))
}

// deploy marks a commit and publishes what follows from it.
func (l *loop) deploy(t *testing.T, sha string) {
	t.Helper()
	command(t, l.soa, l.binary, "mark", "hello", "-l", "kind.main", "-c", sha, "--remote", l.remote)
	l.publish(t, "deploy "+sha)
}

func (l *loop) publish(t *testing.T, subject string) {
	t.Helper()
	command(t, l.soa, l.binary, "deployments", "hello", "--remote", l.remote)
	l.published.commit(t, subject)
	if l.checked == "" {
		l.checked = l.checkout(t)
	}
	command(t, l.checked, "git", "pull", "-q", "--ff-only")
	l.s.buildUnits(t, filepath.Join(l.checked, "kind"), l.built)
}

// wait runs wait until it ends, while a stand-in of the kubelet says of the new pods what status does.
func (l *loop) wait(t *testing.T, sha, status string) (code int, said string) {
	t.Helper()
	cmd := exec.Command(l.binary, "wait", "hello", "-d", l.soa, "-l", "kind.main", "-c", sha, "--remote", l.remote, "--context", "kind=e2e",
		"--kubeconfig", l.s.kubeconfig, "--timeout", "2m", "--patience", "2s", "--interval", "500ms", "--auto-rollback")
	var out strings.Builder
	cmd.Stdout, cmd.Stderr, cmd.Env = &out, &out, os.Environ()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- cmd.Wait() }()
	for {
		select {
		case err := <-done:
			var exit *exec.ExitError
			if errors.As(err, &exit) {
				return exit.ExitCode(), out.String()
			}
			return 0, out.String()
		case <-time.After(500 * time.Millisecond):
			l.kubelet(sha, status)
		}
	}
}

// What a kubelet says of a pod that runs, and of one whose image is not there.
const (
	ready = `{"status": {"phase": "Running", "conditions": [{"type": "Ready", "status": "True"}],
		"containerStatuses": [{"name": "main", "ready": true, "image": "x", "imageID": "x", "restartCount": 0,
			"state": {"running": {"startedAt": "2026-01-01T00:00:00Z"}}}]}}`
	noImage = `{"status": {"phase": "Pending", "containerStatuses": [{"name": "main", "ready": false, "image": "x", "imageID": "",
		"restartCount": 0, "state": {"waiting": {"reason": "ErrImagePull", "message": "no such image"}}}]}}`
)

// kubelet says it of the pods of a commit, and lets deleted pods go.
func (l *loop) kubelet(sha, status string) {
	text, err := l.s.try("", "get", "pods", "-n", "paastasvc-hello", "-o", "json")
	var pods struct {
		Items []struct {
			Metadata struct {
				Name              string
				DeletionTimestamp string
				Labels            map[string]string
			}
			Status struct{ ContainerStatuses []any }
		}
	}
	if err != nil || json.Unmarshal([]byte(text), &pods) != nil {
		return
	}
	for _, pod := range pods.Items {
		switch name := pod.Metadata.Name; {
		case pod.Metadata.DeletionTimestamp != "":
			_, _ = l.s.try("", "delete", "pod", "-n", "paastasvc-hello", name, "--force", "--grace-period=0")
		case pod.Metadata.Labels["paasta.yelp.com/git_sha"] == sha && len(pod.Status.ContainerStatuses) == 0:
			_, _ = l.s.try("", "patch", "pod", "-n", "paastasvc-hello", name, "--subresource=status", "-p", status)
		}
	}
}
