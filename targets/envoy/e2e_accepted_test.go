//go:build e2e

package envoy_test

import (
	"encoding/json"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/paasta-render/paasta-render/examples"
)

// TestAccepted has Envoy validate the output of every parity corpus, of the example and of testdata/mesh.
func TestAccepted(t *testing.T) {
	envoy := binary(t)
	companies := map[string][2]fs.FS{}
	for _, name := range []string{"harbor", "pnw"} {
		dir := filepath.Join("..", "..", "golden", "parity", name)
		companies[name] = [2]fs.FS{os.DirFS(filepath.Join(dir, "soa")), os.DirFS(filepath.Join(dir, "system"))}
	}
	example, err := fs.Sub(examples.Company, "company")
	must(t, err)
	system, err := fs.Sub(example, "_system")
	must(t, err)
	companies["example"] = [2]fs.FS{example, system}
	for name, in := range companies {
		for cluster, files := range render(t, in[0], in[1]) {
			t.Run(name+"/"+cluster, func(t *testing.T) {
				path := filepath.Join(t.TempDir(), "static.json")
				must(t, os.WriteFile(path, static(t, files), 0o644))
				if out, err := exec.Command(envoy, "--mode", "validate", "-c", path).CombinedOutput(); err != nil {
					t.Errorf("%v\n%s", err, out)
				}
			})
		}
	}
}

// static puts the files' resources into the bootstrap, for --mode validate does not read files of xDS.
func static(t *testing.T, files map[string][]byte) []byte {
	t.Helper()
	resources := func(name string) (all []map[string]any) {
		var f struct {
			Resources []map[string]any `json:"resources"`
		}
		must(t, json.Unmarshal(files[name], &f))
		for _, r := range f.Resources {
			delete(r, "@type")
		}
		return f.Resources
	}
	listeners := resources("lds.json")
	for _, l := range listeners {
		for _, chain := range l["filter_chains"].([]any) {
			for _, filter := range chain.(map[string]any)["filters"].([]any) {
				typed := filter.(map[string]any)["typed_config"].(map[string]any)
				if routes, ok := typed["route_config"].(map[string]any); ok {
					routes["validate_clusters"] = true // every cluster that a route names must be there
				}
			}
		}
	}
	var b map[string]any
	must(t, json.Unmarshal(files["bootstrap.json"], &b))
	delete(b, "dynamic_resources")
	b["static_resources"] = map[string]any{"listeners": listeners, "clusters": resources("cds.json")}
	out, err := json.Marshal(b)
	must(t, err)
	return out
}
