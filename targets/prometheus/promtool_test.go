//go:build e2e

package prometheus_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// states are time series, each with the alerts that fire on it, of those of the company in testdata/company.txtar. The
// series stay as they are for 40 minutes, unless they say otherwise.
var states = []struct {
	name   string
	series []string
	fires  []string // alertname instance-or-namespace
}{
	{"half of the replicas are enough", []string{ready("main", "2x40")}, nil},
	{"one of four replicas is not", []string{ready("main", "1x40")}, []string{"PaastaUnderReplicated main"}},
	{"a Deployment that is not there has none", []string{ready("main", "_x40")}, []string{"PaastaUnderReplicated main"}},
	{"alert_after is not over yet", []string{ready("main", "4x30 1x9")}, nil},
	{"an autoscaled instance needs half of what it asks for", []string{ready("scaled", "1x40"), asked("2x40")}, nil},
	{"and not less", []string{ready("scaled", "1x40"), asked("3x40")}, []string{"PaastaUnderReplicated scaled"}},
	{"at max_instances and busy", autoscaler(4, 95), []string{"PaastaAtMaxInstances scaled"}},
	{"at max_instances and idle", autoscaler(4, 85), nil},
	{"below max_instances and busy", autoscaler(3, 95), nil},
	{"the kernel kills a process", []string{
		`container_oom_events_total{namespace="paastasvc-web",pod="web-main-5d4f-abcde",container="web"} 0x34 1x5`}, []string{"PaastaOOMKilled main"}},
	{"the kernel kills a container", []string{
		`kube_pod_container_status_restarts_total{namespace="paastasvc-web",pod="web-main-5d4f-abcde",container="web"} 0x36 1x5`,
		`kube_pod_container_status_last_terminated_reason{namespace="paastasvc-web",pod="web-main-5d4f-abcde",container="web",reason="OOMKilled"} 1x40`},
		[]string{"PaastaOOMKilled main"}},
	{"a kill of long ago", []string{
		`container_oom_events_total{namespace="paastasvc-web",pod="web-main-5d4f-abcde",container="web"} 0x5 1x34`}, nil},
	{"a kill in another instance, whose name begins alike", []string{
		`container_oom_events_total{namespace="paastasvc-web",pod="web-main-two-5d4f-abcde",container="web"} 0x34 1x5`}, nil},
	{"a kill where check_oom_events is false", []string{
		`container_oom_events_total{namespace="paastasvc-web",pod="web-quiet-5d4f-abcde",container="web"} 0x34 1x5`}, nil},
	{"a crash loop", []string{
		`kube_pod_container_status_waiting_reason{namespace="paastasvc-web",pod="web-main-5d4f-abcde",container="web",reason="CrashLoopBackOff"} 1x40`},
		[]string{"PaastaCrashLooping main"}},
	{"an image that is not there is no crash loop", []string{
		`kube_pod_container_status_waiting_reason{namespace="paastasvc-web",pod="web-main-5d4f-abcde",container="web",reason="ImagePullBackOff"} 1x40`},
		[]string{"PaastaCannotStart main"}},
	{"a rollout past its deadline", []string{
		`kube_deployment_status_condition{namespace="paastasvc-web",deployment="web-main",condition="Progressing",status="false"} 1x40`},
		[]string{"PaastaRolloutStuck main"}},
	{"a rollout that goes on", []string{
		`kube_deployment_status_condition{namespace="paastasvc-web",deployment="web-main",condition="Progressing",status="false"} 0x40`}, nil},
	{"a StatefulSet that stands still between two revisions", stateful("3x40", "1x40"), []string{"PaastaRolloutStuck disk"}},
	{"a StatefulSet that moves", stateful("3x40", "0x33 1x7"), nil},
	{"a StatefulSet that is done", stateful("3x40", "3x40"), nil},
	{"a Flink cluster is whole", flink(1, 1, 2), nil},
	{"it lacks a task manager", flink(1, 1, 1), []string{"PaastaUnderReplicated stream"}},
	{"it lacks its supervisor", flink(0, 1, 2), []string{"PaastaUnderReplicated stream"}},
	{"errors over the ratio", errors("envoy_cluster_main_egress_cluster_upstream_rq_xx", "envoy_cluster_name", 600, 6000), []string{"PaastaErrorRatio main", "PaastaErrorBudgetBurn main"}},
	{"errors under the ratio", errors("envoy_cluster_main_egress_cluster_upstream_rq_xx", "envoy_cluster_name", 60, 6000), nil},
	{"a few errors of few requests", errors("envoy_cluster_main_egress_cluster_upstream_rq_xx", "envoy_cluster_name", 6, 6), nil},
	{"errors of an endpoint with its own ratio", errors("envoy_vhost_main_vcluster_GET_slow_upstream_rq_xx", "envoy_virtual_host", 3600, 6000), []string{"PaastaEndpointErrorRatio main", "PaastaErrorBudgetBurn main"}},
	{"its ratio is higher than the namespace's", errors("envoy_vhost_main_vcluster_GET_slow_upstream_rq_xx", "envoy_virtual_host", 1200, 6000), nil},
	{"all other endpoints have the namespace's", errors("envoy_vhost_main_vcluster_other_upstream_rq_xx", "envoy_virtual_host", 1200, 6000), []string{"PaastaEndpointErrorRatio main"}},
	{"answers take nearly the timeout", latency("envoy_cluster_main_egress_cluster_upstream_rq_time", "envoy_cluster_name", "500", "1000"), []string{"PaastaLatencyNearTimeout main"}},
	{"answers are quick", latency("envoy_cluster_main_egress_cluster_upstream_rq_time", "envoy_cluster_name", "50", "100"), nil},
	{"an endpoint takes nearly its own timeout", latency("envoy_vhost_main_vcluster_GET_slow_upstream_rq_time", "envoy_virtual_host", "2500", "5000"), []string{"PaastaEndpointLatencyNearTimeout main"}},
}

func ready(instance, values string) string {
	return `kube_deployment_status_replicas_ready{namespace="paastasvc-web",deployment="web-` + instance + `"} ` + values
}

func asked(values string) string {
	return `kube_deployment_spec_replicas{namespace="paastasvc-web",deployment="web-scaled"} ` + values
}

func autoscaler(wants, percent int) []string {
	hpa := `namespace="paastasvc-web",horizontalpodautoscaler="web-scaled"`
	metric := hpa + `,metric_name="cpu",metric_target_type="utilization"`
	return []string{
		fmt.Sprintf(`kube_horizontalpodautoscaler_status_desired_replicas{%s} %dx40`, hpa, wants),
		fmt.Sprintf(`kube_horizontalpodautoscaler_status_target_metric{%s} %dx40`, metric, percent),
		fmt.Sprintf(`kube_horizontalpodautoscaler_spec_target_metric{%s} 80x40`, metric),
		ready("scaled", "4x40"),
	}
}

func stateful(replicas, updated string) []string {
	set := `{namespace="paastasvc-web",statefulset="web-disk"} `
	return []string{"kube_statefulset_replicas" + set + replicas, "kube_statefulset_status_replicas_updated" + set + updated,
		"kube_statefulset_status_replicas_ready" + set + replicas}
}

func flink(supervisors, jobManagers, taskManagers int) []string {
	var series []string
	for kind, count := range map[string]int{"supervisor": supervisors, "jobmanager": jobManagers, "taskmanager": taskManagers} {
		for n := range count {
			pod := fmt.Sprintf(`namespace="paasta-flinks",pod="web-stream-%s-%d"`, kind, n)
			series = append(series, "kube_pod_status_ready{condition=\"true\","+pod+"} 1x40", "kube_pod_start_time{"+pod+"} 0x40",
				fmt.Sprintf(`kube_pod_labels{%s,label_paasta_yelp_com_service="web",label_paasta_yelp_com_instance="stream",label_flink_yelp_com_container_type="%s"} 1x40`, pod, kind))
		}
	}
	return series
}

// errors counts per minute.
func errors(metric, label string, failed, all int) []string {
	return []string{
		fmt.Sprintf(`%s{%s="web",envoy_response_code_class="5"} 0+%dx40`, metric, label, failed),
		fmt.Sprintf(`%s{%s="web",envoy_response_code_class="2"} 0+%dx40`, metric, label, all-failed),
	}
}

// latency has all requests between two bounds, in milliseconds.
func latency(metric, label, over, under string) []string {
	return []string{
		fmt.Sprintf(`%s_bucket{%s="web",le="%s"} 0x40`, metric, label, over),
		fmt.Sprintf(`%s_bucket{%s="web",le="%s"} 0+100x40`, metric, label, under),
		fmt.Sprintf(`%s_bucket{%s="web",le="+Inf"} 0+100x40`, metric, label),
	}
}

// healthy are series on which no alert of the company fires.
var healthy = []string{
	ready("main", "4x40"), ready("scaled", "2x40"), ready("quiet", "1x40"),
	`kube_statefulset_status_replicas_ready{namespace="paastasvc-web",statefulset="web-disk"} 3x40`,
}

// TestAlertsFire runs `promtool test rules` over every state.
func TestAlertsFire(t *testing.T) {
	promtool := tool(t, "promtool", "apt-get install prometheus")
	dir := renderTo(t)
	run(t, promtool, append([]string{"check", "rules"}, glob(t, filepath.Join(dir, "rules", "*.yaml"))...)...)
	for _, state := range states {
		t.Run(state.name, func(t *testing.T) {
			series := append([]string(nil), state.series...)
			for _, s := range append(flink(1, 1, 2), healthy...) {
				if !mentions(state.series, s) {
					series = append(series, s)
				}
			}
			name := filepath.Join(t.TempDir(), "test.yaml")
			if err := os.WriteFile(name, []byte(unitTest(dir, series, state.fires)), 0o644); err != nil {
				t.Fatal(err)
			}
			run(t, promtool, "test", "rules", name)
		})
	}
}

// mentions tells whether some series is of the metric and workload of the healthy one, or of a Flink cluster.
func mentions(series []string, healthy string) bool {
	key, _, _ := strings.Cut(healthy, "} ")
	for _, s := range series {
		if strings.HasPrefix(s, key) || strings.Contains(s, "paasta-flinks") && strings.Contains(healthy, "paasta-flinks") {
			return true
		}
	}
	return false
}

// unitTest is promtool's: after 39 minutes exactly these alerts fire.
func unitTest(dir string, series, fires []string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "rule_files: [%q]\nevaluation_interval: 1m\ntests:\n- interval: 1m\n  input_series:\n", filepath.Join(dir, "rules", "web.yaml"))
	for _, s := range series {
		at := strings.LastIndex(s, "} ") + 1
		if at == 0 {
			at = strings.IndexByte(s, ' ')
		}
		fmt.Fprintf(&b, "  - {series: '%s,paasta_cluster=\"prod\"}', values: '%s'}\n", s[:at-1], strings.TrimSpace(s[at:]))
	}
	b.WriteString("  promql_expr_test:\n  - expr: count(ALERTS{alertstate=\"firing\"}) or vector(0)\n    eval_time: 39m\n")
	fmt.Fprintf(&b, "    exp_samples: [{labels: '{}', value: %d}]\n", len(fires))
	for _, alert := range fires {
		name, instance, _ := strings.Cut(alert, " ")
		fmt.Fprintf(&b, "  - expr: count(ALERTS{alertstate=\"firing\",alertname=%q,paasta_instance=%q} or ALERTS{alertstate=\"firing\",alertname=%q,paasta_namespace=%q})\n"+
			"    eval_time: 39m\n    exp_samples: [{labels: '{}', value: 1}]\n", name, instance, name, instance)
	}
	return b.String()
}

// TestRoutes asks amtool whom the labels of an alert reach.
func TestRoutes(t *testing.T) {
	amtool := tool(t, "amtool", "apt-get install prometheus-alertmanager")
	file := filepath.Join(renderTo(t), "alertmanager.yaml")
	run(t, amtool, "check-config", file)
	for _, c := range []struct{ labels, receivers string }{
		{"team=shop page=false ticket=false", "shop slack,shop email"},
		{"team=shop page=true ticket=true", "shop page,ticket,shop slack,shop email"},
		{"team=shop page=false ticket=false slack_channel=web-alerts", "shop email,slack web-alerts"},
		{"team=shop page=false ticket=false notification_email=none", "shop slack"},
		{"team=shop page=true realert_every=60 ticket=false", "shop page,shop slack,shop email"},
		{"team=nosuch page=true ticket=true", "last resort page"},
		{"team=nosuch page=false ticket=false", "last resort"},
		{"alertname=Watchdog severity=none", "last resort"},
	} {
		out := run(t, amtool, append([]string{"config", "routes", "test", "--config.file=" + file}, strings.Fields(c.labels)...)...)
		lines := strings.Split(strings.TrimSpace(out), "\n") // a warning, then the answer
		if got := lines[len(lines)-1]; got != c.receivers {
			t.Errorf("%s reaches %q, want %q", c.labels, got, c.receivers)
		}
	}
}

// TestExample has promtool read the configuration that examples/monitoring starts people with.
func TestExample(t *testing.T) {
	promtool := tool(t, "promtool", "apt-get install prometheus")
	run(t, promtool, "check", "config", "--syntax-only", "../../examples/monitoring/prometheus.yml")
}

func tool(t *testing.T, name, how string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		t.Skipf("SKIPPED: there is no %s here: %s", name, how)
	}
	return path
}

func run(t *testing.T, name string, args ...string) string {
	t.Helper()
	out, err := exec.Command(name, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s %s: %v\n%s", filepath.Base(name), strings.Join(args, " "), err, out)
	}
	return string(out)
}

func glob(t *testing.T, pattern string) []string {
	t.Helper()
	names, err := filepath.Glob(pattern)
	if err != nil || len(names) == 0 {
		t.Fatalf("nothing matches %s (%v)", pattern, err)
	}
	return names
}

// renderTo writes the company's prometheus/ to a folder.
func renderTo(t *testing.T) string {
	t.Helper()
	return renderArchive(t, "testdata/company.txtar", "prod/prometheus/")
}

// renderArchive writes what is below a folder of an archive's tree to a folder.
func renderArchive(t *testing.T, archive, below string) string {
	t.Helper()
	files, _ := compileArchive(t, archive)
	dir := t.TempDir()
	for name, data := range files {
		rest, ok := strings.CutPrefix(name, below)
		if !ok {
			continue
		}
		path := filepath.Join(dir, rest)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}
