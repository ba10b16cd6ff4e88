package golden

import (
	"os"
	"path"
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

// fuzzedFiles are the files over base.txtar whose content is made up.
var fuzzedFiles = []string{
	"soa/web/kubernetes-test.yaml", "soa/web/smartstack.yaml", "soa/web/tron-test.yaml", "soa/web/monitoring.yaml",
	"soa/web/deployments.json", "soa/web/service.yaml", "soa/web/deploy.yaml", "soa/web/secrets/token.json",
	"soa/web/flink-test.yaml", "soa/web/adhoc-test.yaml", "soa/web/autotuned_defaults/kubernetes-test.yaml",
	"soa/web/dependencies.yaml", "soa/web/rollback-test.yaml", "soa/tron/test/MASTER.yaml", "soa/authenticating.yaml",
	"system/more.json", "system/sensu/team_data.json", "system/nail/etc/location_types.json",
	"system/nail/etc/location_mapping.json", "system/clusters/test/paasta.json",
}

// oddValues are what a file may hold that nobody thought of.
var oddValues = []string{
	"", "null", "3", "[]", "[1, {}]", "{}", `{"": null}`, `{"main": [1]}`, `{"main": {"": {}}}`, `{"team_data": [1]}`,
	`{"v2": []}`, `{"volumes": 3, "allowed_pools": "x", "vault_cluster_map": 7, "kubernetes_custom_resources": {"a": 1}}`,
	`{"kube_clusters": [], "pod_defaults": [1], "log_writer": 3, "cr_owners": [], "dashboard_links": 1.5}`,
	`{"topology_spread_constraints": 1, "pdb_max_unavailable": {}, "auto_config_instance_types_enabled": "x"}`,
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
		files[fuzzedFiles[int(n)%len(fuzzedFiles)]] = &fstest.MapFile{Data: content, Mode: 0o644}
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
	for name, text := range map[string]string{
		"soa/tron/test/MASTER.yaml": master,
		"soa/web/smartstack.yaml":   "main: {proxy_port: 20001, extra_advertise: {'habitat:test-a': ['habitat:test-a']}}\n",
		"soa/web/tron-test.yaml": "job:\n  node: localhost\n  schedule: daily\n  actions:\n    run: {command: 'true', " +
			"deploy_group: prod.main, executor: paasta}\n",
	} {
		files[name] = &fstest.MapFile{Data: []byte(text), Mode: 0o644}
	}
	return files
}

// seedFuzz adds the files of that kind in the corpora, and of the base.
func seedFuzz(f *testing.F, n int) {
	f.Helper()
	dir, name := path.Split(fuzzedFiles[n])
	pattern := strings.Replace(dir, "/web/", "/*/", 1) + strings.Replace(name, "-test.", "-*.", 1)
	pattern = strings.Replace(strings.Replace(pattern, "/test/", "/*/", 1), "/token.", "/*.", 1)
	for _, corpus := range []string{"pnw", "harbor"} {
		found, err := filepath.Glob(filepath.Join("parity", corpus, filepath.FromSlash(pattern)))
		if err != nil {
			f.Fatal(err)
		}
		for _, name := range found {
			data, err := os.ReadFile(name)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(uint8(n), data)
		}
	}
	for _, odd := range oddValues {
		f.Add(uint8(n), []byte(odd))
	}
}
