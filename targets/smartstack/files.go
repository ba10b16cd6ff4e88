package smartstack

import (
	"github.com/paasta-render/paasta-render/compiler/effect"
	"github.com/paasta-render/paasta-render/compiler/layout"
)

// systemKeys are the keys of the system config that the target reads.
var systemKeys = []string{
	"always_authenticating_services", "istio_mesh", "kubernetes_add_registration_labels",
	"kubernetes_use_hacheck_sidecar", "register_k8s_pods",
}

// files are the kinds of files that the target makes: those of the hosts, and the Services of the mesh.
var files = []layout.Files{
	{
		Prefix: "smartstack/services", Suffix: ".yaml", Delivery: layout.InConfigMap, Unpacked: true,
		Entries: &layout.Entries{Kind: "SmartStackService", Rest: "SmartStackServices", Owner: layout.OwnedByNamespace,
			Itself: true},
	},
	{
		Prefix: "smartstack/nerve", Suffix: ".json", Delivery: layout.InConfigMap, Unpacked: true,
		Entries: &layout.Entries{At: []string{"services"}, Kind: "NerveService", Rest: "NerveConfig",
			Owner: layout.OwnedByNamespace},
	},
	{
		Prefix: "smartstack/synapse", Suffix: ".json", Delivery: layout.InConfigMap, Unpacked: true,
		Entries: &layout.Entries{At: []string{"services"}, Kind: "SynapseService", Rest: "SynapseConfig",
			Owner: layout.OwnedByNamespace},
	},
	{Prefix: "smartstack/", Delivery: layout.InConfigMap, Unpacked: true, Entries: &layout.Entries{Rest: "SmartStackFile"}},
	layout.ClusterManifests(),
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
