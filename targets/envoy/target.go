// Package envoy renders the mesh for a stock Envoy on every host: a bootstrap and file-based xDS. A listener a
// proxy_port, routes by smartstack.yaml, clusters that find pods by the DNS names of headless Services.
//
// Every message is a typed one of Envoy's own API and passes its validation before it is written.
package envoy

import (
	"cmp"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"

	"google.golang.org/protobuf/proto"

	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/target"
)

// Target renders envoy/.
var Target = target.Target{
	Name: "envoy",
	Doc: `Envoy's bootstrap and file-based xDS: one listener a proxy_port, endpoints by DNS.
envoy/ holds bootstrap.json, lds.json (listeners with their routes) and cds.json (clusters). Start Envoy in their
folder; it follows them when they are replaced. It watches two files, however many namespaces there are.`,
	SystemKeys: systemKeys,
	Files:      files,
	Effects:    effects,
	Compile:    compile,
	Link:       link,
}

// facts are what Link needs to know of one service: finished resources, without what lies in other services.
type facts struct {
	spaces   []resources
	backends []config.Backend
}

// resources are one namespace's.
type resources struct {
	name     string   // <service>.<namespace>
	port     int64    // 0: nobody listens
	listener []byte   // JSON
	cluster  []byte   // JSON without the endpoints
	proxied  []byte   // JSON of the cluster that goes through a proxy first; nil when there is none
	uses     []string // other namespaces whose clusters its routes name
	local    bool     // clients here look where the pods of this cluster register
}

func compile(s *config.Service, report finding.Report) target.Output {
	f := &facts{}
	for _, n := range s.Namespaces() {
		sp := readSpace(s, n, report)
		if !plainName.MatchString(sp.name) {
			report(n.Finding(finding.Finding{Code: finding.NotInEnvoy, Severity: finding.Warning,
				Message: fmt.Sprintf("%q is no name for a listener, and the namespace is left out of Envoy", sp.name)}))
			continue
		}
		checkSpace(sp, report)
		r := resources{name: sp.name, port: sp.port, local: sp.local, uses: sp.uses()}
		ok := true
		marshal := func(m message) []byte {
			data, err := encodeResource(m)
			if err != nil {
				ok = false
				report(n.Finding(finding.Finding{Code: finding.NotInEnvoy, Severity: finding.Warning,
					Message: "Envoy would refuse " + sp.name + ", which is left out: " + err.Error()}))
			}
			return data
		}
		r.cluster = marshal(sp.cluster())
		if sp.proxy != "" {
			r.proxied = marshal(sp.proxiedCluster())
		}
		if sp.port > 0 {
			r.listener = marshal(sp.listener())
		}
		if ok {
			f.spaces = append(f.spaces, r)
		}
	}
	for _, i := range s.Instances() {
		f.backends = append(f.backends, i.Backends()...)
		checkWeight(i, report)
	}
	return target.Output{Facts: f}
}

// plainName is what the names of listeners, clusters and statistics are made of, and nothing in them needs to be escaped.
var plainName = regexp.MustCompile(`^[-._a-zA-Z0-9]{1,240}$`)

func link(c *config.Cluster, linked []target.Linked, _ finding.Report) []target.File {
	var spaces []resources
	var backends []config.Backend
	for _, l := range linked {
		if f, ok := l.Facts.(*facts); ok {
			spaces = append(spaces, f.spaces...)
			backends = append(backends, f.backends...)
		}
	}
	if len(spaces) == 0 || target.AnyUnread(linked) {
		return nil
	}
	slices.SortStableFunc(spaces, func(a, b resources) int { return cmp.Compare(a.name, b.name) })
	used := map[string]bool{}
	for _, r := range spaces {
		used[r.name] = used[r.name] || r.port > 0
		for _, name := range r.uses {
			used[name] = true
		}
	}
	endpoints := map[string][]config.Endpoints{}
	for _, e := range config.GroupBackends(backends, c.System.Get("kubernetes_add_registration_labels").Truthy()) {
		endpoints[e.Registration] = append(endpoints[e.Registration], e)
	}
	var listeners, clusters []json.RawMessage
	taken := map[int64]bool{}
	for _, r := range spaces {
		if !used[r.name] {
			continue
		}
		here := endpoints[r.name]
		if !r.local {
			here = nil
		}
		clusters = append(clusters, withEndpoints(r.cluster, r.name, here))
		if r.proxied != nil {
			clusters = append(clusters, r.proxied)
		}
		if r.listener != nil && !taken[r.port] {
			taken[r.port] = true
			listeners = append(listeners, r.listener)
		}
	}
	bootstrap, err := encode(bootstrap(c))
	if err != nil {
		bootstrap = []byte("{}") // its parts are numbers and fixed strings, which newSettings has looked at
	}
	return []target.File{
		{Path: "envoy/bootstrap.json", Docs: []any{pretty(bootstrap)}},
		{Path: "envoy/cds.json", Docs: []any{response(clusters)}},
		{Path: "envoy/lds.json", Docs: []any{response(listeners)}},
	}
}

// message is what every type of Envoy's API offers.
type message interface {
	proto.Message
	Validate() error
}
