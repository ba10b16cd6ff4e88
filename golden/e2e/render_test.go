//go:build e2e

package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"

	"github.com/paasta-render/paasta-render/compiler"
	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/output"
	"github.com/paasta-render/paasta-render/compiler/source"
	"github.com/paasta-render/paasta-render/targets"
)

// company is a soa-configs repository and its system directory.
type company struct{ name, soa, system string }

// ours tells whether the company is one of examples/: a stock cluster, without any definition, takes it.
func (c company) ours() bool { return c.name == "example" || c.name == "minimal" }

func companies() []company {
	return []company{
		{"example", "../../examples/company", "../../examples/company/_system"},
		{"minimal", "../../examples/minimal", "../../examples/minimal/_system"},
		{"pnw", "../parity/pnw/soa", "../parity/pnw/system"},
		{"harbor", "../parity/harbor/soa", "../parity/harbor/system"},
	}
}

// render writes the company's trees to a folder, what is wrong left out, and returns the clusters.
func (c company) render(t *testing.T, out string) []string {
	t.Helper()
	soa, err := source.Dir(c.soa)
	if err != nil {
		t.Fatal(err)
	}
	system, err := source.Dir(c.stock(t))
	if err != nil {
		t.Fatal(err)
	}
	sink, err := output.NewDir(out)
	if err != nil {
		t.Fatal(err)
	}
	var findings finding.List
	result, err := compiler.Compile(config.Input{SOA: soa, System: system}, compiler.Options{Targets: targets.All(), Jobs: 2}, sink, findings.Add)
	if err != nil {
		t.Fatal(err)
	}
	if len(result.Clusters) == 0 {
		t.Fatalf("%s: nothing was rendered: %v", c.soa, findings.All())
	}
	if err := sink.Commit(result.Clusters); err != nil {
		t.Fatal(err)
	}
	return result.Clusters
}

// stock returns the company's system config with what a cluster without operators lacks turned off: the corpora's
// clusters have Istio, and the API server of a test has not.
func (c company) stock(t *testing.T) string {
	t.Helper()
	if c.ours() {
		return c.system
	}
	dir := filepath.Join(t.TempDir(), "system")
	if err := os.CopyFS(dir, os.DirFS(c.system)); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(dir, "paasta", "*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		write(t, name, strings.ReplaceAll(string(data), `"istio_mesh": true`, `"istio_mesh": false`))
	}
	return dir
}

// copied returns the company in a folder of its own, to be changed.
func (c company) copied(t *testing.T) company {
	t.Helper()
	dir := filepath.Join(t.TempDir(), c.name)
	if err := os.CopyFS(dir, os.DirFS(c.soa)); err != nil {
		t.Fatal(err)
	}
	return company{c.name, dir, filepath.Join(dir, "_system")}
}

// replace changes a file of the company.
func (c company) replace(t *testing.T, file, old, new string) {
	t.Helper()
	name := filepath.Join(c.soa, filepath.FromSlash(file))
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(data), old) {
		t.Fatalf("%s holds no %q", file, old)
	}
	write(t, name, strings.Replace(string(data), old, new, 1))
}

// object is as much of a manifest as the tests ask for.
type object struct {
	APIVersion string `yaml:"apiVersion"`
	Kind       string
	Metadata   struct{ Name, Namespace string }
	Spec       struct {
		Group string
		Names struct{ Kind string }
	}
	text string
}

// objects reads every document below a folder.
func objects(t *testing.T, dir string) []object {
	t.Helper()
	var all []object
	err := filepath.WalkDir(dir, func(name string, e os.DirEntry, err error) error {
		if err != nil || e.IsDir() || filepath.Ext(name) != ".yaml" || e.Name() == "kustomization.yaml" {
			return err
		}
		data, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		for _, text := range strings.Split("\n"+string(data), "\n---\n") {
			if strings.TrimSpace(text) == "" {
				continue
			}
			o := object{text: text}
			if err := yaml.Unmarshal([]byte(text), &o); err != nil {
				return err
			}
			all = append(all, o)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}
