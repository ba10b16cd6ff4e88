package prometheus

import (
	"strconv"
	"strings"

	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/monitoring"
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
	alertOOM         = "PaastaOOMKilled"
	alertCrash       = "PaastaCrashLooping"
	alertRollout     = "PaastaRolloutStuck"
)

// instanceRules makes the rules of an instance that runs: deployed, and not stopped. Without a team there is nobody to
// tell, as in PaaSTA.
func (c *compilation) instanceRules(i *config.Instance) {
	if i.Branch == nil || !i.Branch.DockerImage.Truthy() || i.Branch.DesiredState == "stop" || c.seen[i.Name] {
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
			c.replication(i, settings), c.maxInstances(i, settings), c.oom(i, settings), c.health(i, settings),
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

// replication: too few ready replicas. Nothing is too few when none are expected or the threshold is 0 percent.
func (c *compilation) replication(i *config.Instance, s monitoring.Settings) []alertRule {
	if !monitoring.IsKubernetes(i) && !monitoring.IsFlink(i) && !monitoring.IsCassandra(i) {
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
	return []alertRule{c.alert(i, s, alertReplication, monitoring.UnderReplicated(i, r), after(s),
		"has too few ready replicas (threshold: "+strconv.FormatInt(r.Percent, 10)+"%)")}
}

// maxInstances: the autoscaler wants all the replicas that it may have, and more would do good.
func (c *compilation) maxInstances(i *config.Instance, s monitoring.Settings) []alertRule {
	if !monitoring.IsKubernetes(i) {
		return nil
	}
	providers, p := monitoring.Providers(i)
	if p != nil || !monitoring.HasAutoscaler(i, providers) || monitoring.IsPinnedCanary(i) {
		return nil
	}
	query, p := monitoring.AtMaxInstances(i, providers)
	if p != nil {
		return nil
	}
	c.judgeAlertThresholds(i, providers)
	s = s.ForMaxInstances()
	return []alertRule{c.alert(i, s, alertMax, query, after(s),
		"is at max_instances, and a metric is above its alert threshold")}
}

// judgeAlertThresholds reports alert thresholds that no utilisation, or any, is above: workers are at most all busy.
func (c *compilation) judgeAlertThresholds(i *config.Instance, providers []monitoring.Provider) {
	for _, p := range providers {
		written := p.Get("max_instances_alert_threshold")
		value, ok := written.Number()
		if !ok {
			continue
		}
		bounded := p.Type == "uwsgi" || p.Type == "gunicorn" || p.Type == "piscina"
		switch {
		case value < 0:
			c.report(i.Finding(finding.Finding{Code: finding.ThresholdAlways, Severity: finding.Warning, At: written.Position(),
				Message: "every utilisation is above a max_instances_alert_threshold below 0"}))
		case bounded && value >= 1:
			c.report(i.Finding(finding.Finding{Code: finding.ThresholdNever, Severity: finding.Warning, At: written.Position(),
				Message: "no utilisation is above max_instances_alert_threshold: " + p.Type + " is at most 1, all workers busy"}))
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
	return []alertRule{c.alert(i, s, alertOOM, monitoring.OOMKilled(i), "", "had processes killed for lack of memory")}
}

// health: crash loops and stuck rollouts, which PaaSTA leaves to `paasta status`. They do not page: too few replicas
// do.
func (c *compilation) health(i *config.Instance, s monitoring.Settings) []alertRule {
	if !monitoring.IsKubernetes(i) {
		return nil
	}
	s = s.With("page", yaml11.NewBool(false))
	return []alertRule{
		c.alert(i, s, alertCrash, monitoring.CrashLooping(i), "5m", "has containers that crash again and again"),
		c.alert(i, s, alertRollout, monitoring.RolloutStuck(i), "15m", "has a rollout that makes no progress"),
	}
}

func (c *compilation) alert(i *config.Instance, s monitoring.Settings, name, expr, wait, what string) alertRule {
	labels := c.labels(s)
	labels["paasta_instance"] = i.Name
	return alertRule{Alert: name, Expr: expr, For: wait, Labels: escapeAll(labels),
		Annotations: map[string]string{"summary": escape(c.service.Name + "." + i.Name + " " + what)}}
}

// after is alert_after as Prometheus writes it, empty for at once. Default 5m. PaaSTA: send_event.
func after(s monitoring.Settings) string {
	value := monitoring.Or(s.Own("alert_after"), yaml11.NewString("5m"))
	seconds, ok := int64(0), true
	if text, isText := value.Str(); isText {
		var why string
		seconds, why = monitoring.Seconds(text)
		ok = why == ""
	} else {
		seconds, ok = monitoring.Integer(value)
	}
	if !ok || seconds <= 0 {
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
	providers, p := monitoring.Providers(i)
	if p != nil || !monitoring.IsKubernetes(i) || monitoring.FirstOf(providers, monitoring.ActiveRequests) == nil {
		return nil
	}
	registrations, p := monitoring.Registrations(i)
	if p != nil {
		return nil
	}
	deployment, namespace := monitoring.AppName(i.Service.Name, i.Name), monitoring.Namespace(i)
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
			Expr: "sum(kube_deployment_status_replicas_ready{namespace=" + strconv.Quote(namespace) + ",deployment=" +
				strconv.Quote(deployment) + "})"},
		{Record: "paasta_instance:envoy_cluster__egress_cluster_upstream_rq_active", Labels: active,
			Expr: clusterRequests(service, space).active()},
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
