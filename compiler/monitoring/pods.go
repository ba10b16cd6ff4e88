package monitoring

import (
	"strconv"
	"strings"

	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/paasta"
)

// OOMKilled: the kernel killed a process of the instance, or a container, for lack of memory in the last five minutes.
// A container that was killed before it was first seen counts, and one that was killed while nobody looked. The value
// is a number of containers.
func OOMKilled(i *config.Instance) string {
	if !i.RunsPods() {
		return oomKilledByLabels(i.Service.Cluster.Name, i.PodNamespace(), i.Service.Name, i.Name)
	}
	pods := near(i)
	return either(
		count(i, rose("container_oom_events_total", pods)),
		count(i, "("+rose("kube_pod_container_status_restarts_total", pods)+")\n  and "+perContainer+
			`(kube_pod_container_status_last_terminated_reason{reason="OOMKilled",`+pods+"}) == 1\n  unless "+perContainer+
			"(kube_pod_container_status_last_terminated_timestamp{"+pods+"}) < time() - 3600"))
}

// rose: a counter of containers grew in the last five minutes, or is above what it was before. What it was is
// remembered for an hour, since an exporter that comes back brings series that look new; where nothing is known it was
// 0, unless the pod is older than that.
func rose(metric, pods string) string {
	counter := metric + "{" + pods + "}"
	now := perContainer + "(" + counter + ")"
	return perContainer + "(increase(" + counter + "[5m])) > 0\n  or " +
		now + " > (" + perContainer + "(last_over_time(" + counter + "[1h] offset 5m))\n    or 0 * " + now +
		" unless on (namespace, pod) time() - kube_pod_start_time{" + pods + "} > 3900)"
}

// oomKilledByLabels is OOMKilled for pods whose names say nothing.
func oomKilledByLabels(cluster, namespace, service, instance string) string {
	where := inCluster(cluster, namespace)
	return "count(" + perContainer + "(increase(container_oom_events_total{" + where + "}[5m])) > 0 " +
		"and on (namespace, pod) kube_pod_labels{" + where + "," + podLabels(service, instance) + "}) > 0"
}

// CrashLooping: a container waits for its next start after it crashed, or it has crashed three times within an hour and
// lately: one that lives for some minutes each time is never seen to wait. The value is a number of containers.
func CrashLooping(i *config.Instance) string {
	restarts := func(metric string) string {
		rise := func(time string) string {
			return perContainer + "(increase(" + metric + "{" + near(i) + "}[" + time + "]))"
		}
		return rise("1h") + " > 2.5 and " + rise("20m") + " > 0.5"
	}
	return count(i, strings.Join([]string{
		waiting(i, "CrashLoopBackOff"),
		restarts("kube_pod_container_status_restarts_total"),
		restarts("kube_pod_init_container_status_restarts_total"),
	}, "\n  or "))
}

// CannotStart: a container waits for an image that cannot be pulled, or for a secret or ConfigMap that is not there.
// The value is a number of containers.
func CannotStart(i *config.Instance) string {
	return count(i, waiting(i, "ErrImagePull", "ImagePullBackOff", "InvalidImageName", "ErrImageNeverPull",
		"CreateContainerConfigError", "CreateContainerError"))
}

// waiting are the containers that have waited for one of the reasons in the last five minutes.
func waiting(i *config.Instance, reasons ...string) string {
	series := `{__name__=~"kube_pod_container_status_waiting_reason|kube_pod_init_container_status_waiting_reason",` +
		oneOf("reason", reasons...) + "," + near(i) + "}"
	return perContainer + "(max_over_time(" + series + "[5m])) >= 1"
}

// Evicted: a pod in one of the namespaces was evicted in the last ten minutes. An evicted pod stays until somebody
// deletes it, and is told of once. PaaSTA: kubernetes_remove_evicted_pods.
func Evicted(cluster string, namespaces []string) string {
	series := `kube_pod_status_reason{reason="Evicted",` + is("paasta_cluster", cluster) + "," +
		oneOf("namespace", namespaces...) + "}"
	return "count(" + perPod + "(" + series + ") == 1 unless " + perPod +
		"(max_over_time(" + series + "[1h] offset 10m)) == 1) > 0"
}

// SparkRunning: a Spark driver of the service has run for more than a day. PaaSTA: check_spark_jobs.
func SparkRunning(cluster, service string) string {
	where := is("paasta_cluster", cluster)
	return "count(time() - " + perPod + "(kube_pod_start_time{" + where + "}) > 86400 and on (namespace, pod) " +
		`kube_pod_labels{` + where + `,label_spark_role="driver",` + is("label_paasta_yelp_com_service", service) + "}) > 0"
}

// MovedStatefulSet: a StatefulSet of the instance's name is in a namespace of PaaSTA's other than its own.
// PaaSTA: cleanup_kubernetes_jobs.instance_is_not_bouncing.
func MovedStatefulSet(i *config.Instance) string {
	return "count(kube_statefulset_created{" + is("paasta_cluster", i.Service.Cluster.Name) +
		`,namespace=~"paasta|paastasvc-.*",namespace!=` + strconv.Quote(i.PodNamespace()) +
		"," + is("statefulset", paasta.AppName(i.Service.Name, i.Name)) + "}) > 0"
}
