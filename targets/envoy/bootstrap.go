package envoy

import (
	bootstrapv3 "github.com/envoyproxy/go-control-plane/envoy/config/bootstrap/v3"
	core "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"

	"github.com/paasta-render/paasta-render/compiler/config"
)

// bootstrap points Envoy at the files. The admin interface answers on the host itself alone.
func bootstrap(c *config.Cluster) *bootstrapv3.Bootstrap {
	l := c.System.Locations()
	return &bootstrapv3.Bootstrap{
		Node: &core.Node{
			Id: "paasta-mesh", Cluster: c.Name,
			Locality: &core.Locality{Region: l.Here(c.Name, "region"), Zone: l.Here(c.Name, "habitat")},
		},
		Admin: &bootstrapv3.Admin{Address: socket("127.0.0.1", newSettings(c).adminPort)},
		DynamicResources: &bootstrapv3.Bootstrap_DynamicResources{
			LdsConfig: fileSource("envoy/lds.json"),
			CdsConfig: fileSource("envoy/cds.json"),
		},
	}
}
