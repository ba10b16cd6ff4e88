package kubernetes

import (
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/paasta"
	"github.com/paasta-render/paasta-render/compiler/python"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
	"github.com/paasta-render/paasta-render/targets/kubernetes/model"
)

// zoneLabels are the node selectors that say in which zone pods run; with one of them pool_node_affinities is not
// applied. PaaSTA: ZONE_LABELS.
var zoneLabels = []string{
	"topology.kubernetes.io/zone", "yelp.com/habitat", "yelp.com/eni_config", "karpenter.sh/nodepool",
	"topology.ebs.csi.aws.com/zone",
}

// nodeSelector is the entries of node_selectors that are strings, and the pool, where nodes have a label for it.
// PaaSTA: get_node_selector.
func (b *builder) nodeSelector() model.Labels {
	selector := model.Labels{}
	if selectors := b.mapping("node_selectors"); selectors != nil {
		for _, p := range selectors.Pairs {
			switch {
			case !p.Value.IsString():
			case p.Key.IsString():
				selector[paasta.NodeLabel(p.Key.Text)] = p.Value
			default:
				b.refuse(p.Key, "a node selector's label is "+p.Key.KindWithArticle()+", not a string", "\""+p.Key.Text+"\"")
			}
		}
	}
	if label := b.system.poolLabel; label != "" {
		selector[label] = b.pool()
	}
	return selector
}

// addAffinity says on which nodes, and away from which pods, the pods run. Node affinity replaces what pod_defaults
// say.
func (b *builder) addAffinity(pod *model.PodSpec) {
	node := b.nodeAffinity()
	anti := b.antiAffinity()
	if node == nil && anti == nil {
		return
	}
	if defaults := b.system.Get("pod_defaults").Get("affinity"); node == nil && defaults != nil {
		b.refuse(defaults, "PaaSTA cannot add anti_affinity to the affinity of pod_defaults", "")
		return
	}
	pod.Affinity = &model.Affinity{NodeAffinity: node, PodAntiAffinity: anti}
}

// nodeAffinity requires what deploy_whitelist, deploy_blacklist, the lists in node_selectors, and the system's
// pool_node_affinities say, in this order, and prefers what node_selectors_preferred says; nil when nobody says
// anything. PaaSTA: get_node_affinity.
func (b *builder) nodeAffinity() *model.NodeAffinity {
	required := b.listRequirements()
	required = append(required, b.requirements(b.Get("node_selectors"))...)
	required = append(required, b.poolRequirements()...)
	preferred := b.preferredNodes()
	if len(required) == 0 && len(preferred) == 0 {
		return nil
	}
	affinity := &model.NodeAffinity{Preferred: preferred}
	if len(required) > 0 {
		affinity.Required = &model.NodeSelector{NodeSelectorTerms: []model.NodeSelectorTerm{{MatchExpressions: required}}}
	}
	return affinity
}

var (
	nodeIn    = yaml11.NewString("In")
	nodeNotIn = yaml11.NewString("NotIn")
)

// listRequirements turns deploy_whitelist, [type, [location…]], and deploy_blacklist, [[type, location]…], into
// requirements. PaaSTA: allowlist_denylist_to_requirements.
func (b *builder) listRequirements() []model.NodeSelectorRequirement {
	var all []model.NodeSelectorRequirement
	if white := b.Get("deploy_whitelist"); white.IsList() || white.IsString() || white.IsMap() {
		if pair := b.pair(white, "deploy_whitelist"); pair != nil {
			all = append(all, model.NodeSelectorRequirement{Key: labelOf(pair[0]), Operator: nodeIn, Values: given(pair[1])})
		}
	}
	for _, black := range b.elements(b.Get("deploy_blacklist"), "deploy_blacklist") {
		if pair := b.pair(black, "an element of deploy_blacklist"); pair != nil {
			all = append(all, model.NodeSelectorRequirement{Key: labelOf(pair[0]), Operator: nodeNotIn,
				Values: yaml11.NewList(pair[1])})
		}
	}
	return all
}

// pair takes two values apart, as Python's a, b = value.
func (b *builder) pair(n value, what string) []*yaml11.Node {
	if n.IsNull() || n.IsNumber() {
		b.refuse(n, what+" is "+n.KindWithArticle()+", not a list", "")
		return nil
	}
	parts := b.elements(n, what)
	if len(parts) != 2 {
		b.refuse(n, what+" has not two elements: a location type, and where", "[region, …]")
		return nil
	}
	if kind := parts[0].Kind; kind == yaml11.List || kind == yaml11.Map {
		b.refuse(parts[0], "a location type is "+parts[0].KindWithArticle()+", not a string", "")
		return nil
	}
	return parts
}

func labelOf(n value) value {
	if text, ok := n.Str(); ok {
		if label := paasta.NodeLabel(text); label != text {
			return stringAt(n, label)
		}
	}
	return n
}

// requirements turns the lists among selectors into requirements: a list of strings is In, else each element is an
// operator with its values. Strings and empty lists are left out. PaaSTA: raw_selectors_to_requirements.
func (b *builder) requirements(selectors value) []model.NodeSelectorRequirement {
	var all []model.NodeSelectorRequirement
	if !selectors.IsMap() {
		return nil
	}
	for _, p := range selectors.Pairs {
		if !p.Value.IsList() || len(p.Value.Items) == 0 {
			continue
		}
		key := labelOf(p.Key)
		if p.Value.Items[0].IsString() {
			all = append(all, model.NodeSelectorRequirement{Key: key, Operator: nodeIn, Values: p.Value})
			continue
		}
		for _, n := range b.mappings(p.Value, p.Key.Text) {
			operator := b.need(n, "operator")
			values, ok := b.operands(n, operator)
			if !ok {
				return nil
			}
			all = append(all, model.NodeSelectorRequirement{Key: key, Operator: operator, Values: values})
		}
	}
	return all
}

// operands are the values that an operator compares with.
func (b *builder) operands(n, operator value) (value, bool) {
	switch textOf(operator) {
	case "In", "NotIn":
		return given(b.need(n, "values")), n.Has("values")
	case "Exists", "DoesNotExist":
		return nodeEmptyList, true
	case "Gt", "Lt":
		v := b.need(n, "value")
		return yaml11.NewList(stringAt(v, python.Str(v))), v != nil
	}
	if operator != nil {
		b.refuse(operator, "the node affinity operator "+python.Repr(operator)+" is not known",
			"In, NotIn, Exists, DoesNotExist, Gt or Lt")
	}
	return nil, false
}

// poolRequirements are the system's pool_node_affinities for the pool, unless node_selectors names a zone.
func (b *builder) poolRequirements() []model.NodeSelectorRequirement {
	pools := b.system.Get("pool_node_affinities")
	if !pools.Truthy() {
		return nil
	}
	pool := b.pool()
	if pool.IsList() || pool.IsMap() {
		b.refuse(pool, "pool is "+pool.KindWithArticle()+", not a string", "")
		return nil
	}
	selectors := pools.Get(textOf(pool))
	if !pool.IsString() || !selectors.Truthy() {
		return nil
	}
	if !selectors.IsMap() {
		b.refuse(selectors, "the system config's pool_node_affinities has "+selectors.KindWithArticle()+" for a pool, not a mapping", "")
		return nil
	}
	for _, label := range zoneLabels {
		if b.Get("node_selectors").Has(label) {
			return nil
		}
	}
	return b.requirements(selectors)
}

// preferredNodes are node_selectors_preferred: lists count, plain strings are dropped.
func (b *builder) preferredNodes() []model.PreferredSchedulingTerm {
	var all []model.PreferredSchedulingTerm
	for _, n := range b.mappings(b.Get("node_selectors_preferred"), "node_selectors_preferred") {
		preferences := b.need(n, "preferences")
		if preferences != nil && !preferences.IsMap() {
			b.refuse(preferences, "preferences is "+preferences.KindWithArticle()+", not a mapping", "")
			continue
		}
		term := model.PreferredSchedulingTerm{Weight: b.need(n, "weight")}
		term.Preference.MatchExpressions = b.requirements(preferences)
		if term.Preference.MatchExpressions == nil {
			term.Preference.MatchExpressions = []model.NodeSelectorRequirement{}
		}
		b.warnOfStrings(preferences)
		all = append(all, term)
	}
	return all
}

func (b *builder) warnOfStrings(preferences value) {
	if preferences == nil {
		return
	}
	for _, p := range preferences.Pairs {
		if !p.Value.IsList() || len(p.Value.Items) == 0 {
			b.warn(finding.PreferenceIgnored, p.Value,
				"the preference "+p.Key.Text+" has no effect: it is "+p.Value.KindWithArticle()+", not a list of values",
				"["+p.Value.Text+"]")
		}
	}
}
