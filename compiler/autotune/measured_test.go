package autotune

import (
	"fmt"
	"strings"
	"testing"

	"github.com/paasta-render/paasta-render/compiler/finding"
)

// told is a list of recommendations as one line each.
func told(all []Recommendation) string {
	var lines []string
	for _, r := range all {
		line := fmt.Sprintf("%s.%s in %s:", r.Service, r.Instance, r.File)
		for _, s := range r.Settings {
			line += " " + s.Key + "=" + s.Value.Value
		}
		if r.Held != "" {
			line += " held by " + r.Held
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}

func TestReadVerticalPodAutoscalers(t *testing.T) {
	input := `{"kind": "List", "items": [
		{"kind": "VerticalPodAutoscaler", "metadata": {"name": "web-main--one", "labels": {"paasta.yelp.com/service": "web",
			"paasta.yelp.com/instance": "main_one", "paasta.yelp.com/cluster": "test"}},
		 "status": {"recommendation": {"containerRecommendations": [
			{"containerName": "main--one", "target": {"cpu": "263m", "memory": "300000k"}},
			{"containerName": "hacheck", "target": {"cpu": "200m", "memory": "64Mi"}},
			{"containerName": "stranger", "target": {"cpu": "9", "memory": "9Gi"}}]}}},
		{"kind": "VerticalPodAutoscaler", "metadata": {"name": "other"}},
		{"kind": "ConfigMap", "metadata": {"name": "x"}}]}`
	var list finding.List
	all, _, ok := Read("vpa.json", []byte(input), list.Add)
	want := "web.main_one in kubernetes-test: cpus=0.263 mem=287 sidecar_resource_requirements="
	if got := told(all); !ok || got != want || len(list.All()) != 2 {
		t.Errorf("read %q, %v; want %q and two warnings", got, list.All(), want)
	}
}

func TestReadRangesOfPrometheus(t *testing.T) {
	series := func(labels, values string) string { return `{"metric": {` + labels + `}, "values": [` + values + `]}` }
	own := `"service": "web", "cluster": "test", "instance": "main", "resource": `
	var cpus []string
	for i := range 100 {
		cpus = append(cpus, fmt.Sprintf(`[%d, "%g"]`, i, float64(i+1)/100))
	}
	input := `{"status": "success", "data": {"resultType": "matrix", "result": [` + strings.Join([]string{
		series(own+`"cpus"`, strings.Join(cpus, ",")),
		series(own+`"mem"`, `[1, "104857600"], [2, "209715200"], [3, "NaN"]`),
		series(own+`"oom_killed"`, `[1, "0"], [2, "1"]`),
		series(`"job": "x"`, `[1, "1"]`),
	}, ",") + `]}}`
	var list finding.List
	all, _, ok := Read("range.json", []byte(input), list.Add)
	want := "web.main in kubernetes-test: cpus=0.95 mem=200 held by oom-killed"
	if got := told(all); !ok || got != want || len(list.All()) != 1 {
		t.Errorf("read %q, %v; want %q and one warning", got, list.All(), want)
	}
}

func TestReadRefusesOtherJSON(t *testing.T) {
	for _, input := range []string{`{"a": 1}`, `{"items": 3}`, `{`} {
		var list finding.List
		if all, _, ok := Read("x.json", []byte(input), list.Add); ok || len(all) > 0 || !list.HasErrors() {
			t.Errorf("%s is taken: %v", input, all)
		}
	}
}
