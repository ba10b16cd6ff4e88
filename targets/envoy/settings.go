package envoy

import (
	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

// settings is what the system config says of Envoy. PaaSTA knows the admin port by name alone (envoy_admin_domain_name,
// in the host's /etc/services); the keys read here are our own.
type settings struct {
	adminPort     uint32 // envoy_admin_port; default 9901. On the loopback address alone
	statsPort     uint32 // envoy_stats_port; default 9902, 0 for none. On every address of the host
	accessLog     string // envoy_access_log_path; default /dev/stdout
	logAll        bool   // envoy_access_log_path is set: every namespace logs, not those alone whose logging is enabled
	listenAddress string // envoy_listen_address; default 169.254.255.254, which every host has
	maxRequests   uint32 // envoy_max_requests, to one namespace at once; default 0: no limit
	maxDownstream int64  // envoy_max_downstream_connections, of all clients together; default 50,000, 0: no limit
	dnsRefreshS   float64
	outliers      bool      // envoy_outlier_detection; default true
	identity      *identity // envoy_authorization
	normalize     bool      // envoy_normalize_path; default false: pods get the path that the client wrote, as from HAProxy
}

// configDir is the working directory that Envoy is started in: the files find each other wherever they are mounted. The
// folder is swapped as a whole, as Kubernetes does with a ConfigMap.
const configDir = "."

// maxPort is the last TCP port.
const maxPort = 65535

func newSettings(c *config.Cluster) settings {
	s := settings{adminPort: 9901, statsPort: 9902, accessLog: "/dev/stdout", listenAddress: "169.254.255.254",
		maxDownstream: 50_000, dnsRefreshS: 20, outliers: true}
	if p, ok := whole(c.System.Get("envoy_admin_port"), maxPort); ok && p > 0 {
		s.adminPort = uint32(p)
	}
	if p, ok := whole(c.System.Get("envoy_stats_port"), maxPort); ok {
		s.statsPort = uint32(p)
	}
	if path, ok := c.System.Get("envoy_access_log_path").Str(); ok && path != "" {
		s.accessLog, s.logAll = path, true
	}
	if address, ok := c.System.Get("envoy_listen_address").Str(); ok && address != "" {
		s.listenAddress = address
	}
	if n, ok := whole(c.System.Get("envoy_max_requests"), 1<<32-1); ok {
		s.maxRequests = uint32(n)
	}
	if n, ok := whole(c.System.Get("envoy_max_downstream_connections"), 1<<40); ok {
		s.maxDownstream = n
	}
	if v, ok := positive(c.System.Get("envoy_dns_refresh_s")); ok && v >= 1 {
		s.dnsRefreshS = v
	}
	if v := c.System.Get("envoy_outlier_detection"); v != nil {
		s.outliers = v.Truthy()
	}
	s.identity = newIdentity(c)
	s.normalize = c.System.Get("envoy_normalize_path").Truthy()
	return s
}

// whole is an integer from 0 to largest; ok is false for everything else.
func whole(n *yaml11.Node, largest int64) (v int64, ok bool) {
	if n == nil || n.Kind != yaml11.Int || n.Big != nil || n.Int < 0 || n.Int > largest {
		return 0, false
	}
	return n.Int, true
}
