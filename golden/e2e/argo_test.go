//go:build e2e

package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"
)

// Argo CD's gitops-engine reads plain manifests from a work tree. Argo CD itself builds them with kustomize before, and
// so does the test: one file for each build unit.
func TestGitOpsEngineSyncsAPublishedTree(t *testing.T) {
	agent := program(t, "gitops-agent")
	p, s := publishExample(t), startServer(t, true)
	p.commit(t, "everything: begin")
	work := p.checkout(t)
	built := filepath.Join(t.TempDir(), "built")
	command(t, ".", "git", "init", "-q", built)
	s.buildUnits(t, filepath.Join(work, "west-prod"), built)
	start(t, s.dir, nil, agent, built, "--path", ".", "--kubeconfig", s.kubeconfig, "--resync-seconds", "2",
		"--port", fmt.Sprint(int(freePort(t))), "--default-namespace", "default")
	memory := func(deployment string) string {
		out, _ := s.try("", "get", "deployment", "-n", "paastasvc-storefront", deployment, "--ignore-not-found", "-o",
			"jsonpath={.spec.template.spec.containers[0].resources.limits.memory}")
		return out
	}
	eventually(t, "the agent applies the first commit", func() bool { return memory("storefront-main") == "1Gi" && memory("storefront-canary") == "1Gi" })

	p.replace(t, "storefront/kubernetes-west-prod.yaml", "mem: 1024", "mem: 1536")
	p.replace(t, "storefront/kubernetes-west-prod.yaml", "canary:", "_canary:")
	p.commit(t, "storefront: more memory, no canary\n\nAllow-Delete: storefront")
	command(t, work, "git", "pull", "-q", "--ff-only")
	s.buildUnits(t, filepath.Join(work, "west-prod"), built)
	eventually(t, "the agent applies the second commit and prunes", func() bool {
		return memory("storefront-main") == "1536Mi" && memory("storefront-canary") == ""
	})
}

// buildUnits builds each unit that the entry point of a cluster's tree names, and commits what came out.
func (s *server) buildUnits(t *testing.T, tree, built string) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(tree, "kustomization.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var entry struct{ Resources []string }
	if err := yaml.Unmarshal(data, &entry); err != nil {
		t.Fatal(err)
	}
	for _, unit := range entry.Resources {
		write(t, filepath.Join(built, strings.ReplaceAll(unit, "/", "-")+".yaml"), s.run(t, "", "kustomize", filepath.Join(tree, unit)))
	}
	command(t, built, "git", "add", "-A")
	command(t, built, "git", "commit", "-q", "-m", "built")
}
