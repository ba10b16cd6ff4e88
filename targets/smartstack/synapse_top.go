package smartstack

import (
	"encoding/json"
	"path"
	"strconv"

	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/python"
	"github.com/paasta-render/paasta-render/compiler/target"
)

// synapseFile joins the services' watchers under HAProxy's and nginx's own sections. server_order_seed is left out:
// synapse-tools makes it from the host's name, and synapse itself picks one for each host when there is none.
func synapseFile(c *config.Cluster, all []*facts) []target.File {
	file := c.System.File("synapse-tools.conf.json")
	if !file.IsMap() {
		return nil
	}
	s := newSettings(file)
	watchers := map[string]json.RawMessage{}
	var globals, defaults []string
	for _, f := range all {
		for name, w := range f.watchers {
			watchers[name] = w
		}
		globals = extend(globals, f.globals, false)
		if f.tarpit {
			defaults = []string{tarpitTimeout}
		}
	}
	haproxy := haproxySection(s)
	haproxy["global"] = extend(haproxy["global"].([]string), globals, false)
	haproxy["defaults"] = extend(haproxy["defaults"].([]string), defaults, false)
	synapse := map[string]any{"services": watchers, "haproxy": haproxy}
	writer := c.System.File("envoy_migration.yaml").Get("registration_writer")
	if text, _ := writer.Str(); writer == nil || text == "synapse" {
		synapse["file_output"] = map[string]any{"output_directory": s.plain("file_output_path")}
	}
	if s.on("listen_with_nginx") {
		synapse["nginx"] = nginxSection(s)
	}
	return []target.File{{Path: "smartstack/synapse.conf.json", Docs: []any{synapse}}}
}

// haproxySection is what all of HAProxy's frontends and backends share. synapse-tools: _generate_haproxy_top_level.
func haproxySection(s settings) map[string]any {
	global := []string{
		"daemon",
		"maxconn " + s.whole("maximum_connections"),
		"stats socket " + s.str("haproxy_socket_file_path") + " level admin",
		"tune.bufsize 32768",
		"spread-checks 50",
		"log 127.0.0.1:1514 daemon info",
		"log-send-hostname",
		"unix-bind mode 666",
		"setenv map_file " + path.Join(s.str("map_dir"), "ip_to_service.map"),
		"setenv map_refresh_interval " + s.whole("map_refresh_interval"),
	}
	defaults := []string{
		"timeout connect 200ms", "timeout client 1000ms", "timeout server 1000ms",
		"retries 1", "option redispatch 1", "balance leastconn", "mode http", "option forceclose",
		"option accept-invalid-http-request", "log global", "option log-separate-errors",
		"default-server on-error fastinter error-limit 1 inter " + s.str("haproxy.defaults.inter") +
			" downinter 30s fastinter 30s rise 1 fall 2",
	}
	if s.on("haproxy_state_file_path") {
		global = append(global, "server-state-file "+s.str("haproxy_state_file_path"))
		defaults = append(defaults, "load-server-state-from-file global")
	}
	if errorfiles := s.node.Get("errorfiles"); errorfiles.IsMap() {
		for _, p := range errorfiles.Pairs {
			defaults = append(defaults, "errorfile "+python.Str(p.Key)+" "+python.Str(p.Value))
		}
	}
	sections := map[string]any{"listen stats": []string{
		"bind :" + s.whole("stats_port"), "mode http", "stats enable", "stats uri /", "stats refresh 1m", "stats show-node",
	}}
	if s.on("enable_map_debug") {
		sections["listen map.debug"] = []string{
			"bind :" + s.whole("map_debug_port"), "http-request use-service lua.map-debug",
		}
	}
	return map[string]any{
		"bind_address":     s.plain("bind_addr"),
		"restart_interval": s.plain("haproxy_restart_interval_s"),
		"restart_jitter":   0.1,
		"state_file_path":  "/var/run/synapse/state.json",
		"state_file_ttl":   1800, // seconds
		"reload_command":   s.format("haproxy_reload_cmd_fmt"),
		"socket_file_path": s.plain("haproxy_socket_file_path"),
		"config_file_path": s.plain("haproxy_config_path"),
		"do_writes":        true,
		"do_reloads":       true,
		"do_socket":        true,
		"global":           global,
		"defaults":         defaults,
		"extra_sections":   sections,
	}
}

// nginxSection is what all of nginx's listeners share. synapse-tools: _generate_nginx_top_level.
func nginxSection(s settings) map[string]any {
	return map[string]any{
		"contexts": map[string]any{
			"main": []string{
				"worker_processes 1",
				"worker_rlimit_nofile " + strconv.FormatInt(4*s.number("maximum_connections"), 10),
				"pid " + s.str("nginx_pid_file_path"),
				"error_log " + s.str("nginx_log_error_target") + " " + s.str("nginx_log_error_level"),
			},
			"stream": []string{"tcp_nodelay on"},
			"events": []string{"worker_connections " + s.str("maximum_connections"), "multi_accept on", "use epoll"},
		},
		"config_file_path": s.plain("nginx_config_path"),
		"check_command":    s.format("nginx_check_cmd_fmt"),
		"reload_command":   s.format("nginx_reload_cmd_fmt"),
		"start_command":    s.format("nginx_start_cmd_fmt"),
		"do_writes":        true,
		"do_reloads":       true,
		"restart_interval": s.plain("nginx_restart_interval_s"),
		"restart_jitter":   0.1,
		"listen_address":   s.plain("bind_addr"),
	}
}
