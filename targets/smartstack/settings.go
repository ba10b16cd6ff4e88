package smartstack

import (
	"github.com/paasta-render/paasta-render/compiler/python"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

// settings is synapse-tools.conf.json over its defaults. synapse-tools: configure_synapse.set_defaults.
type settings struct{ node *yaml11.Node }

// settingDefaults are what synapse-tools takes for keys that the file does not set.
var settingDefaults = []yaml11.Pair{
	yaml11.Entry("bind_addr", yaml11.NewString("0.0.0.0")),
	yaml11.Entry("listen_with_haproxy", yaml11.NewBool(true)),
	yaml11.Entry("haproxy.defaults.inter", yaml11.NewString("10m")),
	yaml11.Entry("haproxy_socket_file_path", yaml11.NewString("/var/run/synapse/haproxy.sock")),
	yaml11.Entry("haproxy_captured_req_headers",
		yaml11.NewString("X-B3-SpanId,X-B3-TraceId,X-B3-ParentSpanId,X-B3-Flags:10,X-B3-Sampled:10")),
	yaml11.Entry("haproxy_config_path", yaml11.NewString("/var/run/synapse/haproxy.cfg")),
	yaml11.Entry("haproxy_path", yaml11.NewString("/usr/bin/haproxy-synapse")),
	yaml11.Entry("haproxy_pid_file_path", yaml11.NewString("/var/run/synapse/haproxy.pid")),
	yaml11.Entry("haproxy_state_file_path", yaml11.NewNull()),
	yaml11.Entry("haproxy_respect_allredisp", yaml11.NewBool(true)),
	yaml11.Entry("haproxy_reload_cmd_fmt", yaml11.NewString("touch {haproxy_pid_file_path} && PID=$(cat {haproxy_pid_file_path})"+
		" && {haproxy_path} -f {haproxy_config_path} -p {haproxy_pid_file_path} -sf $PID")),
	yaml11.Entry("haproxy_service_sockets_path_fmt", yaml11.NewString("/var/run/synapse/sockets/{service_name}.sock")),
	yaml11.Entry("haproxy_service_proxy_sockets_path_fmt", yaml11.NewString("/var/run/synapse/sockets/{service_name}.prxy")),
	yaml11.Entry("haproxy_restart_interval_s", yaml11.NewInt(60)),
	yaml11.Entry("file_output_path", yaml11.NewString("/var/run/synapse/services")),
	yaml11.Entry("maximum_connections", yaml11.NewInt(10000)),
	yaml11.Entry("maxconn_per_server", yaml11.NewInt(50)),
	yaml11.Entry("maxqueue_per_server", yaml11.NewInt(10)),
	yaml11.Entry("zookeeper_topology_path", yaml11.NewString("/nail/etc/zookeeper_discovery/infrastructure/local.yaml")),
	yaml11.Entry("hacheck_port", yaml11.NewInt(6666)),
	yaml11.Entry("stats_port", yaml11.NewInt(3212)),
	// synapse-tools defaults to the folder of its own Python package; this is where its Debian package puts it.
	yaml11.Entry("lua_dir", yaml11.NewString("/opt/venvs/synapse-tools/lib/python3.6/site-packages/synapse_tools/lua_scripts")),
	yaml11.Entry("map_dir", yaml11.NewString("/var/run/synapse/maps/")),
	yaml11.Entry("map_refresh_interval", yaml11.NewInt(5)),
	yaml11.Entry("logging", yaml11.NewMap(yaml11.Entry("enabled", yaml11.NewBool(false)))),
	yaml11.Entry("listen_with_nginx", yaml11.NewBool(false)),
	yaml11.Entry("nginx_path", yaml11.NewString("/usr/sbin/nginx")),
	yaml11.Entry("nginx_prefix", yaml11.NewString("/var/run/synapse/nginx_temp")),
	yaml11.Entry("nginx_config_path", yaml11.NewString("/var/run/synapse/nginx.cfg")),
	yaml11.Entry("nginx_pid_file_path", yaml11.NewString("/var/run/synapse/nginx.pid")),
	yaml11.Entry("nginx_reload_script", yaml11.NewString("/usr/bin/synapse-tools-reload-nginx")),
	yaml11.Entry("nginx_proxy_proto", yaml11.NewBool(false)),
	yaml11.Entry("nginx_reload_cmd_fmt", yaml11.NewString("{nginx_reload_script} {nginx_pid_file_path}")),
	yaml11.Entry("nginx_start_cmd_fmt", yaml11.NewString("mkdir -p {nginx_prefix} && (kill -0 $(cat {nginx_pid_file_path}) || "+
		"{nginx_path} -c {nginx_config_path} -p {nginx_prefix})")),
	yaml11.Entry("nginx_check_cmd_fmt", yaml11.NewString("{nginx_path} -t -c {nginx_config_path}")),
	yaml11.Entry("nginx_restart_interval_s", yaml11.NewInt(600)),
	yaml11.Entry("nginx_log_error_target", yaml11.NewString("/dev/null")),
	yaml11.Entry("nginx_log_error_level", yaml11.NewString("crit")),
}

// newSettings lays the file over the defaults, key by key. reload_cmd_fmt is haproxy_reload_cmd_fmt's old name and
// wins.
func newSettings(file *yaml11.Node) settings {
	node := yaml11.NewMap(settingDefaults...)
	for _, p := range file.Pairs {
		node = node.With(p.Key.Text, p.Value)
	}
	if old := file.Get("reload_cmd_fmt"); old != nil {
		node = node.With("haproxy_reload_cmd_fmt", old)
	}
	return settings{node}
}

// on tells whether a setting is truthy.
func (s settings) on(key string) bool { return s.node.Get(key).Truthy() }

// str is Python's str() of a setting.
func (s settings) str(key string) string { return python.Str(s.node.Get(key)) }

// whole is Python's '%d' of a setting.
func (s settings) whole(key string) string { return whole(s.node.Get(key)) }

// number is a setting as an integer; 0 when it is none.
func (s settings) number(key string) int64 {
	v, _ := s.node.Get(key).Number()
	return python.Truncate(v)
}

// plain is a setting as it was written.
func (s settings) plain(key string) any { return plain(s.node.Get(key)) }

// format is str.format over all settings; the template itself when it has unknown placeholders.
func (s settings) format(key string) string {
	values := map[string]string{}
	for _, p := range s.node.Pairs {
		values[p.Key.Text] = python.Str(p.Value)
	}
	text, err := python.Format(s.str(key), values)
	if err != nil {
		return s.str(key)
	}
	return text
}

// socket is the path of a namespace's Unix socket; key is one of the two haproxy_service_*_path_fmt.
func (s settings) socket(key, namespace string) string {
	text, err := python.Format(s.str(key), map[string]string{"service_name": namespace})
	if err != nil {
		return s.str(key)
	}
	return text
}

// whole is Python's '%d': truncated, and its str() when it is no number.
func whole(n *yaml11.Node) string {
	if n != nil && n.Kind == yaml11.Int {
		return python.Int(n)
	}
	v, ok := n.Number()
	if !ok {
		return python.Str(n)
	}
	return python.Int(yaml11.NewInt(python.Truncate(v)))
}

// plain turns a node into what encoding/json prints alike.
func plain(n *yaml11.Node) any {
	if n == nil {
		return nil
	}
	switch n.Kind {
	case yaml11.Null:
		return nil
	case yaml11.Bool:
		return n.Bool
	case yaml11.Int:
		if n.Big != nil {
			return n.Big
		}
		return n.Int
	case yaml11.Float:
		return n.Float
	case yaml11.List:
		list := make([]any, len(n.Items))
		for i, item := range n.Items {
			list[i] = plain(item)
		}
		return list
	case yaml11.Map:
		m := make(map[string]any, len(n.Pairs))
		for _, p := range n.Pairs {
			m[python.Str(p.Key)] = plain(p.Value)
		}
		return m
	}
	return n.Text
}
