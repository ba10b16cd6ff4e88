// Package monitoring is what PaaSTA watches of an instance: who is told, when something is wrong, and the PromQL that
// says so. Sensu checks and Prometheus rules are two ways to print it, so it stands beside the targets, not in one.
//
// It reads configuration and knows no output format.
package monitoring

import (
	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

// Problem is why PaaSTA itself cannot make a check or a rule of the configuration: it would raise an exception.
type Problem = config.Problem

func problem(n *yaml11.Node, message string) *Problem {
	return &Problem{At: n.Position(), Message: message}
}

// mismatch is the problem of a value of the wrong kind: "instances is a string, not a number".
func mismatch(n *yaml11.Node, what, expected string) *Problem {
	return problem(n, what+" is "+n.KindWithArticle()+", not "+expected)
}

// Settings answers who is told about an event and how: PaaSTA's lookup through four layers. The zero Settings knows
// PaaSTA's built-in defaults only.
type Settings struct {
	overrides *yaml11.Node // highest: the instance's `monitoring`, and what a check sets itself
	file      *yaml11.Node // monitoring.yaml
	nested    *yaml11.Node // `monitoring` of service.yaml, else monitoring.yaml again
	base      *yaml11.Node // top level of service.yaml
}

// OfService returns the settings of events that concern a service as a whole.
func OfService(s *config.Service) (Settings, *Problem) {
	settings := Settings{file: s.Folder.YAML("monitoring.yaml"), nested: s.Base().Get("monitoring"), base: s.Base()}
	if settings.nested != nil && !settings.nested.IsMap() {
		return Settings{}, mismatch(settings.nested, "monitoring", "keys and values")
	}
	return settings, nil
}

// OfInstance returns the settings of events that concern an instance. PaaSTA: InstanceConfig.get_monitoring.
func OfInstance(i *config.Instance) (Settings, *Problem) {
	settings, p := OfService(i.Service)
	if p != nil {
		return Settings{}, p
	}
	settings.overrides = i.Get("monitoring")
	if settings.overrides != nil && !settings.overrides.IsMap() {
		return Settings{}, mismatch(settings.overrides, "monitoring", "keys and values")
	}
	return settings, nil
}

// With returns the settings with a key overridden, as a check overrides `page` or `runbook`.
func (s Settings) With(key string, value *yaml11.Node) Settings {
	if s.overrides == nil {
		s.overrides = yaml11.NewMap()
	}
	s.overrides = s.overrides.With(key, value)
	return s
}

// Own returns a key of the overrides alone: what alert_after, check_every and realert_every are read from. Nil when
// it is absent; a null is a node. PaaSTA: monitoring_tools.send_event.
func (s Settings) Own(key string) *yaml11.Node { return s.overrides.Get(key) }

// Get looks a key up: overrides, monitoring.yaml, service.yaml's `monitoring`, service.yaml's top level, built-in
// default. A null found on the way ends the search. PaaSTA: monitoring_tools.__get_monitoring_config_value.
func (s Settings) Get(key string) *yaml11.Node {
	return s.GetOr(key, builtIn(key))
}

// GetOr is Get with another built-in default.
func (s Settings) GetOr(key string, fallback *yaml11.Node) *yaml11.Node {
	for _, layer := range []*yaml11.Node{s.overrides, s.file, s.nested, s.base} {
		if value := layer.Get(key); value != nil {
			return value
		}
	}
	return fallback
}

// Team returns who owns the instance's events; without a team PaaSTA sends none. PaaSTA: monitoring_tools.get_team.
func (s Settings) Team() *yaml11.Node { return s.Get("team") }

// builtIn is PaaSTA's default of a key, nil when it is None. PaaSTA: monitoring_tools.monitoring_defaults.
func builtIn(key string) *yaml11.Node {
	const docs = "https://paasta.readthedocs.io/en/latest/yelpsoa_configs.html#monitoring-yaml"
	switch key {
	case "runbook":
		return yaml11.NewString("Please set a `runbook` field in your monitoring.yaml. Like \"y/rb-mesos\". Docs: " + docs)
	case "tip":
		return yaml11.NewString("Please set a `tip` field in your monitoring.yaml. Docs: " + docs)
	case "ticket":
		return yaml11.NewBool(false)
	case "realert_every":
		return yaml11.NewInt(-1)
	case "tags":
		return yaml11.NewList()
	}
	return nil
}
