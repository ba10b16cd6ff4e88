package smartstack

import (
	"strings"

	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/python"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

// nginxTimeoutS is longer than any HAProxy process lives after a reload, so that HAProxy times out first, seconds.
const nginxTimeoutS = "3610"

// watcher is what all watchers of a namespace share. synapse-tools: base_watcher_cfg_for_service.
func (y *synapse) watcher(n config.Namespace) watcher {
	discovery := map[string]any{"method": "zookeeper", "path": "/smartstack/global/" + n.FullName(), "hosts": y.hosts}
	haproxy := y.haproxy(n)
	if chaos := n.Get("chaos"); chaos.Truthy() {
		switch fail, delay := y.chaos(chaos); {
		case fail == "drop":
			haproxy["frontend"] = append(haproxy["frontend"].([]string), "tcp-request content reject")
		case fail == "error_503":
			discovery = map[string]any{"method": "base"}
		case delay != "":
			haproxy["frontend"] = append(haproxy["frontend"].([]string),
				"tcp-request inspect-delay "+delay, "tcp-request content accept if WAIT_END")
		}
	}
	w := watcher{"default_servers": []any{}, "use_previous_backends": false, "discovery": discovery, "haproxy": haproxy}
	if y.settings.on("listen_with_nginx") {
		w["nginx"] = map[string]any{"disabled": true}
	}
	return w
}

// chaos merges what concerns this host: groupings are location types, a later one wins. synapse-tools:
// merge_dict_for_my_grouping.
func (y *synapse) chaos(groupings *yaml11.Node) (fail, delay string) {
	if !groupings.IsMap() {
		return "", ""
	}
	for _, p := range groupings.Pairs {
		here := p.Value.Get(y.locations.Here(y.cluster.Name, python.Str(p.Key)))
		if v := here.Get("fail"); v != nil {
			fail = python.Str(v)
		}
		if v := here.Get("delay"); v != nil {
			delay = ""
			if v.Truthy() {
				delay = python.Str(v)
			}
		}
	}
	return fail, delay
}

// haproxy is a namespace's part of haproxy.cfg. synapse-tools: _generate_haproxy_for_watcher.
func (y *synapse) haproxy(n config.Namespace) map[string]any {
	mode := "http"
	if m := n.Get("mode"); m != nil {
		mode = python.Str(m)
	}
	layer := "layer4"
	if mode == "http" {
		layer = "layer7"
	}
	return map[string]any{
		"server_options": "check port " + y.settings.whole("hacheck_port") + " observe " + layer + " maxconn " +
			y.settings.whole("maxconn_per_server") + " maxqueue " + y.settings.whole("maxqueue_per_server"),
		"frontend": y.frontend(n, mode),
		"backend":  y.backendLines(n, mode),
		"listen":   []any{},
	}
}

func (y *synapse) frontend(n config.Namespace, mode string) []string {
	lines := []string{}
	if t, ok := clientTimeout(n, "timeout_client_ms"); ok {
		lines = append(lines, "timeout client "+t+"ms")
	}
	switch mode {
	case "http":
		for _, pair := range strings.Split(y.settings.str("haproxy_captured_req_headers"), ",") {
			name, length, _ := strings.Cut(strings.TrimSpace(pair), ":")
			if length == "" {
				length = "64"
			}
			lines = append(lines, "capture request header "+name+" len "+length)
		}
		lines = append(lines, "option httplog")
	case "tcp":
		lines = append(lines, "no option accept-invalid-http-request", "option tcplog", "mode tcp")
	}
	return lines
}

// clientTimeout is timeout_client_ms or timeout_server_ms; one that is absent takes the larger of both, a null one
// none. synapse-tools: _get_default_timeout.
func clientTimeout(n config.Namespace, key string) (ms string, ok bool) {
	if own := n.Get(key); own != nil {
		return whole(own), !own.IsNull()
	}
	client, server := n.Get("timeout_client_ms"), n.Get("timeout_server_ms")
	if client.IsNull() && server.IsNull() {
		return "", false
	}
	c, _ := client.Number()
	s, _ := server.Number()
	return whole(yaml11.NewFloat(max(c, s))), true
}

func (y *synapse) backendLines(n config.Namespace, mode string) []string {
	lines := []string{}
	if balance, _ := n.Get("balance").Str(); balance == "leastconn" || balance == "roundrobin" {
		lines = append(lines, "balance "+balance)
	}
	if n.Get("keepalive").Truthy() && mode == "http" {
		lines = append(lines, "no option forceclose", "option http-keep-alive")
	}
	if mode == "tcp" {
		lines = append(lines, "mode tcp")
	}
	if headers := n.Get("extra_headers"); headers.IsMap() {
		for _, p := range headers.Pairs {
			lines = append(lines, "reqidel ^"+python.Str(p.Key)+":.*")
		}
		for _, p := range headers.Pairs {
			lines = append(lines, "reqadd "+python.Str(p.Key)+`:\ `+python.Str(p.Value))
		}
	}
	lines = append(lines, healthcheck(n, mode), "http-check send-state")
	if retries := n.Get("retries"); !retries.IsNull() {
		lines = append(lines, "retries "+whole(retries))
	}
	if y.settings.on("haproxy_respect_allredisp") && n.Get("allredisp").Truthy() {
		lines = append(lines, "option allredisp")
	}
	if connect := n.Get("timeout_connect_ms"); !connect.IsNull() {
		lines = append(lines, "timeout connect "+whole(connect)+"ms")
	}
	if t, ok := clientTimeout(n, "timeout_server_ms"); ok {
		lines = append(lines, "timeout server "+t+"ms")
	}
	return lines
}

// healthcheck asks hacheck; port 0 stands for the port that HAProxy's send-state header names.
func healthcheck(n config.Namespace, mode string) string {
	line := "option httpchk GET /" + mode + "/" + n.FullName() + "/0/" + strings.TrimLeft(n.HealthcheckURI(), "/")
	if headers := n.Get("extra_healthcheck_headers"); headers.IsMap() && len(headers.Pairs) > 0 {
		line += " HTTP/1.1"
		for _, p := range headers.Pairs {
			line += `\r\n` + python.Str(p.Key) + `:\ ` + python.Str(p.Value)
		}
	}
	return strings.TrimSpace(line)
}

// listener is nginx's, which passes the port's connections on to HAProxy's socket. synapse-tools:
// _generate_nginx_for_watcher.
func (y *synapse) listener(n config.Namespace) watcher {
	server, key := []string{"proxy_timeout " + nginxTimeoutS + "s"}, "haproxy_service_sockets_path_fmt"
	if y.settings.on("nginx_proxy_proto") {
		server, key = append(server, "proxy_protocol on"), "haproxy_service_proxy_sockets_path_fmt"
	}
	nginx := map[string]any{"mode": "tcp", "port": plain(n.Get("proxy_port")), "server": server}
	both := y.settings.on("listen_with_haproxy") && y.settings.on("listen_with_nginx")
	if both || y.migration.Get("migration_enabled").Truthy() && y.migration.Get("reuseport_enabled").Truthy() {
		nginx["listen_options"] = "reuseport"
	}
	return watcher{
		"default_servers":       []any{map[string]any{"host": "unix", "port": y.settings.socket(key, n.FullName())}},
		"use_previous_backends": true,
		"discovery":             map[string]any{"method": "base"},
		"haproxy":               map[string]any{"disabled": true},
		"file_output":           map[string]any{"disabled": true},
		"nginx":                 nginx,
	}
}
