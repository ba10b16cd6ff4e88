package live_test

import (
	"strings"
	"testing"

	"github.com/paasta-render/paasta-render/compiler/live"
	"github.com/paasta-render/paasta-render/compiler/target"
)

// The API server writes defaults and its own forms into what it has; a comparison sees through them, and through
// what others own.
func TestCompare(t *testing.T) {
	const spec = `"terminationMessagePath": "/dev/termination-log", "terminationMessagePolicy": "File", "imagePullPolicy": "IfNotPresent"`
	const pod = `"restartPolicy": "Always", "dnsPolicy": "ClusterFirst", "schedulerName": "default-scheduler", "securityContext": {},
		"terminationGracePeriodSeconds": 30`
	defaulted := strings.NewReplacer(`"image": "x:1"`, `"image": "x:1", "resources": {"limits": {"cpu": "500m"}}, `+spec,
		`"containers": [`, pod+`, "containers": [`, `"replicas": 12`, `"replicas": 12, "progressDeadlineSeconds": 600,
		"revisionHistoryLimit": 10, "strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": "25%", "maxUnavailable": "25%"}}`).Replace(web)
	tree := strings.Replace(rendered, "name: main,", "name: main, resources: {limits: {cpu: 0.5}},", 1)
	for _, test := range []struct {
		rule, rendered, running, want string
	}{
		{"defaults, quantities and the autoscaler's number are no change", tree, defaulted, "1 of 1 workloads stay as they are"},
		{"another value is one", strings.Replace(tree, "x:1", "x:2", 1), defaulted, "0 of 1 workloads stay as they are"},
		{"what nobody knows is one", tree, strings.Replace(defaulted, `"schedulerName"`, `"hostNetwork": true, "schedulerName"`, 1),
			"0 of 1 workloads stay as they are"},
		{"what does not run does not stay", tree, strings.Replace(defaulted, `"web"`, `"other"`, 1), "0 of 1 workloads stay as they are"},
		{"a kind that the dump lacks is not compared", tree, `{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "n"}}`,
			"0 of 0 workloads stay as they are"},
	} {
		t.Run(test.rule, func(t *testing.T) {
			c := flux().Compare(target.NewLayout(nil), read(t, test.rendered), read(t, test.running))
			if got := c.Sentence(); got != test.want {
				t.Errorf("%s\n%+v", got, c.Changes)
			}
		})
	}
}

// Another manager's field that the tree has otherwise is named, with who owns it; one that the tree does not have
// stays.
func TestCompareNamesOtherOwners(t *testing.T) {
	edit := strings.NewReplacer(`"f:image": {},`, ``, `{"manager": "kube-controller-manager"`, `{"manager": "kubectl-edit", "operation": "Update", "fieldsV1":
		{"f:metadata": {"f:labels": {"f:theirs": {}}}, "f:spec": {"f:template": {"f:spec": {"f:containers": {"k:{\"name\":\"main\"}": {"f:image": {}}}}}}}},
		{"manager": "kube-controller-manager"`, `"image": "x:1"`, `"image": "x:9"`, `"namespace": "n"`, `"namespace": "n", "labels": {"theirs": "yes"}`).Replace(web)
	c := flux().Compare(target.NewLayout(nil), read(t, rendered), read(t, edit))
	if len(c.Conflicts) != 1 || c.Conflicts[0].Manager != "kubectl-edit" ||
		strings.Join(c.Conflicts[0].Paths, " ") != "spec.template.spec.containers[main].image" {
		t.Errorf("conflicts: %+v", c.Conflicts)
	}
	for _, change := range c.Changes {
		for _, e := range change.Edits {
			if strings.Contains(e.Path, "theirs") {
				t.Errorf("the label of another manager counts as a change: %+v", e)
			}
		}
	}
}

func TestExplainFindsTheClient(t *testing.T) {
	object := func(name, sha string) live.Object {
		return read(t, `{"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "`+name+`", "labels": {"paasta.yelp.com/config_sha": "`+sha+`"}}}`)[0]
	}
	hashes := []live.Hash{{Object: object("a", "x"), Running: "1"}, {Object: object("b", "x"), Running: "2"}, {Object: object("c", "x"), Running: "3"}}
	got := live.Explain(hashes, []string{"29", "30"}, map[string][]live.Object{
		"29": {object("a", "1")}, "30": {object("a", "1"), object("b", "2")},
	})
	if len(got) != 1 || got[0] != (live.Explained{Client: "30", Objects: 2}) {
		t.Errorf("%+v", got)
	}
}
