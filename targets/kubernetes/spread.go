package kubernetes

import (
	"strings"

	"github.com/paasta-render/paasta-render/compiler/yaml11"
	"github.com/paasta-render/paasta-render/targets/kubernetes/model"
)

// antiAffinity keeps the pods off hosts with certain other pods: anti_affinity strictly, anti_affinity_preferred if it
// can be; nil without both. PaaSTA: get_pod_anti_affinity, which fails on preferred terms; they are made here as its
// documentation says.
func (b *builder) antiAffinity() *model.PodAntiAffinity {
	required, strict := b.conditions("anti_affinity")
	preferred, soft := b.conditions("anti_affinity_preferred")
	if !strict && !soft {
		return nil
	}
	affinity := &model.PodAntiAffinity{}
	if strict {
		affinity.Required = []model.PodAffinityTerm{}
		for _, n := range required {
			if labels := b.conditionLabels(n); len(labels) > 0 {
				affinity.Required = append(affinity.Required, offHost(labels))
			}
		}
	}
	for _, n := range preferred {
		if labels := b.conditionLabels(n); len(labels) > 0 {
			affinity.Preferred = append(affinity.Preferred,
				model.WeightedPodAffinityTerm{Weight: b.need(n, "weight"), PodAffinityTerm: offHost(labels)})
		}
	}
	return affinity
}

// conditions are the elements of a list, or the one mapping that stands in its place; ok tells whether there are any.
func (b *builder) conditions(key string) (all []*yaml11.Node, ok bool) {
	n := b.Get(key)
	switch {
	case !n.Truthy():
		return nil, false
	case n.IsList():
		return n.Items, true
	}
	return []*yaml11.Node{n}, true
}

func offHost(labels model.Labels) model.PodAffinityTerm {
	return model.PodAffinityTerm{TopologyKey: "kubernetes.io/hostname",
		LabelSelector: model.LabelSelector{MatchLabels: labels}}
}

// conditionLabels selects the pods of a service, an instance, or both.
func (b *builder) conditionLabels(n value) model.Labels {
	labels := model.Labels{}
	for _, key := range []string{"service", "instance"} {
		switch {
		case n.IsMap():
			if v := n.Get(key); v != nil {
				labels["paasta.yelp.com/"+key] = v
			}
		case n.IsString() && !strings.Contains(n.Text, key), n.IsList() && !hasString(n, key):
			// Python's "service" in condition is false: the condition is passed over.
		default:
			b.refuse(n, "an anti-affinity condition is "+n.KindWithArticle()+", not a mapping", "{service: …, instance: …}")
			return labels
		}
	}
	return labels
}

func hasString(list value, text string) bool {
	for _, n := range list.Items {
		if s, ok := n.Str(); ok && s == text {
			return true
		}
	}
	return false
}

var nodeScheduleAnyway = yaml11.NewString("ScheduleAnyway")

// addSpread spreads the pods over zones or hosts: topology_spread_constraints of the instance, if the key is there,
// else of the system config; after those of pod_defaults. PaaSTA: create_pod_topology_spread_constraints.
func (b *builder) addSpread(pod *model.PodSpec) {
	constraints := b.or("topology_spread_constraints", b.system.Get("topology_spread_constraints"))
	if !constraints.Truthy() {
		return
	}
	var all []any
	if defaults := b.system.Get("pod_defaults").Get("topology_spread_constraints"); defaults != nil {
		for _, n := range b.items(defaults, "topology_spread_constraints") {
			all = append(all, n)
		}
	}
	for _, n := range b.mappings(constraints, "topology_spread_constraints") {
		all = append(all, model.TopologySpreadConstraint{
			LabelSelector:     b.selector(),
			TopologyKey:       orNullAt(n.Get("topology_key"), n),
			MaxSkew:           getOr(n, "max_skew", nodeOne),
			WhenUnsatisfiable: getOr(n, "when_unsatisfiable", nodeScheduleAnyway),
			MatchLabelKeys:    given(n.Get("match_label_keys")),
			From:              n,
		})
	}
	pod.TopologySpreadConstraints = all
}

// orNullAt is a null at the place of the mapping that lacks the value.
func orNullAt(n, from value) value {
	if n != nil {
		return n
	}
	missing := *from
	missing.Kind, missing.Pairs = yaml11.Null, nil
	return &missing
}
