package kubernetes

import (
	"strconv"
	"strings"

	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/python"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

// mesh is what the service's smartstack.yaml says of the instance's first registration.
type mesh struct {
	config        value // the namespace; nil when smartstack.yaml does not have it
	in            bool  // it has a proxy_port: pods get a hacheck sidecar and drain before they stop
	mode          string
	registrations []string
}

// loadMesh reads the registrations, and the namespace in this service's own smartstack.yaml that is named like the
// first one. PaaSTA: get_registrations, get_nerve_namespace, load_service_namespace_config.
func (b *builder) loadMesh() {
	if p := b.RegistrationsProblem(); p != nil {
		b.refuseAt(p.At, p.Message, p.Suggestion)
		return
	}
	all := b.Registrations()
	for i, r := range all {
		b.mesh.registrations = append(b.mesh.registrations, r.Name)
		b.checkRegistration(i, r)
	}
	_, namespace, ok := all[0].Split()
	if !ok {
		return
	}
	b.mesh.config = b.service.Folder.YAML("smartstack.yaml").Get(namespace)
	if b.mesh.config == nil {
		return
	}
	if !b.mesh.config.IsMap() {
		b.refuse(b.mesh.config, "the mesh namespace "+namespace+" is "+b.mesh.config.KindWithArticle()+", not a mapping", "")
		return
	}
	b.mesh.in = b.mesh.config.Has("proxy_port")
	b.loadMeshMode()
	b.checkMeshLists()
}

// checkRegistration reports a registration that cannot work. Only the first one stops PaaSTA.
func (b *builder) checkRegistration(index int, r config.Registration) {
	service, namespace, ok := r.Split()
	switch {
	case !ok && index == 0:
		b.refuseAt(r.At, "the registration "+strconv.Quote(r.Name)+" is not <service>.<namespace>",
			b.likelyRegistration(r.Name))
	case !ok:
		b.service.report(b.Finding(finding.Finding{Code: finding.InvalidRegistrations, Severity: finding.Warning, At: r.At,
			Message:    "the registration " + strconv.Quote(r.Name) + " is not <service>.<namespace>",
			Suggestion: b.likelyRegistration(r.Name)}))
	case r.Written:
		if _, found := b.service.Folder.Namespace(service, namespace); !found {
			b.service.report(b.Finding(finding.Finding{Code: finding.UnknownNamespace, Severity: finding.Warning, At: r.At,
				Message:    service + "/smartstack.yaml has no namespace " + namespace,
				Suggestion: b.service.Folder.NearNamespace(service, namespace)}))
		}
	}
}

// likelyRegistration is the registration that a text without a namespace probably means.
func (b *builder) likelyRegistration(text string) string {
	if strings.Contains(text, ".") {
		return ""
	}
	return b.service.Folder.LikelyNamespace(text)
}

// loadMeshMode settles what the pods speak: mode, one of http, http2, tcp, https; default http in the mesh.
// PaaSTA: ServiceNamespaceConfig.get_mode.
func (b *builder) loadMeshMode() {
	mode := b.mesh.config.Get("mode")
	if mode.IsNull() {
		if b.mesh.in {
			b.mesh.mode = "http"
		}
		return
	}
	switch text, _ := mode.Str(); text {
	case "http", "http2", "tcp", "https":
		b.mesh.mode = text
	default:
		b.refuse(mode, "smartstack mode "+python.Repr(mode)+" is not known", "http, http2, https or tcp")
	}
}

// checkMeshLists holds routes and extra_advertise to what PaaSTA does with them when it loads the namespace.
func (b *builder) checkMeshLists() {
	if routes := b.mesh.config.Get("routes"); routes != nil {
		for _, route := range b.mappings(routes, "routes") {
			if len(b.elements(b.need(route, "destinations"), "destinations")) > 0 {
				b.need(route, "source")
			}
		}
	}
	extra := b.mesh.config.Get("extra_advertise")
	switch {
	case extra == nil:
	case extra.IsMap():
		for _, p := range extra.Pairs {
			if !p.Value.IsList() && !p.Value.IsString() && !p.Value.IsMap() {
				b.refuse(p.Value, "extra_advertise "+p.Key.Text+" is "+p.Value.KindWithArticle()+", not a list", "")
			}
		}
	default:
		if len(b.items(extra, "extra_advertise")) > 0 {
			b.refuse(extra, "extra_advertise is a list, not a mapping", "")
		}
	}
}

// longestTimeoutMS is the largest of timeout_server_ms (default 1000) and endpoint_timeouts, in milliseconds.
// PaaSTA: ServiceNamespaceConfig.get_longest_timeout_ms.
func (b *builder) longestTimeoutMS() (float64, bool) {
	timeouts := []value{getOr(b.mesh.config, "timeout_server_ms", yaml11.NewInt(1000))}
	if endpoints := b.mappingIn(b.mesh.config, "endpoint_timeouts"); endpoints != nil {
		for _, p := range endpoints.Pairs {
			timeouts = append(timeouts, p.Value)
		}
	}
	var longest float64
	for i, t := range timeouts {
		ms, ok := b.number(t, "a timeout of the mesh namespace")
		if !ok {
			return 0, false
		}
		if v := ms.value(); i == 0 || v > longest {
			longest = v
		}
	}
	return longest, true
}

// meshRegistrations is the registrations as commands take them.
func (b *builder) meshRegistrations() string { return strings.Join(b.mesh.registrations, " ") }
