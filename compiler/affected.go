package compiler

import (
	"slices"

	"github.com/paasta-render/paasta-render/compiler/check"
	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/layout"
	"github.com/paasta-render/paasta-render/compiler/target"
)

// affected keeps the targets that a change of the system config can reach: those that declare one of the keys that
// changed. All are kept when more than keys changed, or a key that is read on behalf of every target.
func affected(all []target.Target, base, head *config.Company) []target.Target {
	keys, ok := changedSystemKeys(base, head)
	if !ok || intersect(keys, slices.Concat(config.SystemKeys(), check.SystemKeys(), []string{config.TargetsKey})) {
		return all
	}
	nodes := slices.ContainsFunc(all, func(t target.Target) bool {
		return t.Nodes != nil && intersect(keys, t.SystemKeys)
	})
	return slices.DeleteFunc(slices.Clone(all), func(t target.Target) bool {
		return !intersect(keys, t.SystemKeys) && !(nodes && runsPods(t)) // other nodes may take other pods
	})
}

// runsPods tells whether a target makes workloads.
func runsPods(t target.Target) bool {
	return slices.ContainsFunc(t.Files, func(f layout.Files) bool { return f.Workload })
}

func intersect(a, b []string) bool {
	return slices.ContainsFunc(a, func(s string) bool { return slices.Contains(b, s) })
}

// changedSystemKeys lists the top-level keys that differ in any cluster; ok is false when the clusters do.
func changedSystemKeys(base, head *config.Company) (keys []string, ok bool) {
	if !slices.Equal(clusterNames(base.Clusters), clusterNames(head.Clusters)) {
		return nil, false
	}
	for i, before := range base.Clusters {
		after := head.Clusters[i]
		for _, pairs := range [][2]*config.System{{before.System, after.System}, {after.System, before.System}} {
			for _, p := range pairs[0].Config.Pairs {
				if !p.Value.Equal(pairs[1].Get(p.Key.Text)) {
					keys = append(keys, p.Key.Text)
				}
			}
		}
	}
	slices.Sort(keys)
	return slices.Compact(keys), len(keys) > 0
}
