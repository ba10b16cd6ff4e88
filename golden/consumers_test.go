package golden

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v5"
	"gopkg.in/yaml.v3"
	appsv1 "k8s.io/api/apps/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/kyaml/filesys"
	k8syaml "sigs.k8s.io/yaml"

	"github.com/paasta-render/paasta-render/compiler"
	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/layout"
	"github.com/paasta-render/paasta-render/compiler/tree"
	"github.com/paasta-render/paasta-render/examples"
	"github.com/paasta-render/paasta-render/targets"
)

// apiTypes makes an empty object of each Kubernetes kind that we render.
var apiTypes = map[string]func() any{
	"apps/v1/Deployment":                       func() any { return new(appsv1.Deployment) },
	"apps/v1/StatefulSet":                      func() any { return new(appsv1.StatefulSet) },
	"autoscaling/v2/HorizontalPodAutoscaler":   func() any { return new(autoscalingv2.HorizontalPodAutoscaler) },
	"policy/v1/PodDisruptionBudget":            func() any { return new(policyv1.PodDisruptionBudget) },
	"rbac.authorization.k8s.io/v1/RoleBinding": func() any { return new(rbacv1.RoleBinding) },
	"v1/LimitRange":                            func() any { return new(corev1.LimitRange) },
	"v1/Namespace":                             func() any { return new(corev1.Namespace) },
	"v1/Service":                               func() any { return new(corev1.Service) },
	"v1/ServiceAccount":                        func() any { return new(corev1.ServiceAccount) },
}

// manifest is one document of a file below <cluster>/kubernetes.
type manifest struct {
	file string
	text string
	data map[string]any
}

// key is apiVersion/kind, as apiTypes has it.
func (m manifest) key() string { return text(m.data, "apiVersion") + "/" + text(m.data, "kind") }

// id is what the API server tells objects apart by.
func (m manifest) id() string {
	return fmt.Sprintf("%s %s/%s", m.key(), text(m.data, "metadata", "namespace"), text(m.data, "metadata", "name"))
}

// custom tells whether a custom resource definition, and not Kubernetes itself, knows the kind.
func (m manifest) custom() bool {
	group, _, ok := strings.Cut(text(m.data, "apiVersion"), "/")
	return ok && strings.Contains(group, ".") && !strings.HasSuffix(group, ".k8s.io")
}

// forEachTree runs a check on every cluster's files of the example and of the corpora.
func forEachTree(t *testing.T, check func(t *testing.T, files map[string][]byte)) {
	companies := map[string]map[string][]byte{"example": renderExample(t)}
	for _, name := range []string{"pnw", "harbor"} {
		companies[name] = openCorpus(t, name).files
	}
	for _, company := range sortedKeys(companies) {
		clusters := map[string]map[string][]byte{}
		for name, data := range companies[company] {
			cluster, rest, _ := strings.Cut(name, "/")
			if clusters[cluster] == nil {
				clusters[cluster] = map[string][]byte{}
			}
			clusters[cluster][rest] = data
		}
		for _, cluster := range sortedKeys(clusters) {
			t.Run(company+"/"+cluster, func(t *testing.T) { check(t, clusters[cluster]) })
		}
	}
}

func renderExample(t *testing.T) map[string][]byte {
	t.Helper()
	in := config.Input{SOA: sub(t, examples.Company, "company"), System: sub(t, examples.Company, "company/_system")}
	var memory tree.Memory
	var list finding.List
	if _, err := compiler.Compile(in, compiler.Options{Targets: targets.All(), Jobs: 2}, &memory, list.Add); err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{}
	for _, f := range memory.Files() {
		files[f.Path] = f.Data
	}
	return files
}

func manifests(t *testing.T, files map[string][]byte) []manifest {
	t.Helper()
	var all []manifest
	for _, name := range sortedKeys(files) {
		if !strings.HasPrefix(name, "kubernetes/") || layout.IsKustomization(name) {
			continue
		}
		for _, doc := range strings.Split("\n"+string(files[name]), "\n---\n") {
			if strings.TrimSpace(doc) == "" {
				continue
			}
			o, _ := decode(t, name, []byte(doc)).(map[string]any)
			if o == nil {
				t.Errorf("%s holds a document that is no object", name)
				continue
			}
			all = append(all, manifest{name, doc, o})
		}
	}
	if len(all) == 0 {
		t.Fatal("the cluster has no Kubernetes objects")
	}
	return all
}

func TestObjectsDecodeStrictlyIntoTheirTypes(t *testing.T) {
	forEachTree(t, func(t *testing.T, files map[string][]byte) {
		for _, m := range manifests(t, files) {
			if m.custom() {
				continue
			}
			into, ok := apiTypes[m.key()]
			if !ok {
				if m.key() != "apiextensions.k8s.io/v1/CustomResourceDefinition" {
					t.Errorf("%s: nobody says which Go type %s has", m.file, m.key())
				}
				continue
			}
			if err := k8syaml.UnmarshalStrict([]byte(m.text), into()); err != nil {
				t.Errorf("%s: %s: %v", m.file, m.id(), err)
			}
		}
	})
}

func TestObjectsPassTheOpenAPISchema(t *testing.T) {
	schemas := openAPI(t)
	forEachTree(t, func(t *testing.T, files map[string][]byte) {
		for _, m := range manifests(t, files) {
			schema, ok := schemas[m.key()]
			if !ok {
				if !m.custom() {
					t.Errorf("%s: openapi/ has no schema for %s", m.file, m.key())
				}
				continue
			}
			if err := schema.Validate(m.data); err != nil {
				t.Errorf("%s: %s: %#v", m.file, m.id(), err)
			}
		}
	})
}

func openAPI(t *testing.T) map[string]*jsonschema.Schema {
	t.Helper()
	data, err := os.ReadFile("openapi/kubernetes-1.37.json")
	if err != nil {
		t.Fatal(err)
	}
	var index struct{ Kinds map[string]string }
	if err := json.Unmarshal(data, &index); err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource("kubernetes.json", bytes.NewReader(data)); err != nil {
		t.Fatal(err)
	}
	schemas := map[string]*jsonschema.Schema{}
	for key, definition := range index.Kinds {
		if schemas[key], err = compiler.Compile("kubernetes.json#/definitions/" + definition); err != nil {
			t.Fatal(err)
		}
	}
	return schemas
}

func TestYAMLReadersAgree(t *testing.T) {
	withoutRace(t)
	forEachTree(t, func(t *testing.T, files map[string][]byte) {
		for _, m := range manifests(t, files) {
			var loose any
			if err := yaml.Unmarshal([]byte(m.text), &loose); err != nil {
				t.Errorf("%s: %v", m.file, err)
				continue
			}
			again, err := json.Marshal(loose)
			if err != nil {
				t.Errorf("%s: %v", m.file, err)
				continue
			}
			var v3 any
			if err := json.Unmarshal(again, &v3); err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(any(m.data), v3); d != "" {
				t.Errorf("%s: %s (-YAML 1.1 +yaml.v3):\n%s", m.file, m.id(), d)
			}
		}
	})
}

func TestEveryObjectExistsOnce(t *testing.T) {
	withoutRace(t)
	forEachTree(t, func(t *testing.T, files map[string][]byte) {
		seen := map[string]string{}
		for _, m := range manifests(t, files) {
			if text(m.data, "metadata", "name") == "" {
				t.Errorf("%s: a %s has no name", m.file, m.key())
			}
			if first, ok := seen[m.id()]; ok {
				t.Errorf("%s holds %s, and so does %s", m.file, m.id(), first)
			}
			seen[m.id()] = m.file
		}
	})
}

func TestKustomizeBuildsEveryCluster(t *testing.T) {
	withoutRace(t)
	forEachTree(t, func(t *testing.T, files map[string][]byte) {
		memory := filesys.MakeFsInMemory()
		for name, data := range files {
			if err := memory.WriteFile(path.Join("/cluster", name), data); err != nil {
				t.Fatal(err)
			}
		}
		built, err := krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(memory, "/cluster")
		if err != nil {
			t.Fatal(err)
		}
		ids := map[string]bool{}
		for _, r := range built.Resources() {
			ids[fmt.Sprintf("%s %s/%s", r.GetApiVersion()+"/"+r.GetKind(), r.GetNamespace(), r.GetName())] = true
		}
		for _, m := range manifests(t, files) {
			if !ids[m.id()] {
				t.Errorf("%s: kustomize build lacks %s", m.file, m.id())
			}
		}
	})
}
