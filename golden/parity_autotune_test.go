package golden

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/paasta-render/paasta-render/compiler/autotune"
	"github.com/paasta-render/paasta-render/compiler/check"
	"github.com/paasta-render/paasta-render/compiler/finding"
)

// The files of autotuned_defaults are the ones that PaaSTA's updater writes, byte for byte, and what it refuses is
// refused.
func TestAutotuneWritesWhatPaaSTAWrites(t *testing.T) {
	for _, name := range []string{"pnw", "harbor"} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join("parity", name)
			data, err := os.ReadFile(filepath.Join(dir, "system", "rightsizer.csv"))
			if err != nil {
				t.Fatal(err)
			}
			var list finding.List
			all, refused, _ := autotune.ReadCSV("rightsizer.csv", data, list.Add)
			files := autotune.Apply(os.DirFS(filepath.Join(dir, "soa")), all, refused, list.Add)
			valid := map[string]bool{}
			for _, f := range files {
				want, err := os.ReadFile(filepath.Join(dir, "expected", "autotune", filepath.FromSlash(f.Path)))
				if err != nil {
					t.Errorf("%s: PaaSTA does not write it: %v", f.Path, err)
				}
				if d := cmp.Diff(string(want), string(f.Data)); d != "" {
					t.Errorf("%s (-PaaSTA +ours):\n%s", f.Path, d)
				}
				ok := check.Text(f.Path, autotune.Schema(f), f.Data, list.Add)
				valid[f.Service] = ok && (valid[f.Service] || !slices.Contains(services(files, f), f.Service))
			}
			compareVerdicts(t, filepath.Join(dir, "expected", "autotune", "verdicts.json"), valid)
		})
	}
}

// services lists the services of the files before f.
func services(files []autotune.File, f autotune.File) []string {
	var names []string
	for _, before := range files {
		if before.Path == f.Path {
			break
		}
		names = append(names, before.Service)
	}
	return names
}

func compareVerdicts(t *testing.T, name string, valid map[string]bool) {
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	var verdicts map[string]struct {
		Valid bool            `json:"valid"`
		Error json.RawMessage `json:"error"`
	}
	if err := json.Unmarshal(data, &verdicts); err != nil {
		t.Fatal(err)
	}
	for service, verdict := range verdicts {
		ok, written := valid[service]
		if written != (verdict.Error == nil) || ok != verdict.Valid {
			t.Errorf("%s: written %v and valid %v; PaaSTA: valid %v, error %s", service, written, ok, verdict.Valid, verdict.Error)
		}
	}
}
