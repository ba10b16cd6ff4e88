//go:build e2e

package envoy_test

import (
	"bytes"
	"embed"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

//go:embed testdata/mesh
var mesh embed.FS

// Ports of testdata/mesh.
const (
	webPort, deadPort, cachedPort, delayedPort, rawPort       = 20711, 20712, 20713, 20714, 20715
	weightedPort, securePort, rpcPort, sickPort, stubbornPort = 20716, 20717, 20718, 20719, 20720
	adminPort, statsPort                                      = 20799, 20798
)

// TestMesh runs Envoy on what testdata/mesh compiles to, before pods on the loopback addresses 127.0.x.y.
func TestMesh(t *testing.T) {
	binary(t)
	files := meshFiles(t)
	dns := newDNS(t)
	at := func(registration, kind string) string { return host(registration, kind, "paastasvc-web") }
	pods := map[string]*pod{}
	for name, where := range map[string]struct {
		host, ip string
		kind     podKind
	}{
		"web-1":    {at("web.main", "pods"), "127.0.7.1", plainPod},
		"cached-1": {at("web.cached", "pods"), "127.0.7.3", plainPod},
		"delayed":  {at("web.delayed", "pods"), "127.0.7.4", plainPod},
		"raw":      {at("web.raw", "pods"), "127.0.7.5", plainPod},
		"light":    {at("web.weighted", "web---light"), "127.0.7.6", plainPod},
		"heavy":    {at("web.weighted", "web---heavy"), "127.0.7.7", plainPod},
		"secure":   {at("web.secure", "pods"), "127.0.7.8", tlsPod},
		"rpc":      {at("web.rpc", "pods"), "127.0.7.9", http2Pod},
		"sick":     {at("web.sick", "pods"), "127.0.7.10", plainPod},
		"proxy":    {host("cache.main", "pods", "paastasvc-cache"), "127.0.7.11", plainPod},
	} {
		pods[name] = newPod(t, name, where.ip+":8888", where.kind)
		dns.set(where.host, where.ip)
	}
	for _, name := range []string{"dead", "stubborn"} {
		newPod(t, name+"-1", ipOf(name, 1)+":8888", plainPod)
		pods[name+"-2"] = newPod(t, name+"-2", ipOf(name, 2)+":8888", plainPod)
		dns.set(at("web."+name, "pods"), ipOf(name, 1), ipOf(name, 2))
	}
	pods["sick"].health = "no"

	m := &mount{dir: t.TempDir()}
	m.write(t, files, dns.address())
	envoy := start(t, m, adminPort)
	for _, port := range []int{webPort, deadPort, cachedPort, delayedPort, weightedPort, securePort, rpcPort, stubbornPort} {
		envoy.eventually(t, fmt.Sprintf("port %d answers", port), func() bool {
			status, _, _ := ask(t, port, "/")
			return status == http.StatusOK
		})
	}
	envoy.noneRejected(t)

	t.Run("a port reaches its namespace's pods", func(t *testing.T) {
		for port, want := range map[int]string{webPort: "web-1", delayedPort: "delayed", securePort: "secure", rpcPort: "rpc"} {
			if _, a, _ := ask(t, port, "/x"); a.Pod != want || a.Path != "/x" {
				t.Errorf("port %d reaches %+v, want %s", port, a, want)
			}
		}
	})
	t.Run("mode http2 speaks HTTP/2 to the pods", func(t *testing.T) {
		if _, a, _ := ask(t, rpcPort, "/"); a.Proto != "HTTP/2.0" {
			t.Errorf("the pod was asked over %s", a.Proto)
		}
	})
	t.Run("extra_headers replace the client's", func(t *testing.T) {
		_, a, _ := ask(t, webPort, "/", "X-Mode", "rw")
		if got := a.Headers["X-Mode"]; !slices.Equal(got, []string{"ro 100%"}) {
			t.Errorf("X-Mode = %q", got)
		}
	})
	t.Run("timeout_server_ms ends a request", func(t *testing.T) {
		if status, _, took := ask(t, webPort, "/?ms=3000"); status != http.StatusGatewayTimeout || took > 2*time.Second {
			t.Errorf("status %d after %s, want 504 after 0.4 s", status, took)
		}
	})
	t.Run("endpoint_timeouts give more time, by prefix and by expression", func(t *testing.T) {
		for path, want := range map[string]int{
			"/report/day?ms=900": 200, "/report/day/fast?ms=900": 504, "/items/7/export/all?ms=900": 200, "/items/x/export?ms=900": 504,
		} {
			if status, _, _ := ask(t, webPort, path); status != want {
				t.Errorf("%s: status %d, want %d", path, status, want)
			}
		}
	})
	t.Run("fixed_delay holds requests up", func(t *testing.T) {
		if status, _, took := ask(t, delayedPort, "/"); status != 200 || took < 500*time.Millisecond {
			t.Errorf("status %d after %s, want 200 after 0.6 s", status, took)
		}
	})
	t.Run("mode tcp passes bytes on", func(t *testing.T) { testRaw(t) })
	t.Run("weights share requests out", func(t *testing.T) {
		heavy := 0
		for range 100 {
			if _, a, _ := ask(t, weightedPort, "/"); a.Pod == "heavy" {
				heavy++
			}
		}
		if heavy < 65 || heavy > 85 {
			t.Errorf("the pod of weight 30 got %d of 100 requests, that of weight 10 the others", heavy)
		}
	})
	t.Run("proxied_through goes by the proxy, back to the pods, and past a proxy that is gone", func(t *testing.T) {
		testProxied(t, envoy, dns)
	})
	t.Run("a pod whose health check lacks the expected body gets no requests", func(t *testing.T) {
		sick := pods["sick"]
		envoy.eventually(t, "the pod is checked", func() bool { return len(sick.checked()) > 0 })
		if got := sick.checked()[0]; got.Get("X-Check") != "deep" || got.Get("x-smartstack-target-identity") != "web.sick" {
			t.Errorf("the check came with %v", got)
		}
		sick.mu.Lock()
		sick.health = "all is well"
		sick.mu.Unlock()
		envoy.eventually(t, "the pod answers once it is well", func() bool {
			status, _, _ := ask(t, sickPort, "/")
			return status == 200
		})
	})
	t.Run("retries try another pod when a connection fails, and nothing else does", func(t *testing.T) {
		pods["dead-2"].stop()
		pods["stubborn-2"].stop()
		failed := map[int]int{}
		for range 20 {
			for _, port := range []int{deadPort, stubbornPort} {
				if status, _, _ := ask(t, port, "/"); status != 200 {
					failed[port]++
				}
			}
		}
		if failed[deadPort] != 0 || failed[stubbornPort] == 0 {
			t.Errorf("with retries %d of 20 requests failed, without %d", failed[deadPort], failed[stubbornPort])
		}
		if n := envoy.stat("cluster.web.dead.egress_cluster.upstream_rq_retry"); n < 1 {
			t.Errorf("%d retries", n)
		}
	})
	t.Run("pods are followed by DNS", func(t *testing.T) {
		newPod(t, "web-2", "127.0.7.2:8888", plainPod)
		dns.set(at("web.main", "pods"), "127.0.7.2")
		envoy.eventually(t, "requests reach the new pod", func() bool { _, a, _ := ask(t, webPort, "/"); return a.Pod == "web-2" })
	})
	t.Run("files are followed without a restart", func(t *testing.T) { testReplace(t, envoy, m, dns) })
	t.Run("metrics are those that are kept, and nothing else is answered", func(t *testing.T) { testMetrics(t) })
	t.Run("an access log is written", func(t *testing.T) {
		envoy.eventually(t, "the log names a request", func() bool {
			text, _ := os.ReadFile(accessLog())
			return bytes.Contains(text, []byte(" web.main GET /x HTTP/1.1 200 "))
		})
	})
}

func testMetrics(t *testing.T) {
	scrape := func(path string) (int, string) {
		response, err := http.Get(fmt.Sprintf("http://127.0.0.1:%d%s", statsPort, path))
		must(t, err)
		defer response.Body.Close()
		text, err := io.ReadAll(response.Body)
		must(t, err)
		return response.StatusCode, string(text)
	}
	_, text := scrape("/stats/prometheus")
	for _, want := range []string{
		`envoy_cluster_main_egress_cluster_upstream_rq_xx{envoy_response_code_class="2",envoy_cluster_name="web"}`,
		`envoy_cluster_main_egress_cluster_upstream_rq_time_bucket{envoy_cluster_name="web"`,
		`envoy_cluster_main_egress_cluster_upstream_rq_active{envoy_cluster_name="web"}`,
		"envoy_listener_manager_lds_update_rejected",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no metric %s", want)
		}
	}
	if strings.Contains(text, "upstream_cx_rx_bytes_total") {
		t.Error("statistics are kept that nobody reads")
	}
	if status, _ := scrape("/quitquitquit"); status != http.StatusNotFound {
		t.Errorf("the admin interface answers from outside with %d", status)
	}
}

func ipOf(name string, n int) string {
	return map[string]string{"dead": "127.0.8.", "stubborn": "127.0.9."}[name] + fmt.Sprint(n)
}

// host is the DNS name of a headless Service.
func host(registration, kind, namespace string) string {
	return strings.ReplaceAll(registration, ".", "---") + "---" + kind + "." + namespace + ".svc.cluster.local"
}

func accessLog() string { return filepath.Join(os.TempDir(), "paasta-render-e2e-access.log") }

// meshFiles compiles testdata/mesh, with changes that are pairs of old and new text.
func meshFiles(t *testing.T, changes ...string) map[string][]byte {
	t.Helper()
	replace := strings.NewReplacer(append(changes, "ACCESS_LOG", accessLog())...)
	files := fstest.MapFS{}
	must(t, fs.WalkDir(mesh, "testdata/mesh", func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		data, err := mesh.ReadFile(name)
		files[strings.TrimPrefix(name, "testdata/mesh/")] = &fstest.MapFile{Data: []byte(replace.Replace(string(data))), Mode: 0o644}
		return err
	}))
	soa, err := fs.Sub(files, "soa")
	must(t, err)
	system, err := fs.Sub(files, "system")
	must(t, err)
	return render(t, soa, system)["test"]
}

func testRaw(t *testing.T) {
	conn, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", rawPort))
	must(t, err)
	defer conn.Close()
	must(t, conn.SetDeadline(time.Now().Add(5*time.Second)))
	_, err = io.WriteString(conn, "GET /raw HTTP/1.0\r\n\r\n")
	must(t, err)
	text, err := io.ReadAll(conn)
	must(t, err)
	if !strings.Contains(string(text), `"Pod":"raw"`) || strings.Contains(strings.ToLower(string(text)), "x-envoy") {
		t.Errorf("got %q", text)
	}
}

func testProxied(t *testing.T, envoy *process, dns *dnsServer) {
	status, a, _ := ask(t, cachedPort, "/thing")
	if status != 200 || a.Pod != "proxy" || a.Headers.Get("X-Smartstack-Destination") != "web.cached" ||
		a.Headers.Get("X-Smartstack-Source") != "cache.main" {
		t.Errorf("the proxy was asked as %+v (status %d)", a, status)
	}
	if _, a, _ := ask(t, cachedPort, "/thing", "X-Smartstack-Source", "cache.main"); a.Pod != "cached-1" {
		t.Errorf("the proxy's own request reached %q", a.Pod)
	}
	dns.set(host("cache.main", "pods", "paastasvc-cache"))
	envoy.eventually(t, "requests go past the proxy", func() bool { _, a, _ := ask(t, cachedPort, "/thing"); return a.Pod == "cached-1" })
}

// testReplace moves the pods of web.main to another port, and a namespace to another proxy_port.
func testReplace(t *testing.T, envoy *process, m *mount, dns *dnsServer) {
	newPod(t, "web-3", "127.0.7.2:9999", plainPod)
	started := envoy.stat("server.hot_restart_epoch")
	const movedPort = 20731
	m.write(t, meshFiles(t, "container_port: 8888 # main", "container_port: 9999", "proxy_port: 20714", fmt.Sprintf("proxy_port: %d", movedPort)),
		dns.address())
	envoy.eventually(t, "requests reach the pod's new port", func() bool { _, a, _ := ask(t, webPort, "/"); return a.Pod == "web-3" })
	envoy.eventually(t, "the namespace answers on its new port", func() bool { status, _, _ := ask(t, movedPort, "/"); return status == 200 })
	envoy.eventually(t, "the old port is closed", func() bool { status, _, _ := ask(t, delayedPort, "/"); return status == 0 })
	envoy.noneRejected(t)
	if envoy.stat("server.hot_restart_epoch") != started || envoy.cmd.ProcessState != nil {
		t.Error("Envoy was restarted")
	}
}
