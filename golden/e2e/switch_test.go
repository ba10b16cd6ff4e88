//go:build e2e

package e2e

import (
	"cmp"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// dumped are the kinds that examples/gitops and the help of adopt name.
const dumped = "deployments,statefulsets,hpa,pdb,serviceaccounts,rolebindings,limitranges,namespaces"

// plurals are the paths of the kinds that PaaSTA's loops write.
var plurals = map[string]string{
	"Deployment": "/apis/apps/v1/%sdeployments", "StatefulSet": "/apis/apps/v1/%sstatefulsets",
	"HorizontalPodAutoscaler": "/apis/autoscaling/v2/%shorizontalpodautoscalers",
	"PodDisruptionBudget":     "/apis/policy/v1/%spoddisruptionbudgets", "ServiceAccount": "/api/v1/%sserviceaccounts",
	"Namespace": "/api/v1/namespaces", "LimitRange": "/api/v1/%slimitranges",
	"RoleBinding": "/apis/rbac.authorization.k8s.io/v1/%srolebindings",
}

// order has what other objects need first.
var order = map[string]int{"Namespace": -2, "ServiceAccount": -1}

// asPaaSTA writes rendered objects as PaaSTA's loops do: by POST and PUT, under its user agent, with the commit of the
// soa-configs in each pod, and with the number of pods that an autoscaler is at.
func (s *server) asPaaSTA(t *testing.T, all []object) (written int) {
	t.Helper()
	for _, o := range all {
		path := plurals[o.Kind]
		if path == "" {
			continue
		}
		if strings.Contains(path, "%s") {
			path = fmt.Sprintf(path, "namespaces/"+o.Metadata.Namespace+"/")
		}
		var doc map[string]any
		if err := json.Unmarshal([]byte(s.run(t, o.text, "create", "--dry-run=client", "--validate=false", "-o", "json", "-f", "-")), &doc); err != nil {
			t.Fatal(err)
		}
		if spec, _ := doc["spec"].(map[string]any); o.Kind == "Deployment" || o.Kind == "StatefulSet" {
			if spec["replicas"] == nil {
				spec["replicas"] = 12
			}
			pod := spec["template"].(map[string]any)["spec"].(map[string]any)
			main := pod["containers"].([]any)[0].(map[string]any)
			env, _ := main["env"].([]any)
			sha := map[string]any{"name": "PAASTA_SOA_CONFIGS_SHA", "value": "5e1f0c0de"}
			main["env"] = append(append(append([]any{}, env[:5]...), sha), env[5:]...)
		}
		body, _ := json.Marshal(doc)
		s.rest(t, "POST", path, "application/json", body)
		if o.Kind == "Deployment" || o.Kind == "StatefulSet" {
			s.rest(t, "PUT", path+"/"+o.Metadata.Name, "application/json", body)
		}
		written++
	}
	return written
}

// pods is what tells a restart and a lost pod: the generation and number of pods of each workload, and the ReplicaSets.
func (s *server) pods(t *testing.T) string {
	t.Helper()
	return s.run(t, "", "get", "deployments,statefulsets", "-A", "-o", `jsonpath={range .items[*]}{.kind} {.metadata.name} `+
		`{.metadata.generation} {.spec.replicas}{"\n"}{end}`) + s.run(t, "", "get", "replicasets", "-A", "-o", "name")
}

// rolledOut waits until the controller manager has seen all workloads.
func (s *server) rolledOut(t *testing.T) {
	t.Helper()
	eventually(t, "the controller manager has seen each workload", func() bool {
		out := s.run(t, "", "get", "deployments,statefulsets", "-A", "-o",
			`jsonpath={range .items[*]}{.metadata.generation}={.status.observedGeneration} {end}`)
		for _, pair := range strings.Fields(out) {
			if a, b, _ := strings.Cut(pair, "="); a != b {
				return false
			}
		}
		return true
	})
}

// dump writes what runs to a file, as the help of adopt says.
func (s *server) dump(t *testing.T) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "dump.yaml")
	write(t, name, s.run(t, "", "get", dumped, "-A", "-o", "yaml", "--show-managed-fields"))
	return name
}

// adopt makes patches of what runs and gives them to the API server, and again with a new dump when some are refused: the
// controller manager writes the first status of each object just then.
func (s *server) adopt(t *testing.T, script string, paasta func(args ...string)) {
	t.Helper()
	eventually(t, script+" is not refused", func() bool {
		dir := filepath.Join(t.TempDir(), "patches")
		args := []string{"adopt", "--live", s.dump(t), "-o", dir}
		if script == "undo.sh" {
			args = append(args, "--undo")
		}
		paasta(args...)
		scripts, _ := filepath.Glob(filepath.Join(dir, "*", script))
		good := true
		for _, name := range scripts {
			cmd := exec.Command("sh", name, "--kubeconfig="+s.kubeconfig)
			cmd.Env = append(os.Environ(), "PATH="+filepath.Dir(s.kubectl)+":"+os.Getenv("PATH"))
			good = cmd.Run() == nil && good
		}
		return good
	})
}

// From objects that PaaSTA's loops have made to Flux: nothing restarts, no pod is lost, and what leaves the tree later goes.
func TestTheSwitchRestartsNothingAndRemovalsHappen(t *testing.T) {
	program(t, "kustomize-controller")
	p, s := publishExample(t), startServer(t, true)
	write(t, filepath.Join(p.system, "zz-flux.json"), `{"targets": ["flux"], "flux": {"url": "https://git.example.com/manifests"}}`)
	p.commit(t, "everything: begin")
	tree := p.checkout(t)
	all := objects(t, filepath.Join(tree, "west-prod", "kubernetes"))
	slices.SortStableFunc(all, func(a, b object) int { return cmp.Compare(order[a.Kind], order[b.Kind]) })
	s.asPaaSTA(t, all)
	s.rolledOut(t)
	before := s.pods(t)

	verdict := command(t, p.soa, p.binary, "diff", "-q", "-c", "west-prod", "--live", s.dump(t))
	if !strings.HasSuffix(verdict, "7 of 7 workloads stay as they are\n") {
		t.Errorf("diff --live foresees\n%s", verdict)
	}
	paasta := func(args ...string) { command(t, p.soa, p.binary, append(args, "-q", "-c", "west-prod")...) }
	s.adopt(t, "adopt.sh", paasta)
	if after := s.pods(t); after != before {
		t.Errorf("the hand-over changed\n%s\ninto\n%s", before, after)
	}

	f := startFlux(t, s, "west-prod", tree)
	f.sync(t, tree)
	f.applied(t)
	s.rolledOut(t)
	if after := s.pods(t); after != before {
		t.Errorf("the first sync changed\n%s\ninto\n%s", before, after)
	}

	p.replace(t, "storefront/kubernetes-west-prod.yaml", "    TRACING_TOKEN: SHARED_SECRET(tracing_token)\n", "")
	p.commit(t, "storefront: no TRACING_TOKEN")
	tree = p.checkout(t)
	name := filepath.Join(tree, "west-prod", "kubernetes", "storefront", "main.yaml")
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	write(t, name, withoutContainer(string(data), "hacheck"))
	f.sync(t, tree)
	f.applied(t)
	get := func(path string) string {
		return s.run(t, "", "get", "deployment", "-n", "paastasvc-storefront", "storefront-main", "-o", "jsonpath="+path)
	}
	if env := get("{.spec.template.spec.containers[0].env[*].name}"); strings.Contains(env, "TRACING_TOKEN") {
		t.Errorf("a variable that has left soa-configs is still there: %s", env)
	}
	if names := get("{.spec.template.spec.containers[*].name}"); strings.Contains(names, "hacheck") {
		t.Errorf("a sidecar that has left the tree is still there: %s", names)
	}
	if n := get("{.spec.replicas}"); n != "12" {
		t.Errorf("storefront has %s pods, and had 12", n)
	}

	s.adopt(t, "undo.sh", paasta)
	owners := s.run(t, "", "get", "deployment", "-n", "paastasvc-storefront", "storefront-main", "--show-managed-fields", "-o",
		"jsonpath={.metadata.managedFields[*].manager}")
	if strings.Contains(owners, "kustomize-controller") || !strings.Contains(owners, "paasta") {
		t.Errorf("after the way back the fields are of %s", owners)
	}
}

// withoutContainer leaves a container out of a manifest, line by line.
func withoutContainer(text, name string) string {
	var kept []string
	inside := false
	for _, line := range strings.Split(text, "\n") {
		if line == "      - name: "+name {
			inside = true
		} else if inside && !strings.HasPrefix(line, "       ") {
			inside = false
		}
		if !inside {
			kept = append(kept, line)
		}
	}
	return strings.Join(kept, "\n")
}

// What diff --live foresees of objects that PaaSTA's own client has made is what the controller manager then does. The
// corpus has errors that PaaSTA renders all the same, and an instance that two files define: so some workloads change.
func TestTheLiveForecastIsWhatHappens(t *testing.T) {
	python := os.Getenv("PAASTA_RENDER_E2E_PYTHON")
	if python == "" {
		t.Skip("PAASTA_RENDER_E2E_PYTHON names no Python with PaaSTA's Kubernetes client: it was NOT asked")
	}
	s := startServer(t, true)
	made, _ := filepath.Glob("../parity/pnw/expected/pnw-prod/kubernetes/*.json")
	command(t, ".", python, append([]string{"-W", "ignore", "testdata/paasta_client.py", s.kubeconfig}, made...)...)
	s.rolledOut(t)
	binary, out := filepath.Join(t.TempDir(), "paasta-render"), t.TempDir()
	command(t, "../..", "go", "build", "-o", binary, "./cmd/paasta-render")
	paasta := func(args ...string) []byte { // the corpus has errors, so the exit status is 1
		cmd := exec.Command(binary, append(args, "-q", "-d", "../parity/pnw/soa", "--system-dir", "../parity/pnw/system", "-c", "pnw-prod")...)
		answer, _ := cmd.Output()
		return answer
	}
	var verdict struct {
		Diff struct {
			Forecast struct{ Restarts, Scaled []struct{ Name string } }
		}
		Live struct{ Workloads, Same int }
	}
	if err := json.Unmarshal(paasta("diff", "--live", s.dump(t), "--format", "json"), &verdict); err != nil {
		t.Fatal(err)
	}
	s.adopt(t, "adopt.sh", func(args ...string) { paasta(args...) })
	before := s.templates(t)
	paasta("render", "-t", "kubernetes", "--keep-going", "-o", filepath.Join(out, "tree"))
	for _, o := range objects(t, filepath.Join(out, "tree", "pnw-prod", "kubernetes")) {
		if plurals[o.Kind] != "" {
			s.run(t, o.text, "apply", "--server-side", "--field-manager=kustomize-controller", "--force-conflicts", "-f", "-")
		}
	}
	s.rolledOut(t)
	changed := map[string]bool{}
	for name, template := range s.templates(t) {
		if before[name] != "" && before[name] != template {
			changed[name] = true
		}
	}
	for _, r := range verdict.Diff.Forecast.Restarts {
		if !changed[r.Name] {
			t.Errorf("%s was foreseen to restart, and does not", r.Name)
		}
		delete(changed, r.Name)
	}
	for name := range changed {
		t.Errorf("%s restarts, and was foreseen to stay", name)
	}
	t.Logf("%d of %d workloads stay; %d restart", verdict.Live.Same, verdict.Live.Workloads, len(verdict.Diff.Forecast.Restarts))
}

// templates returns the pod template's hash of each Deployment's current ReplicaSet, and the newest revision of each
// StatefulSet: what the controller manager made of it.
func (s *server) templates(t *testing.T) map[string]string {
	t.Helper()
	all, revisions := map[string]string{}, map[string]int{}
	sets := s.run(t, "", "get", "replicasets", "-A", "-o", `jsonpath={range .items[*]}{.metadata.ownerReferences[0].name} `+
		`{.metadata.labels.pod-template-hash} {.metadata.annotations.deployment\.kubernetes\.io/revision}{"\n"}{end}`)
	stateful := s.run(t, "", "get", "statefulsets", "-A", "-o",
		`jsonpath={range .items[*]}{.metadata.name} {.status.updateRevision} 1{"\n"}{end}`)
	for _, line := range strings.Split(sets+stateful, "\n") {
		fields := strings.Fields(line)
		if len(fields) != 3 {
			continue
		}
		if revision, _ := strconv.Atoi(fields[2]); revision > revisions[fields[0]] {
			revisions[fields[0]], all[fields[0]] = revision, fields[1]
		}
	}
	return all
}
