package smartstack

import (
	"path"

	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/python"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

// pluginLines are what a plugin of synapse-tools adds to haproxy.cfg for one namespace.
type pluginLines struct {
	global, frontend, backend []string
	first                     bool // the backend lines go before the others
}

// plugins are synapse-tools' in the order of its registry. synapse-tools: config_plugins.
var plugins = []func(config.Namespace, settings) pluginLines{
	faultInjection, proxiedThrough, logging, pathBasedRouting, sourceRequired,
}

// tarpitTimeout is the longest that fault injection holds a request.
const tarpitTimeout = "timeout tarpit 60s"

func faultInjection(n config.Namespace, _ settings) pluginLines {
	return pluginLines{backend: []string{
		"acl to_be_tarpitted hdr_sub(X-Ctx-Tarpit) -i " + n.FullName(),
		"reqtarpit . if to_be_tarpitted",
	}}
}

func proxiedThrough(n config.Namespace, _ settings) pluginLines {
	var lines pluginLines
	status := "acl is_status_request path " + n.HealthcheckURI()
	if p := n.Get("proxied_through"); !p.IsNull() {
		proxy := python.Str(p)
		unless := " if !is_status_request !request_from_proxy proxied_through_backend_has_connslots"
		lines.frontend = []string{
			status,
			"acl request_from_proxy hdr_beg(X-Smartstack-Source) -i " + proxy,
			"acl proxied_through_backend_has_connslots connslots(" + proxy + ") gt 0",
			"http-request set-header X-Smartstack-Destination " + n.FullName() + unless,
			"use_backend " + proxy + unless,
		}
	}
	if n.Get("is_proxy").Truthy() {
		lines.backend = []string{
			status, "http-request set-header X-Smartstack-Source " + n.FullName() + " if !is_status_request",
		}
	}
	return lines
}

// enabled returns a plugin's options: the namespace's when it enables the plugin, else those of synapse-tools.conf.json
// when that does; nil when nobody does.
func enabled(n config.Namespace, s settings, plugin string) *yaml11.Node {
	if own := n.Get("plugins").Get(plugin); own.Get("enabled").Truthy() {
		return own
	}
	if global := s.node.Get(plugin); global.Get("enabled").Truthy() {
		return global
	}
	return nil
}

func logging(n config.Namespace, s settings) pluginLines {
	options := enabled(n, s, "logging")
	if options == nil {
		return pluginLines{}
	}
	lines := pluginLines{
		global:  []string{"lua-load " + path.Join(s.str("lua_dir"), "log_requests.lua")},
		backend: []string{"http-request lua.init_logging", "http-request lua.log_provenance"},
	}
	if rate := options.Get("sample_rate"); rate != nil {
		lines.global = append(lines.global, "setenv sample_rate "+python.Str(rate))
	}
	return lines
}

func pathBasedRouting(n config.Namespace, s settings) pluginLines {
	if enabled(n, s, "path_based_routing") == nil {
		return pluginLines{}
	}
	return pluginLines{
		global:   []string{"lua-load " + path.Join(s.str("lua_dir"), "path_based_routing.lua")},
		frontend: []string{"http-request set-var(txn.backend_name) lua.get_backend", "use_backend %[var(txn.backend_name)]"},
	}
}

// sourceRequired can be enabled by the namespace alone.
func sourceRequired(n config.Namespace, s settings) pluginLines {
	if !n.Get("plugins").Get("source_required").Get("enabled").Truthy() {
		return pluginLines{}
	}
	return pluginLines{
		global:  []string{"lua-load " + path.Join(s.str("lua_dir"), "add_source_header.lua")},
		backend: []string{"http-request lua.add_source_header"},
		first:   true,
	}
}
