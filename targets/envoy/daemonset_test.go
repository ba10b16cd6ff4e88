package envoy_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	"sigs.k8s.io/yaml"

	"github.com/paasta-render/paasta-render/compiler/kustomization"
)

// The example DaemonSet has no unknown field, and Envoy is started where the files expect to be.
func TestDaemonSet(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "..", "examples", "envoy", "daemonset.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var d appsv1.DaemonSet
	if err := yaml.UnmarshalStrict(text, &d); err != nil {
		t.Fatal(err)
	}
	pod := d.Spec.Template.Spec
	envoy, unpack := pod.Containers[0], pod.InitContainers[1]
	if d.Namespace != kustomization.Namespace {
		t.Errorf("namespace %q, want that of the ConfigMaps, %q", d.Namespace, kustomization.Namespace)
	}
	if got := envoy.VolumeMounts[0]; got.MountPath != envoy.WorkingDir || got.Name != unpack.VolumeMounts[1].Name {
		t.Errorf("%s is mounted at %s, and Envoy is started in %s: the files would not find each other",
			got.Name, got.MountPath, envoy.WorkingDir)
	}
	if !slices.Contains(envoy.Args, "bootstrap.json") {
		t.Errorf("args %q do not name the bootstrap", envoy.Args)
	}
	if got := pod.Volumes[0].Projected.Sources[0].ConfigMap.Name; got != "paasta-envoy" {
		t.Errorf("the first source is %s", got)
	}
}
