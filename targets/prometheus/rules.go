package prometheus

import (
	"strconv"
	"strings"

	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/monitoring"
	"github.com/paasta-render/paasta-render/compiler/paasta"
	"github.com/paasta-render/paasta-render/compiler/python"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

// ruleFile is a file of Prometheus rules.
type ruleFile struct {
	Groups []ruleGroup `json:"groups"`
}

type ruleGroup struct {
	Name  string      `json:"name"`
	Rules []alertRule `json:"rules"`
}

// alertRule is an alerting rule, or with Record a recording rule.
type alertRule struct {
	Record      string            `json:"record,omitempty"`
	Alert       string            `json:"alert,omitempty"`
	Expr        string            `json:"expr"`
	For         string            `json:"for,omitempty"` // how long the condition must hold
	Labels      map[string]string `json:"labels,omitempty"`
	Annotations map[string]string `json:"annotations,omitempty"`
}

// The alerts of an instance.
const (
	alertReplication = "PaastaUnderReplicated"
	alertMax         = "PaastaAtMaxInstances"
	alertAutoscaler  = "PaastaAutoscalerStuck"
	alertOOM         = "PaastaOOMKilled"
	alertCrash       = "PaastaCrashLooping"
	alertStart       = "PaastaCannotStart"
	alertRollout     = "PaastaRolloutStuck"
)

// instanceRules makes the rules of an instance that runs: deployed, and not stopped. Without a team there is nobody to
// tell, as in PaaSTA.
func (c *compilation) instanceRules(i *config.Instance) {
	if i.Branch == nil || !i.Branch.Docker.Truthy() || i.Branch.DesiredState == "stop" || c.seen[i.Name] {
		return
	}
	settings, p := monitoring.OfInstance(i)
	if p != nil {
		return // Sensu's target says so
	}
	c.seen[i.Name] = true
	group := ruleGroup{Name: c.service.Name + "." + i.Name}
	if settings.Team().Truthy() {
		for _, rules := range [][]alertRule{
			c.replication(i, settings), c.autoscaling(i, settings), c.oom(i, settings), c.health(i, settings),
		} {
			group.Rules = append(group.Rules, rules...)
		}
	}
	group.Rules = append(group.Rules, recordings(i)...)
	c.addGroup(group)
}

func (c *compilation) addGroup(group ruleGroup) {
	if len(group.Rules) > 0 {
		c.groups = append(c.groups, group)
	}
}

// condition is when an alert fires and what it then says. The texts are templates: $value is the value of expr.
type condition struct {
	alert, expr, wait    string
	summary, description string
}

// replication: too few ready replicas. Nothing is too few when none are expected or the threshold is 0 percent.
func (c *compilation) replication(i *config.Instance, s monitoring.Settings) []alertRule {
	if !i.RunsPods() && !i.IsFlink() && !i.IsCassandra() {
		return nil
	}
	r, p := monitoring.ReplicationOf(i)
	if p != nil {
		return nil // Sensu's target says so
	}
	if never, _ := r.CanFire(); never != "" {
		return nil
	}
	s = s.ForReplication(i, r)
	percent := strconv.FormatInt(r.Percent, 10) + "%"
	return []alertRule{c.alert(i, s, condition{alertReplication, monitoring.UnderReplicated(i, r, s.AlertAfter()), after(s),
		"has too few ready replicas (threshold: " + percent + ")",
		`{{ printf "%.0f" $value }}% of the replicas are ready, and ` + percent + " should be."})}
}

// autoscaling: the autoscaler wants all the replicas that it may have, and more would do good; or it cannot act.
func (c *compilation) autoscaling(i *config.Instance, s monitoring.Settings) []alertRule {
	if !i.RunsPods() {
		return nil
	}
	providers, p := config.Providers(i.Config)
	if p != nil || !i.HasAutoscaler(providers) {
		return nil
	}
	stuck := c.alert(i, s.With("page", yaml11.NewBool(false)), condition{alertAutoscaler, monitoring.AutoscalerStuck(i), "15m",
		"has an autoscaler that cannot act",
		"It cannot read its metrics, or the replicas that it wants do not come. See the conditions of the HorizontalPodAutoscaler " +
			paasta.AppName(c.service.Name, i.Name) + "."})
	if monitoring.IsPinnedCanary(i) {
		return []alertRule{stuck}
	}
	query, p := monitoring.AtMaxInstances(i, providers)
	if p != nil {
		return []alertRule{stuck}
	}
	c.judgeAlertThresholds(i, providers)
	s = s.ForMaxInstances()
	return []alertRule{c.alert(i, s, condition{alertMax, query, after(s),
		"is at max_instances, and a metric is above its alert threshold or cannot be read",
		"The autoscaler wants {{ $value }} replicas and may have " + python.Str(i.Get("max_instances")) + "."}), stuck}
}

// judgeAlertThresholds reports alert thresholds that no utilisation, or any, is above: workers are at most all busy.
func (c *compilation) judgeAlertThresholds(i *config.Instance, providers []config.Provider) {
	for _, p := range providers {
		written := p.Get("max_instances_alert_threshold")
		value, ok := written.Number()
		if !ok {
			continue
		}
		bounded := p.Type() == "uwsgi" || p.Type() == "gunicorn" || p.Type() == "piscina"
		switch {
		case value < 0:
			c.report(i.Finding(finding.Finding{Code: finding.ThresholdAlways, Severity: finding.Warning, At: written.Position(),
				Message: "every utilisation is above a max_instances_alert_threshold below 0"}))
		case bounded && value >= 1:
			c.report(i.Finding(finding.Finding{Code: finding.ThresholdNever, Severity: finding.Warning, At: written.Position(),
				Message: "no utilisation is above max_instances_alert_threshold: " + p.Type() + " is at most 1, all workers busy"}))
		}
	}
}

func (c *compilation) oom(i *config.Instance, s monitoring.Settings) []alertRule {
	if !s.WatchesOOM() || i.Type == "paasta_native" {
		return nil
	}
	s, p := s.ForOOM(i.Get("mem"))
	if p != nil {
		return nil
	}
	return []alertRule{c.alert(i, s, condition{alertOOM, monitoring.OOMKilled(i), "",
		"had processes killed for lack of memory", "It happened in {{ $value }} containers in the last five minutes."})}
}

// health: crash loops, containers that cannot start and stuck rollouts, which PaaSTA leaves to `paasta status`. They do
// not page: too few replicas do.
func (c *compilation) health(i *config.Instance, s monitoring.Settings) []alertRule {
	if !i.RunsPods() {
		return nil
	}
	s = s.With("page", yaml11.NewBool(false))
	return []alertRule{
		c.alert(i, s, condition{alertCrash, monitoring.CrashLooping(i), "5m",
			"has containers that crash again and again", "{{ $value }} containers do."}),
		c.alert(i, s, condition{alertStart, monitoring.CannotStart(i), "15m",
			"has containers that cannot start",
			"{{ $value }} containers wait for an image that cannot be pulled, or for a secret or ConfigMap that is not there."}),
		c.alert(i, s, condition{alertRollout, monitoring.RolloutStuck(i), "15m",
			"has a rollout that makes no progress",
			"See `kubectl -n " + i.PodNamespace() + " rollout status`, and the events of its newest pods."}),
	}
}

func (c *compilation) alert(i *config.Instance, s monitoring.Settings, when condition) alertRule {
	rule := c.rule(s, c.service.Name+"."+i.Name, when)
	rule.Labels["paasta_instance"] = escape(i.Name)
	return rule
}

// rule makes an alert about what, the subject of the summary. Labels say what the alert is and where it goes: an alert
// with other labels is another alert. All else is an annotation.
func (c *compilation) rule(s monitoring.Settings, what string, when condition) alertRule {
	annotations := map[string]string{"summary": escape(what) + " " + when.summary, "description": when.description}
	for _, key := range []string{"runbook", "tip"} {
		if text := labelText(s.GetOr(key, nil)); text != "" {
			annotations[key] = escape(text)
		}
	}
	return alertRule{Alert: when.alert, Expr: when.expr, For: when.wait, Labels: escapeAll(c.labels(s)), Annotations: annotations}
}

// after is alert_after as Prometheus writes it, empty for at once.
func after(s monitoring.Settings) string {
	seconds := s.AlertAfter()
	if seconds <= 0 {
		return ""
	}
	for _, unit := range []struct {
		name    string
		seconds int64
	}{{"d", 86400}, {"h", 3600}, {"m", 60}} {
		if seconds%unit.seconds == 0 {
			return strconv.FormatInt(seconds/unit.seconds, 10) + unit.name
		}
	}
	return strconv.FormatInt(seconds, 10) + "s"
}

// recordings are the series that the adapter's rule for active-requests reads and no exporter has: ready replicas, and
// requests in flight by mesh namespace.
func recordings(i *config.Instance) []alertRule {
	providers, p := config.Providers(i.Config)
	if p != nil || !i.RunsPods() || config.ProviderOf(providers, config.ActiveRequests) == nil {
		return nil
	}
	registrations, p := monitoring.Registrations(i)
	if p != nil {
		return nil
	}
	deployment, namespace := paasta.AppName(i.Service.Name, i.Name), i.PodNamespace()
	labels := func(instance string) map[string]string {
		return map[string]string{"paasta_cluster": i.Service.Cluster.Name, "paasta_service": i.Service.Name,
			"paasta_instance": instance}
	}
	ready, active := labels(i.Name), labels(meshInstance(i, registrations))
	ready["kube_deployment"], ready["kube_namespace"], ready["namespace"] = deployment, namespace, namespace
	mesh := registrations[0]
	if len(registrations) > 1 {
		mesh = i.Service.Name + "." + i.Name
	}
	service, space, _ := strings.Cut(mesh, ".")
	return []alertRule{
		{Record: "k8s:deployment:pods_status_ready", Labels: ready,
			Expr: "max(kube_deployment_status_replicas_ready{paasta_cluster=" + strconv.Quote(i.Service.Cluster.Name) +
				",namespace=" + strconv.Quote(namespace) + ",deployment=" + strconv.Quote(deployment) + "})"},
		{Record: "paasta_instance:envoy_cluster__egress_cluster_upstream_rq_active", Labels: active,
			Expr: clusterRequests(i.Service.Cluster.Name, service, space).active()},
	}
}

// meshInstance is the last part of the one registration; the instance when there are several.
// PaaSTA: create_instance_active_requests_scaling_rule.
func meshInstance(i *config.Instance, registrations []string) string {
	if len(registrations) == 1 {
		if last := registrations[0][strings.LastIndexByte(registrations[0], '.')+1:]; last != "" {
			return last
		}
	}
	return i.Name
}
