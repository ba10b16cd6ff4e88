//go:build e2e

package e2e

import (
	"crypto/sha256"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// Flux is told of a published tree by an ExternalArtifact, its way for sources that it does not fetch itself.
const (
	fluxObjects = `
apiVersion: source.toolkit.fluxcd.io/v1
kind: ExternalArtifact
metadata: {name: trees, namespace: flux-system}
spec: {}
---
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: trees, namespace: flux-system}
spec: {interval: 10m, path: ./west-prod, prune: true, wait: false, sourceRef: {kind: ExternalArtifact, name: trees}}
`
	fluxStatus = `{"status": {"artifact": {"path": "%[1]s.tar.gz", "url": "%[2]s/%[1]s.tar.gz", "revision": "main@sha1:%[1]s",
"digest": "sha256:%[3]x", "size": %[4]d, "lastUpdateTime": "%[5]s"},
"conditions": [{"type": "Ready", "status": "True", "reason": "Succeeded", "message": "", "lastTransitionTime": "%[5]s"}]}}`
)

func TestFluxSyncsAPublishedTree(t *testing.T) {
	controller := program(t, "kustomize-controller")
	crds := os.Getenv("PAASTA_RENDER_E2E_FLUX_CRDS")
	if crds == "" {
		t.Skip("PAASTA_RENDER_E2E_FLUX_CRDS names no folder: Flux was NOT asked")
	}
	p, s := publishExample(t), startServer(t, true)
	first := p.commit(t, "everything: begin")
	s.run(t, "", "apply", "--server-side", "-f", crds)
	s.run(t, "", "wait", "--for=condition=Established", "crd", "--all", "--timeout=60s")
	s.run(t, "", "create", "namespace", "flux-system")
	start(t, s.dir, []string{"KUBECONFIG=" + s.kubeconfig, "RUNTIME_NAMESPACE=flux-system"}, controller, "--feature-gates=ExternalArtifact=true",
		fmt.Sprintf("--metrics-addr=127.0.0.1:%d", freePort(t)), fmt.Sprintf("--health-addr=127.0.0.1:%d", freePort(t)))
	s.run(t, fluxObjects, "apply", "-f", "-")
	archives := t.TempDir()
	web := httptest.NewServer(http.FileServer(http.Dir(archives)))
	t.Cleanup(web.Close)

	s.offer(t, web.URL, archives, p.out, first)
	s.synced(t, first)
	if n := s.run(t, "", "get", "deployment", "-n", "paastasvc-storefront", "-o", "name"); !strings.Contains(n, "storefront-main") {
		t.Errorf("Flux applied the first commit, and storefront has only %s", n)
	}

	p.replace(t, "storefront/kubernetes-west-prod.yaml", "mem: 1024", "mem: 1536")
	p.replace(t, "storefront/kubernetes-west-prod.yaml", "canary:", "_canary:")
	second := p.commit(t, "storefront: more memory, no canary\n\nAllow-Delete: storefront")
	s.offer(t, web.URL, archives, p.out, second)
	s.synced(t, second)
	memory := "jsonpath={.spec.template.spec.containers[0].resources.limits.memory}"
	if got := s.run(t, "", "get", "deployment", "-n", "paastasvc-storefront", "storefront-main", "-o", memory); got != "1536Mi" {
		t.Errorf("after the change storefront has %s of memory", got)
	}
	eventually(t, "Flux prunes what is gone", func() bool {
		_, err := s.try("", "get", "deployment", "-n", "paastasvc-storefront", "storefront-canary")
		return err != nil
	})

	bad := p.checkout(t)
	file := filepath.Join(bad, "west-prod", "kubernetes", "storefront", "main.yaml")
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	text := strings.ReplaceAll(string(data), "1536Mi", "2048Mi")
	write(t, file, strings.Replace(text, "minReplicas: 6", "minReplicas: -6", 1))
	command(t, bad, "git", "commit", "-q", "-a", "-m", "by hand, and wrong")
	third := strings.TrimSpace(command(t, bad, "git", "rev-parse", "HEAD"))
	s.offer(t, web.URL, archives, bad, third)
	eventually(t, "Flux refuses the tree", func() bool {
		return strings.Contains(s.flux(t, `{.status.conditions[?(@.type=="Ready")].message}`), "-6")
	})
	if got := s.run(t, "", "get", "deployment", "-n", "paastasvc-storefront", "storefront-main", "-o", memory); got != "1536Mi" {
		t.Errorf("Flux applied a part of a tree that it refused: storefront has %s of memory", got)
	}
}

// offer serves a commit's archive and tells Flux of it.
func (s *server) offer(t *testing.T, url, dir, repository, commit string) {
	t.Helper()
	name := filepath.Join(dir, commit+".tar.gz")
	command(t, repository, "git", "archive", "--format=tar.gz", "-o", name, commit)
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	status := fmt.Sprintf(fluxStatus, commit, url, sha256.Sum256(data), len(data), time.Now().UTC().Format(time.RFC3339))
	s.run(t, "", "-n", "flux-system", "patch", "externalartifact", "trees", "--subresource=status", "--type=merge", "-p", status)
}

// synced waits until Flux has applied a commit.
func (s *server) synced(t *testing.T, commit string) {
	t.Helper()
	eventually(t, "Flux applies "+commit, func() bool { return s.flux(t, "{.status.lastAppliedRevision}") == "main@sha1:"+commit })
}

// flux asks Flux's Kustomization.
func (s *server) flux(t *testing.T, path string) string {
	t.Helper()
	return s.run(t, "", "-n", "flux-system", "get", "kustomization.kustomize.toolkit.fluxcd.io", "trees", "-o", "jsonpath="+path)
}
