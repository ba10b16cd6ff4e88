package envoy

import (
	"cmp"
	"math"
	"regexp"
	"slices"
	"strings"

	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/python"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

// space is a mesh namespace as Envoy needs to know it: every value checked, defaults filled in.
type space struct {
	config.Namespace
	folder   *config.Folder
	settings settings
	name     string // <service>.<namespace>
	port     int64  // proxy_port; 0 when discovery only
	mode     string // http, https, http2, grpc or tcp; default http
	local    bool   // discover is among the places where the pods of this cluster register
	proxy    string // proxied_through, when it exists and the mode is not tcp
	source   bool   // that namespace is_proxy: requests to it carry its name
	vip      string // vip_upgrade as <service>.<namespace>, when it exists
	isProxy  bool

	connectMS float64  // timeout_connect_ms; default 200
	serverMS  float64  // timeout_server_ms; default 1000, 0 for none
	idleS     *float64 // idle_timeout, seconds; nil: 60, or the request's timeout when that is longer
	clientMS  float64  // timeout_client_ms; 0 when unset. TCP only
	retries   uint32   // retries; default 1
	routesTo  []endpoint
	headers   []header // extra_headers
	host      string   // extra_headers.Host

	delay *delay
	abort bool // every request is answered with 503
	drop  bool // every connection is closed
}

// endpoint is one key of endpoint_timeouts.
type endpoint struct {
	path  string // a prefix, or "/" for exactly that
	regex string // RE2; empty for a prefix
	ms    float64
	at    finding.Position
}

type header struct{ name, value string }

// delay holds requests up before they are passed on.
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

func readSpace(s *config.Service, n config.Namespace, report finding.Report) *space {
	sp := &space{Namespace: n, folder: s.Folder, settings: newSettings(s.Cluster),
		name: n.FullName(), mode: cmp.Or(n.Mode(), "http"),
		connectMS: connectDefaultMS, serverMS: serverDefaultMS, retries: retriesDefault}
	sp.port, _ = n.ProxyPort()
	if v, ok := positive(n.Get("timeout_connect_ms")); ok && v > 0 {
		sp.connectMS = v
	}
	if v, ok := positive(n.Get("timeout_server_ms")); ok {
		sp.serverMS = v
	}
	if v, ok := positive(n.Get("idle_timeout")); ok {
		sp.idleS = &v
	}
	sp.clientMS, _ = positive(n.Get("timeout_client_ms"))
	if v, ok := positive(n.Get("retries")); ok {
		sp.retries = uint32(min(v, 100))
	}
	sp.isProxy = n.Get("is_proxy").Truthy()
	sp.readNeighbours()
	sp.readHeaders()
	sp.readEndpoints(report)
	sp.readPlaces(s.Cluster, report)
	return sp
}

// positive is a number that can be a time or a count; ok is false for everything else.
func positive(n *yaml11.Node) (v float64, ok bool) {
	v, ok = n.Number()
	return min(v, longestMS), ok && v >= 0 && !math.IsNaN(v)
}

func (sp *space) tcp() bool { return sp.mode == "tcp" }

// readNeighbours finds the namespaces that requests are sent to instead.
func (sp *space) readNeighbours() {
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

func (sp *space) readHeaders() {
	headers := sp.Get("extra_headers")
	if !headers.IsMap() || sp.tcp() {
		return
	}
	for _, p := range headers.Pairs {
		name, value := python.Str(p.Key), python.Str(p.Value)
		if strings.EqualFold(name, "host") {
			sp.host = value
			continue
		}
		sp.headers = append(sp.headers, header{name, value})
	}
}

// readEndpoints puts the longest path first; regular expressions among the others by their own length.
func (sp *space) readEndpoints(report finding.Report) {
	endpoints := sp.Get("endpoint_timeouts")
	if !endpoints.IsMap() || sp.tcp() {
		return
	}
	for _, p := range endpoints.Pairs {
		ms, ok := positive(p.Value)
		if !ok {
			continue // the schema has said so
		}
		e := endpoint{path: python.Str(p.Key), ms: ms, at: p.Key.Position()}
		if strings.HasPrefix(e.path, "^") {
			if _, err := regexp.Compile(e.path); err != nil {
				report(sp.Finding(finding.Finding{Code: finding.EndpointRegex, Severity: finding.Warning, At: e.at,
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
