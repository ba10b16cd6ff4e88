//go:build e2e

package prometheus_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// A nasty state is what Prometheus sees while exporters come and go, report twice, or belong to another cluster. Values
// are one each half minute, as a scrape brings them; series without a cluster are of west-prod.
type nasty struct {
	name, alert, at string
	fires           int // how many alerts of the name
	series          []string
}

// The metrics of the company in testdata/nasty.txtar, as they are written in the states below.
const (
	checkout   = `namespace="paastasvc-checkout",deployment="checkout-main"`
	single     = `namespace="paastasvc-solo",deployment="solo-main"`
	storefront = `namespace="paastasvc-storefront",deployment="storefront-main"`
	hpa        = `namespace="paastasvc-storefront",horizontalpodautoscaler="storefront-main"`
	disk       = `namespace="paastasvc-store",statefulset="store-disk"`
	container  = `namespace="paastasvc-checkout",pod="checkout-main-6b8f9c7d5-abcde",container="main"`
	younger    = `namespace="paastasvc-checkout",pod="checkout-main-6b8f9c7d5-fghij",container="main"`
	pod        = `namespace="paastasvc-checkout",pod="checkout-main-6b8f9c7d5-abcde"`
	exporter   = `up{job="kube-state-metrics"`
)

func readyOf(labels, values string) string {
	return "kube_deployment_status_replicas_ready{" + labels + "} " + values
}

func restarts(labels, values string) string {
	return "kube_pod_container_status_restarts_total{" + labels + "} " + values
}

func lastReason(labels, reason, values string) string {
	return "kube_pod_container_status_last_terminated_reason{" + labels + `,reason="` + reason + `"} ` + values
}

func waitingFor(labels, reason, values string) string {
	return "kube_pod_container_status_waiting_reason{" + labels + `,reason="` + reason + `"} ` + values
}

func utilisation(values string) []string {
	metric := hpa + `,metric_name="uwsgi-prom-1800",metric_target_type="value"`
	return []string{"kube_horizontalpodautoscaler_status_target_metric{" + metric + "} " + values,
		"kube_horizontalpodautoscaler_spec_target_metric{" + metric + "} 0.6+0x300"}
}

func wants(values string) string {
	return "kube_horizontalpodautoscaler_status_desired_replicas{" + hpa + "} " + values
}

func has(values string) string {
	return "kube_horizontalpodautoscaler_status_current_replicas{" + hpa + "} " + values
}

func conditionOf(condition, status, values string) string {
	return "kube_horizontalpodautoscaler_status_condition{" + hpa + `,condition="` + condition + `",status="` + status + `"} ` + values
}

// times repeats values, half minute by half minute.
func times(n int, values string) string { return strings.TrimSpace(strings.Repeat(values+" ", n)) }

var nastyStates = []nasty{
	// Too few replicas: the exporter.
	{"kube-state-metrics dies: one page", "PaastaMonitoringBlind", "59m", 1, []string{readyOf(`namespace="kube-system",deployment="coredns"`, "2+0x60 stale")}},
	{"it does not", "PaastaMonitoringBlind", "59m", 0, []string{readyOf(`namespace="kube-system",deployment="coredns"`, "2+0x120")}},
	{"it restarts", "PaastaMonitoringBlind", "34m", 0, []string{readyOf(`namespace="kube-system",deployment="coredns"`, "2+0x60 stale _x5 2+0x120")}},
	{"only another cluster's is there", "PaastaMonitoringBlind", "59m", 1, []string{readyOf(`namespace="a",deployment="b",paasta_cluster="east-prod"`, "2+0x120")}},
	{"a shard is down", "PaastaExporterDown", "59m", 2, []string{exporter + `,instance="a"} 1+0x120`, exporter + `,instance="b"} 0+0x120`}},
	{"kube-state-metrics dies while all is well", "PaastaUnderReplicated", "59m", 0, []string{readyOf(checkout, "4+0x60 _x60")}},
	{"it dies, and its target is down", "PaastaUnderReplicated", "59m", 0, []string{
		readyOf(checkout, "4+0x60 _x60"), exporter + "} 1+0x60 0+0x60", `kube_namespace_created{namespace="kube-system"} 1+0x60 _x60`}},
	{"it has never been there", "PaastaUnderReplicated", "59m", 0, []string{exporter + "} 0+0x120"}},
	{"it restarts and is away for two minutes in the middle of an outage", "PaastaUnderReplicated", "59m", 1, []string{
		readyOf(checkout+`,instance="a"`, "1+0x60 stale _x60"), readyOf(checkout+`,instance="b"`, "_x64 1+0x60")}},
	{"it comes back with another address and all is well", "PaastaUnderReplicated", "59m", 0, []string{
		readyOf(checkout+`,instance="a"`, "4+0x40 stale _x80"), readyOf(checkout+`,instance="b"`, "_x50 4+0x80")}},
	{"a shard of it is down, and the other knows the namespace", "PaastaUnderReplicated", "59m", 0, []string{
		readyOf(checkout, "4+0x40 stale _x80"), `kube_namespace_created{namespace="paastasvc-checkout"} 1+0x120`,
		exporter + `,instance="a"} 1+0x120`, exporter + `,instance="b"} 1+0x40 0+0x80`}},
	{"two report one of four", "PaastaUnderReplicated", "40m", 1, []string{
		readyOf(checkout+`,instance="a"`, "1+0x120"), readyOf(checkout+`,instance="b"`, "1+0x120")}},
	{"two report two of four, which is enough", "PaastaUnderReplicated", "40m", 0, []string{
		readyOf(checkout+`,instance="a"`, "2+0x120"), readyOf(checkout+`,instance="b"`, "2+0x120")}},
	{"four report one of four, which is not", "PaastaUnderReplicated", "40m", 1, []string{
		readyOf(checkout+`,instance="a"`, "1+0x120"), readyOf(checkout+`,instance="b"`, "1+0x120"),
		readyOf(checkout+`,instance="c"`, "1+0x120"), readyOf(checkout+`,instance="d"`, "1+0x120")}},

	// Too few replicas: the Deployment is gone.
	{"the Deployment is gone, its neighbours are there", "PaastaUnderReplicated", "59m", 1, []string{
		readyOf(checkout, "4+0x60 stale _x60"), readyOf(`namespace="paastasvc-checkout",deployment="other"`, "1+0x120")}},
	{"the Deployment was never applied", "PaastaUnderReplicated", "59m", 1, []string{
		`kube_namespace_created{namespace="paastasvc-solo"} 1+0x120`}},
	{"all namespaces are gone, the cluster is there", "PaastaUnderReplicated", "59m", 5, []string{
		readyOf(`namespace="kube-system",deployment="coredns"`, "2+0x120")}},
	{"only a service that nobody knows is there", "PaastaUnderReplicated", "59m", 5, []string{
		readyOf(`namespace="other",deployment="other"`, "2+0x120")}},
	{"only the target says that the exporter is alive", "PaastaUnderReplicated", "59m", 5, []string{exporter + "} 1+0x120"}},

	// Too few replicas: several clusters.
	{"another cluster is well, ours is not", "PaastaUnderReplicated", "40m", 1, []string{
		readyOf(checkout, "0+0x120"), readyOf(checkout+`,paasta_cluster="east-prod"`, "4+0x120")}},
	{"another cluster is not, ours is well", "PaastaUnderReplicated", "40m", 0, []string{
		readyOf(checkout, "4+0x120"), readyOf(checkout+`,paasta_cluster="east-prod"`, "0+0x120")}},
	{"the exporter of the other cluster says nothing of ours", "PaastaUnderReplicated", "59m", 0, []string{
		readyOf(checkout, "4+0x40 stale _x80"), readyOf(checkout+`,paasta_cluster="east-prod"`, "4+0x120"),
		exporter + `,paasta_cluster="east-prod"} 1+0x120`}},

	// Too few replicas: time.
	{"nine minutes bad and one good, for hours", "PaastaUnderReplicated", "120m", 1, []string{readyOf(checkout, times(20, "1+0x17 4+0x1"))}},
	{"four minutes bad and four good, for hours", "PaastaUnderReplicated", "120m", 1, []string{readyOf(checkout, times(20, "0+0x7 4+0x7"))}},
	{"one minute bad in ten, for hours", "PaastaUnderReplicated", "120m", 0, []string{readyOf(checkout, times(20, "1+0x1 4+0x17"))}},
	{"one outage of nine minutes", "PaastaUnderReplicated", "40m", 0, []string{readyOf(checkout, "4+0x60 1+0x16 4+0x60")}},
	{"a first start that takes nine minutes", "PaastaUnderReplicated", "14m", 0, []string{readyOf(checkout, "0+0x17 4+0x100")}},
	{"an outage is over for six minutes", "PaastaUnderReplicated", "61m", 0, []string{readyOf(checkout, "4+0x20 0+0x90 4+0x100")}},
	{"a single replica has twenty minutes", "PaastaUnderReplicated", "19m", 0, []string{readyOf(single, "0+0x100")}},
	{"and not longer", "PaastaUnderReplicated", "22m", 1, []string{readyOf(single, "0+0x100")}},

	// Too few replicas: autoscaling.
	{"the autoscaler asks for forty and has ten", "PaastaUnderReplicated", "40m", 1, []string{
		readyOf(storefront, "10+0x120"), "kube_deployment_spec_replicas{" + storefront + "} 40+0x120"}},
	{"a scale-up of eight minutes", "PaastaUnderReplicated", "40m", 0, []string{
		readyOf(storefront, "8+0x60 8+2x16 40+0x60"), "kube_deployment_spec_replicas{" + storefront + "} 8+0x60 40+0x100"}},
	{"nobody says how many it asks for: the minimum counts", "PaastaUnderReplicated", "40m", 0, []string{readyOf(storefront, "5+0x120")}},
	{"somebody scaled it to nothing", "PaastaUnderReplicated", "40m", 1, []string{
		readyOf(storefront, "0+0x120"), "kube_deployment_spec_replicas{" + storefront + "} 0+0x120"}},

	// Too few replicas: pods that are counted by their labels.
	{"two exporters see a whole Flink cluster", "PaastaUnderReplicated", "20m", 0, append(flinkSeen("a", 2), flinkSeen("b", 2)...)},
	{"two exporters see one task manager of two", "PaastaUnderReplicated", "20m", 1, append(flinkSeen("a", 1), flinkSeen("b", 1)...)},
	{"nobody sees a Flink cluster", "PaastaUnderReplicated", "20m", 0, nil},

	// Autoscaling.
	{"at the maximum, and the metric cannot be read", "PaastaAtMaxInstances", "20m", 1, []string{
		wants("40+0x120"), conditionOf("ScalingActive", "false", "1+0x120")}},
	{"below the maximum, and the metric cannot be read", "PaastaAtMaxInstances", "20m", 0, []string{
		wants("39+0x120"), conditionOf("ScalingActive", "false", "1+0x120")}},
	{"the metric cannot be read, at any size", "PaastaAutoscalerStuck", "20m", 1, []string{
		wants("7+0x120"), conditionOf("ScalingActive", "false", "1+0x120"), conditionOf("ScalingActive", "true", "0+0x120")}},
	{"it can", "PaastaAutoscalerStuck", "20m", 0, []string{wants("7+0x120"), has("7+0x120"),
		conditionOf("ScalingActive", "false", "0+0x120"), conditionOf("ScalingActive", "true", "1+0x120")}},
	{"replicas do not come", "PaastaAutoscalerStuck", "40m", 1, []string{wants("12+0x120"), has("7+0x120")}},
	{"replicas come one by one", "PaastaAutoscalerStuck", "40m", 0, []string{wants("40+0x120"), has(times(30, "7 7 7 8 8 8"))}},
	{"at the maximum and busy, seen twice", "PaastaAtMaxInstances", "20m", 1, append(utilisation("0.9+0x120"),
		`kube_horizontalpodautoscaler_status_desired_replicas{`+hpa+`,instance="a"} 40+0x120`,
		`kube_horizontalpodautoscaler_status_desired_replicas{`+hpa+`,instance="b"} 40+0x120`)},
	{"two exporters see twenty each, which is not forty", "PaastaAtMaxInstances", "20m", 0, append(utilisation("0.9+0x120"),
		`kube_horizontalpodautoscaler_status_desired_replicas{`+hpa+`,instance="a"} 20+0x120`,
		`kube_horizontalpodautoscaler_status_desired_replicas{`+hpa+`,instance="b"} 20+0x120`)},
	{"the exporter dies at the maximum", "PaastaAtMaxInstances", "40m", 0, append(utilisation("0.9+0x40 stale"), wants("40+0x40 stale"))},

	// Memory.
	{"a pod is born and killed before the first scrape", "PaastaOOMKilled", "12m", 1, []string{
		restarts(container, "_x20 1+0x100"), lastReason(container, "OOMKilled", "_x20 1+0x100")}},
	{"that was long ago", "PaastaOOMKilled", "30m", 0, []string{
		restarts(container, "_x20 1+0x100"), lastReason(container, "OOMKilled", "_x20 1+0x100")}},
	{"it was born and ended in another way", "PaastaOOMKilled", "12m", 0, []string{
		restarts(container, "_x20 1+0x100"), lastReason(container, "Error", "_x20 1+0x100")}},
	{"the exporter comes back after a quarter of an hour", "PaastaOOMKilled", "32m", 0, []string{
		restarts(container, "3+0x20 stale _x39 3+0x60"), lastReason(container, "OOMKilled", "1+0x20 stale _x39 1+0x60")}},
	{"it comes back after two hours, and the pod is old", "PaastaOOMKilled", "152m", 0, []string{
		restarts(container, "3+0x20 stale _x278 3+0x60"), lastReason(container, "OOMKilled", "1+0x20 stale _x278 1+0x60"),
		"kube_pod_start_time{" + pod + "} 0+0x20 stale _x278 0+0x60"}},
	{"a second exporter starts", "PaastaOOMKilled", "32m", 0, []string{
		restarts(container+`,instance="a"`, "3+0x100"), restarts(container+`,instance="b"`, "_x60 3+0x60"),
		lastReason(container+`,instance="a"`, "OOMKilled", "1+0x100")}},
	{"one kill, seen by two exporters", "PaastaOOMKilled", "32m", 1, []string{
		restarts(container+`,instance="a"`, "0+0x60 1+0x60"), restarts(container+`,instance="b"`, "0+0x60 1+0x60"),
		lastReason(container+`,instance="a"`, "OOMKilled", "_x61 1+0x60"), lastReason(container+`,instance="b"`, "OOMKilled", "_x61 1+0x60")}},
	{"the counter begins anew with a kill", "PaastaOOMKilled", "32m", 1, []string{
		restarts(container, "7+0x60 1+0x60"), lastReason(container, "OOMKilled", "1+0x120")}},
	{"the counter begins anew without one", "PaastaOOMKilled", "32m", 0, []string{
		restarts(container, "7+0x60 0+0x60"), lastReason(container, "OOMKilled", "1+0x60 stale")}},
	{"a kill in the other cluster", "PaastaOOMKilled", "32m", 0, []string{
		restarts(container+`,paasta_cluster="east-prod"`, "0+0x60 1+0x60"),
		lastReason(container+`,paasta_cluster="east-prod"`, "OOMKilled", "1+0x120")}},

	// Crashes and starts.
	{"restarts twice a minute, never seen to wait", "PaastaCrashLooping", "30m", 1, []string{restarts(container, "0+1x120")}},
	{"a restart every ten minutes", "PaastaCrashLooping", "60m", 1, []string{restarts(container, times(1, "0+0x19 1+0x19 2+0x19 3+0x19 4+0x19 5+0x19 6+0x19"))}},
	{"one restart", "PaastaCrashLooping", "30m", 0, []string{restarts(container, "0+0x20 1+0x100")}},
	{"three restarts, then half an hour of peace", "PaastaCrashLooping", "60m", 0, []string{restarts(container, "0+0x10 1+0x4 2+0x4 3+0x200")}},
	{"a first sight of many restarts", "PaastaCrashLooping", "30m", 0, []string{restarts(container, "_x30 50+0x100")}},
	{"ten pods restart once each", "PaastaCrashLooping", "30m", 0, []string{
		restarts(container, "0+0x30 1+0x90"), restarts(younger, "0+0x32 1+0x90"),
		restarts(strings.ReplaceAll(younger, "fghij", "11111"), "0+0x34 1+0x90"), restarts(strings.ReplaceAll(younger, "fghij", "22222"), "0+0x36 1+0x90")}},
	{"a container that is started before the others", "PaastaCrashLooping", "30m", 1, []string{
		"kube_pod_init_container_status_waiting_reason{" + container + `,reason="CrashLoopBackOff"} 1+0x120`}},
	{"an image that cannot be pulled", "PaastaCannotStart", "30m", 1, []string{
		waitingFor(container, "ErrImagePull", times(30, "1 _ _ _")), waitingFor(container, "ImagePullBackOff", times(30, "_ 1 1 1"))}},
	{"a pull that takes two tries", "PaastaCannotStart", "20m", 0, []string{waitingFor(container, "ErrImagePull", "_x5 1 1 1 stale")}},
	{"a secret that is not there", "PaastaCannotStart", "30m", 1, []string{waitingFor(container, "CreateContainerConfigError", "1+0x120")}},
	{"no controller looks at the Deployment", "PaastaRolloutStuck", "30m", 1, []string{
		"kube_deployment_metadata_generation{" + checkout + "} 4+0x10 5+0x120", "kube_deployment_status_observed_generation{" + checkout + "} 4+0x120"}},
	{"one looks at it late", "PaastaRolloutStuck", "30m", 0, []string{
		"kube_deployment_metadata_generation{" + checkout + "} 4+0x10 5+0x120", "kube_deployment_status_observed_generation{" + checkout + "} 4+0x20 5+0x120"}},
	{"no controller looks at the StatefulSet", "PaastaRolloutStuck", "30m", 1, []string{
		"kube_statefulset_metadata_generation{" + disk + "} 4+0x10 5+0x120", "kube_statefulset_status_observed_generation{" + disk + "} 4+0x120"}},

	// Budgets of errors: 5 % of checkout.main's requests may fail.
	{"nearly all requests fail: fast and slow", "PaastaErrorBudgetBurn", "59m", 2, answered([3]int{2400, 600, 120})},
	{"a little more than may fail, for long: slow alone", "PaastaErrorBudgetBurn", "59m", 1, answered([3]int{240, 2760, 120})},
	{"a little less than may", "PaastaErrorBudgetBurn", "59m", 0, answered([3]int{120, 2880, 120})},
	{"a disturbance of five minutes", "PaastaErrorBudgetBurn", "6h10m", 0, answered([3]int{0, 3000, 720}, [3]int{2400, 600, 10}, [3]int{0, 3000, 20})},
	{"an hour of it, and it is over", "PaastaErrorBudgetBurn", "7h20m", 1, answered([3]int{0, 3000, 720}, [3]int{2400, 600, 120}, [3]int{0, 3000, 60})},
	{"all of very few requests", "PaastaErrorBudgetBurn", "59m", 0, answered([3]int{6, 0, 120})},
	{"no requests", "PaastaErrorBudgetBurn", "59m", 0, answered([3]int{0, 0, 120})},
}

// answered are the requests to checkout.main: failed and good ones each half minute, over the given number of half
// minutes.
func answered(steps ...[3]int) []string {
	var failed, good []string
	fails, succeeds := 0, 0
	for _, step := range steps {
		failed = append(failed, fmt.Sprintf("%d+%dx%d", fails, step[0], step[2]-1))
		good = append(good, fmt.Sprintf("%d+%dx%d", succeeds, step[1], step[2]-1))
		fails, succeeds = fails+step[0]*step[2], succeeds+step[1]*step[2]
	}
	metric := `envoy_cluster_main_egress_cluster_upstream_rq_xx{envoy_cluster_name="checkout",envoy_response_code_class=`
	return []string{metric + `"5"} ` + strings.Join(failed, " "), metric + `"2"} ` + strings.Join(good, " ")}
}

// flinkSeen is a Flink cluster as an exporter sees it.
func flinkSeen(instance string, taskManagers int) []string {
	var series []string
	for kind, count := range map[string]int{"supervisor": 1, "jobmanager": 1, "taskmanager": taskManagers} {
		for n := range count {
			pod := fmt.Sprintf(`namespace="paasta-flinks",pod="analytics-stream-%s-%d",instance="%s"`, kind, n, instance)
			series = append(series, `kube_pod_status_ready{condition="true",`+pod+"} 1+0x60", "kube_pod_start_time{"+pod+"} 0+0x60",
				"kube_pod_labels{"+pod+`,label_paasta_yelp_com_service="analytics",label_paasta_yelp_com_instance="stream",`+
					`label_flink_yelp_com_container_type="`+kind+`"} 1+0x60`)
		}
	}
	return series
}

// TestNastySeries runs `promtool test rules` over the nasty states, each with the rules of the services in its series,
// or with all rules where it names none.
func TestNastySeries(t *testing.T) {
	promtool := tool(t, "promtool", "apt-get install prometheus")
	dir := renderArchive(t, "testdata/nasty.txtar", "west-prod/prometheus/")
	tests := map[string]string{}
	for _, state := range nastyStates {
		tests[state.rules(dir)] += state.unitTest()
	}
	for rules, text := range tests {
		name := filepath.Join(t.TempDir(), "test.yaml")
		if err := os.WriteFile(name, []byte("rule_files: ["+rules+"]\nevaluation_interval: 30s\ntests:\n"+text), 0o644); err != nil {
			t.Fatal(err)
		}
		run(t, promtool, "test", "rules", name)
	}
}

// rules lists the rule files of a test.
func (s nasty) rules(dir string) string {
	var files []string
	for service, space := range map[string]string{"checkout": "paastasvc-checkout", "solo": "paastasvc-solo", "store": "paastasvc-store",
		"storefront": "paastasvc-storefront", "analytics": "paasta-flinks"} {
		all := strings.Join(s.series, " ")
		if strings.Contains(all, `"`+space+`"`) || strings.Contains(all, `envoy_cluster_name="`+service+`"`) {
			files = append(files, filepath.Join(dir, "rules", service+".yaml"))
		}
	}
	slices.Sort(files)
	if files == nil {
		return filepath.Join(dir, "rules", "*.yaml")
	}
	return strings.Join(append(files, filepath.Join(dir, "rules", "_cluster.yaml")), ", ")
}

// unitTest is promtool's.
func (s nasty) unitTest() string {
	var b strings.Builder
	fmt.Fprintf(&b, "- name: %q\n  interval: 30s\n  input_series:\n", s.name)
	for _, series := range s.series {
		at := strings.LastIndex(series, "} ") + 1
		name, cluster := series[:at], `,paasta_cluster="west-prod"}`
		if strings.Contains(name, "paasta_cluster=") {
			cluster = "}"
		}
		fmt.Fprintf(&b, "  - {series: '%s%s', values: '%s'}\n", name[:len(name)-1], cluster, strings.TrimSpace(series[at:]))
	}
	fmt.Fprintf(&b, "  promql_expr_test:\n  - expr: count(ALERTS{alertstate=\"firing\",alertname=%q}) or vector(0) # %s\n    eval_time: %s\n"+
		"    exp_samples: [{labels: '{}', value: %d}]\n", s.alert, s.name, s.at, s.fires)
	return b.String()
}
