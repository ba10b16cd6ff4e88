package envoy

import (
	"github.com/paasta-render/paasta-render/compiler/effect"
	"github.com/paasta-render/paasta-render/compiler/target"
)

// files are the kinds of files that the target makes: Envoy's resources. Envoy takes all listeners, and all clusters, from
// one file: the DaemonSet of examples/envoy puts together what came in pieces.
var files = []target.Files{{
	Prefix: "envoy/", Delivery: target.InConfigMap, Unpacked: true,
	Entries: &target.Entries{At: []string{"resources"}, Kind: "EnvoyResource", Rest: "EnvoyFile",
		Owner: target.OwnedByNamespace},
}}

// effects say what a change of Envoy's resources does.
var effects = effect.Table{
	"EnvoyResource": effect.Uniform(effect.Reroute, "how traffic is routed"),
	"EnvoyFile":     effect.Uniform(effect.Reroute, "how traffic is routed"),
}
