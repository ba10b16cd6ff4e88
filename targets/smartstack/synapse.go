package smartstack

import (
	"cmp"
	"encoding/json"
	"path"
	"slices"
	"strings"

	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/python"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

// synapse makes a service's part of synapse.conf.json; nil when the system directory has no synapse-tools.conf.json:
// then nobody runs synapse. The rules are those of synapse-tools' configure_synapse.generate_configuration.
type synapse struct {
	settings  settings
	migration *yaml11.Node // envoy_migration.yaml
	hosts     []string     // ZooKeeper's
	locations *config.Locations
	cluster   *config.Cluster
}

func newSynapse(s *config.Service) *synapse {
	system := s.Cluster.System
	file := system.File("synapse-tools.conf.json")
	if !file.IsMap() || !s.Base().Get("smartstack").Truthy() {
		return nil
	}
	y := &synapse{
		settings: newSettings(file), migration: system.File("envoy_migration.yaml"),
		locations: system.Locations(), cluster: s.Cluster,
	}
	name := strings.TrimPrefix(path.Clean(y.settings.str("zookeeper_topology_path")), "/")
	topology := system.File(name)
	if topology == nil {
		topology = system.File("nail/etc/zookeeper_discovery/infrastructure/local.yaml")
	}
	y.hosts = zookeeperHosts(topology)
	return y
}

// zookeeperHosts turns [[host, port], …] into host:port. synapse-tools: get_zookeeper_topology.
func zookeeperHosts(topology *yaml11.Node) []string {
	hosts := []string{}
	if topology.IsList() {
		for _, entry := range topology.Items {
			if entry.IsList() && len(entry.Items) >= 2 {
				hosts = append(hosts, python.Str(entry.Items[0])+":"+whole(entry.Items[1]))
			}
		}
	}
	return hosts
}

// watcher is one entry of synapse's `services`.
type watcher map[string]any

// add makes the watchers of one namespace: a pair of location type and endpoint each, and nginx's listener.
func (y *synapse) add(f *facts, n config.Namespace) {
	port := n.Get("proxy_port")
	if v, ok := port.Number(); y == nil || port == nil || ok && v < 0 {
		return
	}
	if !printable(n) {
		return // synapse-tools stops here, for all services; the schema has said so
	}
	types := y.advertised(n)
	discover := n.Discover()
	if !slices.Contains(types, discover) {
		return // synapse-tools then writes an empty file; checkLocations has said so
	}
	if f.watchers == nil {
		f.watchers = map[string]json.RawMessage{}
	}
	base := y.watcher(n)
	put := func(name string, w watcher) {
		data, _ := json.Marshal(w) // maps of strings and numbers always marshal
		f.watchers[name] = data
	}
	var front watcher
	for _, b := range backends(n, types) {
		w := y.backend(base, n, b, discover)
		if b.kind == discover && b.rest {
			front = w
			continue
		}
		put(backendName(n.FullName(), discover, b), w)
	}
	if port.IsNull() {
		put(n.FullName(), front)
		return
	}
	if y.settings.on("listen_with_nginx") && !y.envoyOnly(n) {
		put(n.FullName()+".nginx_listener", y.listener(n))
	}
	haproxy := front["haproxy"].(map[string]any)
	frontend, backend := haproxy["frontend"].([]string), haproxy["backend"].([]string)
	f.tarpit = true
	for _, plugin := range plugins {
		lines := plugin(n, y.settings)
		frontend = extend(frontend, lines.frontend, false)
		backend = extend(backend, lines.backend, lines.first)
		f.globals = extend(f.globals, lines.global, false)
	}
	haproxy["frontend"] = append(frontend, y.routes(n, types)...)
	haproxy["backend"] = backend
	put(n.FullName(), front)
}

// printable tells whether synapse-tools can work with the namespace's values.
func printable(n config.Namespace) bool {
	for _, key := range []string{"extra_headers", "extra_healthcheck_headers", "endpoint_timeouts"} {
		if v := n.Get(key); v != nil && !v.IsMap() {
			return false
		}
	}
	for _, key := range []string{"timeout_client_ms", "timeout_server_ms", "timeout_connect_ms", "retries"} {
		if v := n.Get(key); !v.IsNull() && !v.IsNumber() {
			return false
		}
	}
	return true
}

// advertised are the known location types that the namespace advertises, most specific first.
func (y *synapse) advertised(n config.Namespace) []string {
	types := slices.DeleteFunc(n.Advertise(), func(kind string) bool { return y.locations.Depth(kind) < 0 })
	slices.SortStableFunc(types, func(a, b string) int { return cmp.Compare(y.locations.Depth(b), y.locations.Depth(a)) })
	return types
}

// envoyOnly tells whether the namespace has moved to Envoy, so that nginx does not listen for it.
func (y *synapse) envoyOnly(n config.Namespace) bool {
	if !y.migration.Get("migration_enabled").Truthy() {
		return false
	}
	state := y.migration.Get("namespaces").Get(n.FullName())
	if state == nil {
		return true
	}
	text, _ := state.Get("state").Str()
	return text == "envoy"
}

// variant is one backend of a namespace: the pods that advertise at a location type, under the timeout of an endpoint.
type variant struct {
	kind     string
	rest     bool   // all requests that no endpoint takes
	endpoint string // path
	timeout  *yaml11.Node
}

// backends pairs location types with endpoints; an endpoint called
// "default" is none. synapse-tools: _get_backends_for_service.
func backends(n config.Namespace, types []string) []variant {
	var all []variant
	for _, kind := range types {
		if endpoints := n.Get("endpoint_timeouts"); endpoints.IsMap() {
			for _, p := range endpoints.Pairs {
				name := python.Str(p.Key)
				all = append(all, variant{kind, name == "default", name, p.Value})
			}
		}
		all = append(all, variant{kind: kind, rest: true})
	}
	return all
}

// backendName is <namespace>[.<type>][.<endpoint>_timeouts]. synapse-tools: get_backend_name.
func backendName(name, discover string, b variant) string {
	if b.kind != discover {
		name += "." + b.kind
	}
	if !b.rest {
		name += "." + strings.ReplaceAll(b.endpoint, "/", "__") + "_timeouts"
	}
	return name
}

// backend is the watcher of one variant.
func (y *synapse) backend(base watcher, n config.Namespace, b variant, discover string) watcher {
	w := watcher{}
	for k, v := range base {
		w[k] = v
	}
	discovery := map[string]any{"label_filters": []any{map[string]string{
		"label": b.kind + ":" + y.locations.Here(y.cluster.Name, b.kind), "value": "", "condition": "equals",
	}}}
	for k, v := range base["discovery"].(map[string]any) {
		discovery[k] = v
	}
	w["discovery"] = discovery
	if n.Get("proxy_port").IsNull() {
		w["haproxy"] = map[string]any{"disabled": true}
		return w
	}
	haproxy := map[string]any{"backend_name": backendName(n.FullName(), discover, b)}
	for k, v := range base["haproxy"].(map[string]any) {
		haproxy[k] = v
	}
	w["haproxy"] = haproxy
	haproxy["backend"] = serverTimeout(haproxy["backend"].([]string), b)
	if b.kind != discover || !b.rest {
		delete(haproxy, "frontend")
		return w
	}
	frontend := slices.Clone(haproxy["frontend"].([]string))
	plain := y.settings.socket("haproxy_service_sockets_path_fmt", n.FullName())
	proxied := y.settings.socket("haproxy_service_proxy_sockets_path_fmt", n.FullName())
	if y.settings.on("listen_with_haproxy") {
		haproxy["port"] = python.Str(n.Get("proxy_port"))
		haproxy["frontend"] = append(frontend, "bind "+plain, "bind "+proxied+" accept-proxy")
		return w
	}
	haproxy["port"] = nil
	haproxy["bind_address"] = plain
	haproxy["frontend"] = append(frontend, "bind "+proxied+" accept-proxy")
	return w
}

// serverTimeout puts an endpoint's timeout in the place of the namespace's.
func serverTimeout(lines []string, b variant) []string {
	lines = slices.Clone(lines)
	if b.rest {
		return lines
	}
	line := "timeout server " + whole(b.timeout) + "ms"
	if at := slices.IndexFunc(lines, func(l string) bool { return strings.HasPrefix(l, "timeout server ") }); at >= 0 {
		lines[at] = line
		return lines
	}
	return append(lines, line)
}

// routes send requests to the backends that have room, in the order of backends; never to a location type more specific
// than discover. synapse-tools: generate_acls_for_service.
func (y *synapse) routes(n config.Namespace, types []string) []string {
	var lines []string
	discover := n.Discover()
	for _, b := range backends(n, types) {
		if y.locations.Depth(discover) < y.locations.Depth(b.kind) {
			continue
		}
		name, condition := backendName(n.FullName(), discover, b), ""
		if !b.rest {
			match := "path_beg"
			if b.endpoint == "/" {
				match = "path"
			}
			condition = " " + name + "_path"
			lines = append(lines, "acl"+condition+" "+match+" "+b.endpoint)
		}
		lines = append(lines,
			"acl "+name+"_has_connslots connslots("+name+") gt 0",
			"use_backend "+name+" if "+name+"_has_connslots"+condition)
	}
	return lines
}

// extend adds the lines that are not there yet, at the end or at the front.
func extend(lines, more []string, front bool) []string {
	more = slices.DeleteFunc(slices.Clone(more), func(l string) bool { return slices.Contains(lines, l) })
	if front {
		return append(more, lines...)
	}
	return append(lines, more...)
}
