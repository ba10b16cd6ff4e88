package monitoring_test

import (
	"testing"
	"testing/fstest"

	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/monitoring"
	"github.com/paasta-render/paasta-render/compiler/promql"
	"github.com/paasta-render/paasta-render/compiler/python"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

func TestSeconds(t *testing.T) {
	for text, want := range map[string]int64{
		"": 0, "90s": 90, "10m": 600, "1h30m": 5400, "2D": 172800, "1W": 604800, "1M": 2592000, "1Y": 31536000, "0m": 0, "1m1m": 120,
	} {
		if got, why := monitoring.Seconds(text); got != want || why != "" {
			t.Errorf("Seconds(%q) is %d (%s), want %d", text, got, why, want)
		}
	}
	for _, text := range []string{"5", "m", "5 m", "1.5m", "-5m", "5x", "10m ", "99999999999999999999s"} {
		if _, why := monitoring.Seconds(text); why == "" {
			t.Errorf("Seconds(%q) is taken", text)
		}
	}
}

func TestInteger(t *testing.T) {
	for _, c := range []struct {
		value *yaml11.Node
		want  int64
		ok    bool
	}{
		{yaml11.NewInt(3), 3, true}, {yaml11.NewFloat(2.9), 2, true}, {yaml11.NewBool(true), 1, true},
		{yaml11.NewString(" 70 "), 70, true}, {yaml11.NewString("1_000"), 1000, true}, {yaml11.NewString("1.5"), 0, false},
		{yaml11.NewString("_1"), 0, false}, {yaml11.NewNull(), 0, false}, {nil, 0, false}, {yaml11.NewList(), 0, false},
	} {
		if got, ok := monitoring.Integer(c.value); got != c.want || ok != c.ok {
			t.Errorf("Integer(%s) is %d, %v", python.Repr(c.value), got, ok)
		}
	}
}

// instance resolves one instance of a service web.
func instance(t *testing.T, kind, name, text string) *config.Instance {
	t.Helper()
	in := config.Input{
		System: fstest.MapFS{"a.json": {Data: []byte(`{"clusters": ["prod"]}`)}},
		SOA:    fstest.MapFS{"web/" + kind + "-prod.yaml": {Data: []byte(name + ": " + text + "\n")}},
	}
	report := func(f finding.Finding) { t.Errorf("%s: %s", f.At, f.Message) }
	company := config.Open(in, report)
	return company.Folder("web", report).Load(company.Clusters)[0].Instances()[0]
}

// TestConditionsParse has Prometheus' parser read every condition, of instances with names of every length.
func TestConditionsParse(t *testing.T) {
	for _, c := range []struct{ kind, name, text string }{
		{"kubernetes", "main", "{}"},
		{"kubernetes", "main", "{instances: 0}"},
		{"kubernetes", "under_score", "{min_instances: 0, max_instances: 4.0, autoscaling: {metrics_providers: [{type: uwsgi}, {type: active-requests}]}}"},
		{"eks", "a-name-that-is-quite-long-but-not-so-long-as-others", "{max_instances: 2}"},
		{"eks", "a-name-that-is-longer-than-what-kubernetes-takes-in-the-name-of-a-pod", "{persistent_volumes: [{size: 1}]}"},
		{"kubernetes", "'quo\"te'", "{namespace: 'back\\slash'}"},
		{"flink", "main", "{taskmanager: {instances: 0}}"},
		{"flinkeks", "main", "{replication_threshold: 50}"},
		{"cassandracluster", "main", "{replicas: 2.5}"},
		{"adhoc", "main", "{}"},
	} {
		i := instance(t, c.kind, c.name, c.text)
		replication, p := monitoring.ReplicationOf(i)
		if p != nil {
			t.Fatal(p.Message)
		}
		queries := []string{monitoring.UnderReplicated(i, replication, 0), monitoring.UnderReplicated(i, replication, 90),
			monitoring.OOMKilled(i), monitoring.CrashLooping(i), monitoring.CannotStart(i), monitoring.RolloutStuck(i),
			monitoring.AutoscalerStuck(i), monitoring.MovedStatefulSet(i), monitoring.Evicted("prod", []string{"a.b", "c"}),
			monitoring.SparkRunning("prod", "web")}
		providers, _ := config.Providers(i.Config)
		if i.IsAutoscaled() {
			query, p := monitoring.AtMaxInstances(i, providers)
			if p != nil {
				t.Fatal(p.Message)
			}
			queries = append(queries, query)
		}
		for _, query := range queries {
			if why := promql.Check(query); why != "" {
				t.Errorf("%s %s: %s: %s", c.kind, c.name, query, why)
			}
		}
	}
}

func TestUnderReplicated(t *testing.T) {
	for _, c := range []struct {
		text      string
		available float64
		want      bool
	}{
		{"{instances: 4}", 2, false}, {"{instances: 4}", 1, true}, {"{instances: 0}", 0, false},
		{"{instances: 3, replication_threshold: 66}", 2, false}, {"{instances: 3, replication_threshold: 67}", 2, true},
		{"{instances: 2, replication_threshold: 50.9}", 1, false}, {"{instances: 2, replication_threshold: '100'}", 1, true},
	} {
		r, p := monitoring.ReplicationOf(instance(t, "kubernetes", "main", c.text))
		if p != nil {
			t.Fatal(p.Message)
		}
		if got := r.Under(c.available, r.Expected); got != c.want {
			t.Errorf("%s with %g: %v, want %v", c.text, c.available, got, c.want)
		}
	}
}
