package envoy

import (
	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

// settings is what the system config says of Envoy. PaaSTA knows the admin port by name alone (envoy_admin_domain_name,
// in the host's /etc/services); the keys read here are our own.
type settings struct {
	adminPort     uint32 // envoy_admin_port; default 9901
	accessLog     string // envoy_access_log_path; default /dev/stdout
	logAll        bool   // envoy_access_log_path is set: every namespace logs, not those alone whose logging is enabled
	listenAddress string // envoy_listen_address; default 169.254.255.254, which every host has
	synapse       *yaml11.Node
}

// configDir is the working directory that Envoy is started in: the files find each other wherever they are mounted. The
// folder is swapped as a whole, as Kubernetes does with a ConfigMap.
const configDir = "."

func newSettings(c *config.Cluster) settings {
	s := settings{adminPort: 9901, accessLog: "/dev/stdout", listenAddress: "169.254.255.254"}
	if p := c.System.Get("envoy_admin_port"); p != nil && p.Kind == yaml11.Int && p.Int > 0 && p.Int <= 65535 {
		s.adminPort = uint32(p.Int)
	}
	if path, ok := c.System.Get("envoy_access_log_path").Str(); ok && path != "" {
		s.accessLog, s.logAll = path, true
	}
	if address, ok := c.System.Get("envoy_listen_address").Str(); ok && address != "" {
		s.listenAddress = address
	}
	s.synapse = c.System.File("synapse-tools.conf.json")
	return s
}
