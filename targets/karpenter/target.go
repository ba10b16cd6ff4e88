// Package karpenter renders the pools of nodes that the system config describes: a NodePool and an EC2NodeClass for
// each.
//
// PaaSTA knows pools only from the pods' side: a pod selects the label yelp.com/pool, and makes no nodes. The key
// `pools` of the system config is therefore ours; schema/system.json describes it.
package karpenter

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/layout"
	"github.com/paasta-render/paasta-render/compiler/target"
)

// poolLabel is the label that pods select their nodes by; PaaSTA's own where they select none.
func poolLabel(s *config.System) string { return cmp.Or(s.PoolLabel(), "yelp.com/pool") }

// defaultPool is the pool of an instance that names none. PaaSTA: InstanceConfig.get_pool.
const defaultPool = "default"

// Target is the back end for Karpenter on AWS.
var Target = target.Target{
	Name: "karpenter",
	Doc: `Pools of nodes for Karpenter

A NodePool and an EC2NodeClass for each pool in the key pools of the system config. The cluster needs Karpenter v1 with its
AWS provider.`,
	Optional:   true,
	SystemKeys: []string{"pools", "allowed_pools", "kube_clusters", "pool_limits", "prices", config.PoolLabelKey},
	Files: []layout.Files{
		{Prefix: filePrefix, Suffix: ".yaml", Delivery: layout.AsManifest},
	},
	Compile: compile,
	Nodes:   nodes,
	Link:    link,
}

// filePrefix begins the path of a pool's file.
const filePrefix = layout.ClusterFolder + "nodepool-"

// compile checks that the pools of a service's instances exist. It makes no files: pools belong to the cluster.
func compile(s *config.Service, report finding.Report) target.Output {
	pools := s.Cluster.System.Get("pools")
	if !pools.IsMap() {
		return target.Output{}
	}
	for _, i := range s.Instances() {
		if !i.RunsPods() {
			continue
		}
		pool := defaultPool
		if name, ok := i.Get("pool").Str(); ok {
			pool = name
		}
		if pools.Has(pool) {
			continue
		}
		report(i.Finding(finding.Finding{Code: finding.PoolUnknown, At: i.At("pool"), Suggestion: nearest(pool, pools),
			Message: fmt.Sprintf("the cluster %s has no pool %q: no node will ever take the pods", s.Cluster.Name, pool)}))
	}
	return target.Output{}
}

// link renders the pools, in order of name.
func link(c *config.Cluster, _ []target.Linked, report finding.Report) []target.File {
	r := &reader{cluster: c, report: func(f finding.Finding) {
		f.Cluster = c.Name
		report(f)
	}}
	pools := c.System.Get("pools")
	if pools.IsNull() {
		return nil
	}
	r.allowed(pools)
	r.limited(pools)
	if !pools.IsMap() {
		r.wrong(pools, "pools must be a mapping of pool names to their nodes", "")
		return nil
	}
	var files []target.File
	for _, p := range pools.Pairs {
		pool, ok := r.pool(p.Key, p.Value)
		if !ok {
			continue
		}
		files = append(files, target.File{Path: filePrefix + pool.object + ".yaml", Docs: []any{pool.nodeClass(), pool.nodePool()}})
	}
	slices.SortFunc(files, func(a, b target.File) int { return strings.Compare(a.Path, b.Path) })
	return files
}
