package main

import (
	"context"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"
)

// Every example of every --help is run, as it is printed, in the root of a company that init made. What a user has
// besides is there, too: a commit and its remote, a checkout of a service, the repository of the manifests,
// recommendations.
func TestEveryHelpExampleWorks(t *testing.T) {
	withoutRace(t)
	for _, name := range []string{"git", "sh"} {
		if _, err := exec.LookPath(name); err != nil {
			t.Skipf("%s is not installed", name)
		}
	}
	w := newWorkshop(t)
	w.sh("", `paasta-render init company`)
	w.prepare()
	ran := 0
	for _, c := range newRoot(streams{getenv: func(string) string { return "" }, out: io.Discard, err: io.Discard}).Commands() {
		for _, line := range exampleLines(c) {
			ran++
			if c.Name() == "wait" {
				continue // it asks clusters: golden/e2e runs it
			}
			t.Run(line, func(t *testing.T) {
				dir := "company"
				if c.Name() == "init" {
					dir = "empty"
				}
				w.sh("company", "git checkout -q . && git clean -fdq -e dump.yaml")
				out, err := w.try(dir, line)
				status := w.status(err)
				asks := strings.Contains(line, "--check") || strings.Contains(line, "--exit-code")
				if status != 0 && (status != exitChanges || !asks) {
					t.Errorf("%s\nexit %d: %s", line, status, out)
				}
			})
		}
	}
	if ran < 25 {
		t.Errorf("only %d examples were found", ran)
	}
}

// exampleLines are the lines of a command's example that call paasta-render, each with those before it that call
// something else.
func exampleLines(c *cobra.Command) []string {
	var lines []string
	before := ""
	for _, line := range strings.Split(c.Example, "\n") {
		if line = strings.TrimSpace(line); !strings.HasPrefix(line, "paasta-render ") {
			before += line + "\n"
			continue
		}
		lines, before = append(lines, before+line), ""
	}
	return lines
}

// stub is a program that takes everything and knows of one object.
const stub = `#!/bin/sh
case "$1" in
get)
  cat <<'END'
apiVersion: v1
kind: List
items:
- apiVersion: apps/v1
  kind: Deployment
  metadata: {name: web, namespace: web}
  spec:
    replicas: 2
    selector: {matchLabels: {app: web}}
    template:
      metadata: {labels: {app: web}}
      spec: {containers: [{name: web, image: "registry.example.org/web:1"}]}
END
  ;;
*) cat >/dev/null ;;
esac
`

// workshop is a folder with what a user of paasta-render has around soa-configs.
type workshop struct {
	t    *testing.T
	root string
	env  []string
}

func newWorkshop(t *testing.T) *workshop {
	t.Helper()
	w := &workshop{t: t, root: t.TempDir()}
	for _, dir := range []string{"bin", "home", "empty"} {
		if err := os.MkdirAll(filepath.Join(w.root, dir), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"docker", "kubectl"} { // they are not what is tested
		if err := os.WriteFile(filepath.Join(w.root, "bin", name), []byte(stub), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	examples, err := filepath.Abs("../../examples")
	if err != nil {
		t.Fatal(err)
	}
	home := filepath.Join(w.root, "home")
	w.env = append(os.Environ(), "HOME="+home, "XDG_CONFIG_HOME="+home, "GIT_CONFIG_NOSYSTEM=1", "USER=somebody", "APPROVERS=shop", "EXAMPLES="+examples,
		"PATH="+filepath.Join(w.root, "bin")+string(os.PathListSeparator)+os.Getenv("PATH"),
		"GIT_AUTHOR_NAME=a", "GIT_AUTHOR_EMAIL=a@example.org", "GIT_COMMITTER_NAME=a", "GIT_COMMITTER_EMAIL=a@example.org")
	return w
}

func (w *workshop) try(dir, line string) (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	c := exec.CommandContext(ctx, "sh", "-c", line)
	c.Dir, c.Env = filepath.Join(w.root, dir), w.env
	out, err := c.CombinedOutput()
	return string(out), err
}

func (w *workshop) status(err error) int {
	if exit, ok := err.(*exec.ExitError); ok {
		return exit.ExitCode()
	}
	if err != nil {
		w.t.Fatal(err)
	}
	return 0
}

func (w *workshop) sh(dir, script string) {
	w.t.Helper()
	if out, err := w.try(dir, "set -e\n"+script); err != nil {
		w.t.Fatalf("%s: %v\n%s", script, err, out)
	}
}

// prepare makes the repositories and the files that the examples name.
func (w *workshop) prepare() {
	w.sh("", `
for service in storefront search; do
  git init -q -b master $service
  git -C $service commit -q --allow-empty -m one
  git -C $service tag paasta-prod.main-20260101T000000-deploy
  git config --global url.$PWD/$service.insteadOf git@github.yelpcorp.com:services/$service
done
git -C storefront config receive.denyCurrentBranch ignore
mkdir -p storefront/.github/workflows
git init -q --bare -b main manifests.git
git init -q --bare -b main soa.git
git clone -q manifests.git manifests 2>/dev/null
git -C manifests commit -q --allow-empty -m start
git -C manifests branch -M main
git -C manifests push -q origin main
cd company
git init -q -b main
git add -A
git commit -qm one
git remote add origin ../soa.git
git push -q -u origin main
sed -i 's/max_instances: 40/max_instances: 44/' storefront/kubernetes-west-prod.yaml
echo 'service,cluster,instance,mem' > recommendations.csv
echo 'inventory,kubernetes-west-prod,main,1000' >> recommendations.csv
git add -A
git commit -qm two
paasta-render render -o ../out
`)
}
