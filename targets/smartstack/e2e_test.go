//go:build e2e

package smartstack_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/paasta-render/paasta-render/compiler"
	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/target"
	"github.com/paasta-render/paasta-render/compiler/tree"
	"github.com/paasta-render/paasta-render/targets/smartstack"
)

// synapse is what synapse reads of its configuration to write haproxy.cfg.
type synapse struct {
	HAProxy struct {
		BindAddress string              `json:"bind_address"`
		Global      []string            `json:"global"`
		Defaults    []string            `json:"defaults"`
		Extra       map[string][]string `json:"extra_sections"`
	} `json:"haproxy"`
	Services map[string]struct {
		HAProxy struct {
			Disabled      bool     `json:"disabled"`
			Port          *string  `json:"port"`
			BindAddress   string   `json:"bind_address"`
			BackendName   string   `json:"backend_name"`
			Frontend      []string `json:"frontend"`
			Backend       []string `json:"backend"`
			ServerOptions string   `json:"server_options"`
		} `json:"haproxy"`
	} `json:"services"`
}

// TestHAProxy has a real HAProxy check what synapse would write for the parity corpus that has a synapse: the sections
// of every namespace, each with one server. HAProxy 1.7, which SmartStack runs, is older than any that can be had:
// directives that have been renamed since are renamed here, and Lua scripts and error files are stood in for.
func TestHAProxy(t *testing.T) {
	haproxy, err := exec.LookPath("haproxy")
	if err != nil {
		t.Skip("NO HAPROXY: nothing was tested against a real HAProxy. Debian has it: apt install haproxy")
	}
	dir := filepath.Join("..", "..", "golden", "parity", "harbor")
	for cluster, file := range render(t, config.Input{SOA: os.DirFS(filepath.Join(dir, "soa")), System: os.DirFS(filepath.Join(dir, "system"))}) {
		t.Run(cluster, func(t *testing.T) {
			var s synapse
			if err := json.Unmarshal(file, &s); err != nil {
				t.Fatal(err)
			}
			work := t.TempDir()
			path := filepath.Join(work, "haproxy.cfg")
			text := modern(t, configuration(s), work)
			if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
			if out, err := exec.Command(haproxy, "-c", "-f", path).CombinedOutput(); err != nil {
				t.Errorf("%v\n%s\n%s", err, out, text)
			}
			if n := strings.Count(text, "\nbackend "); n < 15 {
				t.Errorf("%d backends were checked", n)
			}
		})
	}
}

// render returns every cluster's synapse.conf.json.
func render(t *testing.T, in config.Input) map[string][]byte {
	t.Helper()
	var memory tree.Memory
	var list finding.List
	if _, err := compiler.Compile(in, compiler.Options{Targets: []target.Target{smartstack.Target}, Jobs: 2}, &memory, list.Add); err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{}
	for _, f := range memory.Files() {
		if cluster, ok := strings.CutSuffix(f.Path, "/smartstack/synapse.conf.json"); ok {
			files[cluster] = f.Data
		}
	}
	return files
}

// configuration lays the sections out as synapse's HAProxy generator does.
func configuration(s synapse) string {
	var b strings.Builder
	section := func(title string, lines []string) {
		fmt.Fprintf(&b, "%s\n\t%s\n\n", title, strings.Join(lines, "\n\t"))
	}
	section("global", s.HAProxy.Global)
	section("defaults", s.HAProxy.Defaults)
	for _, title := range slices.Sorted(maps.Keys(s.HAProxy.Extra)) {
		section(title, s.HAProxy.Extra[title])
	}
	for _, name := range slices.Sorted(maps.Keys(s.Services)) {
		h := s.Services[name].HAProxy
		if h.Disabled {
			continue
		}
		if h.Frontend != nil {
			bind := "bind " + h.BindAddress
			if h.Port != nil {
				bind = "bind " + s.HAProxy.BindAddress + ":" + *h.Port
			}
			section("frontend "+name, append([]string{bind}, append(h.Frontend, "default_backend "+h.BackendName)...))
		}
		section("backend "+h.BackendName, append(h.Backend, "server pod_10.0.0.1:8888 10.0.0.1:8888 cookie pod "+h.ServerOptions))
	}
	return b.String()
}

var (
	reqidel = regexp.MustCompile(`(?m)^\treqidel \^(\S+):\.\*$`)
	reqadd  = regexp.MustCompile(`(?m)^\treqadd ([^:\s]+):\\ (.*)$`)
	tarpit  = regexp.MustCompile(`(?m)^\treqtarpit \. if (.*)$`)
	script  = regexp.MustCompile(`(?m)^\tlua-load (\S+)$`)
	errfile = regexp.MustCompile(`(?m)^\terrorfile (\d+) (\S+)$`)
	forced  = regexp.MustCompile(`(?m)^\t(no )?option forceclose$`)
	sockets = regexp.MustCompile(`/var/run/synapse`)
)

// lua registers what synapse-tools' scripts do.
const lua = `core.register_action("init_logging", {"http-req"}, function() end)
core.register_action("log_provenance", {"http-req"}, function() end)
core.register_action("add_source_header", {"http-req"}, function() end)
core.register_fetches("get_backend", function() return "" end)
`

// modern renames what HAProxy 2 calls otherwise, keeps its parts in the test's folder, and stands in for files that are
// not there. HAProxy loads a script once, however often it is named.
func modern(t *testing.T, text, work string) string {
	t.Helper()
	stub := filepath.Join(work, "all.lua")
	if err := os.WriteFile(stub, []byte(lua), 0o644); err != nil {
		t.Fatal(err)
	}
	page := filepath.Join(work, "error.http")
	if err := os.WriteFile(page, []byte("HTTP/1.0 503 Service Unavailable\r\nConnection: close\r\n\r\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	text = reqidel.ReplaceAllString(text, "\thttp-request del-header $1")
	text = reqadd.ReplaceAllString(text, "\thttp-request add-header $1 $2")
	text = tarpit.ReplaceAllString(text, "\thttp-request tarpit if $1")
	text = forced.ReplaceAllString(text, "\t${1}option httpclose")
	text = errfile.ReplaceAllString(text, "\terrorfile $1 "+page)
	text = strings.ReplaceAll(text, "\toption allredisp\n", "\toption redispatch\n") // a patch of HAProxy 1.5's
	loaded := false
	text = script.ReplaceAllStringFunc(text, func(string) string {
		if loaded {
			return ""
		}
		loaded = true
		return "\tlua-load " + stub
	})
	text = strings.ReplaceAll(text, "http-request set-var(txn.backend_name) lua.get_backend", "http-request set-var(txn.backend_name) lua.get_backend()")
	return sockets.ReplaceAllString(text, work)
}
