//go:build e2e

package envoy_test

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"time"

	"github.com/paasta-render/paasta-render/compiler/config"
)

// Ports and addresses of the companies of many namespaces.
const (
	scaleAdminPort, scaleStatsPort = 21500, 21501
	scaleFirstPort                 = 22000
	scaleAddress                   = "127.0.77.1"
	scalePods                      = "127.0.77.2"
	perService                     = 25
)

// company has n mesh namespaces.
func company(n int) config.Input {
	files := fstest.MapFS{}
	put := func(name, text string) { files[name] = &fstest.MapFile{Data: []byte(text), Mode: 0o644} }
	put("system/paasta.json", fmt.Sprintf(`{"cluster": "test", "clusters": ["test"], "docker_registry": "r.example.com", "volumes": [],
"zookeeper": "zk://z:1", "log_writer": {"driver": "null"}, "kubernetes_add_registration_labels": true,
"envoy_listen_address": %q, "envoy_admin_port": %d, "envoy_stats_port": %d}`, scaleAddress, scaleAdminPort, scaleStatsPort))
	for first := 0; first < n; first += perService {
		service := fmt.Sprintf("service-%04d", first/perService)
		var mesh, instances, deployments strings.Builder
		for i := first; i < min(n, first+perService); i++ {
			name := fmt.Sprintf("n%04d", i)
			fmt.Fprintf(&mesh, "%s:\n  proxy_port: %d\n  timeout_server_ms: 10000\n  healthcheck_timeout_s: 10\n"+
				"  healthcheck_uri: /healthz\n  endpoint_timeouts: {/slow: 20000}\n", name, scaleFirstPort+i)
			fmt.Fprintf(&instances, "%s: {deploy_group: g}\n", name)
			fmt.Fprintf(&deployments, `,"%s:test.%s": {"desired_state": "start", "force_bounce": null}`, service, name)
		}
		put("soa/"+service+"/smartstack.yaml", mesh.String())
		put("soa/"+service+"/kubernetes-test.yaml", instances.String())
		put("soa/"+service+"/deployments.json", `{"v2": {"deployments": {"g": {"docker_image": "i:1", "git_sha": "1"}}, "controls": {`+
			strings.TrimPrefix(deployments.String(), ",")+`}}}`)
	}
	soa, _ := files.Sub("soa")
	system, _ := files.Sub("system")
	return config.Input{SOA: soa, System: system}
}

// TestScale takes Envoy from a tree to a running process as the example's DaemonSet does, at four sizes, and prints the
// table of examples/envoy/README.md.
func TestScale(t *testing.T) {
	binary(t)
	newPod(t, "pod", scalePods+":8888", plainPod)
	t.Log("namespaces, ready after, memory, inotify instances, DNS questions a second, bytes of a scrape, files, in ConfigMaps")
	for _, n := range []int{100, 140, 1000, 2500} {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			h := newHost(t, scaleDNS(t))
			files := renderTree(t, company(n))
			h.mount(t, files)
			h.unpack(t)
			ready := h.run(t, scaleAdminPort)
			h.eventually(t, "the last port answers", func() bool { return answers(n - 1) })
			const window = 25 * time.Second // longer than envoy_dns_refresh_s
			asked := h.dns.count.Load()
			time.Sleep(window)
			perSecond := float64(h.dns.count.Load()-asked) / window.Seconds()
			inotify := h.inotify(t)
			if inotify > 4 {
				t.Errorf("%d inotify instances", inotify)
			}
			h.noneRejected(t)
			t.Logf("%d, %.1f s, %s, %d, %.0f, %d KiB, %d KiB, %d KiB", n, ready.Seconds(), h.memory(t), inotify, perSecond,
				scrapeSize(t)>>10, sizeOf(files, false)>>10, sizeOf(files, true)>>10)
		})
	}
}

// TestEnd takes Envoy to its end with requests in flight.
func TestEnd(t *testing.T) {
	binary(t)
	newPod(t, "pod", scalePods+":8888", plainPod)
	h := newHost(t, scaleDNS(t))
	h.mount(t, renderTree(t, company(10)))
	h.unpack(t)
	h.run(t, scaleAdminPort)
	h.eventually(t, "the first port answers", func() bool { return answers(0) })
	testEnd(t, h)
}

// TestSteps changes the company of a running Envoy under traffic, and takes it to its end with requests in flight.
func TestSteps(t *testing.T) {
	binary(t)
	newPod(t, "pod", scalePods+":8888", plainPod)
	h := newHost(t, scaleDNS(t))
	small, large := renderTree(t, company(100)), renderTree(t, company(2500))
	h.mount(t, small)
	h.unpack(t)
	h.run(t, scaleAdminPort)
	h.eventually(t, "the first ports answer", func() bool { return answers(0) && answers(99) })
	traffic := startTraffic(0, 99)
	for _, n := range []int{140, 1000, 2500, 1000, 100} {
		files := renderTree(t, company(n))
		h.mount(t, files)
		h.within(t, 90*time.Second, fmt.Sprintf("the ports of %d namespaces answer", n), func() bool { return answers(n-1) && !answers(n) })
		if inotify := h.inotify(t); inotify > 4 {
			t.Errorf("%d inotify instances at %d namespaces", inotify, n)
		}
	}
	h.noneRejected(t)
	t.Run("half of a new version leaves the old state", func(t *testing.T) {
		broken := map[string][]byte{}
		for name, data := range large {
			broken[name] = data
			if strings.HasSuffix(name, ".gz.01") {
				broken[name] = data[:len(data)/2]
			}
		}
		h.mount(t, broken)
		time.Sleep(5 * time.Second)
		if !answers(99) || answers(2499) {
			t.Error("Envoy did not stay on what it had")
		}
	})
	t.Run("a bad file leaves the old state", func(t *testing.T) {
		bad := map[string][]byte{}
		for name, data := range small {
			bad[name] = data
		}
		bad["envoy/lds.json"] = []byte(`{"resources":[{"@type":"type.googleapis.com/envoy.config.listener.v3.Listener","nam":"x"}]}`)
		h.mount(t, bad)
		h.eventually(t, "Envoy refuses the file", func() bool { return h.stat("listener_manager.lds.update_rejected") > 0 })
		if !answers(0) || !answers(99) {
			t.Error("Envoy did not stay on what it had")
		}
	})
	if failed, all := traffic.stop(); failed > 0 || all < 1000 {
		t.Errorf("%d of %d requests failed while the files changed", failed, all)
	} else {
		t.Logf("none of %d requests failed", all)
	}
	t.Run("requests in flight get their answers when the pod ends", func(t *testing.T) { testEnd(t, h) })
}

func testEnd(t *testing.T, h *hostRun) {
	var wait sync.WaitGroup
	var lost atomic.Int64
	for range 20 {
		wait.Go(func() {
			if status, _, _ := askAt(t, scaleAddress, scaleFirstPort, "/slow?ms=4000"); status != http.StatusOK {
				lost.Add(1)
			}
		})
	}
	time.Sleep(time.Second)
	h.end(t, scaleAdminPort)
	wait.Wait()
	if lost.Load() > 0 {
		t.Errorf("%d of 20 requests got no answer", lost.Load())
	}
}

func scaleDNS(t *testing.T) *dnsServer {
	dns := newDNS(t)
	dns.unknown = func(string) []string { return []string{scalePods} }
	return dns
}

func answers(namespace int) bool {
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: 5 * time.Second}
	response, err := client.Get(fmt.Sprintf("http://%s:%d/", scaleAddress, scaleFirstPort+namespace))
	if err != nil {
		return false
	}
	_ = response.Body.Close()
	return response.StatusCode == http.StatusOK
}

// load sends requests on connections that it keeps, until it is stopped.
type load struct {
	done        chan struct{}
	wait        sync.WaitGroup
	all, failed atomic.Int64
}

func startTraffic(namespaces ...int) *load {
	l := &load{done: make(chan struct{})}
	for _, n := range namespaces {
		l.wait.Go(func() {
			client := http.Client{Timeout: 10 * time.Second}
			for {
				select {
				case <-l.done:
					return
				case <-time.After(5 * time.Millisecond):
				}
				l.all.Add(1)
				response, err := client.Get(fmt.Sprintf("http://%s:%d/", scaleAddress, scaleFirstPort+n))
				if err != nil || response.StatusCode != http.StatusOK {
					l.failed.Add(1)
				}
				if err == nil {
					_ = response.Body.Close()
				}
			}
		})
	}
	return l
}

func (l *load) stop() (failed, all int64) {
	close(l.done)
	l.wait.Wait()
	return l.failed.Load(), l.all.Load()
}

// inotify counts the process's inotify instances.
func (p *process) inotify(t *testing.T) int {
	t.Helper()
	dir := fmt.Sprintf("/proc/%d/fd", p.cmd.Process.Pid)
	entries, err := os.ReadDir(dir)
	must(t, err)
	n := 0
	for _, e := range entries {
		if to, err := os.Readlink(filepath.Join(dir, e.Name())); err == nil && strings.Contains(to, "inotify") {
			n++
		}
	}
	return n
}

// memory is the most that the process has held so far.
func (p *process) memory(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	must(t, err)
	_, rest, _ := strings.Cut(string(text), "VmHWM:")
	line, _, _ := strings.Cut(rest, "\n")
	return strings.TrimSpace(line)
}

func scrapeSize(t *testing.T) int {
	t.Helper()
	p := process{admin: fmt.Sprintf("http://127.0.0.1:%d", scaleStatsPort)}
	return len(p.get("/stats/prometheus"))
}

// sizeOf adds up Envoy's files, or those that go into ConfigMaps.
func sizeOf(files map[string][]byte, delivered bool) int {
	size := 0
	for name, data := range files {
		_, inPieces := files[name+".gz.01"]
		if strings.HasPrefix(name, "envoy/") && (strings.Contains(name, ".gz.") == delivered || delivered && !inPieces) {
			size += len(data)
		}
	}
	return size
}
