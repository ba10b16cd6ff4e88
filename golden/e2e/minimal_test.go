//go:build e2e

package e2e

import (
	"path/filepath"
	"strings"
	"testing"
)

// The smallest company comes to life on a cluster that has nothing but Kubernetes: its two pods are made, select no
// node that a stock cluster lacks, and no field of them is refused.
func TestMinimalCompanyRunsOnAStockCluster(t *testing.T) {
	program(t, "kube-apiserver")
	s, out := startServer(t, true), filepath.Join(t.TempDir(), "out")
	company{"minimal", "../../examples/minimal", "../../examples/minimal/_system"}.render(t, out)
	s.run(t, "", "apply", "--server-side", "-k", filepath.Join(out, "kind"))
	pods := func() string {
		names, _ := s.try("", "get", "pods", "-n", "paastasvc-hello", "-o", "name")
		return names
	}
	eventually(t, "both pods are there", func() bool { return strings.Count(pods(), "pod/hello-main-") == 2 })
	if selector := s.run(t, "", "get", "pods", "-n", "paastasvc-hello", "-o", "jsonpath={.items[*].spec.nodeSelector}"); selector != "" {
		t.Errorf("the pods select nodes by %s, which a stock cluster does not label", selector)
	}
}
