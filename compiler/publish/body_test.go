package publish

import (
	"fmt"
	"strings"
	"testing"

	"github.com/paasta-render/paasta-render/compiler/diff"
	"github.com/paasta-render/paasta-render/compiler/diff/report"
)

// restarting is a change of many workloads in many clusters, each made by a line of its own.
func restarting(clusters, services int) []diff.Change {
	var all []diff.Change
	for c := range clusters {
		for s := range services {
			cluster, service := fmt.Sprintf("cluster-%02d", c), fmt.Sprintf("service-%03d", s)
			pods := diff.Workload{Kind: "Deployment", Namespace: service, Name: "main", Min: 2, Max: 4, Team: fmt.Sprintf("team-%02d", s%40)}
			all = append(all, diff.Change{
				Object: diff.Object{Cluster: cluster, Kind: "Deployment", Group: "apps", Namespace: service, Name: "main", Service: service,
					Instance: "main", Team: pods.Team, File: cluster + "/kubernetes/" + service + "/main.yaml"},
				Op: diff.Changed, Effect: diff.Restart, Old: &pods, New: &pods,
				Edits:  []diff.Edit{{Path: "spec.template.spec.x" + service, Op: diff.Changed, Effect: diff.Restart, Before: "1", After: "2"}},
				Causes: []diff.Cause{{Key: "cpus", File: service + "/kubernetes-" + cluster + ".yaml", Line: 3, Op: diff.Changed}},
			})
		}
	}
	return all
}

func TestBodyNamesWhatEachCommitDoes(t *testing.T) {
	v := Review{
		Source: Source{Commit: strings.Repeat("b", 40), Author: "Bob <bob@example.com>", Message: "mailer: a comment (#12)"},
		Since:  strings.Repeat("a", 40),
		Commits: []Commit{
			{Hash: strings.Repeat("b", 40), Author: "Bob", Subject: "mailer: a comment (#12)", Files: []string{"mailer/service.yaml"}},
			{Hash: strings.Repeat("c", 40), Author: "Ann", Subject: "more <b>cores</b> for @everyone", Files: []string{"service-000/kubernetes-cluster-00.yaml"}},
		},
		Reports: []*report.Report{report.New(restarting(1, 1))},
		Links:   report.NewLinks("https://github.com/org/soa.git", strings.Repeat("b", 40), "."),
		Owners:  func(string) []string { return []string{"@org/web"} },
		Contact: func(team string) string { return "#" + team },
	}
	body := v.Body()
	b, c := strings.Repeat("b", 40), strings.Repeat("c", 40)
	for _, want := range []string{
		"### 1 workload of service-000 to restart in cluster-00\n",
		"[compare](https://github.com/org/soa/compare/" + v.Since + "..." + b + ")",
		"[`bbbbbbbbbb`](https://github.com/org/soa/commit/" + b + ")",
		"[#12](https://github.com/org/soa/pull/12) | Bob | nothing that is rendered |",
		"[`cccccccccc`](https://github.com/org/soa/commit/" + c + ")",
		"| Ann | 1 × restart<br>[service-000/kubernetes-cluster-00.yaml:3: cpus]" +
			"(https://github.com/org/soa/blob/" + b + "/service-000/kubernetes-cluster-00.yaml#L3) |",
		"| team-00 | 1 workload, 2–4 pods | 0 | 0 | 1 |",
		"org/web, ",
		"<details open><summary>cluster-00: 1 workload of service-000 to restart in cluster-00</summary>",
	} {
		if !strings.Contains(body, want) {
			t.Errorf("the body lacks %q:\n%s", want, body)
		}
	}
	for _, bad := range []string{"<b>", "@everyone", "@org"} {
		if strings.Contains(body, bad) {
			t.Errorf("the body holds %q:\n%s", bad, body)
		}
	}
}

// A host refuses a body that is too long, so none is, however much changes; what does not fit is counted.
func TestBodyIsNeverTooLong(t *testing.T) {
	var commits []Commit
	for i := range 2000 {
		commits = append(commits, Commit{Hash: fmt.Sprintf("%040d", i), Author: strings.Repeat("é", 500), Subject: strings.Repeat("é|", 500),
			Files: []string{"service-000/kubernetes-cluster-00.yaml", "service-001/kubernetes-cluster-01.yaml"}})
	}
	for _, size := range [][2]int{{1, 1}, {3, 100}, {60, 40}} {
		v := Review{Source: ada, Commits: commits, Reports: []*report.Report{report.New(restarting(size[0], size[1]))},
			Links: report.NewLinks("https://github.com/org/soa", ada.Commit, ".")}
		body := v.Body()
		if len(body) > bodyBytes || strings.ToValidUTF8(body, "") != body {
			t.Errorf("%d bytes for %v", len(body), size)
		}
		if !strings.Contains(body, "and 1950 more") || size[0] > 50 && !strings.Contains(body, "more clusters did not fit") {
			t.Errorf("%v: what is left out is not counted", size)
		}
	}
}

func TestTitle(t *testing.T) {
	gone := restarting(1, 2)
	gone[0].Op, gone[0].Effect, gone[0].Edits = diff.Removed, diff.Delete, []diff.Edit{{Op: diff.Removed, Effect: diff.Delete}}
	versions := restarting(1, 2)
	for i := range versions {
		versions[i].Edits[0].Path = "spec.template.spec.containers[main].image"
	}
	for _, test := range []struct {
		want    string
		changes []diff.Change
	}{
		{"Danger: 1 deleted; 1 restart in cluster-00", gone},
		{"Routine: new versions of service-000, service-001 in cluster-00", versions},
		{"8 workloads of service-000, service-001 to restart in 4 clusters", restarting(4, 2)},
	} {
		v := Review{Source: ada, Reports: []*report.Report{report.New(test.changes)}}
		if got := v.Title(); got != test.want {
			t.Errorf("Title = %q, want %q", got, test.want)
		}
	}
}
