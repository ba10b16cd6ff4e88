//go:build e2e

package e2e

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
)

// What the API server would refuse has been left out of the trees, with a finding. So it takes all that is in them.
func TestAPIServerTakesEveryObject(t *testing.T) {
	program(t, "kube-apiserver")
	for _, c := range companies() {
		out := filepath.Join(t.TempDir(), c.name)
		for _, cluster := range c.render(t, out) {
			t.Run(c.name+"/"+cluster, func(t *testing.T) {
				s, tree := startServer(t, false), filepath.Join(out, cluster)
				all := objects(t, filepath.Join(tree, "kubernetes"))
				if !c.ours() {
					s.prepare(t, all)
				}
				answer, err := s.try("", "apply", "--server-side", "-k", tree)
				refused := strings.Count(answer, explained)
				if err != nil && refused == 0 {
					t.Errorf("kubectl apply -k: %v\n%s", err, complaints(answer))
				}
				applied := strings.Count(answer, "serverside-applied")
				if applied < len(all)-refused {
					t.Errorf("%d objects of %d were applied\n%s", applied, len(all), complaints(answer))
				}
				t.Logf("%d objects were applied", applied)
			})
		}
	}
}

// explained is the one refusal of what we render: a proxy_port of -1 is a port of paasta-routing in PaaSTA's own
// objects. golden/divergences.md tells why it stays, and the schema's error names the place.
const explained = `Service "paasta-routing" is invalid`

// complaints are the lines of kubectl's answer that are no success.
func complaints(answer string) string {
	var lines []string
	for _, line := range strings.Split(answer, "\n") {
		if !strings.HasSuffix(line, " serverside-applied") {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n")
}

// prepare makes the custom resource definitions that the cluster's operators bring: permissive ones, of the kinds that
// the system config itself calls custom resources. Any other kind that a stock cluster lacks is a fault of the tree.
func (s *server) prepare(t *testing.T, all []object) {
	t.Helper()
	defined, definitions := map[string]bool{}, ""
	for _, o := range all {
		if o.Kind == "CustomResourceDefinition" {
			defined[o.Spec.Group+"/"+o.Spec.Names.Kind] = true
			definitions += "---\n" + o.text + "\n"
		}
	}
	for _, o := range all {
		group, version, _ := strings.Cut(o.APIVersion, "/")
		if defined[group+"/"+o.Kind] || group != "yelp.com" && !strings.HasSuffix(group, ".harbor.example") {
			continue
		}
		defined[group+"/"+o.Kind] = true
		definitions += permissive(group, version, o.Kind)
	}
	if definitions == "" {
		return
	}
	s.run(t, definitions, "apply", "--server-side", "-f", "-")
	s.run(t, "", "wait", "--for=condition=Established", "crd", "--all", "--timeout=60s")
}

func permissive(group, version, kind string) string {
	singular := strings.ToLower(kind)
	return fmt.Sprintf(`---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: %ss.%s}
spec:
  group: %s
  scope: Namespaced
  names: {kind: %s, plural: %ss, singular: %s}
  versions:
  - name: %s
    served: true
    storage: true
    schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
`, singular, group, group, kind, singular, singular, version)
}
