package golden

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/yaml"

	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/emit"
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/localrun"
	"github.com/paasta-render/paasta-render/targets/kubernetes"
)

// forEachRun runs a check for every dump below expected/<cluster>/<kind>: what PaaSTA's own command makes of an
// instance.
func forEachRun(t *testing.T, kind string, types []string, check func(t *testing.T, i *config.Instance, dump []byte)) {
	for _, name := range []string{"pnw", "harbor"} {
		dir := filepath.Join("parity", name)
		in := config.Input{SOA: os.DirFS(filepath.Join(dir, "soa")), System: os.DirFS(filepath.Join(dir, "system"))}
		company := config.Open(in, func(finding.Finding) {})
		for _, cluster := range company.Clusters {
			dumps, err := filepath.Glob(filepath.Join(dir, "expected", cluster.Name, kind, "*.json"))
			if err != nil {
				t.Fatal(err)
			}
			for _, dump := range dumps {
				data, err := os.ReadFile(dump)
				if err != nil {
					t.Fatal(err)
				}
				service, instance, _ := strings.Cut(strings.TrimSuffix(filepath.Base(dump), ".json"), ".")
				t.Run(cluster.Name+"/"+service+"."+instance, func(t *testing.T) {
					s := company.Folder(service, func(finding.Finding) {}).Load([]*config.Cluster{cluster})[0]
					i := s.Instance(instance, types...)
					if i == nil {
						t.Fatal("there is no such instance")
					}
					check(t, i, data)
				})
			}
		}
	}
}

// The Job of remote-run is PaaSTA's in every field.
func TestRemoteRunIsPaaSTAs(t *testing.T) {
	forEachRun(t, "remote-run", []string{"eks", "kubernetes"}, func(t *testing.T, i *config.Instance, dump []byte) {
		var want map[string]any
		if err := json.Unmarshal(dump, &want); err != nil {
			t.Fatal(err)
		}
		var list finding.List
		job, ok := kubernetes.Job(i, kubernetes.JobOptions{Label: "remote-run", DeadlineSeconds: 3600}, list.Add)
		if strings.Contains(string(dump), "V1WeightedPodAffinityTerm") {
			return // PaaSTA crashes on preferred anti-affinity; golden/divergences.md
		}
		if refused := want["error"] != nil; refused == ok {
			t.Fatalf("ok %v, PaaSTA %v; findings %v", ok, want["error"], list.All())
		}
		if !ok {
			return
		}
		compare(t, "the Job", want, asJSON(t, job))
		data, err := json.Marshal(job)
		if err != nil {
			t.Fatal(err)
		}
		var printed any
		if err := json.Unmarshal(data, &printed); err != nil {
			t.Fatal(err)
		}
		compare(t, "the Job as JSON", want, printed)
	})
}

// asJSON returns what the compiler writes of an object, as a consumer reads it.
func asJSON(t *testing.T, object any) any {
	t.Helper()
	data, err := emit.YAML(nil, object)
	if err != nil {
		t.Fatal(err)
	}
	var value any
	if err := yaml.Unmarshal(data, &value); err != nil {
		t.Fatal(err)
	}
	return value
}

// What local-run gives to docker is PaaSTA's in every field, with a published port and without.
func TestLocalRunIsPaaSTAs(t *testing.T) {
	forEachRun(t, "local-run", []string{"adhoc", "kubernetes", "eks"}, func(t *testing.T, i *config.Instance, dump []byte) {
		var want map[string]map[string]any
		if err := json.Unmarshal(dump, &want); err != nil {
			t.Fatal(err)
		}
		plain := localrun.Options{RandomPort: 31337, Name: "paasta_local_run_oracle_1", HostName: "host.example", User: "oracle", Healthcheck: true}
		published := plain
		published.Port = 31400
		for label, o := range map[string]localrun.Options{"plain": plain, "published": published} {
			var list finding.List
			run, ok := kubernetes.LocalRun(i, o, list.Add)
			if refused := want[label]["error"] != nil; refused == ok {
				t.Fatalf("%s: ok %v, PaaSTA %v; findings %v", label, ok, want[label]["error"], list.All())
			}
			if !ok {
				continue
			}
			data, err := json.Marshal(run)
			if err != nil {
				t.Fatal(err)
			}
			var got map[string]any
			if err := json.Unmarshal(data, &got); err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(want[label], got); d != "" {
				t.Errorf("%s (-PaaSTA +ours):\n%s", label, d)
			}
		}
	})
}
