package tron

import (
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

// service opens a company of one service, web, with the given Tron files.
func service(t *testing.T, jobs, master string) *config.Service {
	t.Helper()
	soa := fstest.MapFS{
		"web/tron-test.yaml":       {Data: []byte(jobs)},
		"web/monitoring.yaml":      {Data: []byte("team: shop")},
		"tron/test/MASTER.yaml":    {Data: []byte(master)},
		"web/deployments.json":     {Data: []byte(`{"v2": {"deployments": {"a": {"docker_image": "i:paasta-1", "git_sha": "1"}}}}`)},
		"_shared/secrets/key.json": {Data: []byte("{}")},
	}
	system := fstest.MapFS{"paasta.json": {Data: []byte(`{"clusters": ["test"], "volumes": [], "docker_registry": "r"}`)}}
	company := config.Open(config.Input{SOA: soa, System: system}, func(f finding.Finding) { t.Fatal(f) })
	return company.Folder("web", func(f finding.Finding) { t.Fatal(f) }).Load(company.Clusters)[0]
}

const oneNodeMaster = "nodes: [paasta]\ntime_zone: US/Pacific\n"

func namespaceOf(t *testing.T, jobs string) (*yaml11.Node, []finding.Finding) {
	t.Helper()
	var found []finding.Finding
	out := compile(service(t, jobs, oneNodeMaster), func(f finding.Finding) { found = append(found, f) })
	if len(out.Files) == 0 {
		return nil, found
	}
	return out.Files[0].Docs[0].(*yaml11.Node), found
}

func TestJobsThatShareActionsShareWhatTheFirstGaveThem(t *testing.T) {
	out, found := namespaceOf(t, `
first: {schedule: daily, deploy_group: a, actions: &shared {load: {command: x}}}
second: {schedule: daily, deploy_group: b, actions: *shared}
merged: {schedule: daily, deploy_group: b, actions: {load: {command: x}}}
`)
	for job, want := range map[string]string{"first": "a", "second": "a", "merged": "b"} {
		if got, _ := out.Path("jobs", job, "actions", "load", "env", "PAASTA_DEPLOY_GROUP").Str(); got != want {
			t.Errorf("%s's action is deployed with %q, want %q (%v)", job, got, want, found)
		}
	}
}

func TestARefusedNamespaceIsLeftOutAndItsRefusalsNamed(t *testing.T) {
	out, found := namespaceOf(t, "j: {schedule: never, actions: {a: {command: '{x}', deploy_group: a, retries: -1}}}\n")
	if out != nil {
		t.Fatalf("a namespace that Tron refuses is rendered: %v", out)
	}
	var codes []string
	for _, f := range found {
		codes = append(codes, string(f.Code)+" "+f.Instance)
		if f.Service != "web" || f.Cluster != "test" || f.At.Line != 1 || f.Severity != finding.Error {
			t.Errorf("the finding lacks its service, cluster or place: %+v", f)
		}
	}
	for _, want := range []string{"T002 j", "T004 j.a", "T009 j.a"} {
		if !strings.Contains(strings.Join(codes, ","), want) {
			t.Errorf("found %v, want %s among them", codes, want)
		}
	}
}

func TestNextRunsInTheZoneOfTheJobOrOfMaster(t *testing.T) {
	s := service(t, `
pacific: {schedule: cron 30 2 * * *, actions: {a: {command: x}}}
london: {schedule: daily 01:30, time_zone: Europe/London, actions: {a: {command: x}}}
broken: {schedule: often, actions: {a: {command: x}}}
`, oneNodeMaster)
	runs := NextRuns(s, time.Date(2024, 3, 9, 20, 0, 0, 0, time.UTC), 2)
	if len(runs) != 3 || runs[2].Err == nil {
		t.Fatalf("NextRuns = %+v, want two jobs with runs and one with an error", runs)
	}
	for i, want := range []string{
		"pacific US/Pacific 2024-03-10T03:30:00-07:00 2024-03-11T02:30:00-07:00", // 02:30 is skipped on the first day
		"london Europe/London 2024-03-10T01:30:00Z 2024-03-11T01:30:00Z",
	} {
		got := runs[i].Job + " " + runs[i].Zone
		for _, at := range runs[i].Times {
			got += " " + at.Format(time.RFC3339)
		}
		if got != want {
			t.Errorf("runs are\n%s, want\n%s", got, want)
		}
	}
}
