package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"
)

// Each gate of the example holds a change that breaks it, at the source line that made the change, and lets others
// pass.
func TestExampleGates(t *testing.T) {
	withoutRace(t)
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("git is not installed")
	}
	company := gatedCompany(t)
	const west = "storefront/kubernetes-west-prod.yaml"
	const system = "_system/kubernetes.json"
	tested := map[string]bool{}
	for _, test := range []struct {
		gate            string // those that it breaks; empty: all let the change pass
		file, old, text string // text instead of old, or at the end of the file
		flags           string
		want            string // what is said
	}{
		{"", "mailer/service.yaml", "", "# a comment\n", "", "exit 0"},
		{"", west, "mem: 1024", "mem: 1536", "--approved-by shop", "exit 0"},
		{"restart-budget few-services-at-once stage-before-production", system, "/etc/mesh-state", "/etc/mesh-state2", "--date 2027-04-01",
			`_system/kubernetes.json:8:18: error[G001]: few-services-at-once: more than 3 services restart; make it several changes
_system/kubernetes.json:8:18: error[G001]: restart-budget: 93 pods restart, and 60 may
  _system/gates.yaml:10:13: note: the exemption for OPS-4711 ended on 2027-03-31
_system/kubernetes.json:8:18: error[G001]: stage-before-production: the same change restarts stage and production`},
		{"restart-budget", system, "/etc/mesh-state", "/etc/mesh-state2", "--date 2027-03-31",
			"_system/gates.yaml:10:13: warning[G004]: OPS-4711 lets the gate restart-budget pass once until 2027-03-31"},
		{"nothing-all-at-once", west, "max_instances: 40", "max_instances: 40\n  bounce_method: brutal\n  cpus: 1", "--approved-by shop",
			west + ":14:18: error[G001]: nothing-all-at-once: all pods of a workload end"},
		{"pool-budget", west, "max_instances: 40", "max_instances: 400", "", west + ":13:18: error[G001]: pool-budget: the pool default of west-prod"},
		{"no-scale-to-zero", west, "instances: 2\n", "instances: 0\n", "", west + ":21:14: error[G001]: no-scale-to-zero: a workload in production"},
		{"two-pods-in-production", west, "instances: 2\n", "instances: 1\n", "", west + ":21:14: error[G001]: two-pods-in-production: a Deployment"},
		{"no-page-lost", "storefront/monitoring.yaml", "page: true", "page: false", "", "error[G001]: no-page-lost: nobody is told any more by"},
		{"images-by-digest", "storefront/deployments.json", "paasta-", "other-", "--approved-by shop", "warning[G001]: images-by-digest: an image is named by a tag"},
		{"no-added-capabilities", west, "instances: 2\n", "instances: 2\n  cap_add: [NET_ADMIN]\n", "--approved-by shop",
			"error[G001]: no-added-capabilities: the instance asks for"},
		{"owners-approve", west, "mem: 1024", "mem: 1536", "--approved-by lea", west + ":4:8: error[G001]: owners-approve: one of shop must approve"},
	} {
		for _, name := range strings.Fields(test.gate) {
			tested[name] = true
		}
		t.Run(test.gate, func(t *testing.T) {
			flags := test.flags
			if !strings.Contains(flags, "--date") {
				flags += " --date 2027-01-01"
			}
			company := edited(t, company, test.file, test.old, test.text)
			said := diffSaid(t, append([]string{"diff", "-d", company}, strings.Fields(flags)...))
			if !strings.Contains(said, test.want) {
				t.Errorf("said is %s\nwithout %q", said, test.want)
			}
		})
	}
	var document struct{ Gates []struct{ Name string } }
	data, err := os.ReadFile("../../examples/gates/gates.yaml")
	if err != nil || yaml.Unmarshal(data, &document) != nil {
		t.Fatal("gates.yaml is no YAML", err)
	}
	for _, g := range document.Gates {
		if !tested[g.Name] {
			t.Errorf("nothing breaks the gate %s here", g.Name)
		}
	}
}

// gatedCompany is the example company with the example gates, committed.
func gatedCompany(t *testing.T) string {
	dir := filepath.Join(t.TempDir(), "company")
	if err := os.CopyFS(dir, os.DirFS("../../examples/company")); err != nil {
		t.Fatal(err)
	}
	gates, err := os.ReadFile("../../examples/gates/gates.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "_system", "gates.yaml"), gates, 0o644); err != nil {
		t.Fatal(err)
	}
	gitIn(t, dir, "init", "-q")
	gitIn(t, dir, "add", ".")
	gitIn(t, dir, "-c", "user.name=a", "-c", "user.email=a@example.org", "commit", "-qm", "a company")
	return dir
}

func gitIn(t *testing.T, dir string, args ...string) {
	t.Helper()
	if out, err := exec.Command("git", append([]string{"-C", dir}, args...)...).CombinedOutput(); err != nil {
		t.Fatalf("git %s: %v\n%s", args, err, out)
	}
}

// edited is a copy of a company in which a text is replaced, or put at the end of a file.
func edited(t *testing.T, company, file, old, text string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "company")
	if err := os.CopyFS(dir, os.DirFS(company)); err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(dir, file)
	data, err := os.ReadFile(name)
	if err != nil && old != "" {
		t.Fatal(err)
	}
	changed := strings.ReplaceAll(string(data), old, text)
	if old == "" {
		changed = string(data) + text
	}
	if changed == string(data) {
		t.Fatalf("%s does not hold %q", file, old)
	}
	if err := os.WriteFile(name, []byte(changed), 0o644); err != nil {
		t.Fatal(err)
	}
	return dir
}

// diffSaid runs a command and returns what it says on standard error, and its status in the last line.
func diffSaid(t *testing.T, args []string) string {
	t.Helper()
	var out, said bytes.Buffer
	status := run(t.Context(), args, streams{in: strings.NewReader(""), out: &out, err: &said, getenv: func(string) string { return "" }, heap: &heap{}})
	return said.String() + "exit " + string(rune('0'+status)) + "\n"
}
