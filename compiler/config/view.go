package config

import (
	"slices"

	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

// systemKeys are the keys of the system config that this package reads, for whoever asks it: clusters, custom
// resources, types of instances that may be spelt otherwise, and the clusters' locations.
var systemKeys = []string{
	"auto_config_instance_type_aliases", "auto_config_instance_types_enabled", "clusters", "kube_clusters",
	"kubernetes_custom_resources", "limits",
}

// SystemKeys returns the keys of the system config that this package reads. Every view has them.
func SystemKeys() []string { return slices.Clone(systemKeys) }

// view is what a System is narrowed to.
type view struct {
	keys       []string
	undeclared func(key string)
}

// View returns clusters of one company as somebody sees them who may read only some keys of the system config, and
// those that this package reads. Their Company has views of all its clusters. undeclared is told every other key that
// Get is asked for; nil when nobody wants to know.
func View(clusters []*Cluster, keys []string, undeclared func(key string)) []*Cluster {
	if len(clusters) == 0 {
		return nil
	}
	v := &view{slices.Concat(systemKeys, keys), undeclared}
	company := *clusters[0].Company
	seen := make(map[*Cluster]*Cluster, len(clusters)+len(company.Clusters))
	systems := map[*System]*System{}
	of := func(c *Cluster) *Cluster {
		if seen[c] == nil {
			narrow := *c
			narrow.Company, narrow.System = &company, systems[c.System]
			if narrow.System == nil {
				narrow.System = c.System.narrow(v)
				systems[c.System] = narrow.System
			}
			seen[c] = &narrow
		}
		return seen[c]
	}
	company.Clusters = slices.Clone(company.Clusters)
	for i, c := range company.Clusters {
		company.Clusters[i] = of(c)
	}
	out := make([]*Cluster, len(clusters))
	for i, c := range clusters {
		out[i] = of(c)
	}
	return out
}

// narrow returns the system config with the view's keys.
func (s *System) narrow(v *view) *System {
	out, root := *s, *s.Config
	root.Pairs = nil
	for _, p := range s.Config.Pairs {
		if p.Key.Kind == yaml11.String && slices.Contains(v.keys, p.Key.Text) {
			root.Pairs = append(root.Pairs, p)
		}
	}
	out.Config, out.view = &root, v
	return &out
}
