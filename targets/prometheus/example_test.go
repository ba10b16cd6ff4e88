package prometheus_test

import (
	"bytes"
	"os"
	"testing"

	"golang.org/x/tools/txtar"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/yaml"
)

// TestExampleMountsWhatIsRendered holds that the Prometheus and the Alertmanager of examples/monitoring mount each
// ConfigMap that the rendered tree makes for them, and need none that it does not make.
func TestExampleMountsWhatIsRendered(t *testing.T) {
	rendered := map[string]bool{}
	files := renderCompany(t, txtar.File{Name: "soa/web/kubernetes-prod.yaml", Data: []byte("main: {prometheus_port: 8888}\n")})
	var kustomization struct {
		ConfigMapGenerator []struct{ Namespace, Name string }
	}
	if err := yaml.Unmarshal(files["prod/prometheus/kustomization.yaml"], &kustomization); err != nil {
		t.Fatal(err)
	}
	for _, made := range kustomization.ConfigMapGenerator {
		if made.Namespace == "paasta-render" {
			rendered[made.Name] = true
		}
	}
	if len(rendered) < 3 {
		t.Errorf("the tree makes the ConfigMaps %v: rules, scrape jobs or the routing tree are missing", rendered)
	}
	mounted := map[string]bool{}
	for name, optional := range exampleMounts(t) {
		mounted[name] = true
		if !optional && !rendered[name] && name != "prometheus" { // made of prometheus.yml by hand
			t.Errorf("the example mounts %s, which the tree does not make", name)
		}
	}
	for name := range rendered {
		if !mounted[name] {
			t.Errorf("the tree makes %s, which the example does not mount", name)
		}
	}
}

// exampleMounts returns the ConfigMaps that the pods of the example mount, and whether they may be missing.
func exampleMounts(t *testing.T) map[string]bool {
	t.Helper()
	data, err := os.ReadFile("../../examples/monitoring/cluster.yaml")
	if err != nil {
		t.Fatal(err)
	}
	mounts := map[string]bool{}
	add := func(name string, optional *bool) { mounts[name] = optional != nil && *optional }
	for _, doc := range bytes.Split(data, []byte("\n---\n")) {
		if !bytes.Contains(doc, []byte("kind: StatefulSet\n")) {
			continue
		}
		var set appsv1.StatefulSet
		if err := yaml.UnmarshalStrict(doc, &set); err != nil {
			t.Fatal(err)
		}
		for _, volume := range set.Spec.Template.Spec.Volumes {
			if volume.ConfigMap != nil {
				add(volume.ConfigMap.Name, volume.ConfigMap.Optional)
			}
			for _, source := range projected(volume) {
				add(source.ConfigMap.Name, source.ConfigMap.Optional)
			}
		}
	}
	return mounts
}

func projected(volume corev1.Volume) []corev1.VolumeProjection {
	if volume.Projected == nil {
		return nil
	}
	return volume.Projected.Sources
}
