//go:build e2e

package e2e

import (
	"path/filepath"
	"strings"
	"testing"
)

// A new ReplicaSet is a restart: Kubernetes makes one when, and only when, it sees another pod template.
func TestOnlyAChangedPodTemplateRestarts(t *testing.T) {
	program(t, "kube-controller-manager")
	c, out := companies()[0].copied(t), filepath.Join(t.TempDir(), "out")
	c.render(t, out)
	tree := filepath.Join(out, "west-prod")
	s := startServer(t, true)
	s.prepare(t, objects(t, filepath.Join(tree, "kubernetes")))
	s.run(t, "", "apply", "--server-side", "-k", tree)
	before := s.replicaSets(t)
	if before["paastasvc-storefront/storefront-main"] != 1 || before["paastasvc-search/search-frontend"] != 1 {
		t.Fatalf("ReplicaSets are %v, want one for each Deployment", before)
	}

	c.replace(t, "storefront/kubernetes-west-prod.yaml", "max_instances: 40", "max_instances: 41")
	c.replace(t, "search/monitoring.yaml", "page: false", "page: true")
	c.render(t, out)
	s.run(t, "", "apply", "--server-side", "-k", tree)
	for name, sets := range s.replicaSets(t) {
		if sets != 1 {
			t.Errorf("%s has %d ReplicaSets after a change of its autoscaler or of who is told", name, sets)
		}
	}

	c.replace(t, "storefront/kubernetes-west-prod.yaml", "mem: 1024", "mem: 1536")
	c.render(t, out)
	s.run(t, "", "apply", "--server-side", "-k", tree)
	after := s.replicaSets(t)
	for name, sets := range after {
		want := 1
		if strings.HasPrefix(name, "paastasvc-storefront/") {
			want = 2
		}
		if sets != want {
			t.Errorf("%s has %d ReplicaSets after storefront's memory changed, want %d", name, sets, want)
		}
	}
}

// replicaSets counts each Deployment's, once the controller has seen every Deployment's last change.
func (s *server) replicaSets(t *testing.T) map[string]int {
	t.Helper()
	counts := map[string]int{}
	eventually(t, "the controller has seen every Deployment", func() bool {
		clear(counts)
		for _, line := range s.list(t, "deployments", "{.metadata.namespace}/{.metadata.name} {.metadata.generation} {.status.observedGeneration}") {
			f := strings.Fields(line)
			if len(f) != 3 || f[1] != f[2] {
				return false
			}
			counts[f[0]] = 0
		}
		return len(counts) > 0
	})
	for _, owner := range s.list(t, "replicasets", "{.metadata.namespace}/{.metadata.ownerReferences[0].name}") {
		counts[owner]++
	}
	return counts
}

// list prints a template for every object of a kind.
func (s *server) list(t *testing.T, kind, template string) []string {
	t.Helper()
	out := s.run(t, "", "get", kind, "-A", "-o", "jsonpath={range .items[*]}"+template+"{\"\\n\"}{end}")
	return strings.Split(strings.TrimSpace(out), "\n")
}
