package config

import (
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/python"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

// The metrics providers of which more is said than how they scale. PaaSTA:
// long_running_service_tools.METRICS_PROVIDER_*.
const (
	CPUProvider     = "cpu"
	MemoryProvider  = "memory"
	ActiveRequests  = "active-requests"
	ArbitraryPromQL = "arbitrary-promql"
)

// DefaultWindow is the moving average window of every metrics provider, seconds.
// PaaSTA: DEFAULT_*_AUTOSCALING_MOVING_AVERAGE_WINDOW.
const DefaultWindow = 1800

// Problem is a value at which PaaSTA stops with an exception.
type Problem struct {
	At                  finding.Position
	Message, Suggestion string
}

func mismatch(n *yaml11.Node, what, wanted string) *Problem {
	return &Problem{At: n.Position(), Message: what + " is " + n.KindWithArticle() + ", not " + wanted}
}

func (p *Problem) suggest(suggestion string) *Problem {
	p.Suggestion = suggestion
	return p
}

// Provider is one entry of autoscaling.metrics_providers with PaaSTA's defaults under it.
type Provider struct {
	Config   *yaml11.Node // as written; an empty mapping for the default provider
	Kind     *yaml11.Node // type; default cpu
	Policy   *yaml11.Node // decision_policy; default proportional
	Setpoint *yaml11.Node // the target, a ratio; default 0.8, of arbitrary-promql 1.0
}

var (
	defaultKind       = yaml11.NewString(CPUProvider)
	defaultPolicy     = yaml11.NewString("proportional")
	defaultSetpoint   = yaml11.NewFloat(0.8)
	defaultPromQL     = yaml11.NewFloat(1)
	defaultWindowNode = yaml11.NewInt(DefaultWindow)
	defaultProvider   = Provider{yaml11.NewMap(), defaultKind, defaultPolicy, defaultSetpoint}
)

// Type is the provider's type as a string; empty when it is none.
func (p *Provider) Type() string {
	kind, _ := p.Kind.Str()
	return kind
}

// Get returns a key of the provider as it is written, nil when absent.
func (p *Provider) Get(key string) *yaml11.Node { return p.Config.Get(key) }

// IsBespoke tells whether the instance is scaled by code of its own, and not by this provider.
func (p *Provider) IsBespoke() bool {
	policy, _ := p.Policy.Str()
	return policy == "bespoke"
}

// Window is the moving average window as written, or the default.
func (p *Provider) Window() *yaml11.Node {
	return orNode(p.Get("moving_average_window_seconds"), defaultWindowNode)
}

// MetricName is the metric that the HorizontalPodAutoscaler of a workload asks for: cpu and memory are Kubernetes' own,
// rules that instances share are named after their window, the others after the workload.
// PaaSTA: get_autoscaling_provider_spec.
func (p *Provider) MetricName(workload string) string {
	switch kind := p.Type(); kind {
	case CPUProvider, MemoryProvider:
		return kind
	case ActiveRequests, ArbitraryPromQL:
		return workload + "-" + kind + "-prom"
	default:
		return kind + "-prom-" + python.Str(p.Window())
	}
}

// TargetType is how the HorizontalPodAutoscaler compares the metric: Utilization, Value or AverageValue.
// PaaSTA: get_autoscaling_provider_spec.
func (p *Provider) TargetType() string {
	switch p.Type() {
	case CPUProvider, MemoryProvider:
		return "Utilization"
	case "uwsgi-v2", "worker-load":
		return averageValue
	case ArbitraryPromQL:
		if wanted := p.Get("target_type"); wanted == nil || wanted.IsString() && wanted.Text == averageValue {
			return averageValue
		}
	}
	return "Value"
}

const averageValue = "AverageValue"

// IsAutoscaled tells whether max_instances is set. PaaSTA: LongRunningServiceConfig.is_autoscaling_enabled.
func (i *Instance) IsAutoscaled() bool { return !i.Get("max_instances").IsNull() }

// HasAutoscaler tells whether the instance gets a HorizontalPodAutoscaler: it is deployed and started, has
// max_instances, is neither a StatefulSet nor scaled by code of its own, and may not scale to zero. PaaSTA:
// get_autoscaling_metric_spec.
func (i *Instance) HasAutoscaler(providers []Provider) bool {
	return i.wantsAutoscaler(providers) && !i.mayBeZero()
}

// ScalesToZero tells whether the instance gets no HorizontalPodAutoscaler just because min_instances or max_instances
// is 0.
func (i *Instance) ScalesToZero(providers []Provider) bool {
	return i.wantsAutoscaler(providers) && i.mayBeZero()
}

func (i *Instance) wantsAutoscaler(providers []Provider) bool {
	return i.Branch != nil && i.Branch.DesiredState != "stop" && i.IsAutoscaled() && len(providers) > 0 &&
		!providers[0].IsBespoke() && !i.IsStateful()
}

func (i *Instance) mayBeZero() bool {
	return python.Equal(i.Get("min_instances"), zero) || python.Equal(i.Get("max_instances"), zero)
}

var zero = yaml11.NewInt(0)

// Providers returns the metrics providers of an instance's configuration; the CPU provider when it names none.
// PaaSTA: LongRunningServiceConfig.get_autoscaling_params.
func Providers(instance *yaml11.Node) ([]Provider, *Problem) {
	autoscaling := instance.Get("autoscaling")
	if autoscaling != nil && !autoscaling.IsMap() {
		return nil, mismatch(autoscaling, "autoscaling", "a mapping")
	}
	listed := autoscaling.Get("metrics_providers")
	switch {
	case listed == nil, (listed.IsList() || listed.IsMap() || listed.IsString()) && !listed.Truthy():
		return []Provider{defaultProvider}, nil
	case !listed.IsList():
		return nil, mismatch(listed, "metrics_providers", "a list")
	}
	all := make([]Provider, 0, len(listed.Items))
	for _, own := range listed.Items {
		if !own.IsMap() {
			return nil, mismatch(own, "an element of metrics_providers", "a mapping")
		}
		p := Provider{own, orNode(own.Get("type"), defaultKind), orNode(own.Get("decision_policy"), defaultPolicy), nil}
		standard := defaultSetpoint
		if p.Type() == ArbitraryPromQL {
			standard = defaultPromQL
		}
		p.Setpoint = orNode(own.Get("setpoint"), standard)
		all = append(all, p)
	}
	return all, nil
}

// ProviderOf returns the first provider of a type; nil when there is none. PaaSTA: get_autoscaling_metrics_provider.
func ProviderOf(providers []Provider, kind string) *Provider {
	for n := range providers {
		if providers[n].Type() == kind {
			return &providers[n]
		}
	}
	return nil
}

// orNode is Python's get(key, standard), where a null is a value.
func orNode(n, standard *yaml11.Node) *yaml11.Node {
	if n != nil {
		return n
	}
	return standard
}
