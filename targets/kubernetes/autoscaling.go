package kubernetes

import (
	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/python"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
	"github.com/paasta-render/paasta-render/targets/kubernetes/model"
)

var nodeEmptyMap = yaml11.NewMap()

// loadProviders reads autoscaling.metrics_providers.
func (b *builder) loadProviders() {
	providers, problem := config.Providers(b.Config)
	if b.providers = providers; problem != nil {
		b.refuseAt(problem.At, problem.Message, problem.Suggestion)
	}
}

// scalesBy tells whether the instance is autoscaled by a provider of the type. PaaSTA: should_use_metrics_provider.
func (b *builder) scalesBy(kind string) bool {
	return b.IsAutoscaled() && config.ProviderOf(b.providers, kind) != nil
}

// autoscaler scales the Deployment between min_instances (default 1) and max_instances; nil when the instance is
// stopped, has no max_instances, has 0 in one of them, is scaled by its own code (bespoke), or is a StatefulSet.
// PaaSTA: get_autoscaling_metric_spec.
func (b *builder) autoscaler() *model.HorizontalPodAutoscaler {
	low, high := b.or("min_instances", nodeOne), b.Get("max_instances")
	if b.ScalesToZero(b.providers) {
		at := low
		if !python.Equal(low, nodeZero) {
			at = high
		}
		b.warn(finding.AutoscalerLeftOut, at, "there is no autoscaler, for min_instances or max_instances is 0", "1")
	}
	if !b.HasAutoscaler(b.providers) {
		return nil
	}
	metrics := []model.MetricSpec{}
	for i := range b.providers {
		if m := b.metric(&b.providers[i]); m != nil {
			m.From = b.providers[i].Config
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
func (b *builder) metric(p *config.Provider) *model.MetricSpec {
	target := model.MetricTarget{Type: p.TargetType()}
	if target.Type == "Value" {
		target.Value = given(p.Setpoint)
	} else {
		target.AverageValue = given(p.Setpoint)
	}
	switch p.Type() {
	case config.CPUProvider, config.MemoryProvider:
		return b.utilization(p)
	case "uwsgi", "piscina", "gunicorn", "uwsgi-v2", "worker-load":
		return b.sharedMetric(p, target)
	case config.ActiveRequests:
		// The query gives the share by which to scale, so the target is always 1.
		return b.objectMetric(p, nil, model.MetricTarget{Type: target.Type, Value: nodeOne})
	case config.ArbitraryPromQL:
		return b.objectMetric(p, nil, target)
	}
	if p.Kind.IsList() || p.Kind.IsMap() {
		b.refuse(p.Kind, "the type of a metrics provider is "+p.Kind.KindWithArticle()+", not a string", "")
		return nil
	}
	b.warn(finding.UnknownMetric, p.Kind,
		"the metrics provider "+python.Repr(p.Kind)+" is not known; the instance does not scale by it", "cpu")
	return nil
}

// utilization is a share of what is requested, in percent, truncated: 0.29 is 28.
func (b *builder) utilization(p *config.Provider) *model.MetricSpec {
	setpoint, ok := b.number(p.Setpoint, "setpoint")
	if !ok {
		return nil
	}
	percent, ok := setpoint.times(100).truncate()
	if !ok {
		b.refuse(p.Setpoint, "setpoint is not finite", "0.8")
		return nil
	}
	return &model.MetricSpec{Type: "Resource", Resource: &model.ResourceMetricSource{
		Name:   p.Type(),
		Target: model.MetricTarget{Type: p.TargetType(), AverageUtilization: percent.node(p.Setpoint)},
	}}
}

// sharedMetric is one that all instances with the same moving average share: moving_average_window_seconds, default
// 1800.
func (b *builder) sharedMetric(p *config.Provider, target model.MetricTarget) *model.MetricSpec {
	selector := &model.LabelSelector{MatchLabels: model.Labels{
		"paasta_cluster":  b.service.Cluster.Name,
		"paasta_service":  b.service.Name,
		"paasta_instance": b.Name,
	}}
	return b.objectMetric(p, selector, target)
}

func (b *builder) objectMetric(p *config.Provider, s *model.LabelSelector, target model.MetricTarget) *model.MetricSpec {
	return &model.MetricSpec{Type: "Object", Object: &model.ObjectMetricSource{
		DescribedObject: b.deploymentReference(),
		Metric:          model.MetricIdentifier{Name: p.MetricName(b.name), Selector: s},
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
