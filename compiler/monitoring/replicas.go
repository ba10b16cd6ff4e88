package monitoring

import (
	"strconv"

	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/python"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

// LiveExporter is the series by which the cluster's own rules say that kube-state-metrics tells of Deployments.
const LiveExporter = "paasta:kube_state_metrics:deployments"

// StateExporters selects the scrape targets of kube-state-metrics in a cluster: the job has this name.
func StateExporters(cluster string) string {
	return "up{" + is("paasta_cluster", cluster) + `,job="kube-state-metrics"}`
}

// UnderReplicated: fewer ready replicas than replication_threshold percent of those there should be, now; or, so that
// an instance that comes and goes alerts, too, within a sixth of the last while and for half of it. That while is three
// times alert_after, which is in seconds. A workload that is not there has no replicas, if kube-state-metrics is alive.
// What an autoscaled instance should have is what its autoscaler asks for, within its bounds. The value is in percent.
func UnderReplicated(i *config.Instance, r Replication, alertAfter int64) string {
	switch {
	case i.IsFlink():
		return flinkUnderReplicated(i, r)
	case !i.RunsPods():
		return r.below("("+readyPods(i, "")+" or "+noneOf(i)+")", number(r.Expected))
	}
	ready, expected := "max("+workloadMetric(i, "status_replicas_ready")+")", number(r.Expected)
	if r.Minimum != nil {
		asked := "spec_replicas"
		if i.IsStateful() {
			asked = "replicas"
		}
		minimum := number(r.Minimum)
		expected = "clamp(max(" + workloadMetric(i, asked) + ") or vector(" + minimum + "), " + minimum + ", " + expected + ")"
	}
	now := r.below("("+ready+" or "+noneOf(i)+")", expected)
	if alertAfter < 60 {
		return now
	}
	return either(now, oftenTrue(r.below(ready, expected), alertAfter))
}

// below compares replicas with those that are expected.
func (r Replication) below(ready, expected string) string {
	return ready + " / " + expected + " * 100 < " + strconv.FormatInt(r.Percent, 10)
}

// oftenTrue is the last value of a condition that was true within the last half of seconds, and for half of three times
// as long. Only the moments at which it was true count, so that a short history is no reason.
func oftenTrue(condition string, seconds int64) string {
	const points = 30
	step := max(3*seconds/points, 1)
	within := func(seconds int64) string { return "((" + condition + ")[" + span(seconds) + ":" + span(step) + "])" }
	return "last_over_time" + within(seconds/2) + "\n  and count_over_time" + within(3*seconds) +
		" >= " + strconv.Itoa(points*2/5)
}

// span prints seconds as PromQL does.
func span(seconds int64) string {
	if seconds%60 == 0 {
		return strconv.FormatInt(seconds/60, 10) + "m"
	}
	return strconv.FormatInt(seconds, 10) + "s"
}

// noneOf is 0 when kube-state-metrics is known to be alive: what it does not tell of is then not there. It is nothing
// when there is no sign of it, or when a part of it is down, which may be the part that knew.
func noneOf(i *config.Instance) string {
	cluster := i.Service.Cluster.Name
	return "0 * max({" + `__name__=~"kube_namespace_created|kube_namespace_status_phase|kube_deployment_created|` +
		`kube_deployment_status_replicas_ready|kube_pod_status_ready",` + is("paasta_cluster", cluster) + "," +
		oneOf("namespace", "kube-system", i.PodNamespace()) + "} or " + LiveExporter + "{" + is("paasta_cluster", cluster) +
		"} or " + StateExporters(cluster) + " == 1) unless on () " + StateExporters(cluster) + " == 0"
}

// flinkUnderReplicated: too few supervisors (of 1), job managers (of 1) or task managers that have been up for a
// minute. PaaSTA: check_flink_service_health.
func flinkUnderReplicated(i *config.Instance, r Replication) string {
	under := func(kind, expected string) string {
		return r.below("("+readyPods(i, kind)+" or "+noneOf(i)+")", expected)
	}
	conditions := []string{under("supervisor", "1"), under("jobmanager", "1")}
	if !python.Equal(r.Expected, yaml11.NewInt(0)) {
		conditions = append(conditions, under("taskmanager", number(r.Expected)))
	}
	return either(conditions...)
}

// readyPods counts an instance's ready pods by their labels, for Flink those of a container type older than a minute.
func readyPods(i *config.Instance, container string) string {
	labels := in(i) + "," + podLabels(i.Service.Name, i.Name)
	if container != "" {
		labels += "," + is("label_flink_yelp_com_container_type", container)
	}
	count := "count(" + perPod + `(kube_pod_status_ready{condition="true",` + in(i) + "}) == 1 " +
		"and on (namespace, pod) kube_pod_labels{" + labels + "}"
	if container != "" {
		count += " and on (namespace, pod) time() - kube_pod_start_time{" + in(i) + "} > 60"
	}
	return count + ")"
}
