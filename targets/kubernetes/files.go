package kubernetes

import (
	"strings"

	"github.com/paasta-render/paasta-render/compiler/effect"
	"github.com/paasta-render/paasta-render/compiler/layout"
)

// systemKeys are the keys of the system config that the target reads.
var systemKeys = append([]string{
	ClientKey,
	"cr_owners", "dashboard_links", "default_bounce_overprovision_factor", "deploy_blacklist",
	"docker_registry", "enable_cost_owner_label", "enable_envoy_readiness_check",
	"enable_nerve_readiness_check", "envoy_nerve_readiness_check_script", "envoy_readiness_check_script",
	"hacheck_match_initial_delay", "hacheck_sidecar_image_url", "hacheck_sidecar_volumes",
	"kubernetes_add_registration_labels", "nerve_readiness_check_script", "pdb_max_unavailable", "pod_defaults",
	"pool_node_affinities", "readiness_check_prefix_template", "service_auth_token_settings",
	"sidecar_requirements_config", "supported_storage_classes", "topology_spread_constraints",
	"unhealthy_pod_eviction_policy", "vault_cluster_map", "volumes",
}, stockKeys...)

// files are the kinds of files that the target makes: kubernetes/<service>/<instance>.yaml, and the cluster's own
// objects.
var files = []layout.Files{
	layout.ClusterManifests(),
	layout.DefinitionFiles(),
	{
		Prefix: neededPath, Delivery: layout.InRepository,
		Entries: &layout.Entries{At: []string{"secrets"}, Kind: "NeededSecret", Rest: "the list of Secrets",
			Key: "namespace+name"},
	},
	{
		Prefix: "kubernetes/", Owner: fileOwner, Delivery: layout.AsManifest,
		Guards: "every instance", Workload: true,
		ReadsInstances: func(kind string) bool { return kind != "tron" },
	},
}

// effects say what changes of kinds do that are not Kubernetes' own.
var effects = effect.Table{
	"ExternalSecret.external-secrets.io": effect.Uniform(effect.Access, "what pods read when they start"),
	"the list of Secrets":                effect.Uniform(effect.None, "a list for people; nothing applies it"),
	"NeededSecret":                       effect.Uniform(effect.None, "a list for people; nothing applies it"),
}

// fileOwner returns the service and the instance that kubernetes/<service>/<instance>.yaml is called after.
func fileOwner(path string) (service, instance string) {
	parts := strings.Split(strings.TrimSuffix(path, ".yaml"), "/")
	if len(parts) < 3 {
		return "", ""
	}
	return parts[1], parts[2]
}
