// Package smartstack renders the mesh as SmartStack and Kubernetes know it: the services files, synapse's and nerve's
// configuration, and the Kubernetes and Istio Services of the mesh namespaces. The Envoy target renders what Envoy
// runs.
package smartstack

import (
	"encoding/json"
	"slices"

	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/target"
)

// Target renders smartstack/ and kubernetes/_cluster/mesh-*.yaml.
var Target = target.Target{
	Name: "smartstack",
	Doc: `The mesh: services files, synapse, nerve, and the Services that follow its pods.
smartstack/ holds services.yaml, services.json, etc-services, synapse.conf.json, nerve.conf.json, authenticating.yaml,
synapse_srv_namespaces and timeouts.prom. kubernetes/_cluster/mesh-*.yaml hold a Service for each namespace, headless
Services for each registration and, where the system config says istio_mesh: true, Istio's routes.`,
	SystemKeys: systemKeys,
	Files:      files,
	Effects:    effects,
	Compile:    compile,
	Link:       link,
}

// facts are what Link needs to know of one service.
type facts struct {
	namespaces     []namespace
	istio          []istioNamespace
	lines          []string // of /etc/services
	watchers       map[string]json.RawMessage
	globals        []string // lines of HAProxy's global section that plugins ask for, in order
	tarpit         bool     // a namespace has a port: its requests can be held up
	nerve          []nerveEntry
	backends       []config.Backend
	registered     []string // what the service's instances register under, in any cluster
	authenticating []string
	unread         unread
}

// unread says what of a service cannot be read. No file that holds such a part of every service is written then.
type unread struct{ namespaces, instances, authorization bool }

// namespace is what the cluster-wide files say of one namespace.
type namespace struct {
	name     string // <service>.<namespace>
	port     int64  // proxy_port; 0 when null or absent
	hasPort  bool   // proxy_port is not null
	fact     string // proxy_port as Python prints it; empty when the key is absent
	proxied  string // proxied_through
	at       finding.Position
	portAt   finding.Position
	proxyAt  finding.Position
	timeouts []timeout
}

func compile(s *config.Service, report finding.Report) target.Output {
	namespaces := s.Namespaces()
	f := &facts{namespaces: make([]namespace, 0, len(namespaces)), istio: make([]istioNamespace, 0, len(namespaces))}
	synapse := newSynapse(s)
	for _, n := range namespaces {
		checkNamespace(s, n, report)
		f.namespaces = append(f.namespaces, namespaceFacts(n))
		synapse.add(f, n)
	}
	for _, n := range s.FileNamespaces() {
		port, _, _ := proxyPort(n)
		f.istio = append(f.istio, istioNamespace{n.FullName(), port})
	}
	f.lines = serviceLines(s, namespaces)
	f.unread.namespaces = s.Folder.Unread()
	f.nerve = nerveEntries(s)
	for _, i := range s.Instances() {
		checkInstance(i, report)
		f.backends = append(f.backends, i.Backends()...)
	}
	f.backends = slices.Clone(f.backends) // what grew step by step keeps room that nobody uses
	f.registered = everRegistered(s)
	f.unread.instances = s.Folder.Unread()
	f.authenticating = authenticating(s.Folder)
	f.unread.authorization = s.Folder.Broken(authorizationFile)
	return target.Output{Facts: f}
}

func link(c *config.Cluster, linked []target.Linked, report finding.Report) []target.File {
	all := make([]*facts, 0, len(linked))
	var namespaces []namespace
	for _, l := range linked {
		if f, ok := l.Facts.(*facts); ok {
			all = append(all, f)
			namespaces = append(namespaces, f.namespaces...)
		}
	}
	if len(namespaces) == 0 {
		return nil
	}
	checkMesh(c, all, namespaces, report)
	var lacks unread
	for _, f := range all {
		lacks.namespaces = lacks.namespaces || f.unread.namespaces
		lacks.instances = lacks.instances || f.unread.instances
		lacks.authorization = lacks.authorization || f.unread.authorization
	}
	var files []target.File
	if !lacks.authorization {
		files = append(files, authenticatingFile(c, all))
	}
	if lacks.namespaces {
		return files
	}
	files = append(files, serviceFiles(all, namespaces)...)
	if lacks.instances {
		return files
	}
	files = append(files, synapseFile(c, all)...)
	files = append(files, nerveFile(c, all))
	return append(files, kubernetesFiles(c, all)...)
}

// namespaceFacts reads what the cluster-wide files need.
func namespaceFacts(n config.Namespace) namespace {
	f := namespace{name: n.FullName(), at: n.Position(), portAt: n.At("proxy_port"), timeouts: timeouts(n)}
	f.port, f.hasPort, f.fact = proxyPort(n)
	if proxy := n.Get("proxied_through"); proxy.IsString() {
		f.proxied, f.proxyAt = proxy.Text, proxy.Position()
	}
	return f
}
