package apiserver

import (
	"strconv"

	"github.com/paasta-render/paasta-render/targets/kubernetes/model"
)

func (c *check) placement(p *model.PodSpec) {
	c.labels(p.NodeSelector)
	if a, ok := p.Affinity.(*model.Affinity); ok {
		if a.NodeAffinity != nil {
			c.nodeAffinity(a.NodeAffinity)
		}
		if a.PodAntiAffinity != nil {
			c.antiAffinity(a.PodAntiAffinity)
		}
	}
	constraints, _ := p.TopologySpreadConstraints.([]any)
	seen := map[[2]string]bool{}
	for _, x := range constraints {
		if t, ok := x.(model.TopologySpreadConstraint); ok {
			c.spread(&t, seen)
		}
	}
}

func (c *check) nodeAffinity(a *model.NodeAffinity) {
	if a.Required != nil {
		for i := range a.Required.NodeSelectorTerms {
			c.term(&a.Required.NodeSelectorTerms[i])
			for _, r := range a.Required.NodeSelectorTerms[i].MatchExpressions {
				c.labelValues(r.Values)
			}
		}
	}
	for i := range a.Preferred {
		c.between(a.Preferred[i].Weight, 1, 100, "weight")
		c.term(&a.Preferred[i].Preference)
	}
}

func (c *check) term(t *model.NodeSelectorTerm) {
	for i := range t.MatchExpressions {
		r := &t.MatchExpressions[i]
		if key, ok := r.Key.Str(); ok && LabelKey(key) != "" {
			c.refuse(Name, r.Key, "the node label "+strconv.Quote(key)+": "+LabelKey(key))
		}
		if operator, _ := r.Operator.Str(); operator == "In" || operator == "NotIn" {
			if r.Values == nil || r.Values.IsList() && len(r.Values.Items) == 0 {
				c.refuse(Value, r.Values, "a requirement "+operator+" has no values")
			}
		}
	}
}

// labelValues holds what a requirement compares with against the form of label values. The API server does not ask that
// of preferences.
func (c *check) labelValues(list model.Value) {
	if list == nil {
		return
	}
	for _, n := range list.Items {
		if text, ok := n.Str(); ok && LabelValue(text) != "" {
			c.refuse(Name, n, "the node label value "+strconv.Quote(text)+": "+LabelValue(text))
		}
	}
}

func (c *check) antiAffinity(a *model.PodAntiAffinity) {
	for i := range a.Required {
		c.labels(a.Required[i].LabelSelector.MatchLabels)
	}
	for i := range a.Preferred {
		c.between(a.Preferred[i].Weight, 1, 100, "weight")
		c.labels(a.Preferred[i].PodAffinityTerm.LabelSelector.MatchLabels)
	}
}

func (c *check) spread(t *model.TopologySpreadConstraint, seen map[[2]string]bool) {
	c.atLeast(t.MaxSkew, 1, "max_skew")
	c.oneOf(t.WhenUnsatisfiable, "when_unsatisfiable", "DoNotSchedule", "ScheduleAnyway")
	key, ok := t.TopologyKey.Str()
	if !ok {
		return
	}
	c.notEmpty(t.TopologyKey, "topology_key")
	when, _ := t.WhenUnsatisfiable.Str()
	if seen[[2]string{key, when}] {
		c.refuse(Value, t.From, "two topology spread constraints have topology_key "+key+" and when_unsatisfiable "+when)
	}
	seen[[2]string{key, when}] = true
	if !t.MatchLabelKeys.IsList() {
		return
	}
	for _, n := range t.MatchLabelKeys.Items {
		text, ok := n.Str()
		switch {
		case !ok:
		case LabelKey(text) != "":
			c.refuse(Name, n, "the label key "+strconv.Quote(text)+": "+LabelKey(text))
		case t.LabelSelector.MatchLabels[text] != nil:
			c.refuse(Value, n, "match_label_keys has "+text+", which selects pods already")
		}
	}
}
