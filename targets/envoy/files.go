package envoy

import (
	"github.com/paasta-render/paasta-render/compiler/effect"
	"github.com/paasta-render/paasta-render/compiler/layout"
)

// systemKeys are the keys of the system config that the target reads.
var systemKeys = []string{
	"envoy_access_log_path", "envoy_admin_port", "envoy_authorization", "envoy_dns_refresh_s", "envoy_listen_address",
	"envoy_max_downstream_connections", "envoy_max_requests", "envoy_normalize_path", "envoy_outlier_detection",
	"envoy_stats_port", "kubernetes_add_registration_labels", "service_auth_token_settings",
}

// files are the kinds of files that the target makes: Envoy's resources. Envoy takes all listeners, and all clusters,
// from one file: the DaemonSet of examples/envoy puts together what came in pieces.
var files = []layout.Files{{
	Prefix: "envoy/", Delivery: layout.InConfigMap, Unpacked: true,
	Entries: &layout.Entries{At: []string{"resources"}, Kind: "EnvoyResource", Rest: "EnvoyFile",
		Owner: layout.OwnedByNamespace},
}}

// effects say what a change of Envoy's resources does.
var effects = effect.Table{
	"EnvoyResource": effect.Uniform(effect.Reroute, "how traffic is routed"),
	"EnvoyFile":     effect.Uniform(effect.Reroute, "how traffic is routed"),
}
