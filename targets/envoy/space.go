package envoy

import (
	"cmp"
	"math"
	"regexp"
	"slices"
	"strings"

	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/monitoring"
	"github.com/paasta-render/paasta-render/compiler/python"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

// space is a mesh namespace as Envoy needs to know it: every value checked, defaults filled in. It is what Link is
// told, so it holds plain values alone.
type space struct {
	name  string // <service>.<namespace>
	port  int64  // proxy_port; 0 when discovery only
	local bool   // discover is among the places where the pods of this cluster register
	shape
	*settings // nil in facts
}

// shape is what namespaces that are configured alike have in common: their resources differ in name and port only.
type shape struct {
	front
	back
}

// front is what a listener and its routes are made of, beside the mode.
type front struct {
	proxy   string // proxied_through, when it exists and the mode is not tcp
	source  bool   // that namespace is_proxy: requests to it carry its name
	vip     string // vip_upgrade as <service>.<namespace>, when it exists
	isProxy bool

	serverMS  float64 // timeout_server_ms; default 1000, 0 for none
	idleS     float64 // idle_timeout, seconds; unset: 60, or the request's timeout when that is longer
	tcpIdleS  float64 // of a connection in mode tcp
	retries   uint32  // retries; default 1
	websocket bool    // allow_websocket_upgrade
	routesTo  []endpoint
	headers   []header // extra_headers
	host      string   // extra_headers.Host
	counted   []monitoring.Endpoint
	logs      logs
	access    access // authorization.yaml

	delay delay
	abort bool // every request is answered with 503
	drop  bool // every connection is closed
}

// back is what a cluster is made of.
type back struct {
	mode      string  // http, https, http2, grpc or tcp; default http
	connectMS float64 // timeout_connect_ms; default 200
	health    health
	balancer  string // lb_policy; empty for ROUND_ROBIN
	choices   uint32 // choice_count of LEAST_REQUEST; 0 when unset
}

// unset stands for a time that nobody wrote.
const unset = -1

// reader makes a space of a namespace's configuration.
type reader struct {
	config.Namespace
	folder *config.Folder
	*space
}

// endpoint is one key of endpoint_timeouts.
type endpoint struct {
	path  string // a prefix, or "/" for exactly that
	regex string // RE2; empty for a prefix
	ms    float64
}

type header struct{ name, value string }

// delay holds requests up before they are passed on; zero for none.
type delay struct {
	ms      float64
	percent uint32
}

// Defaults of smartstack.yaml's documentation.
const (
	connectDefaultMS = 200
	serverDefaultMS  = 1000
	idleDefaultS     = 60
	retriesDefault   = 1
	longestMS        = 100 * 365 * 24 * 3600 * 1000 // what a duration of Envoy's holds with room to spare
)

func readSpace(s *config.Service, n config.Namespace, set *settings, report finding.Report) *reader {
	sp := &reader{Namespace: n, folder: s.Folder, space: &space{name: n.FullName(), settings: set, shape: shape{
		front: front{serverMS: serverDefaultMS, idleS: unset, retries: retriesDefault, counted: counted(n),
			websocket: n.Get("allow_websocket_upgrade").Truthy(), isProxy: n.Get("is_proxy").Truthy()},
		back: back{mode: cmp.Or(strings.Clone(n.Mode()), "http"), connectMS: connectDefaultMS},
	}}}
	sp.port, _ = n.ProxyPort()
	if v, ok := positive(n.Get("timeout_connect_ms")); ok && v > 0 {
		sp.connectMS = v
	}
	if v, ok := positive(n.Get("timeout_server_ms")); ok {
		sp.serverMS = v
	}
	if v, ok := positive(n.Get("idle_timeout")); ok {
		sp.idleS = v
	}
	sp.readTCPIdle()
	if v, ok := positive(n.Get("retries")); ok {
		sp.retries = uint32(min(v, 100))
	}
	sp.readBalancer()
	sp.readLogs(s.Cluster.System.File("synapse-tools.conf.json"))
	sp.readHealth()
	sp.readNeighbours()
	sp.readHeaders()
	sp.readEndpoints(report)
	sp.readPlaces(s.Cluster, report)
	sp.readAccess(report)
	return sp
}

// readTCPIdle settles when an idle connection of mode tcp ends: after idle_timeout, else after the longer of
// timeout_client_ms and timeout_server_ms, else after 60 s.
func (sp *reader) readTCPIdle() {
	server, _ := positive(sp.Get("timeout_server_ms"))
	client, _ := positive(sp.Get("timeout_client_ms"))
	sp.tcpIdleS = idleDefaultS
	switch {
	case sp.idleS != unset:
		sp.tcpIdleS = sp.idleS
	case max(client, server) > 0:
		sp.tcpIdleS = max(client, server) / 1000
	}
}

// positive is a number that can be a time or a count; ok is false for everything else.
func positive(n *yaml11.Node) (v float64, ok bool) {
	v, ok = n.Number()
	return min(v, longestMS), ok && v >= 0 && !math.IsNaN(v)
}

func (sp *space) tcp() bool { return sp.mode == "tcp" }

// readNeighbours finds the namespaces that requests are sent to instead.
func (sp *reader) readNeighbours() {
	find := func(key string) (n config.Namespace, ok bool) {
		name, _ := sp.Get(key).Str()
		service, namespace, _ := strings.Cut(name, ".")
		return sp.folder.Namespace(service, namespace)
	}
	if sp.tcp() {
		return
	}
	if n, ok := find("proxied_through"); ok && n.FullName() != sp.name {
		sp.proxy, sp.source = n.FullName(), n.Get("is_proxy").Truthy()
	}
	if n, ok := find("vip_upgrade"); ok && n.FullName() != sp.name {
		sp.vip = n.FullName()
	}
}

// uses lists the other namespaces whose clusters the routes name.
func (sp *space) uses() []string {
	return slices.DeleteFunc([]string{sp.proxy, sp.vip}, func(name string) bool { return name == "" || sp.port == 0 })
}

func (sp *reader) readHeaders() {
	headers := sp.Get("extra_headers")
	if !headers.IsMap() || sp.tcp() {
		return
	}
	for _, p := range headers.Pairs {
		name, value := strings.Clone(python.Str(p.Key)), strings.Clone(python.Str(p.Value))
		if strings.EqualFold(name, "host") {
			sp.host = value
			continue
		}
		sp.headers = append(sp.headers, header{name, value})
	}
}

// readEndpoints puts the longest path first; regular expressions among the others by their own length.
func (sp *reader) readEndpoints(report finding.Report) {
	endpoints := sp.Get("endpoint_timeouts")
	if !endpoints.IsMap() || sp.tcp() {
		return
	}
	for _, p := range endpoints.Pairs {
		ms, ok := positive(p.Value)
		if !ok {
			continue // the schema has said so
		}
		e := endpoint{path: strings.Clone(python.Str(p.Key)), ms: ms}
		if why, better := doubtEndpoint(e.path); why != "" {
			report(sp.Finding(finding.Finding{Code: finding.EndpointMatch, Severity: finding.Warning, At: p.Key.Position(),
				Message: why, Suggestion: better}))
		}
		if strings.HasPrefix(e.path, "^") {
			if _, err := regexp.Compile(e.path); err != nil {
				report(sp.Finding(finding.Finding{Code: finding.EndpointRegex, Severity: finding.Warning, At: p.Key.Position(),
					Message: e.path + " is no regular expression for Envoy: " +
						strings.TrimPrefix(err.Error(), "error parsing regexp: ")}))
				continue
			}
			e.regex = fullMatch(e.path)
		}
		sp.routesTo = append(sp.routesTo, e)
	}
	slices.SortStableFunc(sp.routesTo, func(a, b endpoint) int {
		return cmp.Or(cmp.Compare(len(b.path), len(a.path)), cmp.Compare(a.path, b.path))
	})
}

// doubtEndpoint says why an endpoint matches no request, or every one, and what was meant. Endpoints are what the path
// of a request begins with, or regular expressions that begin with ^.
func doubtEndpoint(path string) (why, better string) {
	plain, _, starred := strings.Cut(path, "*")
	switch {
	case path == "/" || path == "^/" || path == "^/.*" || path == "^.*":
		return "the endpoint " + path + " matches every request: the namespace's own timeout_server_ms says the same", ""
	case strings.HasPrefix(path, "^"):
		return "", ""
	case starred && strings.HasPrefix(plain, "/") && plain != "/":
		return "the endpoint " + path + " matches no request: it is what a path begins with, and a star stands for itself", plain
	case starred:
		return "the endpoint " + path + " matches no request: a star stands for itself", ""
	case !strings.HasPrefix(path, "/"):
		return "the endpoint " + path + " matches no request: a path begins with a slash", "/" + path
	}
	return "", ""
}

// fullMatch makes of an expression that matches where a path begins one that matches the whole path, as Envoy wants it.
func fullMatch(regex string) string {
	body := strings.TrimPrefix(regex, "^")
	if strings.ContainsAny(body, "|") {
		body = "(?:" + body + ")"
	}
	if strings.HasSuffix(body, "$") && !strings.HasSuffix(body, `\$`) {
		return strings.TrimSuffix(body, "$")
	}
	return body + ".*"
}
