package kustomization_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/kustomize/api/types"

	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/kustomization"
	"github.com/paasta-render/paasta-render/compiler/layout"
	"github.com/paasta-render/paasta-render/compiler/target"
	"github.com/paasta-render/paasta-render/targets"
)

// Each folder is a unit, no file is in two, and what everybody waits for is apart from what may be refused.
func TestUnits(t *testing.T) {
	paths := []kustomization.Path{
		{Name: "kubernetes/_cluster/mesh-services.yaml", Objects: 3},
		{Name: "kubernetes/_cluster/namespace-paasta.yaml", Objects: 2},
		{Name: "kubernetes/_definitions/crd-web.yaml", Objects: 1, Custom: true},
		{Name: "kubernetes/web/main.yaml", Objects: 3},
		{Name: "kubernetes/web/cluster.yaml", Objects: 1, Custom: true},
		{Name: "kubernetes/large/instances-0/main.yaml", Objects: 900},
		{Name: "kubernetes/large/instances-1/other.yaml", Objects: 900},
		{Name: "prometheus/rules/web.yaml", Size: 10},
		{Name: "sensu/web.yaml", Size: 10},
	}
	made := kustomization.Of(target.NewLayout(targets.All()), "c1", paths, func(f finding.Finding) { t.Error(f.Message) })
	want := []layout.Unit{
		{Folder: "kubernetes", Files: []string{"kubernetes/_cluster/mesh-services.yaml"}, Objects: 3, Stage: layout.Content},
		{Folder: "kubernetes/_cluster", Files: []string{
			"kubernetes/_cluster/namespace-paasta-render.yaml", "kubernetes/_cluster/namespace-paasta.yaml",
		}, Objects: 3, Stage: layout.Namespaces},
		{Folder: "kubernetes/_definitions", Files: []string{"kubernetes/_definitions/crd-web.yaml"}, Objects: 1, Stage: layout.Definitions},
		{Folder: "kubernetes/large/instances-0", Service: "large", Files: []string{"kubernetes/large/instances-0/main.yaml"},
			Objects: 900, Stage: layout.Content, PartOf: "kubernetes/large"},
		{Folder: "kubernetes/large/instances-1", Service: "large", Files: []string{"kubernetes/large/instances-1/other.yaml"},
			Objects: 900, Stage: layout.Content, PartOf: "kubernetes/large"},
		{Folder: "kubernetes/web", Service: "web", Files: []string{"kubernetes/web/cluster.yaml", "kubernetes/web/main.yaml"},
			Objects: 4, Stage: layout.Content, Custom: true},
		{Folder: "prometheus", Files: []string{"prometheus/rules/web.yaml"}, Objects: 1, Stage: layout.Content},
	}
	if d := cmp.Diff(want, made.Units); d != "" {
		t.Errorf("units (-want +got):\n%s", d)
	}
	root, _ := made.Files[len(made.Files)-1].Docs[0].(*types.Kustomization)
	if root == nil || len(root.Resources) != len(want) {
		t.Errorf("the entry point does not name each unit once: %v", root)
	}
}

// A namespace or a definition that leaves the tree must not take everything along that depends on it.
func TestNamespacesAndDefinitionsAreKept(t *testing.T) {
	for path, kind := range map[string]string{
		layout.NamespaceFile("paasta"):         "Namespace",
		layout.DefinitionFolder + "crd-a.yaml": "CustomResourceDefinition",
		"kubernetes/web/main.yaml":             "",
	} {
		made := kustomization.Of(target.NewLayout(targets.All()), "c1", []kustomization.Path{{Name: path}}, func(finding.Finding) {})
		k, _ := made.Files[0].Docs[0].(*types.Kustomization)
		got := ""
		if len(k.Patches) == 1 && strings.Contains(k.Patches[0].Patch, "kustomize.toolkit.fluxcd.io/prune: disabled") &&
			strings.Contains(k.Patches[0].Patch, "argocd.argoproj.io/sync-options: Prune=false,Delete=false") {
			got = k.Patches[0].Target.Kind
		}
		if got != kind {
			t.Errorf("%s: kept are objects of the kind %q, want %q", path, got, kind)
		}
	}
}
