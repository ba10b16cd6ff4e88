package sensu_test

import (
	"bytes"
	"io/fs"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
	"gopkg.in/yaml.v3"

	"github.com/paasta-render/paasta-render/compiler"
	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/target"
	"github.com/paasta-render/paasta-render/compiler/tree"
	"github.com/paasta-render/paasta-render/targets/sensu"
)

const company = `
-- system/paasta.json --
{"cluster": "prod", "clusters": ["prod"]}
-- system/sensu/team_data.json --
{"team_data": {"shop": {"notification_email": "shop@example.com", "slack_channels": ["shop"], "pagerduty_api_key": "0123456789"}}}
-- soa/web/deployments.json --
{"v2": {"deployments": {"prod.main": {"docker_image": "web:1", "git_sha": "1"}},
        "controls": {"web:prod.main": {"desired_state": "start", "force_bounce": null}}}}
`

// check is a resource as a reader of the file sees it.
type check struct {
	Type     string
	Metadata struct {
		Name        string
		Annotations map[string]string
	}
	Spec struct {
		Command  string
		Filters  []string
		Handlers []string
		Interval int

		Expressions []string
		Publish     bool
	}
}

// render compiles a service web of one instance main: monitoring.yaml, and the instance's own configuration.
func render(t *testing.T, monitoring, instance string) (map[string]check, []finding.Finding) {
	t.Helper()
	archive := txtar.Parse([]byte(company + "-- soa/web/monitoring.yaml --\n" + monitoring + "\n-- soa/web/kubernetes-prod.yaml --\nmain: " + instance + "\n"))
	all, err := txtar.FS(archive)
	if err != nil {
		t.Fatal(err)
	}
	var memory tree.Memory
	var list finding.List
	in := config.Input{SOA: sub(t, all, "soa"), System: sub(t, all, "system")}
	if _, err := compiler.Compile(in, compiler.Options{Targets: []target.Target{sensu.Target}, Jobs: 1}, &memory, list.Add); err != nil {
		t.Fatal(err)
	}
	checks := map[string]check{}
	for _, f := range memory.Files() {
		if strings.Contains(string(f.Data), "0123456789") {
			t.Errorf("%s holds the team's key", f.Path)
		}
		if !strings.Contains(f.Path, "/sensu/") {
			continue
		}
		for decoder := yaml.NewDecoder(bytes.NewReader(f.Data)); ; {
			var c check
			if decoder.Decode(&c) != nil {
				break
			}
			checks[c.Metadata.Name] = c
		}
	}
	return checks, list.All()
}

func sub(t *testing.T, all fs.FS, dir string) fs.FS {
	t.Helper()
	s, err := fs.Sub(all, dir)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestAttributes(t *testing.T) {
	for _, c := range []struct {
		name, monitoring, instance string
		key, want                  string // of the replication check; "" when absent
	}{
		{"a string as it is", "team: shop\ntip: Look", "{}", "tip", "Look"},
		{"the instance wins", "team: shop\ntip: Look", "{monitoring: {tip: Here}}", "tip", "Here"},
		{"a null ends the search", "team: shop\nproject: P", "{monitoring: {project: null}}", "project", ""},
		{"lists as JSON", "team: shop\ntags: [a, 1]", "{}", "tags", `["a", 1]`},
		{"booleans as JSON", "team: shop\npage: yes", "{}", "page", "true"},
		{"one replica has twenty minutes", "team: shop", "{}", "alert_after", "20m"},
		{"several have ten", "team: shop", "{instances: 2}", "alert_after", "10m"},
		{"an integer is seconds", "team: shop\nalert_after: 90", "{}", "alert_after", "90s"},
		{"check_every is always a minute", "team: shop\ncheck_every: 5m", "{}", "check_every", "1m"},
		{"the runbook has a default of its own", "team: shop", "{}", "runbook", "y/unhealthy-paasta-instances"},
	} {
		t.Run(c.name, func(t *testing.T) {
			checks, _ := render(t, c.monitoring, c.instance)
			got := checks["check_paasta_services_replication.web.main"].Metadata.Annotations["paasta.yelp.com/"+c.key]
			if got != c.want {
				t.Errorf("%s is %q, want %q", c.key, got, c.want)
			}
		})
	}
}

func TestChecksOfAnInstance(t *testing.T) {
	for _, c := range []struct{ name, monitoring, instance, want string }{
		{"no team, no events", "page: true", "{}", ""},
		{"a plain instance", "team: shop", "{}",
			"check_paasta_services_replication.web.main long_running_spark_jobs.web oom-killer.web.main pod-eviction.web"},
		{"an autoscaled one", "team: shop", "{max_instances: 3}",
			"check_autoscaler_max_instances.web.main check_paasta_services_replication.web.main long_running_spark_jobs.web oom-killer.web.main pod-eviction.web"},
		{"one that scales itself", "team: shop", "{max_instances: 3, autoscaling: {metrics_providers: [{decision_policy: bespoke}]}}",
			"check_paasta_services_replication.web.main long_running_spark_jobs.web oom-killer.web.main pod-eviction.web"},
		{"a StatefulSet", "team: shop", "{persistent_volumes: [{container_path: /d, size: 1}]}",
			"check_paasta_services_replication.web.main long_running_spark_jobs.web oom-killer.web.main pod-eviction.web statefulset_bounce_web.main"},
		{"one that is not deployed", "team: shop", "{deploy_group: other}",
			"long_running_spark_jobs.web oom-killer.web.main"},
	} {
		t.Run(c.name, func(t *testing.T) {
			checks, _ := render(t, c.monitoring, c.instance)
			var names []string
			for name, check := range checks {
				if check.Type == "CheckConfig" && name != "paasta-monitoring-blind.prod" {
					names = append(names, name)
				}
			}
			if got := sorted(names); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

func TestDisabledCheckIsNotScheduled(t *testing.T) {
	checks, _ := render(t, "team: shop", "{monitoring: {check_oom_events: false}}")
	if checks["oom-killer.web.main"].Spec.Publish {
		t.Error("check_oom_events: false, and the check is scheduled")
	}
}

func TestRouting(t *testing.T) {
	for _, c := range []struct{ name, instance, want string }{
		{"the team's", "{}", "team_shop"},
		{"an address of its own", "{monitoring: {notification_email: 'a@x, b@x'}}", "page_shop email_a_x email_b_x slack_shop"},
		{"no address", "{monitoring: {notification_email: false}}", "page_shop slack_shop"},
		{"a channel of its own", "{monitoring: {slack_channels: ['#web']}}", "page_shop email_shop_example.com slack_web"},
		{"a project", "{monitoring: {project: WEB}}", "page_shop email_shop_example.com slack_shop ticket_WEB"},
	} {
		t.Run(c.name, func(t *testing.T) {
			checks, _ := render(t, "team: shop", c.instance)
			handlers := checks["oom-killer.web.main"].Spec.Handlers
			if got := strings.Join(handlers, " "); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
			for _, name := range handlers {
				if checks[name].Type != "Handler" {
					t.Errorf("there is no handler %s", name)
				}
			}
		})
	}
}

func TestFindings(t *testing.T) {
	for _, c := range []struct {
		name, monitoring, instance string
		code                       finding.Code
		says                       string // message and suggestion
	}{
		{"a team that does not exist", "team: shpo\npage: true", "{}", finding.UnknownTeam, "'shpo'|shop"},
		{"no team in production", "page: true", "{}", finding.NobodyPaged, "no team owns it"},
		{"no page in production", "team: shop", "{}", finding.NobodyPaged, "does not say whether it pages"},
		{"a threshold of nothing", "team: shop", "{replication_threshold: 0}", finding.ThresholdNever, "no ratio of replicas is below it"},
		{"a threshold over all", "team: shop", "{replication_threshold: 120}", finding.ThresholdAlways, "no ratio of replicas reaches it"},
		{"a duration that is none", "team: shop\nalert_after: 5 min", "{}", finding.SensuCheckImpossible, "alert_after \"5 min\""},
		{"realert_every in words", "team: shop\nrealert_every: often", "{}", finding.SensuCheckImpossible, "realert_every is no integer"},
		{"monitoring that is no mapping", "team: shop", "{monitoring: true}", finding.SchemaType, "monitoring is a boolean"},
		{"memory that is none", "team: shop", "{mem: null}", finding.SchemaType, "mem is null"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, findings := render(t, c.monitoring, c.instance)
			message, suggestion, _ := strings.Cut(c.says, "|")
			for _, f := range findings {
				if f.Code == c.code && strings.Contains(f.Message, message) && strings.Contains(f.Suggestion, suggestion) && f.At.File != "" {
					return
				}
			}
			t.Errorf("no %s says %q: %v", c.code, c.says, findings)
		})
	}
}
