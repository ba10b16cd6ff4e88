package smartstack_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/yaml"

	"github.com/paasta-render/paasta-render/compiler"
	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/target"
	"github.com/paasta-render/paasta-render/compiler/tree"
	"github.com/paasta-render/paasta-render/targets/smartstack"
)

// A company of 5,000 services reaches its hosts: no ConfigMap is too large, the example mounts all of them, and its
// script puts every file together.
func TestFiveThousandServicesReachTheHosts(t *testing.T) {
	shell, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("no sh: the script of the example was not run")
	}
	files := largeCompany(t, 5000)
	var k types.Kustomization
	parse(t, files["smartstack/kustomization.yaml"], &k)
	text, err := os.ReadFile(filepath.Join("..", "..", "examples", "smartstack", "daemonset.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var d appsv1.DaemonSet
	parse(t, text, &d)
	mounted := map[string]bool{}
	for _, source := range d.Spec.Template.Spec.Volumes[0].Projected.Sources {
		mounted[source.ConfigMap.Name] = true
	}
	from, to := t.TempDir(), t.TempDir()
	data := filepath.Join(from, "..v1")
	if err := os.Mkdir(data, 0o755); err != nil {
		t.Fatal(err)
	}
	pieces := 0
	for _, m := range k.ConfigMapGenerator {
		size := 0
		for _, source := range m.FileSources {
			name := "smartstack/" + source // the paths of a build unit are those below its folder
			size += len(files[name])
			pieces += strings.Count(source, ".gz.")
			if err := os.WriteFile(filepath.Join(data, filepath.Base(source)), files[name], 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if size > 1<<20 || !mounted[m.Name] {
			t.Errorf("ConfigMap %s of %d bytes, mounted: %t", m.Name, size, mounted[m.Name])
		}
	}
	if pieces == 0 {
		t.Fatal("no file came in pieces: the company is too small to prove anything")
	}
	if err := os.Symlink("..v1", filepath.Join(from, "..data")); err != nil {
		t.Fatal(err)
	}
	command := d.Spec.Template.Spec.Containers[0].Command
	cmd := exec.Command(shell, command[1:]...)
	cmd.Env = append(os.Environ(), "FROM="+from, "TO="+to)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	for name, want := range files {
		if !strings.HasPrefix(name, "smartstack/") || strings.Contains(name, ".gz.") || filepath.Base(name) == "kustomization.yaml" {
			continue
		}
		if got := eventually(filepath.Join(to, filepath.Base(name))); !bytes.Equal(got, want) {
			t.Errorf("%s has %d bytes on the host, want %d", name, len(got), len(want))
		}
	}
}

// eventually reads a file that a script makes within a minute.
func eventually(name string) []byte {
	for range 600 {
		if data, err := os.ReadFile(name); err == nil {
			return data
		}
		time.Sleep(100 * time.Millisecond)
	}
	return nil
}

func parse(t *testing.T, data []byte, into any) {
	t.Helper()
	if err := yaml.UnmarshalStrict(data, into); err != nil {
		t.Fatal(err)
	}
}

// largeCompany renders services of two namespaces each and returns the files of their cluster.
func largeCompany(t *testing.T, services int) map[string][]byte {
	t.Helper()
	system := fstest.MapFS{"paasta.json": {Data: []byte(`{"cluster": "test", "clusters": ["test"], "docker_registry": "r.example.com",
"volumes": [], "zookeeper": "zk://z:1", "log_writer": {"driver": "null"}}`)}}
	soa := fstest.MapFS{}
	for i := range services {
		soa[fmt.Sprintf("service-with-a-long-name-%04d/smartstack.yaml", i)] = &fstest.MapFile{Data: fmt.Appendf(nil,
			"main: {proxy_port: %d}\nanother: {proxy_port: %d, endpoint_timeouts: {/slow: 5000}}\n", 20000+2*i, 20001+2*i)}
	}
	var memory tree.Memory
	var list finding.List
	in, o := config.Input{SOA: soa, System: system}, compiler.Options{Targets: []target.Target{smartstack.Target}, Jobs: 2}
	if _, err := compiler.Compile(in, o, &memory, list.Add); err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{}
	for _, f := range memory.Files() {
		_, rest, _ := strings.Cut(f.Path, "/")
		files[rest] = f.Data
	}
	return files
}
