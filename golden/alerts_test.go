package golden

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/finding"
)

// TestEveryInstanceHasItsAlerts walks all instances of all corpora: each has the Sensu checks and Prometheus alerts
// that its configuration asks for, read here anew, and no others; and no check or alert is of an instance that is not
// there.
func TestEveryInstanceHasItsAlerts(t *testing.T) {
	forEachCluster(t, func(t *testing.T, c *corpus, cluster string) {
		checks, alerts := c.checks(t, cluster), c.alerts(t, cluster)
		for _, i := range c.instances(t, cluster) {
			name := i.Service.Name + "." + i.Name
			if c.unwatchable(i) {
				delete(checks, name)
				delete(alerts, name)
				continue
			}
			wantChecks, wantAlerts := asks(i)
			hold(t, name+": checks", wantChecks, checks[name])
			hold(t, name+": alerts", wantAlerts, alerts[name])
			delete(checks, name)
			delete(alerts, name)
		}
		for name, kinds := range checks {
			t.Errorf("there is no instance %s, but checks of it: %v", name, kinds)
		}
		for name, kinds := range alerts {
			t.Errorf("there is no instance %s, but alerts of it: %v", name, kinds)
		}
	})
}

func hold(t *testing.T, what string, want, got []string) {
	t.Helper()
	slices.Sort(want)
	slices.Sort(got)
	if !slices.Equal(want, got) {
		t.Errorf("%s: %v, asked for %v", what, got, want)
	}
}

// asks reads an instance's configuration: which checks and alerts it should have.
func asks(i *config.Instance) (checks, alerts []string) {
	team := i.Get("monitoring").Get("team")
	if team == nil {
		team = i.Service.Base().Get("team")
	}
	if !team.Truthy() {
		return nil, nil
	}
	deployed := i.Branch != nil
	running := deployed && i.Branch.DesiredState != "stop"
	pods := i.Type == "kubernetes" || i.Type == "eks"
	cluster := strings.HasPrefix(i.Type, "flink") || strings.HasPrefix(i.Type, "cassandracluster")
	stateful := i.Get("persistent_volumes").Truthy()

	checks = []string{"oom-killer"}
	if oom := i.Get("monitoring").Get("check_oom_events"); running && (oom == nil || oom.Truthy()) {
		alerts = append(alerts, "PaastaOOMKilled")
	}
	if deployed && (pods || cluster) {
		checks = append(checks, "check_paasta_services_replication")
	}
	instances, threshold := i.Get("instances"), i.Get("replication_threshold")
	if maximum := i.Get("max_instances"); !maximum.IsNull() {
		instances = maximum
	}
	none := instances != nil && !instances.Truthy() || threshold != nil && !threshold.Truthy()
	if running && (pods || cluster) && !none {
		alerts = append(alerts, "PaastaUnderReplicated")
	}
	if deployed && pods && stateful {
		checks = append(checks, "statefulset_bounce")
	}
	if running && pods {
		alerts = append(alerts, "PaastaCrashLooping", "PaastaCannotStart", "PaastaRolloutStuck")
	}
	if running && pods && !stateful && scales(i) {
		checks = append(checks, "check_autoscaler_max_instances")
		alerts = append(alerts, "PaastaAutoscalerStuck")
		minimum, _ := i.Get("min_instances").Number()
		maximum, _ := i.Get("max_instances").Number()
		if !strings.Contains(i.Name, "canary") || max(minimum, 1) != maximum {
			alerts = append(alerts, "PaastaAtMaxInstances")
		}
	}
	return checks, alerts
}

// scales tells whether the instance has max_instances and an autoscaler of PaaSTA's.
func scales(i *config.Instance) bool {
	maximum, ok := i.Get("max_instances").Number()
	minimum := i.Get("min_instances")
	if !ok || maximum == 0 || minimum != nil && !minimum.Truthy() {
		return false
	}
	if providers := i.Get("autoscaling").Get("metrics_providers"); providers.IsList() && len(providers.Items) > 0 {
		policy, _ := providers.Items[0].Get("decision_policy").Str()
		return policy != "bespoke"
	}
	return true
}

// unwatchable tells whether PaaSTA's checks stop at the instance, and we said so.
func (c *corpus) unwatchable(i *config.Instance) bool {
	return slices.ContainsFunc(c.findings, func(f finding.Finding) bool {
		return f.Code == finding.SensuCheckImpossible && f.Service == i.Service.Name && f.Instance == i.Name && f.Cluster == i.Service.Cluster.Name
	})
}

// instances are all of a cluster's, once where two types have one name.
func (c *corpus) instances(t *testing.T, cluster string) []*config.Instance {
	t.Helper()
	ignore := func(finding.Finding) {}
	company := config.Open(config.Input{SOA: os.DirFS(filepath.Join(c.dir, "soa")), System: os.DirFS(filepath.Join(c.dir, "system"))}, ignore)
	var all []*config.Instance
	seen := map[string]bool{}
	for _, name := range company.Services {
		for _, s := range company.Folder(name, ignore).Load(company.Clusters) {
			for _, i := range s.Instances() {
				if s.Cluster.Name == cluster && !seen[name+"."+i.Name] {
					seen[name+"."+i.Name] = true
					all = append(all, i)
				}
			}
		}
	}
	return all
}

// checks are the kinds of Sensu checks of each instance.
func (c *corpus) checks(t *testing.T, cluster string) map[string][]string {
	t.Helper()
	found := map[string][]string{}
	for _, o := range c.objects(t, cluster+"/sensu") {
		instance := text(o, "metadata", "labels", "paasta_instance")
		if text(o, "type") != "CheckConfig" || instance == "" {
			continue
		}
		name := text(o, "metadata", "labels", "paasta_service") + "." + instance
		kind := strings.TrimSuffix(text(o, "metadata", "annotations", "paasta.yelp.com/check_name"), name)
		found[name] = append(found[name], strings.TrimRight(kind, "._"))
	}
	return found
}

// alerts are the Prometheus alerts of each instance.
func (c *corpus) alerts(t *testing.T, cluster string) map[string][]string {
	t.Helper()
	found := map[string][]string{}
	for _, path := range sortedKeys(c.files) {
		if !strings.HasPrefix(path, cluster+"/prometheus/rules/") {
			continue
		}
		groups, _ := at(c.output(t, path), "groups").([]any)
		for _, group := range groups {
			rules, _ := at(group, "rules").([]any)
			for _, rule := range rules {
				r, _ := rule.(map[string]any)
				if name, instance := text(r, "alert"), text(r, "labels", "paasta_instance"); name != "" && instance != "" {
					key := text(r, "labels", "paasta_service") + "." + instance
					found[key] = append(found[key], name)
				}
			}
		}
	}
	return found
}

// TestSensuChecksAreWhatPaaSTASends holds the annotations of each check against the event that PaaSTA sends.
func TestSensuChecksAreWhatPaaSTASends(t *testing.T) {
	forEachCluster(t, func(t *testing.T, c *corpus, cluster string) {
		checks := map[string]map[string]any{}
		for _, o := range c.objects(t, cluster+"/sensu") {
			annotations := object(o, "metadata", "annotations")
			checks[text(annotations, "paasta.yelp.com/check_name")] = annotations
		}
		for _, states := range object(c.expected(t, cluster, "sensu", "events.json")) {
			events, _ := at(states, "critical", "events").([]any)
			for _, e := range events {
				want := object(e, "kwargs")
				compare(t, text(want, "name"), attributes(want), decodeAttributes(t, want, checks[text(want, "name")]))
			}
		}
	})
}

// eventAttributes are what an event says beside its state.
var eventAttributes = strings.Fields(`team page runbook tip notification_email irc_channels slack_channels ticket project priority
	tags component description alert_after realert_every check_every source ttl`)

func attributes(event map[string]any) map[string]any {
	all := map[string]any{}
	for _, key := range eventAttributes {
		all[key] = event[key]
	}
	return all
}

// decodeAttributes reads annotations: strings as they are, all else as JSON.
func decodeAttributes(t *testing.T, want, annotations map[string]any) map[string]any {
	t.Helper()
	all := map[string]any{}
	for _, key := range eventAttributes {
		value, ok := annotations["paasta.yelp.com/"+key].(string)
		if _, isText := want[key].(string); ok && isText {
			all[key] = value
		} else if ok {
			all[key] = decode(t, key, []byte("{v: "+value+"}")).(map[string]any)["v"]
		}
	}
	return all
}
