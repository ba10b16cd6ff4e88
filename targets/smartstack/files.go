package smartstack

import (
	"github.com/paasta-render/paasta-render/compiler/effect"
	"github.com/paasta-render/paasta-render/compiler/target"
)

// systemKeys are the keys of the system config that the target reads.
var systemKeys = []string{
	"always_authenticating_services", "istio_mesh", "kubernetes_add_registration_labels",
	"kubernetes_use_hacheck_sidecar", "register_k8s_pods",
}

// files are the kinds of files that the target makes: those of the hosts, and the Services of the mesh.
var files = []target.Files{
	{
		Prefix: "smartstack/services", Suffix: ".yaml", Delivery: target.InConfigMap, Unpacked: true,
		Entries: &target.Entries{Kind: "SmartStackService", Rest: "SmartStackServices", Owner: target.OwnedByNamespace,
			Itself: true},
	},
	{
		Prefix: "smartstack/nerve", Suffix: ".json", Delivery: target.InConfigMap, Unpacked: true,
		Entries: &target.Entries{At: []string{"services"}, Kind: "NerveService", Rest: "NerveConfig",
			Owner: target.OwnedByNamespace},
	},
	{
		Prefix: "smartstack/synapse", Suffix: ".json", Delivery: target.InConfigMap, Unpacked: true,
		Entries: &target.Entries{At: []string{"services"}, Kind: "SynapseService", Rest: "SynapseConfig",
			Owner: target.OwnedByNamespace},
	},
	{Prefix: "smartstack/", Delivery: target.InConfigMap, Unpacked: true, Entries: &target.Entries{Rest: "SmartStackFile"}},
	target.ClusterManifests(),
}

var (
	mesh  = effect.Uniform(effect.Reroute, "how traffic is routed")
	istio = effect.Kind{Added: effect.Reroute, Removed: effect.Reroute, Rules: []effect.Rule{
		{Field: "metadata.labels", Effect: effect.None, Why: "metadata of the object itself"},
		{Effect: effect.Reroute, Why: "how traffic is routed"},
	}}
)

// effects say what a change of the mesh does: traffic takes another way, and pods stay. Istio's other kinds and those
// of the Gateway API are here since they do the same in trees that others made.
var effects = effect.Table{
	"SmartStackService":  mesh,
	"SmartStackServices": mesh,
	"SmartStackFile":     mesh,
	"NerveService":       mesh,
	"NerveConfig":        mesh,
	"SynapseService":     mesh,
	"SynapseConfig":      mesh,

	"VirtualService":        istio,
	"DestinationRule":       istio,
	"Gateway":               istio,
	"ServiceEntry":          istio,
	"Sidecar":               istio,
	"EnvoyFilter":           istio,
	"AuthorizationPolicy":   istio,
	"PeerAuthentication":    istio,
	"RequestAuthentication": istio,
	"HTTPRoute":             istio,
	"GRPCRoute":             istio,
}
