package golden

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/paasta-render/paasta-render/compiler"
	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/layout"
	"github.com/paasta-render/paasta-render/compiler/tree"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
	"github.com/paasta-render/paasta-render/targets"
)

// corpus is a company under parity/: its configuration, what PaaSTA and its kin made of it, and what we make of it.
type corpus struct {
	dir      string
	files    map[string][]byte
	findings []finding.Finding
}

func openCorpus(t *testing.T, name string) *corpus {
	t.Helper()
	c := &corpus{dir: filepath.Join("parity", name), files: map[string][]byte{}}
	in := config.Input{SOA: os.DirFS(filepath.Join(c.dir, "soa")), System: os.DirFS(filepath.Join(c.dir, "system"))}
	var memory tree.Memory
	var list finding.List
	if _, err := compiler.Compile(in, compiler.Options{Targets: targets.All(), Jobs: 2, Undeclared: undeclared(t),
		Reads: foreseen(t, in.SOA)}, &memory, list.Add); err != nil {
		t.Fatal(err)
	}
	for _, f := range memory.Files() {
		c.files[f.Path] = f.Data
	}
	c.findings = list.All()
	return c
}

// forEachCluster runs a check in every corpus and cluster.
func forEachCluster(t *testing.T, check func(t *testing.T, c *corpus, cluster string)) {
	for _, name := range []string{"pnw", "harbor"} {
		c := openCorpus(t, name)
		clusters, err := filepath.Glob(filepath.Join(c.dir, "expected", "*", "kubernetes"))
		if err != nil || len(clusters) == 0 {
			t.Fatalf("no expected output in %s (%v)", c.dir, err)
		}
		all, _ := os.ReadDir(filepath.Join(c.dir, "expected"))
		for _, e := range all {
			if e.IsDir() {
				t.Run(name+"/"+e.Name(), func(t *testing.T) { check(t, c, e.Name()) })
			}
		}
	}
}

// expected reads a dump below expected/<cluster>; nil when PaaSTA made none.
func (c *corpus) expected(t *testing.T, parts ...string) any {
	t.Helper()
	name := filepath.Join(append([]string{c.dir, "expected"}, parts...)...)
	data, err := os.ReadFile(name)
	if os.IsNotExist(err) {
		return nil
	}
	if err != nil {
		t.Fatal(err)
	}
	if strings.HasSuffix(name, ".yaml") {
		return decode(t, name, data)
	}
	var v any
	if err := json.Unmarshal(data, &v); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return v
}

// output reads a file that we rendered; nil when there is none.
func (c *corpus) output(t *testing.T, path string) any {
	t.Helper()
	data, ok := c.files[path]
	if !ok {
		return nil
	}
	return decode(t, path, data)
}

// decode reads one YAML 1.1 (or JSON) document into plain values.
func decode(t *testing.T, name string, data []byte) any {
	t.Helper()
	root, ok := yaml11.Parse(name, data, func(f finding.Finding) {
		if f.Severity == finding.Error {
			t.Errorf("%s: %s", f.At, f.Message)
		}
	})
	if !ok {
		t.FailNow()
	}
	text, err := root.MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	var v any
	if err := json.Unmarshal(text, &v); err != nil {
		t.Fatal(err)
	}
	return v
}

// objects returns every Kubernetes or Sensu object below a folder of the cluster, by kind/namespace/name.
func (c *corpus) objects(t *testing.T, folder string) map[string]map[string]any {
	t.Helper()
	found := map[string]map[string]any{}
	for _, path := range sortedKeys(c.files) {
		if !strings.HasPrefix(path, folder+"/") || !strings.HasSuffix(path, ".yaml") || layout.IsKustomization(path) {
			continue
		}
		for _, doc := range strings.Split("\n"+string(c.files[path]), "\n---\n") {
			o, _ := decode(t, path, []byte(doc)).(map[string]any)
			if o == nil {
				continue
			}
			kind := text(o, "kind") + text(o, "type")
			key := fmt.Sprintf("%s/%s/%s", kind, text(o, "metadata", "namespace"), text(o, "metadata", "name"))
			if found[key] != nil {
				t.Errorf("%s holds %s, which another file holds, too", path, key)
			}
			found[key] = o
		}
	}
	return found
}

// refused tells whether an error names the instance (or its whole service).
func (c *corpus) refused(service, instance string, atLeast finding.Severity) bool {
	for _, f := range c.findings {
		if f.Service == service && (f.Instance == instance || f.Instance == "") && f.Severity <= atLeast {
			return true
		}
	}
	return false
}

func text(o map[string]any, path ...string) string {
	s, _ := at(o, path...).(string)
	return s
}

func at(o any, path ...string) any {
	for _, key := range path {
		m, _ := o.(map[string]any)
		o = m[key]
	}
	return o
}

func object(o any, path ...string) map[string]any {
	m, _ := at(o, path...).(map[string]any)
	return m
}

func TestTronFilesAreWhatTronGets(t *testing.T) {
	forEachCluster(t, func(t *testing.T, c *corpus, cluster string) {
		verdicts, _ := filepath.Glob(filepath.Join(c.dir, "expected", cluster, "tron", "*.verdict.json"))
		for _, name := range verdicts {
			service := strings.TrimSuffix(filepath.Base(name), ".verdict.json")
			verdict := c.expected(t, cluster, "tron", service+".verdict.json")
			if at(verdict, "complete", "error") != nil || at(verdict, "tron", "error") != nil {
				if !c.tronRefused(service) {
					t.Errorf("%s: Tron refuses it, no error says so", service)
				}
				continue
			}
			if want := c.expected(t, cluster, "tron", service+".yaml"); want != nil {
				compare(t, service, want, c.output(t, cluster+"/tron/"+service+".yaml"))
			}
		}
	})
}

func (c *corpus) tronRefused(service string) bool {
	for _, f := range c.findings {
		if f.Severity == finding.Error && (f.Service == service || strings.HasPrefix(f.At.File, service+"/tron-")) {
			return true
		}
	}
	return false
}

func TestMeshFilesAreWhatTheMeshGets(t *testing.T) {
	forEachCluster(t, func(t *testing.T, c *corpus, cluster string) {
		if want := c.expected(t, cluster, "mesh", "services.json"); want != nil {
			compare(t, "services.yaml", want, c.output(t, cluster+"/smartstack/services.yaml"))
		}
		if want := object(c.expected(t, cluster, "mesh", "synapse.conf.json"), "ok"); want != nil {
			got := c.output(t, cluster+"/smartstack/synapse.conf.json")
			delete(object(want, "haproxy"), "server_order_seed") // a hash of a host's name
			delete(object(got, "haproxy"), "server_order_seed")
			compare(t, "synapse.conf.json", want, got)
		}
	})
}

func TestAdapterRulesAreWhatPaaSTAMakes(t *testing.T) {
	forEachCluster(t, func(t *testing.T, c *corpus, cluster string) {
		want := object(c.expected(t, cluster, "prometheus", "adapter.json"))
		if want == nil || want["rules"] == nil {
			return
		}
		compare(t, "adapter.yaml", byMetric(want), byMetric(c.output(t, cluster+"/prometheus/adapter.yaml")))
	})
}

// byMetric keys adapter rules by the metric they make.
func byMetric(config any) any {
	rules := map[string]any{}
	list, _ := at(config, "rules").([]any)
	for _, r := range list {
		name, _ := at(r, "name", "as").(string)
		rules[name] = r
	}
	return rules
}
