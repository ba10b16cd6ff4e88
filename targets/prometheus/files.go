package prometheus

import (
	"github.com/paasta-render/paasta-render/compiler/effect"
	"github.com/paasta-render/paasta-render/compiler/layout"
)

// systemKeys are the keys of the system config that the target reads.
var systemKeys = []string{"adapter_queries", "alerting", "prometheus_operator"}

// files are the kinds of files that the target makes.
var files = []layout.Files{
	{
		Prefix: "prometheus/adapter", Suffix: ".yaml", Delivery: layout.InConfigMap,
		// The one that prometheus-adapter mounts. PaaSTA: setup_prometheus_adapter_config.
		ConfigMap: &layout.ConfigMap{Namespace: "custom-metrics", Name: "adapter-config", Key: "config.yaml"},
		Entries:   &layout.Entries{At: []string{"rules"}, Kind: "AdapterRule", Rest: "AdapterConfig", Key: "name.as"},
	},
	{
		Prefix: rulesFolder + clusterRules, Suffix: ".yaml", Delivery: layout.InConfigMap,
		Entries: &layout.Entries{At: []string{"groups"}, Kind: "RuleGroup", Rest: "RuleFile"},
	},
	{
		Prefix: rulesFolder, Suffix: ".yaml", Owner: layout.OwnedByFile, Delivery: layout.InConfigMap,
		Entries: &layout.Entries{At: []string{"groups"}, Kind: "RuleGroup", Rest: "RuleFile"},
	},
	{
		Prefix: operatorFolder + clusterRules, Suffix: ".yaml", Delivery: layout.AsManifest,
		Entries: &layout.Entries{At: []string{"spec", "groups"}, Kind: "RuleGroup", Rest: "PrometheusRule"},
	},
	{
		Prefix: operatorFolder, Suffix: ".yaml", Owner: layout.OwnedByFile, Delivery: layout.AsManifest,
		Entries: &layout.Entries{At: []string{"spec", "groups"}, Kind: "RuleGroup", Rest: "PrometheusRule"},
	},
	{
		Prefix: "prometheus/alertmanager", Delivery: layout.InConfigMap,
		Entries: &layout.Entries{Rest: "AlertmanagerConfig"},
	},
	{Prefix: "prometheus/", Delivery: layout.InConfigMap, Entries: &layout.Entries{Rest: "PrometheusConfig"}},
	layout.ClusterManifests(),
}

// groupRules say what a change of alerting rules does. Their texts are read by whoever is paged; nobody else is paged
// for them.
var groupRules = []effect.Rule{
	{Field: "rules[].annotations.tip", Effect: effect.None, Why: rewords},
	{Field: "rules[].annotations.runbook", Effect: effect.None, Why: rewords},
	{Field: "rules[].annotations.summary", Effect: effect.None, Why: rewords},
	{Field: "rules[].annotations.description", Effect: effect.None, Why: rewords},
	{Effect: effect.Alert, Why: "who hears of what"},
}

const rewords = "the alert says it in other words"

var alert = effect.Uniform(effect.Alert, "who hears of what")

// effects say what a change of what Prometheus reads does.
var effects = effect.Table{
	"RuleGroup":          {Added: effect.Alert, Removed: effect.Alert, Rules: groupRules},
	"RuleFile":           alert,
	"PrometheusRule":     alert,
	"AlertmanagerConfig": alert,
	"PrometheusConfig":   effect.Uniform(effect.Autoscale, "what is measured: autoscalers and alerts read it"),
	"AdapterRule":        effect.Uniform(effect.Autoscale, "the metric that autoscalers read"),
	"AdapterConfig":      effect.Uniform(effect.Autoscale, "the metrics that autoscalers read"),
}
