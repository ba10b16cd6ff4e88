package kustomization_test

import (
	"path"
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
			tree := kustomization.Of(target.NewLayout(targets.All()), "c1", test.paths, func(f finding.Finding) { codes = append(codes, f.Code) })
			got := map[string][]string{}
			for _, f := range tree.Files {
				if k, ok := f.Docs[0].(*types.Kustomization); ok {
					for _, m := range k.ConfigMapGenerator {
						got[m.Name] = nil
						for _, source := range m.FileSources {
							got[m.Name] = append(got[m.Name], path.Join(path.Dir(f.Path), source))
						}
					}
				}
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
