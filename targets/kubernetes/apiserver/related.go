package apiserver

import (
	"strconv"
	"strings"

	"github.com/paasta-render/paasta-render/targets/kubernetes/model"
)

func (c *check) autoscaler(h *model.HorizontalPodAutoscaler) {
	c.metadata(&h.Metadata, Subdomain)
	s := &h.Spec
	c.atLeast(s.MinReplicas, 1, "min_instances")
	c.atLeast(s.MaxReplicas, 1, "max_instances")
	low, ok := integer(s.MinReplicas)
	high, also := integer(s.MaxReplicas)
	if ok && also && high < low {
		c.refuse(Value, s.MaxReplicas,
			"max_instances is "+strconv.FormatInt(high, 10)+", below min_instances, "+strconv.FormatInt(low, 10))
	}
	for i := range s.Metrics {
		c.metric(&s.Metrics[i])
	}
	c.behavior(s.Behavior.Get("scaleDown"))
}

func (c *check) metric(m *model.MetricSpec) {
	if m.Resource != nil {
		c.atLeast(m.Resource.Target.AverageUtilization, 1, "the target in percent")
		return
	}
	t := &m.Object.Target
	if name := m.Object.Metric.Name; strings.ContainsAny(name, "/%") {
		c.refuse(Name, m.From, "the metric's name would be "+strconv.Quote(name)+", which cannot be part of a path")
	}
	if t.Value == nil && t.AverageValue == nil {
		c.refuse(Value, m.From, "the metric has no target")
	}
	for _, n := range []model.Value{t.Value, t.AverageValue} {
		if q, ok := quantity(n); ok && q.Sign() <= 0 {
			c.refuse(Value, n, "the target of a metric must be above 0, not "+q.String())
		}
	}
	if m.Object.Metric.Selector != nil {
		c.labels(m.Object.Metric.Selector.MatchLabels)
	}
}

// behavior holds scaledown_policies against the limits of an autoscaler.
func (c *check) behavior(b model.Value) {
	c.between(b.Get("stabilizationWindowSeconds"), 0, 3600, "stabilizationWindowSeconds")
	c.oneOf(b.Get("selectPolicy"), "selectPolicy", "Max", "Min", "Disabled")
	policies := b.Get("policies")
	if policies.IsNull() || policies.IsList() && len(policies.Items) == 0 {
		c.refuse(Value, policies, "scaledown_policies has no policies")
		return
	}
	for _, p := range policies.Items {
		c.oneOf(p.Get("type"), "the type of a policy", "Pods", "Percent")
		for _, key := range []string{"type", "value", "periodSeconds"} {
			if p.IsMap() && !p.Has(key) {
				c.refuse(Value, p, "a scaledown policy has no "+key)
			}
		}
		c.atLeast(p.Get("value"), 1, "the value of a policy")
		c.between(p.Get("periodSeconds"), 1, 1800, "periodSeconds")
	}
}

func (c *check) disruptionBudget(p *model.PodDisruptionBudget) {
	c.metadata(&p.Metadata, Subdomain)
	c.labels(p.Spec.Selector.MatchLabels)
	c.oneOf(p.Spec.UnhealthyPodEvictionPolicy, "unhealthy_pod_eviction_policy", "IfHealthyBudget", "AlwaysAllow")
	c.atLeast(p.Spec.MaxUnavailable, 0, "maxUnavailable")
	if text, ok := p.Spec.MaxUnavailable.Str(); ok {
		share, err := strconv.ParseInt(strings.TrimSuffix(text, "%"), 10, 64)
		if err != nil || share < 0 || share > 100 || !strings.HasSuffix(text, "%") {
			c.refuse(Value, p.Spec.MaxUnavailable,
				"maxUnavailable would be "+strconv.Quote(text)+"; Kubernetes takes an integer, or 0% to 100%")
		}
	}
}
