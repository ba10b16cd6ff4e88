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
			expected = "clamp(sum(" + workloadMetric(i, asked) + ") or vector(" + expected + "), " + number(r.Minimum) + ", " + expected + ")"
		}
	}
	return ready + " / " + expected + " * 100 < " + strconv.FormatInt(r.Percent, 10)
}

// flinkUnderReplicated: too few supervisors (of 1), job managers (of 1) or task managers that have been up for a minute.
// PaaSTA: check_flink_service_health.
func flinkUnderReplicated(i *config.Instance, r Replication) string {
	var parts []string
	for _, c := range []struct{ kind, expected string }{{"supervisor", "1"}, {"jobmanager", "1"}, {"taskmanager", number(r.Expected)}} {
		if c.kind == "taskmanager" && isZero(r.Expected) {
			continue
		}
		parts = append(parts, "("+readyPods(i, c.kind)+" or vector(0)) / "+c.expected+" * 100 < "+strconv.FormatInt(r.Percent, 10))
	}
	return strings.Join(parts, " or ")
}

// readyPods counts an instance's ready pods by their labels, for Flink those of a container type older than a minute.
func readyPods(i *config.Instance, container string) string {
	in := "namespace=" + strconv.Quote(Namespace(i))
	labels := in + "," + podLabels(i)
	if container != "" {
		labels += ",label_flink_yelp_com_container_type=" + strconv.Quote(container)
	}
	count := "count(kube_pod_status_ready{condition=\"true\"," + in + "} == 1 and on (namespace, pod) kube_pod_labels{" + labels + "}"
	if container != "" {
		count += " and on (namespace, pod) time() - kube_pod_start_time{" + in + "} > 60"
	}
	return count + ")"
}

func podLabels(i *config.Instance) string {
	return "label_paasta_yelp_com_service=" + strconv.Quote(i.Service.Name) + ",label_paasta_yelp_com_instance=" + strconv.Quote(i.Name)
}

// OOMKilled: the kernel killed a process of the instance, or a container, for lack of memory in the last five minutes.
func OOMKilled(i *config.Instance) string {
	if !IsKubernetes(i) {
		return "sum(increase(container_oom_events_total{namespace=" + strconv.Quote(Namespace(i)) +
			"}[5m]) * on (namespace, pod) group_left () kube_pod_labels{" + podLabels(i) + "}) > 0"
	}
	pods := Pods(i)
	return "sum(increase(container_oom_events_total{" + pods + "}[5m])) > 0 or " +
		"count(increase(kube_pod_container_status_restarts_total{" + pods + "}[5m]) > 0 and on (namespace, pod, container) " +
		"kube_pod_container_status_last_terminated_reason{reason=\"OOMKilled\"," + pods + "} == 1) > 0"
}

// AtMaxInstances: the autoscaler wants all the replicas it may have, and a metric is above its alert threshold. As in
// PaaSTA utilisation is setpoint times the current value over the target; unlike there every provider counts, not the
// last alone. PaaSTA: check_autoscaler_max_instances.
func AtMaxInstances(i *config.Instance, providers []Provider) (string, *Problem) {
	maximum := i.Get("max_instances")
	if !maximum.IsNumber() {
		return "", mismatch(maximum, "max_instances", "a number")
	}
	hpa := "namespace=" + strconv.Quote(Namespace(i)) + ",horizontalpodautoscaler=" + strconv.Quote(AppName(i.Service.Name, i.Name))
	var loads []string
	for _, p := range providers {
		for _, n := range []*yaml11.Node{p.Setpoint, p.AlertAbove()} {
			if !n.IsNumber() {
				return "", mismatch(n, "a setpoint or max_instances_alert_threshold", "a number")
			}
		}
		metric := hpa + ",metric_name=" + strconv.Quote(p.MetricName(i)) + ",metric_target_type=" + strconv.Quote(p.TargetType())
		loads = append(loads, number(p.Setpoint)+" * max(kube_horizontalpodautoscaler_status_target_metric{"+metric+
			"}) / max(kube_horizontalpodautoscaler_spec_target_metric{"+metric+"}) > "+number(p.AlertAbove()))
	}
	return "(" + strings.Join(loads, " or ") + ") and on () max(kube_horizontalpodautoscaler_status_desired_replicas{" + hpa +
		"}) >= " + number(maximum), nil
}

// CrashLooping: a container waits for its next start after it crashed.
func CrashLooping(i *config.Instance) string {
	return "count(max_over_time(kube_pod_container_status_waiting_reason{reason=\"CrashLoopBackOff\"," + Pods(i) + "}[5m]) >= 1) > 0"
}

// RolloutStuck: a Deployment is past its progress deadline; a StatefulSet has replicas of two revisions and none of
// them has changed for ten minutes.
func RolloutStuck(i *config.Instance) string {
	if !IsStateful(i) {
		return "max(" + strings.TrimSuffix(workloadMetric(i, "status_condition"), "}") + ",condition=\"Progressing\",status=\"false\"}) == 1"
	}
	return "max(" + workloadMetric(i, "replicas") + " != " + workloadMetric(i, "status_replicas_updated") + " and changes(" +
		workloadMetric(i, "status_replicas_updated") + "[10m]) == 0) >= 0"
}

// MovedStatefulSet: a StatefulSet of the instance's name is in a namespace of PaaSTA's other than its own.
// PaaSTA: cleanup_kubernetes_jobs.instance_is_not_bouncing.
func MovedStatefulSet(i *config.Instance) string {
	return "count(kube_statefulset_created{namespace=~\"paasta|paastasvc-.*\",namespace!=" + strconv.Quote(Namespace(i)) +
		",statefulset=" + strconv.Quote(AppName(i.Service.Name, i.Name)) + "}) > 0"
}

// Evicted: a pod in one of the namespaces was evicted. PaaSTA: kubernetes_remove_evicted_pods.
func Evicted(namespaces []string) string {
	quoted := make([]string, len(namespaces))
	for n, namespace := range namespaces {
		quoted[n] = regexp.QuoteMeta(namespace)
	}
	return "sum(kube_pod_status_reason{reason=\"Evicted\",namespace=~" + strconv.Quote(strings.Join(quoted, "|")) + "}) > 0"
}

// SparkRunning: a Spark driver of the service has run for more than a day. PaaSTA: check_spark_jobs.
func SparkRunning(service string) string {
	return "count(time() - kube_pod_start_time > 86400 and on (namespace, pod) kube_pod_labels{label_spark_role=\"driver\"," +
		"label_paasta_yelp_com_service=" + strconv.Quote(service) + "}) > 0"
}

// workloadMetric is a metric of the instance's Deployment or StatefulSet.
func workloadMetric(i *config.Instance, metric string) string {
	kind := map[bool]string{true: "statefulset", false: "deployment"}[IsStateful(i)]
	return "kube_" + kind + "_" + metric + "{namespace=" + strconv.Quote(Namespace(i)) + "," + kind + "=" +
		strconv.Quote(AppName(i.Service.Name, i.Name)) + "}"
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
	return "namespace=" + strconv.Quote(Namespace(i)) + ",pod=~" + strconv.Quote(pattern)
}

// number prints a number as PromQL reads it.
func number(n *yaml11.Node) string {
	f, _ := n.Number()
	return strconv.FormatFloat(f, 'f', -1, 64)
}
