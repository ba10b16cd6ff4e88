// Package envoy renders the mesh for a stock Envoy on every host: a bootstrap and file-based xDS. A listener a
// proxy_port, routes by smartstack.yaml, clusters that find pods by the DNS names of headless Services.
//
// Every message is a typed one of Envoy's own API and passes its validation before it is written.
package envoy

import (
	"cmp"
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

// facts are what Link needs to know of one service: its namespaces, and where its pods are.
type facts struct {
	spaces   []space
	backends []config.Backend
}

func compile(s *config.Service, report finding.Report) target.Output {
	namespaces := s.Namespaces()
	f := &facts{spaces: make([]space, 0, len(namespaces))}
	set := newSettings(s.Cluster)
	for _, n := range namespaces {
		sp := readSpace(s, n, &set, report)
		if !plainName.MatchString(sp.name) {
			report(n.Finding(finding.Finding{Code: finding.NotInEnvoy, Severity: finding.Warning,
				Message: fmt.Sprintf("%q is no name for a listener, and the namespace is left out of Envoy", sp.name)}))
			continue
		}
		checkSpace(sp, report)
		if err := sp.validate(); err != nil {
			report(n.Finding(finding.Finding{Code: finding.NotInEnvoy, Severity: finding.Warning,
				Message: "Envoy would refuse " + sp.name + ", which is left out: " + err.Error()}))
			continue
		}
		fact := *sp.space
		fact.settings = nil
		f.spaces = append(f.spaces, fact)
	}
	for _, i := range s.Instances() {
		f.backends = append(f.backends, i.Backends()...)
		checkWeight(i, report)
	}
	f.backends = slices.Clone(f.backends) // what grew step by step keeps room that nobody uses
	return target.Output{Facts: f}
}

// plainName is what the names of listeners, clusters and statistics are made of, and nothing in them needs to be
// escaped.
var plainName = regexp.MustCompile(`^[-._a-zA-Z0-9]{1,240}$`)

func link(c *config.Cluster, linked []target.Linked, _ finding.Report) []target.File {
	var spaces []*space
	var backends []config.Backend
	for _, l := range linked {
		if f, ok := l.Facts.(*facts); ok {
			for i := range f.spaces {
				spaces = append(spaces, &f.spaces[i])
			}
			backends = append(backends, f.backends...)
		}
	}
	if len(spaces) == 0 || target.AnyUnread(linked) {
		return nil
	}
	slices.SortStableFunc(spaces, func(a, b *space) int { return cmp.Compare(a.name, b.name) })
	bootstrap, err := encode(bootstrap(c))
	if err != nil {
		bootstrap = []byte("{}") // its parts are numbers and fixed strings, which newSettings has looked at
	}
	set := newSettings(c)
	e := &encoder{settings: &set, made: map[string][]byte{}}
	return []target.File{
		{Path: "envoy/bootstrap.json", Docs: []any{pretty(bootstrap)}},
		{Path: "envoy/cds.json", Text: response(e.clusters(inUse(spaces), endpoints(c, backends)))},
		{Path: "envoy/lds.json", Text: response(e.listeners(spaces))},
	}
}

// inUse leaves out the namespaces that have no port and are no other's proxy or vip_upgrade.
func inUse(spaces []*space) []*space {
	used := map[string]bool{}
	for _, sp := range spaces {
		used[sp.name] = used[sp.name] || sp.port > 0
		for _, name := range sp.uses() {
			used[name] = true
		}
	}
	return slices.DeleteFunc(slices.Clone(spaces), func(sp *space) bool { return !used[sp.name] })
}

// endpoints are where the pods of each registration are, by its name.
func endpoints(c *config.Cluster, backends []config.Backend) map[string][]config.Endpoints {
	all := map[string][]config.Endpoints{}
	for _, e := range config.GroupBackends(backends, c.System.Get("kubernetes_add_registration_labels").Truthy()) {
		all[e.Registration] = append(all[e.Registration], e)
	}
	return all
}

// message is what every type of Envoy's API offers.
type message interface {
	proto.Message
	Validate() error
}
