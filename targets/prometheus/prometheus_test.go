package prometheus_test

import (
	"io/fs"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/paasta-render/paasta-render/compiler"
	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/target"
	"github.com/paasta-render/paasta-render/compiler/tree"
	"github.com/paasta-render/paasta-render/targets/prometheus"
)

// renderCompany compiles testdata/company.txtar; more files may be laid over it.
func renderCompany(t *testing.T, over ...txtar.File) map[string][]byte {
	t.Helper()
	files, _ := compileCompany(t, over...)
	return files
}

func compileCompany(t *testing.T, over ...txtar.File) (map[string][]byte, []finding.Finding) {
	t.Helper()
	return compileArchive(t, "testdata/company.txtar", over...)
}

func compileArchive(t *testing.T, name string, over ...txtar.File) (map[string][]byte, []finding.Finding) {
	t.Helper()
	archive, err := txtar.ParseFile(name)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range over {
		for n := range archive.Files {
			if archive.Files[n].Name == f.Name {
				archive.Files[n].Data = nil
			}
		}
		archive.Files = append(archive.Files, f)
	}
	archive.Files = clean(archive.Files)
	all, err := txtar.FS(archive)
	if err != nil {
		t.Fatal(err)
	}
	var memory tree.Memory
	var list finding.List
	in := config.Input{SOA: sub(t, all, "soa"), System: sub(t, all, "system")}
	if _, err := compiler.Compile(in, compiler.Options{Targets: []target.Target{prometheus.Target}, Jobs: 1}, &memory, list.Add); err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{}
	for _, f := range memory.Files() {
		files[f.Path] = f.Data
	}
	return files, list.All()
}

func clean(files []txtar.File) []txtar.File {
	var kept []txtar.File
	for _, f := range files {
		if f.Data != nil {
			kept = append(kept, f)
		}
	}
	return kept
}

func sub(t *testing.T, all fs.FS, dir string) fs.FS {
	t.Helper()
	s, err := fs.Sub(all, dir)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestAutoscalingThatStopsPaaSTA(t *testing.T) {
	for _, c := range []struct{ autoscaling, says string }{
		{"null", "autoscaling is null"},
		{"[]", "autoscaling is a list"},
		{"{metrics_providers: 5}", "metrics_providers is an integer"},
		{"{metrics_providers: [cpu]}", "is a string, not"},
		{"{metrics_providers: [{type: arbitrary-promql}]}", "has no metrics_query"},
		{"{metrics_providers: [{type: arbitrary-promql, metrics_query: q, series_query: null}]}", "is null, not"},
		{"{metrics_providers: [{type: uwsgi, moving_average_window_seconds: [1]}]}", "moving_average_window_seconds is a list"},
	} {
		_, findings := compileCompany(t, txtar.File{Name: "soa/web/kubernetes-prod.yaml", Data: []byte("main: {autoscaling: " + c.autoscaling + "}\n")})
		if !said(findings, finding.AdapterRuleImpossible, c.says) && !said(findings, finding.SchemaType, c.says) {
			t.Errorf("autoscaling: %s: no finding says %q, but %v", c.autoscaling, c.says, findings)
		}
	}
}

func said(findings []finding.Finding, code finding.Code, message string) bool {
	for _, f := range findings {
		if f.Code == code && strings.Contains(f.Message, message) && f.At.Line > 0 {
			return true
		}
	}
	return false
}

func TestRenderedTreeHoldsNoKey(t *testing.T) {
	for name, data := range renderCompany(t) {
		if strings.Contains(string(data), "\"secret\"") || strings.Contains(string(data), ": secret") {
			t.Errorf("%s holds the team's key", name)
		}
	}
}

func TestFindings(t *testing.T) {
	provider := func(p string) string {
		return "main: {max_instances: 3, autoscaling: {metrics_providers: [" + p + "]}}\n"
	}
	for _, c := range []struct {
		name, file, text string
		code             finding.Code
		says             string
	}{
		{"a query that does not parse", "kubernetes-prod.yaml", provider(`{type: arbitrary-promql, metrics_query: "sum(x"}`), finding.PromQLSyntax, "unclosed left parenthesis"},
		{"a second provider of a type", "kubernetes-prod.yaml", provider(`{type: uwsgi}, {type: uwsgi, moving_average_window_seconds: 60}`), finding.MetricWithoutRule, "uwsgi-prom-60"},
		{"a window that is another number's twin", "kubernetes-prod.yaml",
			provider(`{type: uwsgi, moving_average_window_seconds: 60}`) + strings.Replace(provider(`{type: uwsgi, moving_average_window_seconds: 60.0}`), "main", "quiet", 1),
			finding.MetricWithoutRule, "uwsgi-prom-60.0"},
		{"workers that are more than busy", "kubernetes-prod.yaml", provider(`{type: uwsgi, max_instances_alert_threshold: 1.2}`), finding.ThresholdNever, "at most 1"},
		{"a negative utilisation", "kubernetes-prod.yaml", provider(`{type: cpu, max_instances_alert_threshold: -1}`), finding.ThresholdAlways, "below 0"},
		{"more errors than requests", "smartstack.yaml", "main: {proxy_port: 1, monitoring: {error_threshold_ratio: 1}}\n", finding.ThresholdNever, "error_threshold_ratio"},
		{"requests over their timeout", "smartstack.yaml", "main: {proxy_port: 1, monitoring: {timeout_alerting: true, timeout_threshold_ratio: 1}}\n", finding.ThresholdNever, "timeout"},
		{"a ratio that is no number", "smartstack.yaml", "main: {proxy_port: 1, monitoring: {error_threshold_ratio: high}}\n", finding.SchemaType, "error_threshold_ratio is a string"},
		{"errors that nobody counts", "smartstack.yaml", "main: {proxy_port: 1, mode: tcp, monitoring: {}}\n", finding.ThresholdNever, "mode tcp"},
		{"a port that is none", "kubernetes-prod.yaml", "main: {prometheus_port: 70000}\n", finding.ScrapeJobImpossible, "70000"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, findings := compileCompany(t, txtar.File{Name: "soa/web/" + c.file, Data: []byte(c.text)})
			if !said(findings, c.code, c.says) {
				t.Errorf("no %s says %q: %v", c.code, c.says, findings)
			}
		})
	}
}
