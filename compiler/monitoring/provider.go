package monitoring

import (
	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/paasta"
	"github.com/paasta-render/paasta-render/compiler/python"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

// The metrics providers that need a rule of the adapter. PaaSTA: long_running_service_tools.METRICS_PROVIDER_*.
const (
	ActiveRequests  = "active-requests"
	ArbitraryPromQL = "arbitrary-promql"
)

// SharedProviders are the providers that one rule a moving average window serves. PaaSTA: TEMPLATEABLE_PROVIDERS.
var SharedProviders = []string{"gunicorn", "piscina", "uwsgi", "uwsgi-v2", "worker-load"}

// DefaultWindow is the moving average window of every provider, seconds.
const DefaultWindow = 1800

// Provider is one entry of autoscaling.metrics_providers with PaaSTA's defaults under it.
type Provider struct {
	Config *yaml11.Node // as written; nil for the default provider
	// Type is cpu unless written otherwise; empty when it is no string.
	Type string
	// Setpoint is the target, a ratio; default 0.8, for arbitrary-promql 1.0.
	Setpoint *yaml11.Node
}

// Get returns a key of the provider, nil when absent. The default provider has a decision_policy.
func (p Provider) Get(key string) *yaml11.Node { return p.Config.Get(key) }

// Window is the moving average window as written, or the default.
func (p Provider) Window() *yaml11.Node {
	return Or(p.Get("moving_average_window_seconds"), yaml11.NewInt(DefaultWindow))
}

// AlertAbove is the utilisation above which an instance at max_instances alerts. Key: max_instances_alert_threshold,
// default the setpoint. PaaSTA: check_autoscaler_max_instances.
func (p Provider) AlertAbove() *yaml11.Node {
	return Or(p.Get("max_instances_alert_threshold"), p.Setpoint)
}

// MetricName is the metric that the HorizontalPodAutoscaler asks for: shared rules are named after their window, the
// others after the instance. PaaSTA: get_autoscaling_provider_spec.
func (p Provider) MetricName(i *config.Instance) string {
	switch p.Type {
	case "cpu", "memory":
		return p.Type
	case ActiveRequests, ArbitraryPromQL:
		return paasta.AppName(i.Service.Name, i.Name) + "-" + p.Type + "-prom"
	}
	return p.Type + "-prom-" + python.Str(p.Window())
}

// TargetType is how the HorizontalPodAutoscaler compares the metric, as kube-state-metrics calls it: utilization, value
// or average. PaaSTA: get_autoscaling_provider_spec.
func (p Provider) TargetType() string {
	target, written := p.Get("target_type").Str()
	switch {
	case p.Type == "cpu" || p.Type == "memory":
		return "utilization"
	case p.Type == "uwsgi-v2" || p.Type == "worker-load":
		return "average"
	case p.Type == ArbitraryPromQL && (!written || target == "AverageValue"):
		return "average"
	}
	return "value"
}

// Providers returns the instance's metrics providers; the CPU provider when it names none. PaaSTA:
// LongRunningServiceConfig.get_autoscaling_params.
func Providers(i *config.Instance) ([]Provider, *Problem) {
	autoscaling := i.Get("autoscaling")
	if autoscaling != nil && !autoscaling.IsMap() {
		return nil, mismatch(autoscaling, "autoscaling", "keys and values")
	}
	listed := autoscaling.Get("metrics_providers")
	if listed == nil || !listed.Truthy() && (listed.IsList() || listed.IsMap() || listed.IsString()) {
		return []Provider{{Type: "cpu", Setpoint: yaml11.NewFloat(0.8)}}, nil
	}
	if !listed.IsList() {
		return nil, mismatch(listed, "metrics_providers", "a list")
	}
	var providers []Provider
	for _, item := range listed.Items {
		if !item.IsMap() {
			return nil, mismatch(item, "a metrics provider", "keys and values")
		}
		p := Provider{Config: item, Type: "cpu", Setpoint: yaml11.NewFloat(0.8)}
		if written := item.Get("type"); written != nil {
			p.Type, _ = written.Str()
		}
		if p.Type == ArbitraryPromQL {
			p.Setpoint = yaml11.NewFloat(1)
		}
		p.Setpoint = Or(item.Get("setpoint"), p.Setpoint)
		providers = append(providers, p)
	}
	return providers, nil
}

// FirstOf returns the provider of a type; PaaSTA honours one of each. PaaSTA: get_autoscaling_metrics_provider.
func FirstOf(providers []Provider, kind string) *Provider {
	for n := range providers {
		if providers[n].Type == kind {
			return &providers[n]
		}
	}
	return nil
}
