package main

import (
	"bytes"
	"context"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/paasta-render/paasta-render/compiler/diff/compare"
	"github.com/paasta-render/paasta-render/compiler/diff/report"
	"github.com/paasta-render/paasta-render/compiler/effect"
	"github.com/paasta-render/paasta-render/examples"
)

// Files of the example, below west-prod.
const (
	mainFile  = "kubernetes/storefront/main.yaml"
	dataFile  = "kubernetes/search/data.yaml"
	jobFile   = "tron/mailer.yaml"
	namespace = "kubernetes/_cluster/namespace-paastasvc-storefront.yaml"
)

// mutation is one thing that another build of the compiler does otherwise: text of a file becomes other text. A file whose
// text is not given is left out.
type mutation struct {
	file, old, new string
	effect         effect.Effect // the gravest that must be reported
}

var mutations = []mutation{
	// What is in the pod template replaces the pods.
	{mainFile, "memory: 1024Mi", "memory: 1025Mi", effect.Restart},
	{mainFile, "cpu: 1.5", "cpu: 1.6", effect.Restart},
	{mainFile, "ephemeral-storage: 1024Mi", "ephemeral-storage: 1025Mi", effect.Restart},
	{mainFile, "image: registry.example.com:443/services", "image: registry.example.com/services", effect.Restart},
	{mainFile, "args: []", "args: [\"--verbose\"]", effect.Restart},
	{mainFile, "containerPort: 8888", "containerPort: 8889", effect.Restart},
	{mainFile, "- name: LOG_LEVEL\n          value: info", "- name: LOG_LEVEL\n          value: debug", effect.Restart},
	{mainFile, "        - name: LOG_LEVEL\n          value: info\n", "", effect.Restart},
	{mainFile, "name: PAASTA_GIT_SHA", "name: PAASTA_SHA", effect.Restart},
	{mainFile, "optional: false", "optional: true", effect.Restart},
	{mainFile, "readOnly: true", "readOnly: false", effect.Restart},
	{mainFile, "path: /etc/hostinfo", "path: /etc/host-info", effect.Restart},
	{mainFile, "path: /healthz", "path: /status", effect.Restart},
	{mainFile, "initialDelaySeconds: 60", "initialDelaySeconds: 61", effect.Restart},
	{mainFile, "failureThreshold: 30", "failureThreshold: 3", effect.Restart},
	{mainFile, "sleep 30;", "sleep 29;", effect.Restart},
	{mainFile, "            - SETPCAP\n", "", effect.Restart},
	{mainFile, "name: hacheck", "name: healthcheck", effect.Restart},
	{mainFile, "terminationGracePeriodSeconds: 362", "terminationGracePeriodSeconds: 361", effect.Restart},
	{mainFile, "dnsPolicy: Default", "dnsPolicy: ClusterFirst", effect.Restart},
	{mainFile, "nodeSelector:\n        yelp.com/pool: default", "nodeSelector:\n        yelp.com/pool: memory", effect.Restart},
	{mainFile, "shareProcessNamespace: true", "shareProcessNamespace: false", effect.Restart},
	{mainFile, "maxSkew: 1", "maxSkew: 2", effect.Restart},
	{mainFile, "paasta.yelp.com/weight: \"10\"", "paasta.yelp.com/weight: \"11\"", effect.Restart},
	{mainFile, "paasta.yelp.com/deploy_group: prod.main", "paasta.yelp.com/deploy_group: prod", effect.Restart},
	{mainFile, "autoscaling: uwsgi", "autoscaling: cpu", effect.Restart},
	{dataFile, "mountPath: /var/lib/search", "mountPath: /var/lib/index", effect.Restart},
	{dataFile, "topologyKey: kubernetes.io/hostname", "topologyKey: topology.kubernetes.io/zone", effect.Restart},

	// What else a workload has.
	{mainFile, "  labels:\n    paasta.yelp.com/autoscaled: \"true\"",
		"  labels:\n    paasta.yelp.com/autoscaled: \"yes\"", effect.None},
	{mainFile, "spec:\n  selector:\n    matchLabels:\n",
		"spec:\n  selector:\n    matchLabels:\n      more: \"1\"\n", effect.Refuse},
	{mainFile, "maxSurge: 100%", "maxSurge: 50%", effect.Rollout},
	{mainFile, "minReadySeconds: 0", "minReadySeconds: 5", effect.Rollout},
	{mainFile, "revisionHistoryLimit: 0", "revisionHistoryLimit: 2", effect.Rollout},
	{mainFile, "kind: Deployment\n", "kind: StatefulSet\n", effect.Recreate},
	{mainFile, "  name: storefront-main\n", "  name: storefront-primary\n", effect.Recreate},
	{mainFile, "", "", effect.Delete},
	{dataFile, "replicas: 3", "replicas: 4", effect.Scale},
	{dataFile, "  replicas: 3\n", "", effect.Drop},
	{dataFile, "serviceName: search-data", "serviceName: search", effect.Refuse},
	{dataFile, "storage: 100Gi", "storage: 200Gi", effect.Refuse},
	{dataFile, "storageClassName: ebs-gp3", "storageClassName: ebs", effect.Refuse},
	{dataFile, "podManagementPolicy: OrderedReady", "podManagementPolicy: Parallel", effect.Refuse},

	// What stands beside a workload.
	{mainFile, "minReplicas: 6", "minReplicas: 5", effect.Scale},
	{mainFile, "maxReplicas: 40", "maxReplicas: 41", effect.Scale},
	{mainFile, "value: 0.6", "value: 0.7", effect.Autoscale},
	{mainFile, "stabilizationWindowSeconds: 300", "stabilizationWindowSeconds: 60", effect.Autoscale},
	{mainFile, "maxUnavailable: 10%", "maxUnavailable: 20%", effect.Rollout},
	{mainFile, "unhealthyPodEvictionPolicy: IfHealthyBudget", "unhealthyPodEvictionPolicy: AlwaysAllow", effect.Rollout},

	// The cluster.
	{"kubernetes/_cluster/mesh-services.yaml", "port: 20001", "port: 20101", effect.Reroute},
	{namespace, "yelp.com/owner: compute_infra_platform_experience", "yelp.com/owner: nobody", effect.Access},
	{namespace, "name: yelp.com/paasta-api-server", "name: yelp.com/api", effect.Access},
	{namespace, "  kind: ClusterRole\n", "  kind: Role\n", effect.Refuse},
	{namespace, "", "", effect.Delete},

	// What is no Kubernetes object.
	{"smartstack/services.yaml", "port: 20001", "port: 20009", effect.Reroute},
	{"envoy/cds.json", `"connect_timeout":"0.200s"`, `"connect_timeout":"0.300s"`, effect.Reroute},
	{"envoy/lds.json", `"port_value":20002`, `"port_value":20012`, effect.Reroute},
	{jobFile, "command: mailer purge --older-than 30d", "command: mailer purge", effect.Schedule},
	{jobFile, "cpus: 1", "cpus: 2", effect.Schedule},
	{jobFile, "", "", effect.Schedule},
	{"prometheus/rules/storefront.yaml", "for: 10m", "for: 20m", effect.Alert},
	{"prometheus/rules/storefront.yaml", "page: \"true\"", "page: \"false\"", effect.Alert},
	{"prometheus/alertmanager.yaml", "to: shop@example.com", "to: nobody@example.com", effect.Alert},
	{"prometheus/adapter.yaml", "[1800s:]", "[900s:]", effect.Autoscale},
	{"sensu/storefront.yaml", "interval: 60", "interval: 30", effect.Alert},
	{"sensu/storefront.yaml", "- team_shop", "- team_search", effect.Alert},
	{"sensu/storefront.yaml", "", "", effect.Alert},
}

// Whatever another build of the compiler does otherwise is reported with what it does to what runs.
func TestMutationsOfTheRendererAreReported(t *testing.T) {
	withoutRace(t)
	dir := t.TempDir()
	company, err := fs.Sub(examples.Company, "company")
	if err != nil {
		t.Fatal(err)
	}
	soa, one, two := filepath.Join(dir, "soa"), filepath.Join(dir, "one"), filepath.Join(dir, "two")
	if err := os.CopyFS(soa, company); err != nil {
		t.Fatal(err)
	}
	quiet := streams{os.Stdin, io.Discard, io.Discard, func(string) string { return "" }, nil}
	for _, out := range []string{one, two} {
		if status := run(context.Background(), []string{"render", "-q", "-d", soa, "-o", out}, quiet); status != exitOK {
			t.Fatalf("render: status %d", status)
		}
	}
	for _, m := range mutations {
		t.Run(m.file+"/"+strings.TrimSpace(m.new), func(t *testing.T) { m.check(t, one, two) })
	}
}

// check makes the mutation in one of two equal trees, and compares them.
func (m mutation) check(t *testing.T, one, two string) {
	name := filepath.Join(two, "west-prod", filepath.FromSlash(m.file))
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := os.WriteFile(name, data, 0o644); err != nil {
			t.Fatal(err)
		}
	}()
	switch {
	case m.old == "":
		err = os.Remove(name)
	case !bytes.Contains(data, []byte(m.old)):
		t.Fatalf("%s does not hold %q", m.file, m.old)
	default:
		err = os.WriteFile(name, bytes.Replace(data, []byte(m.old), []byte(m.new), 1), 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
	before, after, err := differingFiles(one, two)
	if err != nil {
		t.Fatal(err)
	}
	r := report.New(compare.Files(targetLayout(), before, after))
	gravest := effect.None + 1
	for _, c := range r.Changes {
		gravest = min(gravest, c.Effect)
	}
	if len(r.Changes) == 0 {
		t.Fatal("nothing is reported")
	}
	if gravest != m.effect {
		t.Errorf("reported as %s, want %s", gravest, m.effect)
	}
	expectation, err := report.ParseExpectation("no-restart")
	if err != nil {
		t.Fatal(err)
	}
	if failed := expectation.Check(r) != nil; failed != m.effect.Restarts() {
		t.Errorf("--expect no-restart fails: %t, want %t", failed, m.effect.Restarts())
	}
}
