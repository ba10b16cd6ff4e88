package prometheus

import (
	"github.com/paasta-render/paasta-render/compiler/effect"
	"github.com/paasta-render/paasta-render/compiler/target"
)

// systemKeys are the keys of the system config that the target reads.
var systemKeys = []string{"adapter_queries", "alerting", "prometheus_operator"}

// files are the kinds of files that the target makes.
var files = []target.Files{
	{
		Prefix: "prometheus/adapter", Suffix: ".yaml", Delivery: target.InConfigMap,
		// The one that prometheus-adapter mounts. PaaSTA: setup_prometheus_adapter_config.
		ConfigMap: &target.ConfigMap{Namespace: "custom-metrics", Name: "adapter-config", Key: "config.yaml"},
		Entries:   &target.Entries{At: []string{"rules"}, Kind: "AdapterRule", Rest: "AdapterConfig", Key: "name.as"},
	},
	{
		Prefix: rulesFolder + clusterRules, Suffix: ".yaml", Delivery: target.InConfigMap,
		Entries: &target.Entries{At: []string{"groups"}, Kind: "RuleGroup", Rest: "RuleFile"},
	},
	{
		Prefix: rulesFolder, Suffix: ".yaml", Owner: target.OwnedByFile, Delivery: target.InConfigMap,
		Entries: &target.Entries{At: []string{"groups"}, Kind: "RuleGroup", Rest: "RuleFile"},
	},
	{
		Prefix: operatorFolder + clusterRules, Suffix: ".yaml", Delivery: target.AsManifest,
		Entries: &target.Entries{At: []string{"spec", "groups"}, Kind: "RuleGroup", Rest: "PrometheusRule"},
	},
	{
		Prefix: operatorFolder, Suffix: ".yaml", Owner: target.OwnedByFile, Delivery: target.AsManifest,
		Entries: &target.Entries{At: []string{"spec", "groups"}, Kind: "RuleGroup", Rest: "PrometheusRule"},
	},
	{
		Prefix: "prometheus/alertmanager", Delivery: target.InConfigMap,
		Entries: &target.Entries{Rest: "AlertmanagerConfig"},
	},
	{Prefix: "prometheus/", Delivery: target.InConfigMap, Entries: &target.Entries{Rest: "PrometheusConfig"}},
	target.ClusterManifests(),
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
