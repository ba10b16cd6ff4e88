package live_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/paasta-render/paasta-render/compiler/live"
)

// web is a Deployment that PaaSTA's client has written, with a variable that nobody renders and a number of pods
// that an autoscaler owns from now on.
const web = `{"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web", "namespace": "n", "managedFields": [
 {"manager": "paasta", "operation": "Update", "apiVersion": "apps/v1", "time": "2026-01-01T00:00:00Z", "fieldsType": "FieldsV1",
  "fieldsV1": {"f:spec": {"f:replicas": {}, "f:template": {"f:spec": {"f:containers": {"k:{\"name\":\"main\"}": {".": {},
   "f:image": {}, "f:env": {"k:{\"name\":\"A\"}": {".": {}, "f:value": {}}, "k:{\"name\":\"OLD\"}": {".": {}, "f:value": {}}}}}}}}}},
 {"manager": "kube-controller-manager", "operation": "Update", "apiVersion": "apps/v1", "subresource": "status",
  "fieldsType": "FieldsV1", "fieldsV1": {"f:status": {}}}]},
 "spec": {"replicas": 12, "template": {"spec": {"containers": [
  {"name": "main", "image": "x:1", "env": [{"name": "A", "value": "1"}, {"name": "OLD", "value": "2"}]}]}}}}`

const rendered = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: n}
spec: {template: {spec: {containers: [{name: main, image: "x:1", env: [{name: A, value: "1"}]}]}}}`

func read(t *testing.T, text string) []live.Object {
	t.Helper()
	objects, err := live.Read("dump", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return objects
}

func flux() live.Handover { return live.Handover{From: []string{"paasta"}, Agent: live.Agents()[0]} }

// What is rendered goes to the agent, the number of pods to the autoscaler, and what is not rendered stays
// PaaSTA's: the agent would delete it at once, and restart every pod.
func TestAdoptHandsEachFieldToItsNextOwner(t *testing.T) {
	adopted, err := flux().Adopt(read(t, rendered), read(t, web))
	if err != nil || len(adopted.Patches) != 1 {
		t.Fatalf("%d patches, error %v", len(adopted.Patches), err)
	}
	var got []string
	for _, o := range adopted.Patches[0].Operations {
		value, _ := json.Marshal(o.Value)
		if entry, ok := o.Value.(map[string]any); ok && entry["fieldsV1"] != nil {
			value, _ = json.Marshal(entry["fieldsV1"])
			value = []byte(entry["manager"].(string) + " " + entry["operation"].(string) + " " + string(value))
		}
		got = append(got, o.Op+" "+o.Path+" "+string(value))
	}
	const main = `{"f:spec":{"f:template":{"f:spec":{"f:containers":{"k:{\"name\":\"main\"}":{`
	want := []string{
		`test /metadata/managedFields/0/manager "paasta"`,
		`test /metadata/managedFields/0/operation "Update"`,
		`test /metadata/managedFields/0/time "2026-01-01T00:00:00Z"`,
		`replace /metadata/managedFields/0/fieldsV1 ` + main + `"f:env":{"k:{\"name\":\"OLD\"}":{".":{},"f:value":{}}}}}}}}}`,
		`add /metadata/managedFields/- kustomize-controller Apply ` + main +
			`".":{},"f:env":{"k:{\"name\":\"A\"}":{".":{},"f:value":{}}},"f:image":{}}}}}}}`,
		`add /metadata/managedFields/- kube-controller-manager Update {"f:spec":{"f:replicas":{}}}`,
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("operations (-want +got):\n%s", d)
	}
	if d := cmp.Diff(map[string]int{"spec.template.spec.containers[…].env[OLD]": 1}, adopted.Left()); d != "" {
		t.Errorf("left (-want +got):\n%s", d)
	}
}

func TestAdoptAllLeavesNothing(t *testing.T) {
	h := flux()
	h.All = true
	adopted, err := h.Adopt(read(t, rendered), read(t, web))
	if err != nil || len(adopted.Left()) > 0 || !strings.Contains(script(adopted), "OLD") {
		t.Errorf("error %v, left %v, patches %s", err, adopted.Left(), script(adopted))
	}
}

// script is everything that is written for some patches.
func script(adopted live.Adopted) string {
	var b strings.Builder
	for _, f := range live.Scripts(adopted.Patches, false) {
		b.WriteString(f.Path + "\n" + string(f.Data))
	}
	return b.String()
}

func TestAdoptLeavesAlone(t *testing.T) {
	for _, test := range []struct {
		rule                     string
		rendered, running        string
		done, unrendered, unsaid int
	}{
		{"what the agent has made", rendered, strings.Replace(web, `"paasta", "operation": "Update"`, `"kustomize-controller", "operation": "Apply"`, 1), 1, 0, 0},
		{"what is not rendered", strings.Replace(rendered, "name: web", "name: other", 1), web, 0, 1, 0},
		{"what a dump says nothing of", rendered, strings.Replace(web, "managedFields", "others", 1), 0, 0, 1},
	} {
		t.Run(test.rule, func(t *testing.T) {
			a, err := flux().Adopt(read(t, test.rendered), read(t, test.running))
			if err != nil || len(a.Patches) > 0 || len(a.Done) != test.done || len(a.Unrendered) != test.unrendered || len(a.Unsaid) != test.unsaid {
				t.Errorf("error %v, %d patches, %d done, %d not rendered, %d unsaid", err, len(a.Patches), len(a.Done), len(a.Unrendered), len(a.Unsaid))
			}
		})
	}
}

// The words of a dump are a stranger's: no name of an object leaves its quotes in the script.
func TestScriptsQuoteNames(t *testing.T) {
	text := strings.NewReplacer(`"name": "web"`, `"name": "$(reboot)'; reboot '"`).Replace(web)
	tree := strings.Replace(rendered, "name: web", `name: "$(reboot)'; reboot '"`, 1)
	adopted, err := flux().Adopt(read(t, tree), read(t, text))
	if err != nil {
		t.Fatal(err)
	}
	if got := script(adopted); !strings.Contains(got, `'$(reboot)'\''; reboot '\'''`) {
		t.Errorf("the script is\n%s", got)
	}
}

func TestReadRefusesWhatIsNoDump(t *testing.T) {
	for _, text := range []string{"{", "- a\n", "a: b\n", `{"kind": "List", "items": [1]}`, "kind: x\n"} {
		if _, err := live.Read("dump", []byte(text)); err == nil || !strings.Contains(err.Error(), "dump: ") {
			t.Errorf("Read(%q) gives the error %v", text, err)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(web), []byte(rendered))
	f.Fuzz(func(_ *testing.T, running, tree []byte) {
		one, err := live.Read("running", running)
		other, wrong := live.Read("rendered", tree)
		if err != nil || wrong != nil {
			return
		}
		adopted, err := flux().Adopt(other, one)
		if err == nil {
			live.Scripts(adopted.Patches, false)
		}
	})
}
