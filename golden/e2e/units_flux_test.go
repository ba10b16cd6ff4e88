//go:build e2e

package e2e

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// fluxCluster is an API server with Flux's definitions and its kustomize-controller, which a company's flux/ folder has been
// applied to. Flux's source-controller and source-watcher need a network, so the test does their work.
type fluxCluster struct {
	*server
	name       string // of the cluster
	watcher    *watcher
	controller int // process id
	patience   time.Duration
}

// startFlux starts Flux and points it at a cluster's tree, as examples/gitops says.
func startFlux(t *testing.T, s *server, cluster, tree string) *fluxCluster {
	t.Helper()
	controller := program(t, "kustomize-controller")
	crds := os.Getenv("PAASTA_RENDER_E2E_FLUX_CRDS")
	if crds == "" {
		t.Skip("PAASTA_RENDER_E2E_FLUX_CRDS names no folder: Flux was NOT asked")
	}
	f := &fluxCluster{server: s, name: cluster, watcher: newWatcher(t), patience: patience}
	f.run(t, "", "apply", "--server-side", "-f", crds)
	if found, _ := filepath.Glob(filepath.Join(crds, "*artifactgenerators*")); len(found) == 0 {
		t.Log("the folder of Flux's definitions lacks that of ArtifactGenerator: any would be taken")
		f.run(t, permissive("source.extensions.fluxcd.io", "v1beta1", "ArtifactGenerator"), "apply", "--server-side", "-f", "-")
	}
	f.run(t, "", "wait", "--for=condition=Established", "crd", "--all", "--timeout=60s")
	f.run(t, "", "create", "namespace", "flux-system")
	f.controller = start(t, f.dir, []string{"KUBECONFIG=" + f.kubeconfig, "RUNTIME_NAMESPACE=flux-system"}, controller,
		"--feature-gates=ExternalArtifact=true", "--metrics-addr=127.0.0.1:"+freePort(t).text(), "--health-addr=127.0.0.1:"+freePort(t).text())
	eventually(t, "the API server takes Flux's objects", func() bool {
		_, err := f.try("", "apply", "--server-side", "-k", filepath.Join(tree, cluster, "flux"))
		return err == nil
	})
	return f
}

// sync does what Flux's other controllers do when the output repository has a new commit: the ArtifactGenerator of flux/ makes
// its artifact, the Kustomization paasta applies it, and then the others make artifacts of what has changed.
func (f *fluxCluster) sync(t *testing.T, tree string) (changed []string) {
	t.Helper()
	f.watcher.generate(t, f.server, tree, "paasta")
	within(t, f.patience, "Flux applies flux/", func() bool {
		return f.unit(t, "paasta").Status.Applied == f.watcher.revisions["paasta"]
	})
	return f.watcher.generate(t, f.server, tree, "")
}

// kustomization is what Flux says of one.
type kustomization struct {
	Metadata struct{ Name string }
	Spec     struct{ Suspend bool }
	Status   struct {
		Applied    string `json:"lastAppliedRevision"`
		Attempted  string `json:"lastAttemptedRevision"`
		Conditions []struct{ Type, Status, Reason, Message string }
	}
}

func (k *kustomization) ready() (status, message string) {
	for _, c := range k.Status.Conditions {
		if c.Type == "Ready" {
			return c.Status, c.Reason + ": " + c.Message
		}
	}
	return "Unknown", ""
}

const kustomizations = "/apis/kustomize.toolkit.fluxcd.io/v1/namespaces/flux-system/kustomizations"

func (f *fluxCluster) unit(t *testing.T, name string) kustomization {
	t.Helper()
	var k kustomization
	if err := json.Unmarshal(f.rest(t, "GET", kustomizations+"/"+name, "", nil), &k); err != nil {
		t.Fatal(err)
	}
	return k
}

// units returns the revision that each Kustomization has applied.
func (f *fluxCluster) units(t *testing.T) map[string]kustomization {
	t.Helper()
	var list struct{ Items []kustomization }
	if err := json.Unmarshal(f.rest(t, "GET", kustomizations, "", nil), &list); err != nil {
		t.Fatal(err)
	}
	all := map[string]kustomization{}
	for _, k := range list.Items {
		all[k.Metadata.Name] = k
	}
	return all
}

// applied waits until each unit has applied the artifact that it was given.
func (f *fluxCluster) applied(t *testing.T, but ...string) {
	t.Helper()
	within(t, f.patience, "all units are applied", func() bool {
		for name, k := range f.units(t) {
			want := f.watcher.revisions[name]
			if want == "" || k.Spec.Suspend || strings.Contains(" "+strings.Join(but, " ")+" ", " "+name+" ") {
				continue
			}
			if k.Status.Applied != want {
				return false
			}
		}
		return true
	})
}

func TestFluxAppliesUnitByUnit(t *testing.T) {
	program(t, "kustomize-controller")
	p := publishExample(t)
	write(t, filepath.Join(p.system, "zz-flux.json"), `{"targets": ["flux"], "flux": {"url": "https://git.example.com/manifests"}}`)
	p.commit(t, "everything: begin")
	tree := p.checkout(t)
	f := startFlux(t, startServer(t, true), "west-prod", tree)
	f.sync(t, tree)
	f.applied(t)
	for _, o := range objects(t, filepath.Join(tree, "west-prod", "kubernetes")) {
		args := []string{"get", o.Kind, o.Metadata.Name}
		if o.Metadata.Namespace != "" {
			args = append(args, "-n", o.Metadata.Namespace)
		}
		if out, err := f.try("", args...); err != nil {
			t.Errorf("%s %s was not applied: %s", o.Kind, o.Metadata.Name, out)
		}
	}

	// A change of one service, and an instance that goes: one unit is built.
	before := f.units(t)
	p.replace(t, "storefront/kubernetes-west-prod.yaml", "mem: 1024", "mem: 1536")
	p.replace(t, "storefront/kubernetes-west-prod.yaml", "canary:", "_canary:")
	p.commit(t, "storefront: more memory, no canary\n\nAllow-Delete: storefront")
	tree = p.checkout(t)
	if changed := f.sync(t, tree); !strings.Contains(strings.Join(changed, " "), "service-storefront") {
		t.Errorf("the changed artifacts are %v", changed)
	}
	f.applied(t)
	for name, k := range f.units(t) {
		if strings.HasPrefix(name, "service-") && name != "service-storefront" && k.Status.Attempted != before[name].Status.Attempted {
			t.Errorf("%s was built again, and storefront has changed", name)
		}
	}
	if got := f.memory("storefront-main"); got != "1536Mi" {
		t.Errorf("after the change storefront has %s of memory", got)
	}
	eventually(t, "Flux prunes what is gone", func() bool { return f.memory("storefront-canary") == "" })

	// An object that the API server refuses stops its own unit, and no other.
	for file, change := range map[string][2]string{
		"storefront/main.yaml": {"minReplicas: 6", "minReplicas: -6"}, "mailer/worker.yaml": {"cpu: ", "cpu: 1"},
	} {
		name := filepath.Join(tree, "west-prod", "kubernetes", filepath.FromSlash(file))
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		write(t, name, strings.Replace(string(data), change[0], change[1], 1))
	}
	f.sync(t, tree)
	eventually(t, "Flux refuses storefront", func() bool {
		k := f.unit(t, "service-storefront")
		status, message := k.ready()
		return status == "False" && strings.Contains(message, "-6")
	})
	f.applied(t, "service-storefront")
	if got := f.memory("storefront-main"); got != "1536Mi" {
		t.Errorf("Flux applied a part of a unit that it refused: storefront has %s of memory", got)
	}
}

// memory returns the limit of a Deployment of storefront; empty when there is none.
func (s *server) memory(deployment string) string {
	out, _ := s.try("", "get", "deployment", "-n", "paastasvc-storefront", deployment, "--ignore-not-found", "-o",
		"jsonpath={.spec.template.spec.containers[0].resources.limits.memory}")
	return out
}
