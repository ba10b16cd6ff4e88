//go:build e2e

package e2e

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math"
	"math/rand"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"gopkg.in/yaml.v3"

	"github.com/paasta-render/paasta-render/compiler"
	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/tree"
	"github.com/paasta-render/paasta-render/targets"
)

// instances is how many random instances are put before Karpenter.
const instances = 200

// TestKarpenterRefusesAndBuysWhatWeSay puts our NodePools and Deployments before Karpenter itself, with its provider that
// needs no cloud. Which instances it refuses is what we refuse, and its nodes cost what we forecast, within 10 %.
func TestKarpenterRefusesAndBuysWhatWeSay(t *testing.T) {
	karpenter := program(t, "karpenter-kwok")
	module := os.Getenv("PAASTA_RENDER_E2E_KARPENTER")
	if module == "" {
		t.Skip("PAASTA_RENDER_E2E_KARPENTER names no folder with the module sigs.k8s.io/karpenter: Karpenter was NOT asked")
	}
	list := linuxTypes(t, module)
	company := randomCompany(t, list, 20)
	files, refused, result := renderForKarpenter(t, company)

	s := startServer(t, true)
	for _, folder := range []string{"pkg/apis/crds", "kwok/apis/crds"} {
		s.run(t, "", "apply", "--server-side", "-f", filepath.Join(module, folder))
	}
	s.run(t, "", "wait", "--for=condition=Established", "crd", "--all", "--timeout=60s")
	s.run(t, `{"apiVersion": "karpenter.kwok.sh/v1alpha1", "kind": "KWOKNodeClass", "metadata": {"name": "default"}}`,
		"apply", "--server-side", "-f", "-")
	s.run(t, forKwok(files), "apply", "--server-side", "-f", "-")
	api := proxy(t, s)
	markUnschedulable(t, api, s)
	start(t, s.dir, []string{"KUBECONFIG=" + s.kubeconfig, "INSTANCE_TYPES_FILE_PATH=" + list, "DISABLE_LEADER_ELECTION=true",
		fmt.Sprintf("METRICS_PORT=%d", freePort(t)), fmt.Sprintf("HEALTH_PROBE_PORT=%d", freePort(t)),
		"BATCH_IDLE_DURATION=5s", "BATCH_MAX_DURATION=30s", "KARPENTER_NAMESPACE=kube-system", "SYSTEM_NAMESPACE=kube-system"}, karpenter)
	bought, theirs := api.firstPass(t, filepath.Join(s.dir, "karpenter-kwok.log"))
	for _, name := range slices.Sorted(maps.Keys(theirs)) {
		if refused[name] == "" {
			t.Errorf("only Karpenter refuses %s: %s\n%v", name, theirs[name], configured(t, company, name))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(refused)) {
		if theirs[name] == "" {
			t.Errorf("only we refuse %s: %s\n%v", name, refused[name], configured(t, company, name))
		}
	}
	ours := result.Cost.Clusters[0].Hour.Max
	t.Logf("%d of %d instances refused; Karpenter's nodes cost %.4f USD an hour, our forecast is %.4f (%+.1f %%)", len(refused),
		instances, bought, ours, 100*(ours/bought-1))
	if len(refused) < instances/20 || math.Abs(ours/bought-1) > 0.1 {
		t.Errorf("the forecast is %+.1f %% off, or too few instances are refused (%d) to mean something", 100*(ours/bought-1), len(refused))
	}
}

// linuxTypes writes the types of Karpenter's list that run Linux, with the architecture as Kubernetes calls it.
func linuxTypes(t *testing.T, module string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(module, "kwok/examples/aws_instance_types.json"))
	if err != nil {
		t.Fatal(err)
	}
	var all, kept []map[string]any
	if err := json.Unmarshal(data, &all); err != nil {
		t.Fatal(err)
	}
	for _, one := range all {
		if fmt.Sprint(one["operatingSystems"]) != "[linux]" || one["architecture"] == "i386" {
			continue
		}
		if one["architecture"] == "x86_64" {
			one["architecture"] = "amd64"
		}
		kept = append(kept, one)
	}
	data, _ = json.Marshal(kept)
	name := filepath.Join(t.TempDir(), "types.json")
	write(t, name, string(data))
	return name
}

// randomCompany is a company with instances of any size in three pools.
func randomCompany(t *testing.T, list string, seed int64) config.Input {
	t.Helper()
	prices, err := exec.Command("python3", "../../examples/capacity/prices.py", "--reserved=kwok", list).Output()
	if err != nil {
		t.Fatalf("examples/capacity/prices.py: %v", err)
	}
	r := rand.New(rand.NewSource(seed))
	types := func(family string, sizes ...string) string {
		var all []string
		for _, size := range sizes {
			all = append(all, family+"."+size)
		}
		return strings.Join(all, ", ")
	}
	common := "consolidate_after: Never, ami: al2023@v20260915, role: nodes, subnets: [subnet-0123456789abcdef0], security_groups: [sg-0123456789abcdef0]"
	system := fstest.MapFS{
		"prices.json": {Data: prices},
		"core.json": {Data: []byte(`{"clusters": ["test"], "docker_registry": "r.example.com", "volumes": [], "targets": ["karpenter"],
			"kubernetes_custom_resources": [], "kube_clusters": {"test": {}}, "hacheck_sidecar_image_url": "hacheck", "hacheck_sidecar_volumes": []}`)},
		"pools.yaml": {Data: []byte(`
pools:
  default: {capacity: on-demand, instance_types: [` + types("m6i", "large", "xlarge", "2xlarge", "4xlarge", "8xlarge") + `],
    zones: [us-west-2a, us-west-2b], ` + common + `}
  mixed: {capacity: [spot, on-demand], arch: amd64, zones: [us-west-2a],
    instance_types: [` + types("c6i", "large", "2xlarge", "12xlarge") + ", " + types("r6i", "large", "4xlarge") + ", " +
			types("m5", "large", "xlarge", "4xlarge") + `], ` + common + `}
  graviton: {arch: arm64, capacity: spot, instance_types: [` + types("m7g", "medium", "large", "4xlarge", "16xlarge") + `], ` +
			common + `}
`)}}
	services, controls := map[string]any{}, map[string]any{}
	for n := range instances {
		pool := []string{"default", "mixed", "graviton"}[r.Intn(3)]
		one := map[string]any{"pool": pool, "deploy_group": "prod", "instances": 1 + r.Intn(2),
			"cpus": math.Round(100*math.Exp(r.Float64()*7-3)) / 100, "mem": int(128 * math.Exp(r.Float64()*6.5)), "cpu_burst_add": 0}
		switch r.Intn(6) {
		case 0:
			one["node_selectors"] = map[string]any{"topology.kubernetes.io/zone": []any{fmt.Sprintf("us-west-2%c", 'a'+r.Intn(4))}}
		case 1:
			one["node_selectors"] = map[string]any{"karpenter.sh/capacity-type": []string{"spot", "on-demand"}[r.Intn(2)]}
		case 2:
			one["disk"] = 1000 + r.Intn(30000)
		case 3:
			one["topology_spread_constraints"] = []any{map[string]any{"topology_key": "topology.kubernetes.io/zone",
				"when_unsatisfiable": "DoNotSchedule"}}
			one["instances"] = 3
		case 4:
			if r.Intn(4) == 0 {
				one["anti_affinity"] = map[string]any{"service": "web", "instance": fmt.Sprintf("i%d", n)}
			}
		}
		name := fmt.Sprintf("i%d", n)
		services[name] = one
		controls["web:test."+name] = map[string]any{"desired_state": "start", "force_bounce": nil}
	}
	instanceFile, _ := yaml.Marshal(services)
	deployments, _ := json.Marshal(map[string]any{"v2": map[string]any{"controls": controls,
		"deployments": map[string]any{"prod": map[string]any{"docker_image": "web:paasta-1", "git_sha": "0123456789abcdef"}}}})
	return config.Input{System: system, SOA: fstest.MapFS{
		"web/kubernetes-test.yaml": {Data: instanceFile}, "web/deployments.json": {Data: deployments},
		"web/service.yaml": {Data: []byte("description: x\n")},
	}}
}

// forKwok joins the NodePools, with the node class of Karpenter's own provider, and the Deployments.
func forKwok(files []tree.File) string {
	var all strings.Builder
	for _, f := range files {
		if strings.HasSuffix(f.Path, "kustomization.yaml") {
			continue
		}
		for doc := range strings.SplitSeq(string(f.Data), "\n---\n") {
			if strings.Contains(doc, "kind: EC2NodeClass\napiVersion") || strings.Contains(doc, "kind: PodDisruptionBudget") {
				continue
			}
			doc = strings.NewReplacer("group: karpenter.k8s.aws", "group: karpenter.kwok.sh", "kind: EC2NodeClass", "kind: KWOKNodeClass").Replace(doc)
			if strings.Contains(doc, "kind: NodePool") {
				at := strings.Index(doc, "nodeClassRef:")
				head, tail := doc[:at], doc[at:]
				from := strings.Index(tail, "name: ")
				to := from + strings.IndexByte(tail[from:], '\n')
				doc = head + tail[:from] + "name: default" + tail[to:]
			}
			all.WriteString("---\n" + strings.TrimPrefix(doc, "---\n") + "\n")
		}
	}
	return all.String()
}

// renderForKarpenter renders the company and returns its files, the instances that no node takes, and the cost.
func renderForKarpenter(t *testing.T, in config.Input) (files []tree.File, refused map[string]string, result compiler.Result) {
	t.Helper()
	refused = map[string]string{}
	var memory tree.Memory
	var findings finding.List
	result, err := compiler.Compile(in, compiler.Options{Targets: targets.All(), Jobs: 2, Cost: true}, &memory, findings.Add)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range findings.All() {
		switch {
		case f.Code == finding.PodTooLarge || f.Code == finding.SpreadUnmet:
			refused[f.Instance] = f.Message
		case f.Severity == finding.Error:
			t.Fatalf("%s: %s", f.Code, f.Message)
		}
	}
	for _, f := range memory.Files() {
		if strings.Contains(f.Path, "/kubernetes/web/") || strings.Contains(f.Path, "/_cluster/") {
			files = append(files, f)
		}
	}
	return files, refused, result
}

// apiProxy is kubectl's proxy to the API server: a URL that needs no credentials.
type apiProxy string

func proxy(t *testing.T, s *server) apiProxy {
	t.Helper()
	port := freePort(t)
	start(t, s.dir, []string{"KUBECONFIG=" + s.kubeconfig}, s.kubectl, "proxy", fmt.Sprintf("--port=%d", port), "--address=127.0.0.1")
	p := apiProxy(port.url())
	eventually(t, "the proxy answers", func() bool {
		answer, err := http.Get(string(p) + "/readyz")
		if err == nil {
			answer.Body.Close()
		}
		return err == nil && answer.StatusCode == http.StatusOK
	})
	return p
}

// list reads a list of objects.
func (p apiProxy) list(t *testing.T, path string) []found {
	t.Helper()
	answer, err := http.Get(string(p) + path)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	var all struct{ Items []found }
	if err := json.NewDecoder(answer.Body).Decode(&all); err != nil {
		t.Fatal(err)
	}
	return all.Items
}

// found is what the test needs of pods, nodes and events.
type found struct {
	Metadata struct {
		Name, Namespace string
		Labels          map[string]string
	}
	Reason, Message string
	InvolvedObject  struct{ Name string }
}

// markUnschedulable says of every pod what a scheduler says when there is no node; Karpenter looks at such pods alone.
func markUnschedulable(t *testing.T, api apiProxy, s *server) {
	t.Helper()
	wanted := 0
	for _, d := range strings.Fields(s.run(t, "", "get", "deployments", "-A", "-o", "jsonpath={.items[*].spec.replicas}")) {
		n := 0
		_, _ = fmt.Sscan(d, &n)
		wanted += n
	}
	eventually(t, "all pods are made", func() bool { return len(api.list(t, "/api/v1/pods")) >= wanted })
	body := `{"status": {"conditions": [{"type": "PodScheduled", "status": "False", "reason": "Unschedulable"}]}}`
	for _, pod := range api.list(t, "/api/v1/pods") {
		path := fmt.Sprintf("%s/api/v1/namespaces/%s/pods/%s/status", api, pod.Metadata.Namespace, pod.Metadata.Name)
		request, _ := http.NewRequest(http.MethodPatch, path, strings.NewReader(body))
		request.Header.Set("Content-Type", "application/strategic-merge-patch+json")
		answer, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		text, _ := io.ReadAll(answer.Body)
		answer.Body.Close()
		if answer.StatusCode != http.StatusOK {
			t.Fatalf("%s: %s", path, text)
		}
	}
}

// firstPass waits until Karpenter has looked at all pods once, and bought nodes for them; later passes would be about
// nodes that no kubelet makes ready. It returns what the nodes cost an hour and the instances that are refused, with the reason.
func (p apiProxy) firstPass(t *testing.T, log string) (price float64, refused map[string]string) {
	t.Helper()
	pods := map[string]string{}
	for _, pod := range p.list(t, "/api/v1/pods") {
		pods[pod.Metadata.Name] = pod.Metadata.Labels["paasta.yelp.com/instance"]
	}
	var claims []string
	eventually(t, "Karpenter has looked at all pods", func() bool {
		var complete bool
		claims, refused, complete = judged(t, log, pods)
		return complete
	})
	quiet := time.Now()
	eventually(t, "nothing more is refused", func() bool { // of many lines that are alike the log leaves some out
		before := len(refused)
		_, more, _ := judged(t, log, pods)
		maps.Copy(refused, more)
		p.addEvents(t, pods, refused)
		if len(refused) > before {
			quiet = time.Now()
		}
		return time.Since(quiet) > 20*time.Second
	})
	eventually(t, "all nodes are there", func() bool {
		price = 0
		there := 0
		for _, node := range p.list(t, "/api/v1/nodes") {
			if slices.Contains(claims, node.Metadata.Labels["kubernetes.io/hostname"]) {
				one := 0.0
				_, _ = fmt.Sscan(node.Metadata.Labels["eks-node-viewer/instance-price"], &one)
				price += one
				there++
			}
		}
		return there == len(claims)
	})
	return price, refused
}

// addEvents adds the instances of which an event says that Karpenter refuses them.
func (p apiProxy) addEvents(t *testing.T, pods, refused map[string]string) {
	t.Helper()
	for _, event := range p.list(t, "/api/v1/events") {
		name := pods[event.InvolvedObject.Name]
		if event.Reason == "FailedScheduling" && name != "" && refused[name] == "" {
			refused[name] = event.Message
		}
	}
}

// judged reads from Karpenter's log the claims of its first pass and the instances whose pods it refused. complete is false
// while the pass is under way.
func judged(t *testing.T, log string, pods map[string]string) (claims []string, refused map[string]string, complete bool) {
	t.Helper()
	data, err := os.ReadFile(log)
	if err != nil {
		t.Fatal(err)
	}
	wanted, refused := -1, map[string]string{}
	for line := range strings.Lines(string(data)) {
		var entry struct {
			Message    string
			Error      string
			NodeClaims int `json:"nodeclaims"`
			Pod        struct{ Name string }
			NodeClaim  struct{ Name string }
		}
		if json.Unmarshal([]byte(line), &entry) != nil {
			continue
		}
		switch {
		case entry.Message == "could not schedule pod":
			refused[pods[entry.Pod.Name]] = entry.Error
		case strings.HasPrefix(entry.Message, "computed new nodeclaim") && wanted < 0:
			wanted = entry.NodeClaims
		case entry.Message == "created nodeclaim" && len(claims) < wanted:
			claims = append(claims, entry.NodeClaim.Name)
		}
	}
	return claims, refused, wanted >= 0 && len(claims) == wanted
}

// configured is an instance as its file has it.
func configured(t *testing.T, in config.Input, name string) any {
	t.Helper()
	data, err := in.SOA.(fstest.MapFS).ReadFile("web/kubernetes-test.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var all map[string]any
	if err := yaml.Unmarshal(data, &all); err != nil {
		t.Fatal(err)
	}
	return all[name]
}
