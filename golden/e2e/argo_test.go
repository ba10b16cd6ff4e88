//go:build e2e

package e2e

import (
	"fmt"
	"path/filepath"
	"testing"
)

// Argo CD's gitops-engine reads plain manifests from a work tree, here the output repository's.
func TestGitOpsEngineSyncsAPublishedTree(t *testing.T) {
	agent := program(t, "gitops-agent")
	p, s := publishExample(t), startServer(t, true)
	p.commit(t, "everything: begin")
	work := p.checkout(t)
	manifests := filepath.Join("west-prod", "kubernetes")
	s.prepare(t, objects(t, filepath.Join(work, manifests)))
	start(t, s.dir, nil, agent, work, "--path", manifests, "--kubeconfig", s.kubeconfig, "--resync-seconds", "2",
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
	eventually(t, "the agent applies the second commit and prunes", func() bool {
		return memory("storefront-main") == "1536Mi" && memory("storefront-canary") == ""
	})
}
