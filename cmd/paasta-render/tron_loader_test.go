package main

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
)

// tronAPI answers as Tron's config API does. It refuses a namespace that was changed by somebody else, and one that
// holds the word "wrong".
type tronAPI struct {
	configs map[string]string
	posted  []string
}

func (a *tronAPI) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	answer := map[string]any{}
	switch name := r.FormValue("name"); {
	case r.URL.Path == "/api":
		names := []string{}
		for name := range a.configs {
			names = append(names, name)
		}
		answer["namespaces"] = names
	case r.Method == http.MethodGet:
		answer["config"], answer["hash"] = a.configs[name], "hash of "+a.configs[name]
	case r.FormValue("hash") != "hash of "+a.configs[name]:
		answer["error"] = "Configuration has changed. Please try again."
	case r.FormValue("config") == "wrong\n":
		answer["error"] = "wrong"
	default:
		a.configs[name] = r.FormValue("config")
		a.posted = append(a.posted, name)
		answer["status"] = "Active"
	}
	_ = json.NewEncoder(w).Encode(answer)
}

// The example's loader posts what has changed, MASTER first, in whole files, and what Tron refuses stops nothing else.
func TestTronLoader(t *testing.T) {
	withoutRace(t)
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("python3 is missing: the loader was NOT run")
	}
	api := &tronAPI{configs: map[string]string{"same": "jobs: {}\n", "gone": "jobs: {}\n"}}
	server := httptest.NewServer(api)
	defer server.Close()
	dir := t.TempDir()
	for name, text := range map[string]string{"MASTER.yaml": "m\n", "alpha.yaml": "a\n", "bad.yaml": "wrong\n", "same.yaml": "jobs: {}\n",
		"kustomization.yaml": "k\n"} {
		writeText(t, filepath.Join(dir, name), []byte(text))
	}
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	_, _ = z.Write([]byte("large\n"))
	_ = z.Close()
	writeText(t, filepath.Join(dir, "large.yaml.gz.01"), packed.Bytes()[:10])
	writeText(t, filepath.Join(dir, "large.yaml.gz.02"), packed.Bytes()[10:])
	run := func() (string, error) {
		out, err := exec.Command(python, "../../examples/gitops/tron/loader.py", server.URL, dir).CombinedOutput()
		return string(out), err
	}
	out, err := run()
	if err == nil {
		t.Error("Tron refused a namespace, and the loader says that all is well")
	}
	want := "MASTER: Active\nalpha: Active\nbad: wrong\nlarge: Active\ngone: Tron has it and the folder has not; remove it by hand\n"
	if out != want {
		t.Errorf("the loader says:\n%swant:\n%s", out, want)
	}
	if !slices.Equal(api.posted, []string{"MASTER", "alpha", "large"}) || api.configs["large"] != "large\n" {
		t.Errorf("posted %v; large is %q", api.posted, api.configs["large"])
	}
	if err := os.Remove(filepath.Join(dir, "bad.yaml")); err != nil {
		t.Fatal(err)
	}
	if out, err := run(); err != nil || len(api.posted) != 3 {
		t.Errorf("nothing changed, and the loader posted %v: %v\n%s", api.posted[3:], err, out)
	}
}

func writeText(t *testing.T, name string, data []byte) {
	t.Helper()
	if err := os.WriteFile(name, data, 0o600); err != nil {
		t.Fatal(err)
	}
}
