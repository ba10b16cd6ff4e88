//go:build e2e

package envoy_test

import (
	"crypto/tls"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"
)

// dnsServer answers for the cluster's headless Services.
type dnsServer struct {
	conn  net.PacketConn
	mu    sync.Mutex
	hosts map[string][]string
	asked map[string]bool
	count atomic.Int64 // of questions
	// unknown answers for names that hosts does not have; nil: no such name.
	unknown func(name string) []string
}

func newDNS(t *testing.T) *dnsServer {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	must(t, err)
	t.Cleanup(func() { _ = conn.Close() })
	d := &dnsServer{conn: conn, hosts: map[string][]string{}, asked: map[string]bool{}}
	go d.serve()
	return d
}

func (d *dnsServer) address() string { return d.conn.LocalAddr().String() }

func (d *dnsServer) set(host string, ips ...string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.hosts[strings.TrimSuffix(host, ".")] = ips
}

func (d *dnsServer) serve() {
	buffer := make([]byte, 1500)
	for {
		n, from, err := d.conn.ReadFrom(buffer)
		if err != nil {
			return
		}
		var m dnsmessage.Message
		if m.Unpack(buffer[:n]) != nil || len(m.Questions) != 1 {
			continue
		}
		m.Response, m.Authoritative, m.Additionals = true, true, nil
		d.answer(&m)
		if data, err := m.Pack(); err == nil {
			_, _ = d.conn.WriteTo(data, from)
		}
	}
}

func (d *dnsServer) answer(m *dnsmessage.Message) {
	q := m.Questions[0]
	name := strings.TrimSuffix(q.Name.String(), ".")
	d.mu.Lock()
	defer d.mu.Unlock()
	d.asked[name] = true
	d.count.Add(1)
	ips, ok := d.hosts[name]
	if !ok && d.unknown != nil {
		ips, ok = d.unknown(name), true
	}
	if !ok {
		m.RCode = dnsmessage.RCodeNameError
	}
	for _, ip := range ips {
		if q.Type == dnsmessage.TypeA {
			header := dnsmessage.ResourceHeader{Name: q.Name, Type: q.Type, Class: q.Class, TTL: 1}
			m.Answers = append(m.Answers, dnsmessage.Resource{Header: header, Body: &dnsmessage.AResource{A: [4]byte(net.ParseIP(ip).To4())}})
		}
	}
}

// pod answers HTTP as a service would: it says which it is and what it was asked.
type pod struct {
	name   string
	server *httptest.Server
	mu     sync.Mutex
	status int    // of the health check
	health string // its body
	checks []http.Header
}

type answer struct {
	Pod, Path, Proto string
	Headers          http.Header
	Host             string
}

type podKind int

const (
	plainPod podKind = iota
	tlsPod
	http2Pod
)

func newPod(t *testing.T, name, address string, kind podKind) *pod {
	t.Helper()
	p := &pod{name: name, status: http.StatusOK, health: "OK"}
	listener, err := net.Listen("tcp", address)
	must(t, err)
	p.server = httptest.NewUnstartedServer(p)
	_ = p.server.Listener.Close()
	p.server.Listener = listener
	switch kind {
	case plainPod:
		p.server.Start()
	case tlsPod:
		p.server.TLS = &tls.Config{MinVersion: tls.VersionTLS12}
		p.server.StartTLS()
	case http2Pod:
		p.server.Config.Protocols = new(http.Protocols)
		p.server.Config.Protocols.SetUnencryptedHTTP2(true)
		p.server.Start()
	}
	t.Cleanup(p.stop)
	return p
}

func (p *pod) stop() {
	p.server.CloseClientConnections()
	_ = p.server.Listener.Close()
}

func (p *pod) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/healthz" {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.checks = append(p.checks, r.Header.Clone())
		w.WriteHeader(p.status)
		_, _ = io.WriteString(w, p.health)
		return
	}
	if ms, err := strconv.Atoi(r.URL.Query().Get("ms")); err == nil {
		time.Sleep(time.Duration(ms) * time.Millisecond)
	}
	w.Header().Set("Server", "pod")
	_ = json.NewEncoder(w).Encode(answer{p.name, r.URL.Path, r.Proto, r.Header, r.Host})
}

func (p *pod) checked() []http.Header {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.checks
}

// ask sends one request to a proxy_port of this host.
func ask(t *testing.T, port int, path string, headers ...string) (status int, a answer, took time.Duration) {
	t.Helper()
	return askAt(t, "127.0.0.1", port, path, headers...)
}

func askAt(t *testing.T, address string, port int, path string, headers ...string) (status int, a answer, took time.Duration) {
	t.Helper()
	r, err := http.NewRequest(http.MethodGet, "http://"+address+":"+strconv.Itoa(port)+path, nil)
	must(t, err)
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: 10 * time.Second}
	begun := time.Now()
	response, err := client.Do(r)
	took = time.Since(begun)
	if err != nil {
		return 0, answer{}, took
	}
	defer response.Body.Close()
	_ = json.NewDecoder(response.Body).Decode(&a)
	return response.StatusCode, a, took
}
