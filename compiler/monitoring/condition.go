package monitoring

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/paasta"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

// The conditions are PromQL that has a result while something is wrong, and none while all is well or while nothing is
// known. They need kube-state-metrics and cAdvisor; those of instances whose pods PaaSTA does not make itself also need
// --metric-labels-allowlist=pods=[paasta.yelp.com/service,paasta.yelp.com/instance,flink.yelp.com/container-type].
//
// Every selector names the cluster by the label paasta_cluster, since one Prometheus may see several. Every sum over
// exporters is a maximum, since two replicas of an exporter, or of Prometheus, report the same thing twice.

// perContainer and perPod fold what several exporters say of one container or pod.
const (
	perContainer = "max by (namespace, pod, container) "
	perPod       = "max by (namespace, pod) "
)

// in selects the series of the instance's cluster and namespace.
func in(i *config.Instance) string { return inCluster(i.Service.Cluster.Name, i.PodNamespace()) }

func inCluster(cluster, namespace string) string {
	return is("paasta_cluster", cluster) + "," + is("namespace", namespace)
}

// is is a matcher: label="value".
func is(label, value string) string { return label + "=" + strconv.Quote(value) }

// oneOf is a matcher of several values.
func oneOf(label string, values ...string) string {
	quoted := make([]string, len(values))
	for n, value := range values {
		quoted[n] = regexp.QuoteMeta(value)
	}
	return label + "=~" + strconv.Quote(strings.Join(quoted, "|"))
}

// podLabels selects pods in kube_pod_labels by PaaSTA's labels.
func podLabels(service, instance string) string {
	return is("label_paasta_yelp_com_service", service) + "," + is("label_paasta_yelp_com_instance", instance)
}

// workload selects the instance's Deployment or StatefulSet.
func workload(i *config.Instance) string {
	return in(i) + "," + is(workloadKind(i), paasta.AppName(i.Service.Name, i.Name))
}

func workloadKind(i *config.Instance) string {
	if i.IsStateful() {
		return "statefulset"
	}
	return "deployment"
}

// workloadMetric is a metric of the instance's Deployment or StatefulSet.
func workloadMetric(i *config.Instance, metric string) string {
	return "kube_" + workloadKind(i) + "_" + metric + "{" + workload(i) + "}"
}

// podPattern matches the names of an instance's pods, which need no labels: <Deployment>-<template>-<random>, where
// Kubernetes cuts all before the random part at 58 characters, or <StatefulSet>-<ordinal>.
func podPattern(i *config.Instance) string {
	name := paasta.AppName(i.Service.Name, i.Name) + "-"
	const cut = 58
	switch {
	case i.IsStateful():
		return regexp.QuoteMeta(name) + "[0-9]+"
	case len(name) >= cut:
		return regexp.QuoteMeta(name[:cut]) + "[0-9a-z]{5}"
	case len(name)+len("0123456789-") > cut:
		return regexp.QuoteMeta(name) + "[0-9a-z]+-?[0-9a-z]{5}"
	}
	return regexp.QuoteMeta(name) + "[0-9a-z]+-[0-9a-z]{5}"
}

// near selects the pods of an instance and maybe its neighbours: those of the service's own namespace. Prometheus tries
// a pattern on every pod of all clusters that it knows, so that a pattern here would cost a millisecond each time.
// Where many services share a namespace the pattern costs less than their pods.
func near(i *config.Instance) string {
	if i.PodNamespace() == paasta.Namespace(i.Service.Name) {
		return in(i)
	}
	return in(i) + ",pod=~" + strconv.Quote(podPattern(i))
}

// count counts those of the containers that are in pods of the instance, if there are any.
func count(i *config.Instance, containers string) string {
	const mark = "paasta_instance"
	return "count(label_replace(\n  " + containers + ",\n  \"" + mark + "\", " + strconv.Quote(strings.ReplaceAll(i.Name, "$", "$$")) + ", \"pod\", " +
		strconv.Quote(podPattern(i)) + ") and on (" + mark + ") label_replace(vector(1), \"" + mark + "\", " +
		strconv.Quote(strings.ReplaceAll(i.Name, "$", "$$")) + ", \"\", \"\")) > 0"
}

// number prints a number as PromQL reads it.
func number(n *yaml11.Node) string {
	f, _ := n.Number()
	return strconv.FormatFloat(f, 'f', -1, 64)
}

// either joins conditions of which one is enough.
func either(conditions ...string) string { return strings.Join(conditions, "\nor\n") }
