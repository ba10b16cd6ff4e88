package kubernetes

import (
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/python"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
	"github.com/paasta-render/paasta-render/targets/kubernetes/model"
)

var (
	nodeCPU          = yaml11.NewString("cpu")
	nodeProportional = yaml11.NewString("proportional")
	nodeSetpoint     = yaml11.NewFloat(0.8)
	nodeWindow       = yaml11.NewInt(1800)
	nodeEmptyMap     = yaml11.NewMap()
)

// provider is one of autoscaling.metrics_providers, with its defaults: type cpu, decision_policy proportional,
// setpoint 0.8 (1.0 for arbitrary-promql).
type provider struct {
	config         value
	kind           value
	policy, target value
}

// loadProviders reads autoscaling.metrics_providers; none is one with all defaults. PaaSTA: get_autoscaling_params.
func (b *builder) loadProviders() {
	standard := provider{nodeEmptyMap, nodeCPU, nodeProportional, nodeSetpoint}
	list := b.mapping("autoscaling").Get("metrics_providers")
	for _, n := range b.mappings(list, "metrics_providers") {
		p := provider{n, getOr(n, "type", nodeCPU), getOr(n, "decision_policy", nodeProportional), nil}
		p.target = nodeSetpoint
		if textOf(p.kind) == "arbitrary-promql" {
			p.target = nodeOneFloat
		}
		p.target = getOr(n, "setpoint", p.target)
		b.providers = append(b.providers, p)
	}
	if len(b.providers) == 0 {
		b.providers = []provider{standard}
	}
}

// provider returns the metrics provider of a type; nil when the instance has none. PaaSTA:
// get_autoscaling_metrics_provider.
func (b *builder) provider(kind string) *provider {
	for i := range b.providers {
		if textOf(b.providers[i].kind) == kind {
			return &b.providers[i]
		}
	}
	return nil
}

// scalesBy tells whether the instance is autoscaled by a provider of the type. PaaSTA: should_use_metrics_provider.
func (b *builder) scalesBy(kind string) bool { return b.autoscaled() && b.provider(kind) != nil }

// autoscaler scales the Deployment between min_instances (default 1) and max_instances; nil when the instance is
// stopped, has no max_instances, has 0 in one of them, is scaled by its own code (bespoke), or is a StatefulSet.
// PaaSTA: get_autoscaling_metric_spec.
func (b *builder) autoscaler() *model.HorizontalPodAutoscaler {
	if b.Branch.DesiredState == "stop" || !b.autoscaled() || textOf(b.providers[0].policy) == "bespoke" ||
		b.Get("persistent_volumes").Truthy() {
		return nil
	}
	low, high := b.or("min_instances", nodeOne), b.Get("max_instances")
	if python.Equal(low, nodeZero) || python.Equal(high, nodeZero) {
		b.warn(finding.AutoscalerLeftOut, high, "there is no autoscaler, for min_instances or max_instances is 0", "1")
		return nil
	}
	metrics := []model.MetricSpec{}
	for i := range b.providers {
		if m := b.metric(&b.providers[i]); m != nil {
			m.From = b.providers[i].config
			metrics = append(metrics, *m)
		}
	}
	return &model.HorizontalPodAutoscaler{
		APIVersion: "autoscaling/v2",
		Kind:       "HorizontalPodAutoscaler",
		Metadata: model.ObjectMeta{Name: b.name, Namespace: b.namespace, Labels: model.Labels{
			"paasta.yelp.com/service":  b.service.Name,
			"paasta.yelp.com/instance": b.Name,
			"yelp.com/pool":            b.pool(),
			"paasta.yelp.com/managed":  "true",
		}},
		Spec: model.HorizontalPodAutoscalerSpec{
			ScaleTargetRef: b.deploymentReference(),
			MinReplicas:    given(low),
			MaxReplicas:    high,
			Metrics:        metrics,
			Behavior:       b.behavior(),
		},
	}
}

func (b *builder) deploymentReference() model.CrossVersionObjectReference {
	return model.CrossVersionObjectReference{APIVersion: "apps/v1", Kind: "Deployment", Name: b.name}
}

// metric is what the autoscaler looks at for one provider; nil for a type that PaaSTA does not know.
// PaaSTA: get_autoscaling_provider_spec.
func (b *builder) metric(p *provider) *model.MetricSpec {
	kind := textOf(p.kind)
	switch kind {
	case "cpu", "memory":
		return b.utilization(kind, p)
	case "uwsgi", "piscina", "gunicorn":
		return b.sharedMetric(p, model.MetricTarget{Type: "Value", Value: given(p.target)})
	case "uwsgi-v2", "worker-load":
		return b.sharedMetric(p, model.MetricTarget{Type: "AverageValue", AverageValue: given(p.target)})
	case "active-requests":
		// The query gives the share by which to scale, so the target is always 1.
		return b.objectMetric(b.name+"-active-requests-prom", nil, model.MetricTarget{Type: "Value", Value: nodeOne})
	case "arbitrary-promql":
		target := model.MetricTarget{Type: "AverageValue", AverageValue: given(p.target)}
		if wanted := p.config.Get("target_type"); wanted != nil && textOf(wanted) != "AverageValue" {
			target = model.MetricTarget{Type: "Value", Value: given(p.target)}
		}
		return b.objectMetric(b.name+"-arbitrary-promql-prom", nil, target)
	}
	if p.kind.IsList() || p.kind.IsMap() {
		b.refuse(p.kind, "the type of a metrics provider is "+p.kind.KindWithArticle()+", not a string", "")
		return nil
	}
	b.warn(finding.UnknownMetric, p.config,
		"the metrics provider "+python.Repr(p.kind)+" is not known; the instance does not scale by it", "cpu")
	return nil
}

// utilization is a share of what is requested, in percent, truncated: 0.29 is 28.
func (b *builder) utilization(resource string, p *provider) *model.MetricSpec {
	setpoint, ok := b.number(p.target, "setpoint")
	if !ok {
		return nil
	}
	percent, ok := setpoint.times(100).truncate()
	if !ok {
		b.refuse(p.target, "setpoint is not finite", "0.8")
		return nil
	}
	return &model.MetricSpec{Type: "Resource", Resource: &model.ResourceMetricSource{
		Name:   resource,
		Target: model.MetricTarget{Type: "Utilization", AverageUtilization: percent.node(p.target)},
	}}
}

// sharedMetric is one that all instances with the same moving average share: moving_average_window_seconds, default
// 1800.
func (b *builder) sharedMetric(p *provider, target model.MetricTarget) *model.MetricSpec {
	window := getOr(p.config, "moving_average_window_seconds", nodeWindow)
	selector := &model.LabelSelector{MatchLabels: model.Labels{
		"paasta_cluster":  b.service.Cluster.Name,
		"paasta_service":  b.service.Name,
		"paasta_instance": b.Name,
	}}
	return b.objectMetric(textOf(p.kind)+"-prom-"+python.Str(window), selector, target)
}

func (b *builder) objectMetric(name string, s *model.LabelSelector, target model.MetricTarget) *model.MetricSpec {
	return &model.MetricSpec{Type: "Object", Object: &model.ObjectMetricSource{
		DescribedObject: b.deploymentReference(),
		Metric:          model.MetricIdentifier{Name: name, Selector: s},
		Target:          target,
	}}
}

// scaleDown is how fast an instance shrinks: by 30 % a minute, seen over five minutes.
var scaleDown = yaml11.NewMap(
	yaml11.Entry("stabilizationWindowSeconds", yaml11.NewInt(300)),
	yaml11.Entry("selectPolicy", yaml11.NewString("Max")),
	yaml11.Entry("policies", yaml11.NewList(yaml11.NewMap(
		yaml11.Entry("type", yaml11.NewString("Percent")),
		yaml11.Entry("value", yaml11.NewInt(30)),
		yaml11.Entry("periodSeconds", nodeGrace),
	))),
)

// behavior is scaleDown, where autoscaling.scaledown_policies replaces what it names.
// PaaSTA: get_autoscaling_scaling_policy.
func (b *builder) behavior() value {
	policies := b.updateOf(b.mapping("autoscaling"), "scaledown_policies")
	return yaml11.NewMap(yaml11.Entry("scaleDown", update(scaleDown, policies)))
}
