package kustomization_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/kustomize/api/types"

	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/kustomization"
	"github.com/paasta-render/paasta-render/compiler/target"
	"github.com/paasta-render/paasta-render/targets"
)

func TestConfigMapsStayBelowTheLimit(t *testing.T) {
	const half = 600 << 10
	for _, test := range []struct {
		rule     string
		paths    []kustomization.Path
		want     map[string][]string
		findings []finding.Code
	}{
		{"files fill ConfigMaps in order of name",
			[]kustomization.Path{{Name: "tron/c.yaml", Size: half}, {Name: "tron/a.yaml", Size: half}, {Name: "tron/b.yaml", Size: 1000}},
			map[string][]string{"paasta-tron": {"tron/a.yaml", "tron/b.yaml"}, "paasta-tron-2": {"tron/c.yaml"}}, nil},
		{"a folder has its own",
			[]kustomization.Path{{Name: "prometheus/alertmanager.yaml", Size: 10}, {Name: "prometheus/rules/a.yaml", Size: 10}},
			map[string][]string{"paasta-prometheus": {"prometheus/alertmanager.yaml"}, "paasta-prometheus-rules": {"prometheus/rules/a.yaml"}}, nil},
		{"a file that fits nowhere goes in pieces",
			[]kustomization.Path{{Name: "tron/a.yaml", Size: 2 << 20}, {Name: "tron/a.yaml.gz.01", Size: half}, {Name: "tron/b.yaml", Size: 10}},
			map[string][]string{"paasta-tron": {"tron/a.yaml.gz.01", "tron/b.yaml"}}, []finding.Code{"C012"}},
		{"Kubernetes manifests are resources",
			[]kustomization.Path{{Name: "kubernetes/web/main.yaml", Size: 10}}, map[string][]string{}, nil},
	} {
		t.Run(test.rule, func(t *testing.T) {
			var codes []finding.Code
			files := kustomization.Files(target.NewLayout(targets.All()), "c1", test.paths, func(f finding.Finding) { codes = append(codes, f.Code) })
			k, ok := files[len(files)-1].Docs[0].(*types.Kustomization)
			if !ok {
				t.Fatal("the last file is no kustomization")
			}
			got := map[string][]string{}
			for _, m := range k.ConfigMapGenerator {
				got[m.Name] = m.FileSources
			}
			if d := cmp.Diff(test.want, got); d != "" {
				t.Errorf("ConfigMaps (-want +got):\n%s", d)
			}
			if d := cmp.Diff(test.findings, codes); d != "" {
				t.Errorf("findings (-want +got):\n%s", d)
			}
		})
	}
}

// A namespace that leaves the tree must not take everything in it along.
func TestNamespacesAreKept(t *testing.T) {
	for _, test := range []struct {
		rule string
		path string
		want bool
	}{
		{"a tree with namespaces keeps them", target.NamespaceFile("paasta"), true},
		{"a tree without any says nothing of them", "kubernetes/web/main.yaml", false},
	} {
		files := kustomization.Files(target.NewLayout(targets.All()), "c1", []kustomization.Path{{Name: test.path, Size: 10}}, func(finding.Finding) {})
		k, ok := files[len(files)-1].Docs[0].(*types.Kustomization)
		if !ok {
			t.Fatalf("%T is no kustomization", files[len(files)-1].Docs[0])
		}
		got := len(k.Patches) == 1 && strings.Contains(k.Patches[0].Patch, "kustomize.toolkit.fluxcd.io/prune: disabled") &&
			strings.Contains(k.Patches[0].Patch, "argocd.argoproj.io/sync-options: Prune=false,Delete=false") &&
			k.Patches[0].Target.Kind == "Namespace"
		if got != test.want {
			t.Errorf("%s: %t, patches %v", test.rule, got, k.Patches)
		}
	}
}
