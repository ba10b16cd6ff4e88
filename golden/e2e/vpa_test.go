//go:build e2e

package e2e

import (
	"os"
	"path/filepath"
	"testing"
)

// The API server, with the definition of the Vertical Pod Autoscaler itself, takes the target's objects as they are, and
// refuses one with a wrong field.
func TestVPATakesWhatWeRender(t *testing.T) {
	program(t, "kube-apiserver")
	definition := os.Getenv("PAASTA_RENDER_E2E_VPA_CRD")
	if definition == "" {
		t.Skip("PAASTA_RENDER_E2E_VPA_CRD names no definition of the Vertical Pod Autoscaler: it was NOT asked")
	}
	c := companies()[1].copied(t)
	write(t, filepath.Join(c.system, "zz-targets.yaml"), "targets: [vpa]\n")
	c.replace(t, "hello/kubernetes-kind.yaml", "instances: 2", "instances: 2\n  autotune_limits: {cpus: {min: 0.1, max: 2}, mem: {min: 64}}")
	s, out := startServer(t, false), filepath.Join(t.TempDir(), "out")
	c.render(t, out)
	s.run(t, "", "apply", "--server-side", "-f", definition)
	s.run(t, "", "wait", "--for=condition=Established", "crd", "verticalpodautoscalers.autoscaling.k8s.io", "--timeout=60s")
	s.run(t, "", "create", "namespace", "paastasvc-hello")
	file := filepath.Join(out, "kind", "vpa", "hello.yaml")
	s.run(t, "", "apply", "--server-side", "--validate=strict", "-f", file)
	if got := s.run(t, "", "get", "vpa", "-n", "paastasvc-hello", "hello-main", "-o",
		"jsonpath={.spec.updatePolicy.updateMode} {.spec.resourcePolicy.containerPolicies[0].maxAllowed.cpu}"); got != "Off 2" {
		t.Errorf("the API server keeps %q", got)
	}
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	wrong := filepath.Join(out, "wrong.yaml")
	write(t, wrong, string(data))
	c.soa = out
	c.replace(t, "wrong.yaml", `updateMode: "Off"`, `updateMode: "Sometimes"`)
	if text, err := s.try("", "apply", "--server-side", "-f", wrong); err == nil {
		t.Errorf("a wrong field is taken: %s", text)
	}
}
