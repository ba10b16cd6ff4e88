package tron

import (
	"strings"

	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/python"
	"github.com/paasta-render/paasta-render/compiler/spelling"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

// systemMap reads a mapping of the system config, nil when the key is absent. PaaSTA looks into the value unchecked,
// and so stops on any other: ok is false then.
func (a *action) systemMap(key string) (value *yaml11.Node, ok bool) {
	value = a.ns.system.Get(key)
	return value, a.holdsMap(key, value)
}

// holdsMap reports a value of the system config that is there and no mapping.
func (a *action) holdsMap(key string, value *yaml11.Node) bool {
	if value == nil || value.IsMap() {
		return true
	}
	a.fail(value, key+" of the system config is a mapping, not "+value.KindWithArticle(), key+": {…}")
	return false
}

// checkPool holds the executors' pool against allowed_pools of the system config.
func (a *action) checkPool(cluster string, pool *yaml11.Node) bool {
	if !pool.Truthy() {
		return true
	}
	pools, ok := a.systemMap("allowed_pools")
	if !ok {
		return false
	}
	allowed := pools.Get(cluster)
	if !allowed.Truthy() {
		return true
	}
	var names []string
	for _, item := range a.items("allowed_pools", allowed) {
		if python.Equal(item, pool) {
			return true
		}
		names = append(names, python.Str(item))
	}
	a.refuse(finding.TronSparkPool, pool,
		"cluster "+cluster+" has no pool "+python.Str(pool)+", only "+strings.Join(names, ", "),
		spelling.Nearest(python.Str(pool), names))
	return false
}

// aliasedCluster is the action's cluster by eks_cluster_aliases of the system config.
func (a *action) aliasedCluster() (name string, ok bool) {
	aliases, ok := a.systemMap("eks_cluster_aliases")
	if !ok {
		return "", false
	}
	if alias := aliases.Get(a.ns.cluster); alias != nil {
		return python.Str(alias), true
	}
	return a.ns.cluster, true
}

// server is the API server of a cluster by kube_clusters of the system config, null when it names none.
// PaaSTA: utils.get_k8s_url_for_cluster.
func (a *action) server(cluster string) (address *yaml11.Node, ok bool) {
	clusters, ok := a.systemMap("kube_clusters")
	if !ok {
		return nil, false
	}
	entry := clusters.Get(cluster)
	if !a.holdsMap("kube_clusters."+cluster, entry) {
		return nil, false
	}
	if address = entry.Get("server"); address.IsNull() {
		address = yaml11.NewNull()
	}
	return address, true
}
