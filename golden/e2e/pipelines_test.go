//go:build e2e

package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// steps is what the pipeline of the test does before somebody has to approve prod.main, and order is what its runners may
// do side by side.
var (
	steps = []string{"make itest", "make security-check", "make smoke", "paasta-render mark prod.canary",
		"paasta-render wait prod.canary", "notify good_deploy web prod.canary"}
	last = "paasta-render mark prod.main"
)

// GitHub's actionlint takes the workflow, and act runs its steps in order. It asks nobody: who approves is a setting of
// GitHub.
func TestActRunsThePipeline(t *testing.T) {
	actionlint, act := program(t, "actionlint"), program(t, "act")
	w := newPipelineRun(t, ".github/workflows/deploy.yml", "github")
	command(t, w.repo, actionlint, ".github/workflows/deploy.yml")
	run := []string{act, "push", "-P", "ubuntu-latest=-self-hosted"}
	for _, pair := range w.variables() {
		run = append(run, "--env", pair)
	}
	w.expect(t, nil, run, append(slices.Clone(steps), last))
	w.breakStep(t, "security-check")
	w.expectFailure(t, run, "make itest")
}

// gitlab-ci-local runs every stage in order, and stops at the one that somebody starts.
func TestGitLabRunsThePipeline(t *testing.T) {
	node := os.Getenv("PAASTA_RENDER_E2E_GITLAB")
	if node == "" {
		t.Skip("PAASTA_RENDER_E2E_GITLAB names no folder with gitlab-ci-local and node: the GitLab pipeline was NOT run")
	}
	onPath(t, "rsync")
	w := newPipelineRun(t, ".gitlab-ci.yml", "gitlab")
	w.path = node + ":" + w.path
	run := []string{filepath.Join(node, "gitlab-ci-local")}
	for _, pair := range w.variables() {
		run = append(run, "--variable", pair)
	}
	w.expect(t, nil, run, steps)
	w.expect(t, steps, append(slices.Clone(run), "step prod.main"), append(slices.Clone(steps), last))
	w.breakStep(t, "security-check")
	w.expectFailure(t, run, "make itest")
}

// The Jenkinsfile runs under Jenkins' CPS transformer, and stops when nobody approves.
func TestJenkinsRunsThePipeline(t *testing.T) {
	java, maven := onPath(t, "java"), onPath(t, "mvn")
	classes := filepath.Join(t.TempDir(), "classes")
	cmd := exec.Command(maven, "-q", "-B", "dependency:build-classpath", "-Dmdep.outputFile="+classes)
	cmd.Dir = "testdata/jenkins"
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Skipf("SKIPPED: Maven cannot fetch jenkins-pipeline-unit: %v\n%s", err, out)
	}
	classpath, err := os.ReadFile(classes)
	if err != nil {
		t.Fatal(err)
	}
	script, err := filepath.Abs("testdata/jenkins/run.groovy")
	if err != nil {
		t.Fatal(err)
	}
	w := newPipelineRun(t, "Jenkinsfile", "jenkins")
	run := []string{java, "-cp", string(classpath), "groovy.ui.GroovyMain", script, filepath.Join(w.repo, "Jenkinsfile")}
	w.expect(t, nil, append(slices.Clone(run), "yes"), append(slices.Clone(steps), last))
	w.expectFailure(t, append(slices.Clone(run), "no"), steps...)
	w.breakStep(t, "security-check")
	w.expectFailure(t, append(slices.Clone(run), "yes"), "make itest", "make smoke")
}

// pipelineRun is a service's repository with its printed pipeline, and stand-ins of the programs that the steps call.
type pipelineRun struct{ repo, soa, log, path, home string }

const pipelineOfTest = `pipeline:
- step: itest
- parallel:
  - step: security-check
  - {step: command-smoke, command: "echo \"it's\" && make smoke", timeout: 90, ignore_failure: true}
- step: prod.canary
  wait_for_deployment: true
  notify_after_good_deploy: true
  trigger_next_step_manually: true
- step: prod.main
`

func newPipelineRun(t *testing.T, file, format string) *pipelineRun {
	t.Helper()
	dir := t.TempDir()
	w := &pipelineRun{repo: filepath.Join(dir, "repo"), soa: filepath.Join(dir, "soa"), log: filepath.Join(dir, "steps"), home: dir}
	w.path = filepath.Join(dir, "fake") + ":" + os.Getenv("PATH")
	for name, text := range map[string]string{
		"soa/_system/config.json":    `{"clusters": ["c1"], "docker_registry": "r.example.com", "volumes": []}`,
		"soa/web/kubernetes-c1.yaml": "main: {deploy_group: prod.main}\ncanary: {deploy_group: prod.canary}\n",
		"soa/web/deploy.yaml":        pipelineOfTest,
		"repo/Makefile":              "itest security-check smoke:\n\techo \"make $@\" >> \"$(STEPS)\"\n",
		"fake/paasta-render":         "#!/bin/sh\nwhile [ \"$2\" != --deploy-group ]; do cmd=${cmd:-$1}; shift; done\necho \"paasta-render $cmd $3\" >> \"$STEPS\"\n",
		"fake/notify":                "#!/bin/sh\necho \"notify $1 $2 $3\" >> \"$STEPS\"\n",
	} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	binary := filepath.Join(dir, "paasta-render")
	command(t, "../..", "go", "build", "-o", binary, "./cmd/paasta-render")
	text := command(t, dir, binary, "pipeline", "web", "-d", w.soa, "-q", "--format", format)
	if err := os.MkdirAll(filepath.Dir(filepath.Join(w.repo, file)), 0o755); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(w.repo, file), text)
	command(t, w.repo, "git", "init", "-q", "-b", "main")
	command(t, w.repo, "git", "add", "-A")
	command(t, w.repo, "git", "commit", "-q", "-m", "begin")
	command(t, w.repo, "git", "remote", "add", "origin", "https://git.example.com/web.git")
	return w
}

func (w *pipelineRun) variables() []string {
	return []string{"STEPS=" + w.log, "SOA_CONFIGS=" + w.soa, "NOTIFY=notify"}
}

// breakStep makes a make target fail from now on.
func (w *pipelineRun) breakStep(t *testing.T, target string) {
	t.Helper()
	write(t, filepath.Join(w.repo, "Makefile"), "itest smoke:\n\techo \"make $@\" >> \"$(STEPS)\"\n"+target+":\n\tfalse\n")
	command(t, w.repo, "git", "commit", "-q", "-am", "break")
}

// run runs a pipeline and returns the steps that were done in all runs since the log began with before.
func (w *pipelineRun) run(t *testing.T, before []string, program []string) (done []string, err error) {
	t.Helper()
	write(t, w.log, strings.Join(append(slices.Clone(before), ""), "\n"))
	cmd := exec.Command(program[0], program[1:]...)
	cmd.Dir = w.repo
	cmd.Env = append(os.Environ(), append(w.variables(), "PATH="+w.path, "HOME="+w.home)...)
	out, err := cmd.CombinedOutput()
	t.Logf("%s", out[max(0, len(out)-600):])
	text, readErr := os.ReadFile(w.log)
	if readErr != nil {
		t.Fatal(readErr)
	}
	return strings.Split(strings.TrimSpace(string(text)), "\n"), err
}

// expect runs a pipeline that ends well. The second and the third step may change places.
func (w *pipelineRun) expect(t *testing.T, before, program, want []string) {
	t.Helper()
	done, err := w.run(t, before, program)
	if len(done) > 2 && done[1] == want[2] {
		done[1], done[2] = done[2], done[1]
	}
	if err != nil || !slices.Equal(done, want) {
		t.Errorf("%v; the steps done are\n%s\nwant\n%s", err, strings.Join(done, "\n"), strings.Join(want, "\n"))
	}
}

// expectFailure runs a pipeline that fails, and has done no deployment but those that are expected.
func (w *pipelineRun) expectFailure(t *testing.T, program []string, allowed ...string) {
	t.Helper()
	done, err := w.run(t, nil, program)
	for _, step := range done {
		if step != "make smoke" && !slices.Contains(allowed, step) {
			t.Errorf("the step %q is done after one that failed", step)
		}
	}
	if err == nil || !slices.Contains(done, allowed[0]) {
		t.Errorf("a wrong step is not seen: %v, %v", err, done)
	}
}
