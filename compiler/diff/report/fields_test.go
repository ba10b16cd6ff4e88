package report

import (
	"fmt"
	"strings"
	"testing"

	"github.com/paasta-render/paasta-render/compiler/diff/compare"
	"github.com/paasta-render/paasta-render/compiler/tree"
)

const deployment = `---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web-main
  namespace: paastasvc-web
  labels:
    paasta.yelp.com/config_sha: config1
    paasta.yelp.com/instance: main
    paasta.yelp.com/service: web
spec:
  replicas: 3
  selector:
    matchLabels:
      paasta.yelp.com/service: web
  strategy:
    rollingUpdate:
      maxSurge: 100%
    type: RollingUpdate
  template:
    metadata:
      labels:
        paasta.yelp.com/config_sha: config1
        paasta.yelp.com/pool: default
    spec:
      containers:
      - args: []
        env:
        - name: PAASTA_MONITORING_TEAM
          value: core
        - name: LEVEL
          value: info
        - name: DB_PASSWORD
          value: hunter2
        image: registry/web:1
        name: main
        ports:
        - containerPort: 8888
        resources:
          limits:
            cpu: 2.0
            memory: 1024Mi
          requests:
            cpu: 1.0
            memory: 1024Mi
        volumeMounts:
        - mountPath: /etc/a
          name: a
        - mountPath: /etc/b
          name: b
      volumes:
      - hostPath:
          path: /etc/a
        name: a
      - hostPath:
          path: /etc/b
        name: b
`

const autoscaler = `---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: web-main
  namespace: paastasvc-web
spec:
  maxReplicas: 10
  minReplicas: 2
  metrics:
  - external:
      metric:
        name: rps
      target:
        type: Value
        value: "1"
    type: External
  - resource:
      name: cpu
      target:
        averageUtilization: 70
        type: Utilization
    type: Resource
  scaleTargetRef:
    apiVersion: apps/v1
    kind: Deployment
    name: web-main
`

const budget = `---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: web-main
  namespace: paastasvc-web
spec:
  maxUnavailable: 1
  selector:
    matchLabels:
      paasta.yelp.com/pool: default
`

const statefulSet = `---
apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: db-main
  namespace: paastasvc-db
spec:
  replicas: 2
  serviceName: db-main
  template:
    metadata:
      labels:
        paasta.yelp.com/config_sha: config1
    spec:
      containers:
      - image: registry/db:1
        name: main
  volumeClaimTemplates:
  - metadata:
      name: pv--data
    spec:
      resources:
        requests:
          storage: 10Gi
`

// files makes a tree of pairs of path and content.
func files(pairs ...string) []tree.File {
	var all []tree.File
	for i := 0; i+1 < len(pairs); i += 2 {
		all = append(all, tree.File{Path: pairs[i], Data: []byte(pairs[i+1])})
	}
	return all
}

// outline prints a report's changes as the tests below compare them: effect, object, fields.
func outline(r *Report) string {
	var b strings.Builder
	for i := range r.Changes {
		c := &r.Changes[i]
		fmt.Fprintf(&b, "%s %s %s %s\n", c.Effect, c.Op, c.Kind, c.Label())
		for j := range c.Edits {
			e := &c.Edits[j]
			if e.Derived || e.Path == "" {
				continue
			}
			fmt.Fprintf(&b, "  %s %s %s: %s -> %s\n", e.Effect, e.Op, e.Path, string(e.Before), string(e.After))
		}
	}
	return b.String()
}

const claim = "kind: PersistentVolumeClaim\napiVersion: v1\nmetadata:\n  name: x\nspec:\n  resources:\n    requests:\n      storage: 2Gi\n"

const immutable = "kind: ConfigMap\napiVersion: v1\nmetadata:\n  name: x\nimmutable: true\ndata:\n  a: b\n"

const address = "kind: Service\napiVersion: v1\nmetadata:\n  name: x\nspec:\n  clusterIP: None\n  selector:\n    a: b\n"

const webFile = "prod/kubernetes/web/main.yaml"

// edit is one textual replacement.
type edit struct{ old, new string }

func TestFields(t *testing.T) {
	const hash = "config_sha: config1"
	for _, test := range []struct {
		rule   string
		source string
		edits  []edit
		want   string
	}{
		{"an image restarts", deployment, []edit{{"registry/web:1", "registry/web:2"}}, `
restart changed Deployment paastasvc-web/web-main
  restart changed spec.template.spec.containers[main].image: "registry/web:1" -> "registry/web:2"
`},
		{"a quantity in another notation is the same", deployment, []edit{{"cpu: 2.0", "cpu: 2000m"}, {"memory: 1024Mi", "memory: 1Gi"}}, "\n"},
		{"a quantity with another value is not", deployment, []edit{{"cpu: 2.0", "cpu: 2500m"}}, `
restart changed Deployment paastasvc-web/web-main
  restart changed spec.template.spec.containers[main].resources.limits.cpu: 2.0 -> "2500m"
`},
		{"replicas only scale", deployment, []edit{{"replicas: 3", "replicas: 5"}}, `
scale changed Deployment paastasvc-web/web-main
  scale changed spec.replicas: 3 -> 5
`},
		{"an environment variable is found by name", deployment, []edit{{"value: info", "value: debug"}}, `
restart changed Deployment paastasvc-web/web-main
  restart changed spec.template.spec.containers[main].env[LEVEL].value: "info" -> "debug"
`},
		{"a variable that comes shifts nothing", deployment, []edit{{"        - name: LEVEL\n", "        - name: NEW\n          value: x\n        - name: LEVEL\n"}}, `
restart changed Deployment paastasvc-web/web-main
  restart added spec.template.spec.containers[main].env[NEW]:  -> {"name":"NEW","value":"x"}
`},
		{"a password is never shown", deployment, []edit{{"hunter2", "hunter3"}}, `
restart changed Deployment paastasvc-web/web-main
  restart changed spec.template.spec.containers[main].env[DB_PASSWORD].value: "(hidden)" -> "(hidden)"
`},
		{"a secret's name is shown", deployment, []edit{{"value: hunter2", "value: SECRET(db)"}}, `
restart changed Deployment paastasvc-web/web-main
  restart changed spec.template.spec.containers[main].env[DB_PASSWORD].value: "(hidden)" -> "SECRET(db)"
`},
		{"a mount is found by path", deployment, []edit{{"- mountPath: /etc/b\n          name: b", "- mountPath: /etc/b\n          name: b\n          readOnly: true"}}, `
restart changed Deployment paastasvc-web/web-main
  restart added spec.template.spec.containers[main].volumeMounts[/etc/b].readOnly:  -> true
`},
		{"another order of entries restarts", deployment, []edit{{"mountPath: /etc/a\n          name: a", "mountPath: /x"}, {"mountPath: /etc/b\n          name: b", "mountPath: /etc/a\n          name: a"}, {"mountPath: /x", "mountPath: /etc/b\n          name: b"}}, `
restart changed Deployment paastasvc-web/web-main
  restart reordered spec.template.spec.containers[main].volumeMounts: ["/etc/a","/etc/b"] -> ["/etc/b","/etc/a"]
`},
		{"an empty list is as good as none", deployment, []edit{{"      - args: []\n        env:", "      - env:"}}, "\n"},
		{"null is as good as nothing", deployment, []edit{{"  replicas: 3\n", "  replicas: 3\n  paused: null\n"}}, "\n"},
		{"labels of the object do nothing", deployment, []edit{{"    paasta.yelp.com/service: web\nspec", "    paasta.yelp.com/service: web\n    team: x\nspec"}}, `
none changed Deployment paastasvc-web/web-main
  none added metadata.labels.team:  -> "x"
`},
		{"labels of the pods restart", deployment, []edit{{"paasta.yelp.com/pool: default", "paasta.yelp.com/pool: gpu"}}, `
restart changed Deployment paastasvc-web/web-main
  restart changed spec.template.metadata.labels[paasta.yelp.com/pool]: "default" -> "gpu"
`},
		{"the strategy is of the next rollout", deployment, []edit{{"maxSurge: 100%", "maxSurge: 50%"}}, `
rollout changed Deployment paastasvc-web/web-main
  rollout changed spec.strategy.rollingUpdate.maxSurge: "100%" -> "50%"
`},
		{"a hash that alone replaces the pods is told beside what made it", deployment, []edit{{hash, "config_sha: config2"}, {"maxSurge: 100%", "maxSurge: 50%"}}, `
restart changed Deployment paastasvc-web/web-main
  rollout changed spec.strategy.rollingUpdate.maxSurge: "100%" -> "50%"
  restart changed spec.template.metadata.labels[paasta.yelp.com/config_sha]: "config1" -> "config2"
`},
		{"a hash alone restarts and is told", deployment, []edit{{hash, "config_sha: config2"}}, `
restart changed Deployment paastasvc-web/web-main
  none changed metadata.labels[paasta.yelp.com/config_sha]: "config1" -> "config2"
  restart changed spec.template.metadata.labels[paasta.yelp.com/config_sha]: "config1" -> "config2"
`},
		{"a selector cannot change", deployment, []edit{{"    matchLabels:\n", "    matchLabels:\n      x: y\n"}}, `
refuse changed Deployment paastasvc-web/web-main
  refuse added spec.selector.matchLabels.x:  -> "y"
`},
		{"a field that nobody knows may restart", deployment, []edit{{"  replicas: 3\n", "  replicas: 3\n  newField: 1\n"}}, `
may-restart changed Deployment paastasvc-web/web-main
  may-restart added spec.newField:  -> 1
`},
		{"claims of a StatefulSet cannot change", statefulSet, []edit{{"10Gi", "20Gi"}}, `
refuse changed StatefulSet paastasvc-db/db-main
  refuse changed spec.volumeClaimTemplates[pv--data].spec.resources.requests.storage: "10Gi" -> "20Gi"
`},
		{"an autoscaler's bounds scale", autoscaler, []edit{{"maxReplicas: 10", "maxReplicas: 20"}}, `
scale changed HorizontalPodAutoscaler paastasvc-web/web-main
  scale changed spec.maxReplicas: 10 -> 20
`},
		{"a metric is found by name; its target is a quantity", autoscaler, []edit{{`value: "1"`, "value: 1000m"}, {"averageUtilization: 70", "averageUtilization: 80"}}, `
autoscale changed HorizontalPodAutoscaler paastasvc-web/web-main
  autoscale changed spec.metrics[cpu].resource.target.averageUtilization: 70 -> 80
`},
		{"a kind that nobody knows may restart", "kind: Flink\napiVersion: flink.example/v1\nmetadata:\n  name: x\nspec:\n  taskmanager: 1\n", []edit{{"taskmanager: 1", "taskmanager: 2"}}, `
may-restart changed Flink x
  may-restart changed spec.taskmanager: 1 -> 2
`},
		{"a secret's data is never shown", "kind: Secret\napiVersion: v1\nmetadata:\n  name: x\ndata:\n  a: MQ==\n", []edit{{"MQ==", "Mg=="}}, `
access changed Secret x
  access changed data.a: "(hidden)" -> "(hidden)"
`},
		{"entries without names are paired by what they are", "kind: NetworkPolicy\napiVersion: networking.k8s.io/v1\nmetadata:\n  name: x\nspec:\n  ingress:\n  - from: [a]\n  - from: [b]\n", []edit{{"  - from: [a]\n", ""}}, `
reroute changed NetworkPolicy x
  reroute removed spec.ingress[0]: {"from":["a"]} -> 
`},
		{"a manifest that loses its number of pods drops them", deployment, []edit{{"  replicas: 3\n", ""}}, `
drop changed Deployment paastasvc-web/web-main
  drop removed spec.replicas: 3 -> 
`},
		{"one pod is one pod", strings.Replace(deployment, "replicas: 3", "replicas: 1", 1), []edit{{"  replicas: 1\n", ""}}, `
scale changed Deployment paastasvc-web/web-main
  scale removed spec.replicas: 1 -> 
`},
		{"a claim cannot shrink", claim, []edit{{"2Gi", "1Gi"}}, `
refuse changed PersistentVolumeClaim x
  refuse changed spec.resources.requests.storage: "2Gi" -> "1Gi"
`},
		{"a claim may grow", claim, []edit{{"2Gi", "3Gi"}}, `
access changed PersistentVolumeClaim x
  access changed spec.resources.requests.storage: "2Gi" -> "3Gi"
`},
		{"an immutable ConfigMap keeps its data", immutable, []edit{{"a: b", "a: c"}}, `
refuse changed ConfigMap x
  refuse changed data.a: "b" -> "c"
`},
		{"an immutable ConfigMap stays immutable", immutable, []edit{{"immutable: true\n", ""}}, `
refuse changed ConfigMap x
  refuse removed immutable: true -> 
`},
		{"a ConfigMap may become immutable", strings.Replace(immutable, "immutable: true\n", "", 1), []edit{{"\ndata:", "\nimmutable: true\ndata:"}}, `
access changed ConfigMap x
  access added immutable:  -> true
`},
		{"an address that a service has stays when the manifest drops it", address, []edit{{"  clusterIP: None\n", ""}}, `
none changed Service x
  none removed spec.clusterIP: "None" -> 
`},
		{"a service does not become headless", strings.Replace(address, "  clusterIP: None\n", "", 1), []edit{{"spec:\n", "spec:\n  clusterIP: None\n"}}, `
refuse changed Service x
  refuse added spec.clusterIP:  -> "None"
`},
		{"the type Recreate does not fit defaults that nobody owns", strings.Replace(deployment, "    rollingUpdate:\n      maxSurge: 100%\n", "", 1), []edit{{"type: RollingUpdate", "type: Recreate"}}, `
refuse changed Deployment paastasvc-web/web-main
  refuse changed spec.strategy.type: "RollingUpdate" -> "Recreate"
`},
		{"arguments are one value", strings.Replace(deployment, "args: []", "args: [a, b]", 1), []edit{{"[a, b]", "[a, c]"}}, `
restart changed Deployment paastasvc-web/web-main
  restart changed spec.template.spec.containers[main].args: ["a","b"] -> ["a","c"]
`},
	} {
		t.Run(test.rule, func(t *testing.T) {
			after := test.source
			for _, e := range test.edits {
				if !strings.Contains(after, e.old) {
					t.Fatalf("the source does not hold %q", e.old)
				}
				after = strings.ReplaceAll(after, e.old, e.new)
			}
			r := trees(files(webFile, test.source), files(webFile, after))
			if got := outline(r); got != strings.TrimPrefix(test.want, "\n") {
				t.Errorf("got\n%swant%s", got, test.want)
			}
		})
	}
}

func TestObjects(t *testing.T) {
	renamed := strings.NewReplacer("web-main", "web-other", "instance: main", "instance: other", "name: main", "name: other", "config1", "config9").Replace(deployment)
	for _, test := range []struct {
		rule          string
		before, after []tree.File
		want          string
	}{
		{"equal trees differ in nothing", files(webFile, deployment), files(webFile, deployment), ""},
		{"a new workload is created", nil, files(webFile, deployment), "create added Deployment paastasvc-web/web-main\n"},
		{"a workload that goes is deleted", files(webFile, deployment), nil, "delete removed Deployment paastasvc-web/web-main\n"},
		{"an object that only moves to another file is the same", files(webFile, deployment), files("prod/kubernetes/web/all.yaml", deployment), ""},
		{"another cluster is another object", files(webFile, deployment), files("stage/kubernetes/web/main.yaml", deployment),
			"delete removed Deployment paastasvc-web/web-main\ncreate added Deployment paastasvc-web/web-main\n"},
		{"an object with another name is renamed, its pods are made anew", files(webFile, deployment), files("prod/kubernetes/web/other.yaml", renamed),
			"recreate renamed Deployment paastasvc-web/web-other\n  recreate changed metadata.name: \"paastasvc-web/web-main\" -> \"paastasvc-web/web-other\"\n"},
		{"a renamed object that is also different is another one", files(webFile, deployment), files("prod/kubernetes/web/other.yaml", strings.Replace(renamed, "replicas: 3", "replicas: 4", 1)),
			"delete removed Deployment paastasvc-web/web-main\ncreate added Deployment paastasvc-web/web-other\n"},
		{"a job's new name may stay a common word elsewhere", files("prod/tron/web.yaml", "jobs:\n  report:\n    command: send-report report\n"), files("prod/tron/web.yaml", "jobs:\n  daily:\n    command: send-report daily\n"),
			"schedule renamed TronJob web.daily\n  schedule changed metadata.name: \"web.report\" -> \"web.daily\"\n"},
		{"of several alike none is the renamed one", files("prod/tron/web.yaml", "jobs:\n  a1:\n    x: 1\n  b1:\n    x: 1\n"), files("prod/tron/web.yaml", "jobs:\n  c1:\n    x: 1\n"),
			"schedule removed TronJob web.a1\nschedule removed TronJob web.b1\nschedule added TronJob web.c1\n"},
		{"a JSON file that comes is new", nil, files("prod/envoy/rds-web.json", "{\"resources\": [{\"name\": \"web.main\"}]}"),
			"reroute added EnvoyFile envoy/rds-web.json\nreroute added EnvoyResource web.main\n"},
		{"a text file that goes is gone", files("prod/smartstack/services", "web 1/tcp\n"), nil, "reroute removed SmartStackFile smartstack/services\n"},
		{"a label is no quantity", files("a.yaml", "kind: ConfigMap\napiVersion: v1\nmetadata: {name: a, labels: {max: \"1\"}}\ndata: {min: \"1\"}\n"), files("a.yaml", "kind: ConfigMap\napiVersion: v1\nmetadata: {name: a, labels: {max: 1000m}}\ndata: {min: 1000m}\n"),
			"access changed ConfigMap a\n  none changed metadata.labels.max: \"1\" -> \"1000m\"\n  access changed data.min: \"1\" -> \"1000m\"\n"},
		{"a workload of another kind under the same name is recreated", files(webFile, deployment), files(webFile, strings.Replace(deployment, "kind: Deployment", "kind: StatefulSet", 1)),
			"recreate removed Deployment paastasvc-web/web-main\nrecreate added StatefulSet paastasvc-web/web-main\n"},
		{"volumes that go are a deletion", files(webFile, statefulSet), nil, "delete removed StatefulSet paastasvc-db/db-main\n"},
		{"an autoscaler that goes changes autoscaling", files(webFile, deployment+autoscaler), files(webFile, deployment), "autoscale removed HorizontalPodAutoscaler paastasvc-web/web-main\n"},
		{"a job of a Tron file is an object", files("prod/tron/web.yaml", "jobs:\n  a:\n    schedule: daily\n  b:\n    schedule: daily\n"), files("prod/tron/web.yaml", "jobs:\n  a:\n    schedule: hourly\n  c:\n    schedule: x\n"),
			"schedule changed TronJob web.a\n  schedule changed schedule: \"daily\" -> \"hourly\"\nschedule removed TronJob web.b\nschedule added TronJob web.c\n"},
		{"an adapter rule is an object", files("prod/prometheus/adapter.yaml", "rules:\n- name:\n    as: x\n  metricsQuery: a\n"), files("prod/prometheus/adapter.yaml", "rules:\n- name:\n    as: x\n  metricsQuery: b\n"),
			"autoscale changed AdapterRule x\n  autoscale changed metricsQuery: \"a\" -> \"b\"\n"},
		{"a namespace that goes takes all with it", files("prod/kubernetes/_cluster/namespaces.yaml", "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: a\n"), nil, "delete removed Namespace a\n"},
		{"lines of a text file", files("prod/smartstack/services", "web 1/tcp\nold 2/tcp\n"), files("prod/smartstack/services", "web 1/tcp\nnew 2/tcp\n"),
			"reroute changed SmartStackFile smartstack/services\n  reroute removed line: \"old 2/tcp\" -> \n  reroute added line:  -> \"new 2/tcp\"\n"},
	} {
		t.Run(test.rule, func(t *testing.T) {
			if got := outline(trees(test.before, test.after)); got != test.want {
				t.Errorf("got\n%swant\n%s", got, test.want)
			}
		})
	}
}

// trees is the report on two trees.
func trees(before, after []tree.File) *Report { return New(compare.Files(layout, before, after)) }
