package tron

import (
	"slices"
	"strings"

	"github.com/paasta-render/paasta-render/compiler/python"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

// volumeList returns the system's volumes and the action's own, sorted and without repetitions, as PaaSTA writes them
// (containerPath, hostPath, mode). ok is false when PaaSTA stops. PaaSTA: InstanceConfig.get_volumes.
func (a *action) volumeList() (volumes []*yaml11.Node, ok bool) {
	system := a.ns.system.Get("volumes")
	if !system.IsList() {
		a.fail(nil, "the system config has no list of volumes", "")
		return nil, false
	}
	extra := a.config.Get("extra_volumes")
	if extra != nil && !extra.IsList() && (extra.Truthy() || !extra.IsMap() && !extra.IsString()) {
		a.fail(extra, "extra_volumes is a list, not "+extra.KindWithArticle(), "")
		return nil, false
	}
	all := slices.Clone(system.Items)
	if extra != nil {
		all = append(all, extra.Items...)
	}
	if a.config.Get("uses_bulkdata").Truthy() {
		all = append(all, bulkdata)
	}
	return a.reorder(all)
}

// bulkdata is the data that other systems make; actions that ask for it may read it.
var bulkdata = yaml11.NewMap(yaml11.Entry("hostPath", yaml11.NewString("/nail/bulkdata")),
	yaml11.Entry("containerPath", yaml11.NewString("/nail/bulkdata")), yaml11.Entry("mode", yaml11.NewString("RO")))

// reorder drops repetitions of a pair of paths, the last one stays, and sorts. PaaSTA: utils._reorder_docker_volumes.
func (a *action) reorder(all []*yaml11.Node) ([]*yaml11.Node, bool) {
	type entry struct {
		paths  string
		volume *yaml11.Node
		pairs  []yaml11.Pair
	}
	entries := make([]entry, 0, len(all))
next:
	for _, v := range all {
		container, ok := v.Get("containerPath").Str()
		host, good := v.Get("hostPath").Str()
		if !ok || !good {
			a.fail(v, "a volume needs containerPath and hostPath, both strings", "")
			return nil, false
		}
		e := entry{paths: strings.TrimRight(container, "/") + strings.TrimRight(host, "/"), volume: v, pairs: v.Pairs}
		if !slices.IsSortedFunc(e.pairs, comparePairs) {
			e.pairs = slices.Clone(e.pairs)
			sortPairs(e.pairs)
		}
		for i := range entries {
			if entries[i].paths == e.paths {
				entries[i] = e
				continue next
			}
		}
		entries = append(entries, e)
	}
	comparable := true
	slices.SortStableFunc(entries, func(x, y entry) int {
		order, ok := compareItems(x.pairs, y.pairs)
		comparable = comparable && ok
		return order
	})
	volumes := make([]*yaml11.Node, len(entries))
	for i, e := range entries {
		volumes[i] = e.volume
	}
	if !comparable {
		a.fail(a.config.Get("extra_volumes"), "PaaSTA cannot sort the volumes: their values have different types", "")
	}
	return volumes, comparable
}

// compareItems orders sorted (key, value) lists as Python orders tuples; ok is false when it cannot.
func compareItems(x, y []yaml11.Pair) (order int, ok bool) {
	for i := 0; i < len(x) && i < len(y); i++ {
		if order := strings.Compare(x[i].Key.Text, y[i].Key.Text); order != 0 {
			return order, true
		}
		a, b := x[i].Value, y[i].Value
		if python.Equal(a, b) {
			continue
		}
		if a.IsString() && b.IsString() {
			return strings.Compare(a.Text, b.Text), true
		}
		f, aNumber := a.Number()
		g, bNumber := b.Number()
		if !aNumber || !bNumber {
			return 0, false
		}
		if f < g {
			return -1, true
		}
		return 1, true
	}
	return len(x) - len(y), true
}

// extraVolumes returns the volumes as Tron takes them. PaaSTA: tron_tools.format_volumes.
func (a *action) extraVolumes() *yaml11.Node {
	plain := a.config.Get("extra_volumes") == nil && !a.config.Get("uses_bulkdata").Truthy()
	if plain && a.ns.volumes != nil {
		return a.ns.volumes
	}
	volumes, ok := a.volumeList()
	if !ok {
		return nil
	}
	formatted, odd := formatVolumes(volumes)
	if odd != nil {
		a.fail(odd, "a volume needs a mode", "mode: RO")
		return nil
	}
	if plain {
		a.ns.volumes = formatted
	}
	return formatted
}

// formatVolumes renames the keys of volumes; odd is a volume without a mode, on which PaaSTA stops.
func formatVolumes(volumes []*yaml11.Node) (formatted, odd *yaml11.Node) {
	items := make([]*yaml11.Node, len(volumes))
	for i, v := range volumes {
		container, host, mode := v.Get("containerPath"), v.Get("hostPath"), v.Get("mode")
		if container == nil || host == nil || mode == nil {
			return nil, v
		}
		items[i] = yaml11.NewMap(yaml11.Pair{Key: word("container_path"), Value: container},
			yaml11.Pair{Key: word("host_path"), Value: host},
			yaml11.Pair{Key: word("mode"), Value: sorted(mode)})
	}
	return yaml11.NewList(items...), nil
}

// tokenVolumes are projected_sa_volumes, and the token of services that take part in authenticated traffic; nil when
// there are none. PaaSTA: TronActionConfig.get_projected_sa_volumes.
func (a *action) tokenVolumes() *yaml11.Node {
	volumes := a.config.Get("projected_sa_volumes")
	token := a.ns.system.Get("service_auth_token_settings")
	service, ok := a.service.Str()
	if !token.Truthy() || !ok || !a.ns.service.Cluster.Company.Authenticating(service) {
		if !volumes.Truthy() {
			return nil
		}
		return sorted(volumes)
	}
	if volumes != nil && !volumes.IsList() {
		a.fail(volumes, "projected_sa_volumes is a list, not "+volumes.KindWithArticle(), "")
		return nil
	}
	items := []*yaml11.Node{}
	if volumes != nil {
		items = volumes.Items
	}
	for _, v := range items {
		if python.Equal(v, token) {
			return sorted(volumes)
		}
	}
	return sorted(yaml11.NewList(append([]*yaml11.Node{token}, items...)...))
}
