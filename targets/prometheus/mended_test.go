//go:build e2e

package prometheus_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
	"sigs.k8s.io/yaml"
)

// busy are pods of the storefront that are half busy.
func busy(series string, pods int) []string {
	var all []string
	for n := range pods {
		all = append(all, fmt.Sprintf(`%s{paasta_service="storefront",paasta_instance="main",kube_deployment="storefront-main",`+
			`kube_namespace="paastasvc-storefront",kube_pod="storefront-main-aaa-b000%d"} 0.5+0x400`, series, n))
	}
	return all
}

// replicas are the Deployment's, as kube-state-metrics tells of them at each of the addresses.
func replicas(ready, wanted int, addresses ...string) []string {
	var all []string
	for _, address := range addresses {
		l := storefront + `,job="kube-state-metrics",instance="` + address + `"`
		all = append(all, fmt.Sprintf("kube_deployment_status_replicas_ready{%s} %d+0x400", l, ready),
			fmt.Sprintf("kube_deployment_spec_replicas{%s} %d+0x400", l, wanted),
			"kube_deployment_labels{"+l+`,label_paasta_yelp_com_service="storefront",label_paasta_yelp_com_instance="main"} 1+0x400`)
	}
	return all
}

// TestAdapterQueriesHaveAnswers asks Prometheus what the adapter would ask it for one Deployment.
func TestAdapterQueriesHaveAnswers(t *testing.T) {
	promtool := tool(t, "promtool", "apt-get install prometheus")
	active := `paasta_instance:envoy_cluster__egress_cluster_upstream_rq_active{paasta_service="storefront",paasta_instance="main"} 30+0x400`
	for _, c := range []struct {
		name, provider string
		series         []string
		want           string // empty for no answer
	}{
		{"a pod that says nothing counts as busy", "uwsgi", append(busy("uwsgi_worker_busy", 4), replicas(5, 5, "a")...), "0.6"},
		{"two kube-state-metrics say the same", "uwsgi", append(busy("uwsgi_worker_busy", 4), replicas(5, 5, "a", "b")...), "0.6"},
		{"nobody knows how many are ready", "uwsgi", busy("uwsgi_worker_busy", 4), ""},
		{"none is ready", "uwsgi", append(busy("uwsgi_worker_busy", 4), replicas(0, 5, "a")...), ""},
		{"no pod says anything", "uwsgi", replicas(5, 5, "a"), ""},
		{"the load in all", "uwsgi-v2", append(busy("uwsgi_worker_busy", 4), replicas(5, 5, "a", "b")...), "3"},
		{"the load in all, when nobody knows how many are ready", "uwsgi-v2", busy("uwsgi_worker_busy", 4), "2"},
		{"per replica that there should be", "gunicorn", append(busy("gunicorn_worker_busy", 4), replicas(5, 6, "a", "b")...), "0.5"},
		{"per pool", "piscina", append(busy("piscina_pool_utilization", 4), replicas(5, 6, "a", "b")...), "0.5"},
		{"workers of any kind", "worker-load", append(append(busy("worker_busy", 4), busy("workers", 4)...), replicas(5, 5, "a", "b")...), "3"},
		{"requests in flight per replica", "active-requests", append(replicas(5, 6, "a", "b"), active), "5"},
	} {
		t.Run(c.provider+": "+c.name, func(t *testing.T) {
			var b strings.Builder
			b.WriteString("tests:\n- interval: 10s\n  input_series:\n")
			for _, s := range c.series {
				at := strings.LastIndex(s, "} ")
				fmt.Fprintf(&b, "  - {series: '%s,paasta_cluster=\"west-prod\"}', values: '%s'}\n", s[:at], s[at+2:])
			}
			answer := "[]"
			if c.want != "" {
				labels := `{kube_deployment="storefront-main"}`
				if c.provider == "active-requests" {
					labels = `{kube_deployment="storefront-main",kube_namespace="paastasvc-storefront"}`
				}
				answer = "[{labels: '" + labels + "', value: " + c.want + "}]"
			}
			fmt.Fprintf(&b, "  promql_expr_test:\n  - eval_time: 60m\n    expr: %q\n    exp_samples: %s\n", asAsked(t, c.provider), answer)
			name := filepath.Join(t.TempDir(), "test.yaml")
			if err := os.WriteFile(name, []byte(b.String()), 0o644); err != nil {
				t.Fatal(err)
			}
			run(t, promtool, "test", "rules", name)
		})
	}
}

// asAsked is the query of the storefront's one rule with the adapter's templates filled in.
func asAsked(t *testing.T, provider string) string {
	t.Helper()
	files, _ := compileArchive(t, "testdata/nasty.txtar", txtar.File{Name: "soa/storefront/kubernetes-west-prod.yaml",
		Data: []byte("main: {max_instances: 40, autoscaling: {metrics_providers: [{type: " + provider + "}]}}\n")})
	var adapter struct {
		Rules []struct{ MetricsQuery string }
	}
	if err := yaml.Unmarshal(files["west-prod/prometheus/adapter.yaml"], &adapter); err != nil || len(adapter.Rules) != 1 {
		t.Fatalf("%d rules: %v", len(adapter.Rules), err)
	}
	values := map[string]string{"paasta_service": "storefront", "paasta_instance": "main", "kube_deployment": "storefront-main",
		"kube_namespace": "paastasvc-storefront"}
	template := regexp.MustCompile(`<<index .LabelValuesByName "(\w+)">>`)
	return template.ReplaceAllStringFunc(adapter.Rules[0].MetricsQuery, func(s string) string {
		return values[template.FindStringSubmatch(s)[1]]
	})
}
