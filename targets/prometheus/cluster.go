package prometheus

import (
	"slices"
	"strconv"
	"strings"

	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/monitoring"
	"github.com/paasta-render/paasta-render/compiler/target"
)

// The alerts of a cluster: what the other alerts rely on is not there.
const (
	alertBlind    = "PaastaMonitoringBlind"
	alertExporter = "PaastaExporterDown"
	alertWatchdog = "Watchdog"
)

// linkCluster makes the rules that watch over the exporters: one page when kube-state-metrics is away, in place of one
// for each instance, which all know nothing then. Nil when no service has rules.
func linkCluster(c *config.Cluster, services []target.Linked) *target.File {
	if !slices.ContainsFunc(services, hasRules) {
		return nil
	}
	cluster := "paasta_cluster=" + strconv.Quote(c.Name)
	b := clusterAlerts{alertingOf(c), c.Name}
	group := ruleGroup{Name: "paasta", Rules: []alertRule{
		{Record: monitoring.LiveExporter, Labels: map[string]string{"paasta_cluster": c.Name},
			Expr: "count(kube_deployment_status_replicas_ready{" + cluster + "})"},
		b.alert("kube-state-metrics", true, condition{alertBlind,
			"absent(kube_deployment_status_replicas_ready{" + cluster + "})", "5m",
			"no metric of kube-state-metrics has the label " + cluster + ": nobody knows how many replicas are ready", ""}),
		b.alert("kube-state-metrics", false, condition{alertExporter,
			"count(" + monitoring.StateExporters(c.Name) + " == 0) > 0", "15m",
			"kube-state-metrics is down in a part", "{{ $value }} of its scrape targets do not answer. An absent Deployment does not alert meanwhile."}),
		b.alert("cadvisor", false, condition{alertExporter,
			"absent(container_oom_events_total{" + cluster + "})", "15m",
			"no metric of cAdvisor has the label " + cluster + ": processes that the kernel kills go unseen", ""}),
	}}
	if b.WatchdogURL != "" {
		group.Rules = append(group.Rules, b.alert("", false, condition{alertWatchdog, "vector(1)", "",
			"Prometheus and Alertmanager work", "This alert always fires. Who receives it tells somebody when it stays away."}))
	}
	file := rulesOf(c, clusterRules, []ruleGroup{group})
	return &file
}

func hasRules(s target.Linked) bool {
	return slices.ContainsFunc(s.Paths, func(path string) bool {
		return strings.HasPrefix(path, rulesFolder) || strings.HasPrefix(path, operatorFolder)
	})
}

// clusterAlerts makes alerts that belong to no service.
type clusterAlerts struct {
	alerting
	cluster string
}

func (b clusterAlerts) alert(exporter string, page bool, when condition) alertRule {
	labels := map[string]string{"paasta_cluster": b.cluster, "page": strconv.FormatBool(page), "ticket": "false"}
	if exporter != "" {
		labels["exporter"] = exporter
	}
	if b.Team != "" {
		labels["team"] = escape(b.Team)
	}
	annotations := map[string]string{"summary": when.summary}
	if when.description != "" {
		annotations["description"] = when.description
	}
	return alertRule{Alert: when.alert, Expr: when.expr, For: when.wait, Labels: labels, Annotations: annotations}
}
