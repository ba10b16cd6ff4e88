package config

import (
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/python"
	"github.com/paasta-render/paasta-render/compiler/spelling"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

// Namespace is one mesh namespace: a top-level key of a service's smartstack.yaml.
type Namespace struct {
	Service string
	Name    string
	Config  *yaml11.Node // its keys; always a mapping
	key     *yaml11.Node
}

// Namespaces returns the service's mesh namespaces in the order of the file; what is no mapping is left out. A
// `smartstack` key in service.yaml takes the file's place. PaaSTA: get_all_namespaces_for_service.
func (s *Service) Namespaces() []Namespace { return namespacesOf(s.Name, s.Base().Get("smartstack")) }

// FileNamespaces returns what smartstack.yaml alone defines. PaaSTA: setup_istio_mesh.load_smartstack_namespaces.
func (s *Service) FileNamespaces() []Namespace {
	return namespacesOf(s.Name, s.Folder.YAML("smartstack.yaml"))
}

func namespacesOf(service string, root *yaml11.Node) []Namespace {
	if !root.IsMap() {
		return nil
	}
	var all []Namespace
	for _, p := range root.Pairs {
		if p.Value.IsMap() {
			all = append(all, Namespace{Service: service, Name: python.Str(p.Key), Config: p.Value, key: p.Key})
		}
	}
	return all
}

// Namespace returns a namespace of any service's smartstack.yaml; ok is false when the file does not define it. Unlike
// Namespaces it reads the file alone. PaaSTA: load_service_namespace_config.
func (f *Folder) Namespace(service, name string) (n Namespace, ok bool) {
	if service == "" {
		return Namespace{}, false
	}
	root := f.Other(service).YAML("smartstack.yaml")
	if !root.IsMap() {
		return Namespace{}, false
	}
	for _, p := range root.Pairs {
		if p.Value.IsMap() && python.Str(p.Key) == name {
			return Namespace{Service: service, Name: name, Config: p.Value, key: p.Key}, true
		}
	}
	return Namespace{}, false
}

// NearNamespace returns the registration of a service whose namespace is spelled almost like one that does not exist;
// empty when there is none.
func (f *Folder) NearNamespace(service, namespace string) string {
	var names []string
	if root := f.Other(service).YAML("smartstack.yaml"); root != nil {
		for _, p := range root.Pairs {
			names = append(names, p.Key.Text)
		}
	}
	if near := spelling.Nearest(namespace, names); near != "" {
		return service + "." + near
	}
	return ""
}

// FullName is what the mesh calls it: <service>.<namespace>.
func (n Namespace) FullName() string { return n.Service + "." + n.Name }

// Get returns a key of the namespace, nil when absent.
func (n Namespace) Get(key string) *yaml11.Node { return n.Config.Get(key) }

// At returns where a key's value was written; the namespace's own place when nobody wrote it.
func (n Namespace) At(key string) finding.Position {
	if p := n.Config.Get(key).Position(); p.File != "" {
		return p
	}
	return n.key.Position()
}

// LikelyNamespace returns the registration in the service's smartstack.yaml that a text without a dot probably
// means: the namespace of that name or, where the text is the service's name, its only one. It is empty when there
// is none.
func (f *Folder) LikelyNamespace(text string) string {
	root := f.YAML("smartstack.yaml")
	switch {
	case root.Has(text):
		return f.Name + "." + text
	case root != nil && len(root.Pairs) == 1 && (text == f.Name || text == ""):
		return f.Name + "." + root.Pairs[0].Key.Text
	case root.Has("main") && (text == f.Name || text == ""):
		return f.Name + ".main"
	}
	return ""
}

// Position returns where the namespace's name stands.
func (n Namespace) Position() finding.Position { return n.key.Position() }

// Finding fills in the service. At defaults to the namespace's place.
func (n Namespace) Finding(f finding.Finding) finding.Finding {
	if f.At.File == "" && f.How() == finding.AddBeside {
		f.Fix = finding.AddBelow
	}
	f.Service = n.Service
	if f.At.File == "" {
		f.At = n.key.Position()
	}
	return f
}

// InSmartStack tells whether the namespace has the key proxy_port, be it null. PaaSTA: is_in_smartstack.
func (n Namespace) InSmartStack() bool { return n.Config.Has("proxy_port") }

// ProxyPort is the port on which clients reach the namespace: proxy_port; ok is false when it is null, absent or no
// port: then the namespace is for discovery only.
func (n Namespace) ProxyPort() (port int64, ok bool) {
	p := n.Get("proxy_port")
	if p == nil || p.Kind != yaml11.Int || p.Big != nil || p.Int < 1 || p.Int > 65535 {
		return 0, false
	}
	return p.Int, true
}

// Mode is what the pods speak: mode, one of http, https, http2, tcp; http when the namespace has a proxy_port, empty
// otherwise. A value that PaaSTA does not know is returned as it is. PaaSTA: ServiceNamespaceConfig.get_mode.
func (n Namespace) Mode() string {
	if mode := n.Get("mode"); !mode.IsNull() {
		return python.Str(mode)
	}
	if n.InSmartStack() {
		return "http"
	}
	return ""
}

// HealthcheckMode is how a pod is asked whether it is well: healthcheck_mode, else the mode, where http2 pods are asked
// over http. PaaSTA: ServiceNamespaceConfig.get_healthcheck_mode.
func (n Namespace) HealthcheckMode() string {
	if mode := n.Get("healthcheck_mode"); mode.Truthy() {
		return python.Str(mode)
	}
	if mode := n.Mode(); mode != "http2" {
		return mode
	}
	return "http"
}

// HealthcheckURI is healthcheck_uri, a path with perhaps a query; default /status.
func (n Namespace) HealthcheckURI() string {
	if uri := n.Get("healthcheck_uri"); uri != nil {
		return python.Str(uri)
	}
	return "/status"
}

// Discover is the location type at which clients look for the namespace: discover; default region.
func (n Namespace) Discover() string {
	if d := n.Get("discover"); d != nil {
		return python.Str(d)
	}
	return "region"
}

// Advertise is the location types at which pods register: advertise; default region alone.
func (n Namespace) Advertise() []string {
	list := n.Get("advertise")
	if list == nil {
		return []string{"region"}
	}
	var types []string
	if list.IsList() {
		for _, item := range list.Items {
			types = append(types, python.Str(item))
		}
	}
	return types
}

// Advertisement is one line of extra_advertise: pods in From register in To, too. Both are <type>:<location>.
type Advertisement struct {
	From, To     string
	FromAt, ToAt finding.Position
}

// ExtraAdvertise is extra_advertise, flattened in the order of the file. PaaSTA: load_service_namespace_config.
func (n Namespace) ExtraAdvertise() []Advertisement {
	extra := n.Get("extra_advertise")
	if !extra.IsMap() {
		return nil
	}
	var all []Advertisement
	for _, p := range extra.Pairs {
		if !p.Value.IsList() {
			continue
		}
		for _, to := range p.Value.Items {
			all = append(all, Advertisement{python.Str(p.Key), python.Str(to), p.Key.Position(), to.Position()})
		}
	}
	return all
}

// LongestTimeoutMS is the longest that a request may take: the largest of timeout_server_ms (default 1000) and
// endpoint_timeouts, with the place of that value. PaaSTA: ServiceNamespaceConfig.get_longest_timeout_ms.
func (n Namespace) LongestTimeoutMS() (ms float64, at finding.Position) {
	ms, at = 1000, n.At("timeout_server_ms")
	if v, ok := n.Get("timeout_server_ms").Number(); ok {
		ms = v
	}
	endpoints := n.Get("endpoint_timeouts")
	if endpoints.IsMap() {
		for _, p := range endpoints.Pairs {
			if v, ok := p.Value.Number(); ok && v > ms {
				ms, at = v, p.Value.Position()
			}
		}
	}
	return ms, at
}
