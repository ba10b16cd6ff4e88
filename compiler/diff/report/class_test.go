package report

import (
	"fmt"
	"strings"
	"testing"

	"github.com/paasta-render/paasta-render/compiler/diff"
	"github.com/paasta-render/paasta-render/compiler/diff/group"
	"github.com/paasta-render/paasta-render/compiler/tree"
)

// fleet is a tree of n services with one Deployment each, derived from the sample by a function.
func fleet(n int, change func(service int, source string) string) []tree.File {
	var all []tree.File
	for i := range n {
		name := fmt.Sprintf("svc%d", i)
		source := strings.NewReplacer("web-main", name+"-main", "paastasvc-web", "paastasvc-"+name, "service: web", "service: "+name,
			"registry/web:1", "registry/"+name+":1").Replace(deployment)
		if change != nil {
			source = change(i, source)
		}
		all = append(all, tree.File{Path: "prod/kubernetes/" + name + "/main.yaml", Data: []byte(source)})
	}
	return all
}

func replace(old, new string) func(int, string) string {
	return func(_ int, source string) string { return strings.ReplaceAll(source, old, new) }
}

// rows prints the classes: how many objects, effect, and the fields.
func rows(classes []group.Class) string {
	var b strings.Builder
	for i := range classes {
		c := &classes[i]
		fmt.Fprintf(&b, "%d %s %s", c.Count, c.Effect, c.Op)
		for j := range c.Edits {
			path, change := what(&c.Edits[j])
			fmt.Fprintf(&b, " | %s %s", path, change)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func TestClasses(t *testing.T) {
	for _, test := range []struct {
		rule   string
		change func(int, string) string
		want   string
	}{
		{"the same edit of many objects is one row", replace("memory: 1024Mi", "memory: 2048Mi"),
			"1000 restart changed | spec.template.spec.containers[main].resources.limits.memory 1024Mi → 2048Mi" +
				" | spec.template.spec.containers[main].resources.requests.memory 1024Mi → 2048Mi\n"},
		{"an edit with the objects' own names is the same edit", func(i int, source string) string {
			name := fmt.Sprintf("svc%d", i)
			return strings.Replace(source, "registry/"+name+":1", "mirror/"+name+":1", 1)
		}, "1000 restart changed | spec.template.spec.containers[main].image registry/{service}:1 → mirror/{service}:1\n"},
		{"a label with the objects' own names is the same label", func(i int, source string) string {
			return strings.Replace(source, "        paasta.yelp.com/pool: default\n", fmt.Sprintf("        paasta.yelp.com/pool: default\n        registrations.paasta.yelp.com/svc%d.main: \"true\"\n", i), 1)
		}, "1000 restart changed | spec.template.metadata.labels[registrations.paasta.yelp.com/{service}.{instance}] + true\n"},
		{"a hash that alone restarts is told beside what made it", func(i int, source string) string {
			return strings.ReplaceAll(strings.ReplaceAll(source, "config1", fmt.Sprintf("config%d", i+2)), "maxSurge: 100%", "maxSurge: 50%")
		}, "1000 restart changed | spec.template.metadata.labels[paasta.yelp.com/config_sha] changes" +
			" | spec.strategy.rollingUpdate.maxSurge 100% → 50%\n"},
		{"hashes are folded into what restarts by itself", func(i int, source string) string {
			return strings.ReplaceAll(strings.ReplaceAll(source, "config1", fmt.Sprintf("config%d", i+2)), "value: info", "value: debug")
		}, "1000 restart changed | spec.template.spec.containers[main].env[LEVEL].value info → debug\n"},
		{"hashes alone are one row", func(i int, source string) string {
			return strings.ReplaceAll(source, "config1", fmt.Sprintf("config%d", i+2))
		}, "1000 restart changed | spec.template.metadata.labels[paasta.yelp.com/config_sha] changes" +
			" | metadata.labels[paasta.yelp.com/config_sha] changes\n"},
		{"other edits are other rows", func(i int, source string) string {
			if i < 3 {
				return strings.Replace(source, "replicas: 3", "replicas: 4", 1)
			}
			return strings.Replace(source, "value: info", "value: debug", 1)
		}, "997 restart changed | spec.template.spec.containers[main].env[LEVEL].value info → debug\n" +
			"3 scale changed | spec.replicas 3 → 4\n"},
		{"very many values of one field are one row", func(i int, source string) string {
			return strings.Replace(source, "replicas: 3", fmt.Sprintf("replicas: %d", 10+i%30), 1)
		}, "1000 scale changed | spec.replicas 3 → 10  (and 29 other values)\n"},
		{"objects that go are a row", func(int, string) string { return "" }, "1000 delete removed |  removed\n"},
	} {
		t.Run(test.rule, func(t *testing.T) {
			r := trees(fleet(1000, nil), fleet(1000, test.change))
			if got := rows(r.Classes); got != test.want {
				t.Errorf("got\n%swant\n%s", got, test.want)
			}
			total := 0
			for _, c := range r.Classes {
				total += c.Count
			}
			if total != r.Summary.Objects() {
				t.Errorf("the rows count %d objects, the summary %d", total, r.Summary.Objects())
			}
		})
	}
}

// A default that reaches every object reads in three rows, however the objects differ: rows of one cause are put
// together as far as need be.
func TestOneCauseTakesThreeRows(t *testing.T) {
	change := func(i int, source string) string {
		source = strings.Replace(source, "cpu: 2.0", fmt.Sprintf("cpu: %d", 3+i%7), 1)
		if i%2 == 0 {
			source = strings.Replace(source, "value: info", "value: debug", 1)
		}
		if i%5 == 0 {
			source = strings.Replace(source, "replicas: 3", "replicas: 4", 1)
		}
		if i%11 == 0 {
			source = strings.Replace(source, "registry/", "mirror/", 1)
		}
		return source
	}
	r := trees(fleet(1000, nil), fleet(1000, change))
	r.Explain(func(*diff.Change) []diff.Cause {
		return []diff.Cause{{Key: "default", Layer: "system", File: "defaults.json", Line: 3, Op: diff.Changed}}
	})
	if len(r.Classes) > 3 {
		t.Errorf("%d rows, want at most 3:\n%s", len(r.Classes), rows(r.Classes))
	}
	total := 0
	for _, c := range r.Classes {
		total += c.Count
	}
	if total != 1000 {
		t.Errorf("the rows count %d objects, want 1000", total)
	}
}

func TestForecast(t *testing.T) {
	scaled := strings.Replace(deployment, "  replicas: 3\n", "", 1) + autoscaler
	for _, test := range []struct {
		rule          string
		before, after string
		want          string
	}{
		{"a restart counts the pods that run", deployment, strings.Replace(deployment, "web:1", "web:2", 1),
			"restart: 1 workload, 3 pods in prod\n"},
		{"under an autoscaler the pods are a span", scaled, strings.Replace(scaled, "web:1", "web:2", 1),
			"restart: 1 workload, 2–10 pods in prod\n"},
		{"scaling tells before and after, and what it costs", deployment, strings.Replace(deployment, "replicas: 3", "replicas: 5", 1),
			"scale up: 1 workload, 3 pods in prod\n  prod Deployment paastasvc-web/web-main  3 → 5 pods\ncapacity prod, pool default, team core: pods +2, CPU +2 cores, memory +2 GiB\n"},
		{"the autoscaler's bounds scale its target", scaled, strings.Replace(scaled, "maxReplicas: 10", "maxReplicas: 12", 1),
			"scale up: 1 workload, 2–10 pods in prod\n  prod Deployment paastasvc-web/web-main  2–10 → 2–12 pods\ncapacity prod, pool default, team core: pods 0…+2, CPU 0…+2 cores, memory 0…+2 GiB\n"},
		{"what restarts and scales is not only scaled", scaled, strings.NewReplacer("web:1", "web:2", "maxReplicas: 10", "maxReplicas: 12").Replace(scaled),
			"restart: 1 workload, 2–10 pods in prod\ncapacity prod, pool default, team core: pods 0…+2, CPU 0…+2 cores, memory 0…+2 GiB\n"},
		{"an autoscaler that comes takes the replicas over", deployment, scaled,
			"drop: 1 workload, 3 pods in prod\n  prod Deployment paastasvc-web/web-main  3 → 1 pod" +
				"  the manifest loses spec.replicas, so the API server sets it to 1: 2 of 3 pods end at once, and an autoscaler starts new ones only later" +
				"\n  1. kubectl apply --server-side --field-manager=hand-over -f - <<<'{\"apiVersion\":\"apps/v1\",\"kind\":\"Deployment\"," +
				"\"metadata\":{\"name\":\"web-main\",\"namespace\":\"paastasvc-web\"},\"spec\":{\"replicas\":3}}'\nautoscale: 1 autoscaling rule in prod\ncapacity prod, pool default, team core: pods -1…+7, CPU -1…+7 cores, memory -1…+7 GiB\n"},
		{"requests change what every pod costs", deployment, strings.Replace(deployment, "cpu: 1.0", "cpu: 1.5", 1),
			"restart: 1 workload, 3 pods in prod\ncapacity prod, pool default, team core: CPU +1.5 cores\n"},
		{"what is scaled down is told from what is scaled up", deployment, strings.Replace(deployment, "replicas: 3", "replicas: 2", 1),
			"scale down: 1 workload, 3 pods in prod\n  prod Deployment paastasvc-web/web-main  3 → 2 pods\ncapacity prod, pool default, team core: pods -1, CPU -1 cores, memory -1 GiB\n"},
		{"zero pods are a section of their own", deployment, strings.Replace(deployment, "replicas: 3", "replicas: 0", 1),
			"to zero: 1 workload, 3 pods in prod\n  prod Deployment paastasvc-web/web-main  3 → 0 pods\ncapacity prod, pool default, team core: pods -3, CPU -3 cores, memory -3 GiB\n"},
		{"pods that all end first are a section of their own", deployment, strings.NewReplacer("    rollingUpdate:\n      maxSurge: 100%\n    type: RollingUpdate", "    type: Recreate", "web:1", "web:2").Replace(deployment),
			"all at once: 1 workload, 3 pods in prod\n  prod Deployment paastasvc-web/web-main  3 pods  all may end before the first new one is ready\n"},
		{"what the API server refuses comes with the way out", statefulSet, strings.Replace(statefulSet, "serviceName: db-main", "serviceName: db", 1),
			"refused: 1 object, 2 pods in prod\n  prod StatefulSet paastasvc-db/db-main  2 pods  spec.serviceName of a StatefulSet cannot be changed\n" +
				"  1. stop the agent for this object (Flux: annotation kustomize.toolkit.fluxcd.io/reconcile: disabled)\n" +
				"  2. kubectl -n paastasvc-db delete statefulset db-main --cascade=orphan: the pods run on\n" +
				"  3. let the agent apply again: the new object takes the pods over and replaces them one after another\n"},
		{"a budget that lets no pod go is told", deployment + budget, strings.Replace(deployment+budget, "maxUnavailable: 1", "maxUnavailable: 0%", 1),
			"no eviction: 1 workload, 3 pods in prod\n"},
		{"another pool moves the capacity", deployment, strings.Replace(deployment, "pool: default", "pool: gpu", 1),
			"restart: 1 workload, 3 pods in prod\ncapacity prod, pool default, team core: pods -3, CPU -3 cores, memory -3 GiB\ncapacity prod, pool gpu, team core: pods +3, CPU +3 cores, memory +3 GiB\n"},
		{"a deletion names the volumes", statefulSet, "", "delete: 1 object, 2 pods in prod\n  prod StatefulSet paastasvc-db/db-main  2 pods  its claims stay, until their namespace goes: pv--data  pruned with its pods\ncapacity prod: pods -2\n"},
	} {
		t.Run(test.rule, func(t *testing.T) {
			r := trees(files(webFile, test.before), files(webFile, test.after))
			var b strings.Builder
			for _, s := range sections(&r.Forecast) {
				b.WriteString(s.title + ": " + s.head + "\n")
				if s.effect == diff.Scale || s.effect == diff.Delete || s.effect == diff.Drop || s.effect == diff.Refuse || s.title == "all at once" {
					b.WriteString("  " + strings.Join(flat(s.items), "\n  ") + "\n")
				}
			}
			for i := range r.Forecast.Capacity {
				c := &r.Forecast.Capacity[i]
				b.WriteString("capacity " + place(c) + ": " + capacitySentence(&c.Amounts, &c.More, &c.Less) + "\n")
			}
			if got := b.String(); got != test.want {
				t.Errorf("got\n%swant\n%s", got, test.want)
			}
		})
	}
}

// A team that gives as much as it takes is told both.
func TestCapacityDoesNotCancel(t *testing.T) {
	other := strings.NewReplacer("web-main", "api-main", "paastasvc-web", "paastasvc-api").Replace(deployment)
	more := strings.Replace(deployment, "replicas: 3", "replicas: 5", 1)
	less := strings.Replace(other, "replicas: 3", "replicas: 1", 1)
	r := trees(files(webFile, deployment, "prod/kubernetes/api/main.yaml", other), files(webFile, more, "prod/kubernetes/api/main.yaml", less))
	if len(r.Forecast.Capacity) != 1 {
		t.Fatalf("%+v", r.Forecast.Capacity)
	}
	const want = "pods +2 and -2, CPU +2 cores and -2 cores, memory +2 GiB and -2 GiB"
	if got := capacitySentence(&r.Forecast.Capacity[0].Amounts, &r.Forecast.Capacity[0].More, &r.Forecast.Capacity[0].Less); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestRoutine(t *testing.T) {
	for _, test := range []struct {
		rule, old, new string
		want           bool
	}{
		{"another image is a deployment", "registry/web:1", "registry/web:2", true},
		{"an environment is none", "value: info", "value: debug", false},
		{"another number of pods is none", "replicas: 3", "replicas: 4", false},
	} {
		after := strings.NewReplacer(test.old, test.new, "config1", "config2").Replace(deployment)
		if got := trees(files(webFile, deployment), files(webFile, after)).Routine(); got != test.want {
			t.Errorf("%s: %t", test.rule, got)
		}
	}
	if trees(files(webFile, deployment), nil).Routine() || trees(nil, nil).Routine() {
		t.Error("a deletion, or nothing, is no deployment")
	}
}

func TestExpectations(t *testing.T) {
	restart := trees(files(webFile, deployment), files(webFile, strings.Replace(deployment, "web:1", "web:2", 1)))
	scale := trees(files(webFile, deployment), files(webFile, strings.Replace(deployment, "replicas: 3", "replicas: 4", 1)))
	more := trees(files(webFile, strings.ReplaceAll(deployment, "LEVEL", "PAASTA_RESOURCE_MEM")), files(webFile,
		strings.NewReplacer("LEVEL", "PAASTA_RESOURCE_MEM", "info", "2048", "1024Mi", "2048Mi").Replace(deployment)))
	for _, test := range []struct {
		expectation string
		report      *Report
		want        string
	}{
		{"none", trees(nil, nil), ""},
		{"none", scale, "nothing was to change, but prod Deployment paastasvc-web/web-main: spec.replicas 3 → 4"},
		{"no-restart", scale, ""},
		{"no-restart", restart, "nothing was to restart, but prod Deployment paastasvc-web/web-main: spec.template.spec.containers[main].image registry/web:1 → registry/web:2 (restart: the pod template changes, so every pod is replaced)"},
		{"no-restart", more, "nothing was to restart, but prod Deployment paastasvc-web/web-main: spec.template.spec.containers[main].resources.limits.memory 1024Mi → 2048Mi (restart: the pod template changes, so every pod is replaced)"},
		{"only web", restart, ""},
		{"only web,api", restart, ""},
		{"only api", scale, "only api was to change, but prod Deployment paastasvc-web/web-main: spec.replicas 3 → 4"},
	} {
		t.Run(test.expectation, func(t *testing.T) {
			e, err := ParseExpectation(test.expectation)
			if err != nil {
				t.Fatal(err)
			}
			got := ""
			if x := e.Check(test.report); x != nil {
				got = x.Message
			}
			if got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
	for _, wrong := range []string{"", "nothing", "only", "none web"} {
		if _, err := ParseExpectation(wrong); err == nil {
			t.Errorf("ParseExpectation(%q) is accepted", wrong)
		}
	}
}
