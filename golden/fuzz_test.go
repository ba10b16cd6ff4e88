package golden

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"golang.org/x/tools/txtar"

	"github.com/paasta-render/paasta-render/compiler"
	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/tree"
	"github.com/paasta-render/paasta-render/targets"
)

// fuzzedFiles are the files of base.txtar's service whose content is made up.
var fuzzedFiles = []string{
	"kubernetes-test.yaml", "smartstack.yaml", "tron-test.yaml", "monitoring.yaml", "deployments.json", "service.yaml",
	"deploy.yaml", "secrets/token.json", "flink-test.yaml", "adhoc-test.yaml", "autotuned_defaults/kubernetes-test.yaml",
}

// FuzzCompile holds the whole pipeline to three promises whatever a file of a service holds: no panic, no error that no
// configuration causes, and a place for every finding about a file.
func FuzzCompile(f *testing.F) {
	base := fuzzBase(f)
	for n := range fuzzedFiles {
		seedFuzz(f, n)
	}
	f.Fuzz(func(t *testing.T, n uint8, content []byte) {
		if len(content) > 16<<10 {
			t.Skip("larger files find nothing that smaller ones do not")
		}
		files := fstest.MapFS{}
		for name, file := range base {
			files[name] = file
		}
		name := "web/" + fuzzedFiles[int(n)%len(fuzzedFiles)]
		files["soa/"+name] = &fstest.MapFile{Data: content, Mode: 0o644}
		in := config.Input{SOA: sub(t, files, "soa"), System: sub(t, files, "system")}
		var memory tree.Memory
		var list finding.List
		if _, err := compiler.Compile(in, compiler.Options{Targets: targets.All(), Jobs: 1}, &memory, list.Add); err != nil {
			t.Fatalf("compile: %v", err)
		}
		if _, err := compiler.Validate(in, compiler.Options{Targets: targets.All(), Jobs: 1}, list.Add); err != nil {
			t.Fatalf("validate: %v", err)
		}
		for _, x := range list.All() {
			checkPlace(t, x)
		}
	})
}

// checkPlace fails for a finding that names no file.
func checkPlace(t *testing.T, x finding.Finding) {
	t.Helper()
	if x.At.File == "" {
		t.Errorf("%s: %s: the finding has no place", x.Code, x.Message)
	}
	if x.At.Line < 0 || x.At.Column < 0 || x.At.Line > 0 && x.At.Column == 0 {
		t.Errorf("%s: %s: %+v is no place", x.Code, x.Message, x.At)
	}
	if x.Message == "" {
		t.Errorf("%s has no message", x.Code)
	}
}

// fuzzBase is base.txtar with everything switched on that a fuzzed file could reach.
func fuzzBase(f *testing.F) fstest.MapFS {
	f.Helper()
	archive, err := txtar.ParseFile("base.txtar")
	if err != nil {
		f.Fatal(err)
	}
	files := fstest.MapFS{}
	for _, file := range archive.Files {
		data := file.Data
		if file.Name == "system/paasta.json" {
			data = []byte(strings.Replace(string(data), `"kubernetes_custom_resources": []`, `"kubernetes_custom_resources": [{"file_prefix": "flink",
				"group": "yelp.com", "version": "v1alpha1", "kube_kind": {"singular": "Flink", "plural": "flinks"}}],
				"auto_config_instance_types_enabled": {"kubernetes": true}`, 1))
		}
		files[file.Name] = &fstest.MapFile{Data: data, Mode: 0o644}
	}
	master := "nodes: [{hostname: localhost}]\nstate_persistence: {name: state, store_type: shelve}\n"
	files["soa/tron/test/MASTER.yaml"] = &fstest.MapFile{Data: []byte(master), Mode: 0o644}
	return files
}

// seedFuzz adds the files of that kind in the corpora, and of the base.
func seedFuzz(f *testing.F, n int) {
	f.Helper()
	dir, name := filepath.Split(fuzzedFiles[n])
	pattern := name
	if stem, ok := strings.CutSuffix(name, "-test.yaml"); ok {
		pattern = stem + "-*.yaml"
	}
	if dir != "" && strings.HasSuffix(name, ".json") {
		pattern = "*.json"
	}
	for _, corpus := range []string{"pnw", "harbor"} {
		found, err := filepath.Glob(filepath.Join("parity", corpus, "soa", "*", dir, pattern))
		if err != nil {
			f.Fatal(err)
		}
		for _, path := range found {
			data, err := os.ReadFile(path)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(uint8(n), data)
		}
	}
	f.Add(uint8(n), []byte("main: {a: 1}\n"))
}
