// Package network renders who may talk to whom as Kubernetes' NetworkPolicies, from the files that PaaSTA's firewall
// read.
//
// PaaSTA 1.64 has no firewall any more. The rules here are those of its last version (firewall.py): outbound_firewall,
// dependencies_reference and dependencies.yaml. That a service may be called by those who have it in their
// dependencies is ours.
package network

import (
	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/effect"
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/layout"
	"github.com/paasta-render/paasta-render/compiler/target"
)

const folder = "network/"

// Target is the back end for NetworkPolicies.
var Target = target.Target{
	Name: "network",
	Doc: `NetworkPolicies: whom pods may call, and who may call them

network/<service>.yaml holds the policies of a service's instances, network/_calls.yaml says instance by instance what
they let through. A policy is made for outbound_firewall: block; the key network of the system config adds those for
callers. The cluster needs a network plug-in that heeds NetworkPolicies.`,
	Optional:   true,
	SystemKeys: []string{settingsKey, "envoy_listen_address"},
	Files: []layout.Files{
		{Prefix: folder, Suffix: ".yaml", Owner: layout.OwnedByFile, Delivery: layout.AsManifest},
		{Prefix: folder + "_calls.yaml", Entries: &layout.Entries{Kind: "Calls", Rest: "CallsFile",
			Owner: layout.OwnedByNamespace}},
	},
	Findings: docs,
	Effects: effect.Table{
		"NetworkPolicy": {Kubernetes: true, Added: effect.Reroute, Removed: effect.Reroute, Rules: []effect.Rule{
			{Field: "metadata", Effect: effect.None, Why: "metadata of the object itself"},
			{Field: "spec.egress", Effect: effect.Reroute, Why: "whom the pods may call; _calls.yaml says which calls stop"},
			{Field: "spec.ingress", Effect: effect.Reroute, Why: "who may call the pods; _calls.yaml says which calls stop"},
			{Field: "spec", Effect: effect.Reroute, Why: "which traffic is let through"},
		}},
		"Calls": {Added: effect.Reroute, Removed: effect.Reroute, Rules: []effect.Rule{
			{Field: "outbound", Effect: effect.Reroute,
				Why: "from listed to everything: nothing stops; the other way: calls to all that is not listed stop"},
			{Field: "inbound", Effect: effect.Reroute,
				Why: "from listed to everything: nothing stops; the other way: calls by all that are not listed stop"},
			{Field: "to", Effect: effect.Reroute, Why: "calls to what is listed no more stop"},
			{Field: "from", Effect: effect.Reroute, Why: "calls by those who are listed no more stop"},
		}},
		"CallsFile": effect.Uniform(effect.Reroute, "which calls are let through"),
	},
	Compile: compile,
	Link:    link,
}

// facts are what Link needs to know of a service.
type facts struct {
	spaces    []space
	instances []instance
	callers   []caller
}

// space is a mesh namespace that the service defines.
type space struct {
	name string // <service>.<namespace>
	port int64  // proxy_port; 0 when it has none
}

// caller is a service that authorization.yaml names.
type caller struct {
	service string
	at      finding.Position
}

// instance is an instance with its rules.
type instance struct {
	service, name string
	namespace     string // of its pods
	operated      bool   // its pods are an operator's, which labels them
	wall          string // outbound_firewall: block, monitor, or empty
	wallAt        finding.Position
	rules         []rule
	backends      []config.Backend
}

func (i *instance) fullName() string { return i.service + "." + i.name }

// compile reads a service's rules.
func compile(s *config.Service, report finding.Report) target.Output {
	f := &facts{}
	for _, n := range s.Namespaces() {
		port, _ := n.ProxyPort()
		f.spaces = append(f.spaces, space{n.FullName(), port})
	}
	r := &reader{service: s, report: report}
	for _, i := range s.Instances() {
		f.instances = append(f.instances, r.instance(i))
	}
	if len(f.instances) > 0 {
		r.unused()
	}
	for _, n := range items(s.Folder.YAML("authorization.yaml").Path("authorization", "rules")) {
		for _, c := range items(n.Path("identity_groups", "services")) {
			if name, ok := c.Str(); ok {
				f.callers = append(f.callers, caller{name, c.Position()})
			}
		}
	}
	if len(f.spaces)+len(f.instances)+len(f.callers) == 0 {
		return target.Output{}
	}
	return target.Output{Facts: f}
}

// link makes the policies, and looks at the graph as a whole.
func link(c *config.Cluster, linked []target.Linked, report finding.Report) []target.File {
	set, ok := readSettings(c, report)
	if !ok || target.AnyUnread(linked) {
		return nil
	}
	g := newGraph(set, linked)
	g.check(c.Name, report)
	var files []target.File
	calls := map[string]callsFile{}
	for _, l := range linked {
		f, ok := l.Facts.(*facts)
		if !ok {
			continue
		}
		var docs []any
		for n := range f.instances {
			i := &f.instances[n]
			docs = append(docs, g.policies(i)...)
			if c := g.calls(i); c != nil {
				calls[i.fullName()] = *c
			}
		}
		if len(docs) > 0 {
			files = append(files, target.File{Path: folder + l.Service + ".yaml", Docs: docs})
		}
	}
	if len(calls) > 0 {
		files = append(files, target.File{Path: folder + "_calls.yaml", Docs: []any{calls}})
	}
	return files
}
