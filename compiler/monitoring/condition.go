package monitoring

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

// The conditions are PromQL that has a result while something is wrong, and none while all is well. They need
// kube-state-metrics and cAdvisor; those of instances whose pods PaaSTA does not make itself also need
// --metric-labels-allowlist=pods=[paasta.yelp.com/service,paasta.yelp.com/instance,flink.yelp.com/container-type].

// UnderReplicated: fewer ready replicas than replication_threshold percent of those there should be. An absent
// workload has none. What an autoscaled instance should have is what its autoscaler asks for, within its bounds.
func UnderReplicated(i *config.Instance, r Replication) string {
	if IsFlink(i) {
		return flinkUnderReplicated(i, r)
	}
	ready := "(" + readyPods(i, "") + " or vector(0))"
	expected := number(r.Expected)
	if IsKubernetes(i) {
		ready = "(sum(" + workloadMetric(i, "status_replicas_ready") + ") or vector(0))"
		if r.Minimum != nil {
			asked := map[bool]string{true: "replicas", false: "spec_replicas"}[IsStateful(i)]
			expected = "clamp(sum(" + workloadMetric(i, asked) + ") or vector(" + expected + "), " + number(r.Minimum) +
				", " + expected + ")"
		}
	}
	return ready + " / " + expected + " * 100 < " + strconv.FormatInt(r.Percent, 10)
}

// flinkUnderReplicated: too few supervisors (of 1), job managers (of 1) or task managers that have been up for a
// minute. PaaSTA: check_flink_service_health.
func flinkUnderReplicated(i *config.Instance, r Replication) string {
	under := func(kind, expected string) string {
		return "(" + readyPods(i, kind) + " or vector(0)) / " + expected + " * 100 < " + strconv.FormatInt(r.Percent, 10)
	}
	query := under("supervisor", "1") + " or " + under("jobmanager", "1")
	if isZero(r.Expected) {
		return query
	}
	return query + " or " + under("taskmanager", number(r.Expected))
}

// readyPods counts an instance's ready pods by their labels, for Flink those of a container type older than a minute.
func readyPods(i *config.Instance, container string) string {
	in := is("namespace", Namespace(i))
	labels := in + "," + podLabels(i.Service.Name, i.Name)
	if container != "" {
		labels += "," + is("label_flink_yelp_com_container_type", container)
	}
	count := `count(kube_pod_status_ready{condition="true",` + in + "} == 1 and on (namespace, pod) kube_pod_labels{" + labels + "}"
	if container != "" {
		count += " and on (namespace, pod) time() - kube_pod_start_time{" + in + "} > 60"
	}
	return count + ")"
}

// podLabels selects pods in kube_pod_labels by PaaSTA's labels.
func podLabels(service, instance string) string {
	return is("label_paasta_yelp_com_service", service) + "," + is("label_paasta_yelp_com_instance", instance)
}

// is is a matcher: label="value".
func is(label, value string) string { return label + "=" + strconv.Quote(value) }

// OOMKilled: the kernel killed a process of the instance, or a container, for lack of memory in the last five minutes.
func OOMKilled(i *config.Instance) string {
	if !IsKubernetes(i) {
		return oomKilledByLabels(Namespace(i), i.Service.Name, i.Name)
	}
	pods := Pods(i)
	return "sum(increase(container_oom_events_total{" + pods + "}[5m])) > 0 or " +
		"count(increase(kube_pod_container_status_restarts_total{" + pods + "}[5m]) > 0 and on (namespace, pod, container) " +
		"kube_pod_container_status_last_terminated_reason{reason=\"OOMKilled\"," + pods + "} == 1) > 0"
}

// oomKilledByLabels is OOMKilled for pods whose names say nothing.
func oomKilledByLabels(namespace, service, instance string) string {
	return "sum(increase(container_oom_events_total{" + is("namespace", namespace) +
		"}[5m]) * on (namespace, pod) group_left () kube_pod_labels{" + podLabels(service, instance) + "}) > 0"
}

// AtMaxInstances: the autoscaler wants all the replicas it may have, and a metric is above its alert threshold. As in
// PaaSTA utilisation is setpoint times the current value over the target; unlike there every provider counts, not the
// last alone. PaaSTA: check_autoscaler_max_instances.
func AtMaxInstances(i *config.Instance, providers []Provider) (string, *Problem) {
	maximum := i.Get("max_instances")
	if !maximum.IsNumber() {
		return "", mismatch(maximum, "max_instances", "a number")
	}
	hpa := is("namespace", Namespace(i)) + "," + is("horizontalpodautoscaler", AppName(i.Service.Name, i.Name))
	var loads []string
	for _, p := range providers {
		for _, n := range []*yaml11.Node{p.Setpoint, p.AlertAbove()} {
			if !n.IsNumber() {
				return "", mismatch(n, "a setpoint or max_instances_alert_threshold", "a number")
			}
		}
		metric := hpa + "," + is("metric_name", p.MetricName(i)) + "," + is("metric_target_type", p.TargetType())
		loads = append(loads, number(p.Setpoint)+" * max(kube_horizontalpodautoscaler_status_target_metric{"+metric+
			"}) / max(kube_horizontalpodautoscaler_spec_target_metric{"+metric+"}) > "+number(p.AlertAbove()))
	}
	return "(" + strings.Join(loads, " or ") + ") and on () " +
		"max(kube_horizontalpodautoscaler_status_desired_replicas{" + hpa + "}) >= " + number(maximum), nil
}

// CrashLooping: a container waits for its next start after it crashed.
func CrashLooping(i *config.Instance) string {
	return `count(max_over_time(kube_pod_container_status_waiting_reason{reason="CrashLoopBackOff",` + Pods(i) + "}[5m]) >= 1) > 0"
}

// RolloutStuck: a Deployment is past its progress deadline; a StatefulSet has replicas of two revisions and none of
// them has changed for ten minutes.
func RolloutStuck(i *config.Instance) string {
	if !IsStateful(i) {
		condition := strings.TrimSuffix(workloadMetric(i, "status_condition"), "}")
		return "max(" + condition + `,condition="Progressing",status="false"}) == 1`
	}
	updated := workloadMetric(i, "status_replicas_updated")
	return "max(" + workloadMetric(i, "replicas") + " != " + updated + " and changes(" + updated + "[10m]) == 0) >= 0"
}

// MovedStatefulSet: a StatefulSet of the instance's name is in a namespace of PaaSTA's other than its own.
// PaaSTA: cleanup_kubernetes_jobs.instance_is_not_bouncing.
func MovedStatefulSet(i *config.Instance) string {
	return `count(kube_statefulset_created{namespace=~"paasta|paastasvc-.*",namespace!=` + strconv.Quote(Namespace(i)) +
		"," + is("statefulset", AppName(i.Service.Name, i.Name)) + "}) > 0"
}

// Evicted: a pod in one of the namespaces was evicted. PaaSTA: kubernetes_remove_evicted_pods.
func Evicted(namespaces []string) string {
	quoted := make([]string, len(namespaces))
	for n, namespace := range namespaces {
		quoted[n] = regexp.QuoteMeta(namespace)
	}
	return `sum(kube_pod_status_reason{reason="Evicted",namespace=~` + strconv.Quote(strings.Join(quoted, "|")) + "}) > 0"
}

// SparkRunning: a Spark driver of the service has run for more than a day. PaaSTA: check_spark_jobs.
func SparkRunning(service string) string {
	return "count(time() - kube_pod_start_time > 86400 and on (namespace, pod) " +
		`kube_pod_labels{label_spark_role="driver",` + is("label_paasta_yelp_com_service", service) + "}) > 0"
}

// workloadMetric is a metric of the instance's Deployment or StatefulSet.
func workloadMetric(i *config.Instance, metric string) string {
	kind := map[bool]string{true: "statefulset", false: "deployment"}[IsStateful(i)]
	return "kube_" + kind + "_" + metric + "{" + is("namespace", Namespace(i)) + "," +
		is(kind, AppName(i.Service.Name, i.Name)) + "}"
}

// Pods selects the pods of an instance by their names, which need no labels: <Deployment>-<template>-<random>, where
// Kubernetes cuts all before the random part at 58 characters, or <StatefulSet>-<ordinal>.
func Pods(i *config.Instance) string {
	name := AppName(i.Service.Name, i.Name) + "-"
	pattern := regexp.QuoteMeta(name) + "[0-9a-z]+-[0-9a-z]{5}"
	const cut = 58
	switch {
	case IsStateful(i):
		pattern = regexp.QuoteMeta(name) + "[0-9]+"
	case len(name) >= cut:
		pattern = regexp.QuoteMeta(name[:cut]) + "[0-9a-z]{5}"
	case len(name)+len("0123456789-") > cut:
		pattern = regexp.QuoteMeta(name) + "[0-9a-z]+-?[0-9a-z]{5}"
	}
	return is("namespace", Namespace(i)) + ",pod=~" + strconv.Quote(pattern)
}

// number prints a number as PromQL reads it.
func number(n *yaml11.Node) string {
	f, _ := n.Number()
	return strconv.FormatFloat(f, 'f', -1, 64)
}
