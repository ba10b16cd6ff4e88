package tron

import (
	"strconv"

	"github.com/paasta-render/paasta-render/compiler/python"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

// selectors is node_selectors, which must be a mapping.
func (a *action) selectors() []yaml11.Pair {
	n := a.config.Get("node_selectors")
	if n != nil && !n.IsMap() {
		a.fail(n, "node_selectors is a mapping, not "+n.KindWithArticle(), "")
		return nil
	}
	if n == nil {
		return nil
	}
	return n.Pairs
}

// nodeSelectors are the selectors that are plain strings, and the pool. PaaSTA: TronActionConfig.get_node_selectors.
func (a *action) nodeSelectors() *yaml11.Node {
	out := a.ns.slab.object(len(a.selectors()) + 1)
	for _, p := range a.selectors() {
		if p.Value.IsString() {
			out.replace(nodeLabel(p.Key), p.Value)
		}
	}
	out.replace(word("yelp.com/pool"), a.pool())
	return out.node()
}

// nodeAffinities are deploy_whitelist, deploy_blacklist, the other selectors and those of the pool; nil when there are
// none. PaaSTA: TronActionConfig.get_node_affinities.
func (a *action) nodeAffinities() *yaml11.Node {
	list := append(a.allowed(), a.denied()...)
	list = a.requirements(list, a.selectors())
	if a.spread() {
		if selectors := a.poolSelectors(); !a.selectsZone() {
			list = a.requirements(list, selectors)
		}
	}
	if len(list) == 0 {
		return nil
	}
	return yaml11.NewList(list...)
}

// poolSelectors are pool_node_affinities of the system config for the action's pool.
func (a *action) poolSelectors() []yaml11.Pair {
	pools := a.ns.system.Get("pool_node_affinities")
	if pools.Truthy() && !pools.IsList() && !pools.IsString() && !a.holdsMap("pool_node_affinities", pools) {
		return nil
	}
	if pool, ok := a.pool().Str(); ok && pools.IsMap() {
		if selectors := pools.Get(pool); selectors.IsMap() {
			return selectors.Pairs
		}
	}
	return nil
}

// selectsZone tells whether the action says itself in which zones it runs. PaaSTA: kubernetes_tools.ZONE_LABELS.
func (a *action) selectsZone() bool {
	n := a.config.Get("node_selectors")
	return n.Has("topology.kubernetes.io/zone") || n.Has("yelp.com/habitat") || n.Has("yelp.com/eni_config") ||
		n.Has("karpenter.sh/nodepool")
}

// requirements appends what selectors with lists mean. PaaSTA: kubernetes_tools.raw_selectors_to_requirements.
func (a *action) requirements(list []*yaml11.Node, selectors []yaml11.Pair) []*yaml11.Node {
	for _, p := range selectors {
		if !p.Value.IsList() || len(p.Value.Items) == 0 {
			continue
		}
		label := nodeLabel(p.Key)
		if p.Value.Items[0].IsString() {
			list = append(list, affinity(label, positioned("In", p.Value), p.Value))
			continue
		}
		for _, item := range p.Value.Items {
			if n := a.requirement(label, item); n != nil {
				list = append(list, n)
			}
		}
	}
	return list
}

func (a *action) requirement(label, item *yaml11.Node) *yaml11.Node {
	operator := item.Get("operator")
	if operator == nil {
		a.fail(item, "a node selector in a list is a string or has an operator", "operator: In, values: […]")
		return nil
	}
	name, _ := operator.Str()
	var values *yaml11.Node
	switch name {
	case "In", "NotIn":
		if values = item.Get("values"); values == nil {
			a.fail(item, "the operator "+name+" needs values", "values: […]")
			return nil
		}
	case "Exists", "DoesNotExist":
		values = emptyList
	case "Gt", "Lt":
		value := item.Get("value")
		if value == nil {
			a.fail(item, "the operator "+name+" needs a value", "value: …")
			return nil
		}
		values = yaml11.NewList(positioned(python.Str(value), value))
	default:
		a.fail(operator, "there is no node selector operator "+python.Repr(operator),
			"In, NotIn, Exists, DoesNotExist, Gt or Lt")
		return nil
	}
	return affinity(label, operator, values)
}

func affinity(key, operator, value *yaml11.Node) *yaml11.Node {
	return yaml11.NewMap(yaml11.Pair{Key: word("key"), Value: key}, yaml11.Pair{Key: word("operator"), Value: operator},
		yaml11.Pair{Key: word("value"), Value: sorted(value)})
}

// allowed is deploy_whitelist: [location type, locations]. PaaSTA: utils.safe_deploy_whitelist.
func (a *action) allowed() []*yaml11.Node {
	n := a.config.Get("deploy_whitelist")
	if n == nil || !n.IsList() && !n.IsMap() && !n.IsString() {
		return nil
	}
	pair := a.items("deploy_whitelist", n)
	if len(pair) != 2 {
		a.fail(n, "deploy_whitelist has a location type and a list of locations, not "+strconv.Itoa(len(pair))+" values",
			"[region, [west]]")
		return nil
	}
	return []*yaml11.Node{affinity(nodeLabel(pair[0]), positioned("In", n), pair[1])}
}

// denied is deploy_blacklist: [[location type, location], …]. PaaSTA: utils.safe_deploy_blacklist.
func (a *action) denied() []*yaml11.Node {
	var list []*yaml11.Node
	n := a.config.Get("deploy_blacklist")
	for _, entry := range a.items("deploy_blacklist", n) {
		pair := a.items("deploy_blacklist", entry)
		if len(pair) != 2 {
			a.fail(entry, "deploy_blacklist holds pairs of a location type and a location", "[[habitat, west-a]]")
			return nil
		}
		list = append(list, affinity(nodeLabel(pair[0]), positioned("NotIn", entry), yaml11.NewList(pair[1])))
	}
	return list
}

// spread tells whether actions are spread over zones. System config: enable_tron_tsc, default true.
func (a *action) spread() bool {
	enabled := a.ns.system.Get("enable_tron_tsc")
	return enabled == nil || enabled.Truthy()
}

// topologySpread is the one constraint that every action gets; nil when actions are not spread.
func (a *action) topologySpread() *yaml11.Node {
	if !a.spread() {
		return nil
	}
	selector := a.ns.slab.object(2)
	selector.put("app.kubernetes.io/managed-by", word("tron"))
	selector.put("paasta.yelp.com/pool", a.pool())
	out := a.ns.slab.object(4)
	out.put("max_skew", oneNode)
	out.put("label_selector", selector.node())
	out.put("topology_key", word("topology.kubernetes.io/zone"))
	out.put("when_unsatisfiable", word("ScheduleAnyway"))
	return a.ns.slab.list(out.node())
}
