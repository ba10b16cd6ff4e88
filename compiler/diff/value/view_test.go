package value

import (
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/paasta-render/paasta-render/compiler/emit"
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

// documents are what targets hand over, in every shape that YAML takes.
func documents(t *testing.T) map[string]any {
	t.Helper()
	node, ok := yaml11.Parse("f", []byte("i: 5\nbig: 123456789012345678901234567890\nf: 1.0\ng: .inf\nd: 2001-01-01\nb: !!binary aGk=\n"+
		"n: null\nt: yes\ns: '5'\nlines: |\n  a\n  b\n1: one\nempty: {}\nnone: []\nlist: [1, {z: 1, a: 2}, [x]]\n"),
		func(f finding.Finding) { t.Fatal(f) })
	if !ok {
		t.Fatal("the document is wrong")
	}
	one, half := int32(1), intstr.FromString("50%")
	return map[string]any{
		"a node": node,
		"a Deployment": &appsv1.Deployment{
			TypeMeta:   metav1.TypeMeta{APIVersion: "apps/v1", Kind: "Deployment"},
			ObjectMeta: metav1.ObjectMeta{Name: "web", Labels: map[string]string{"b": "2", "a": "1", "text": "a: b"}},
			Spec: appsv1.DeploymentSpec{Replicas: &one, Template: corev1.PodTemplateSpec{Spec: corev1.PodSpec{
				Containers: []corev1.Container{{Name: "main", Command: []string{"sh", "-c", "a\nb\n"}, Resources: corev1.ResourceRequirements{
					Limits: corev1.ResourceList{"cpu": resource.MustParse("500m"), "memory": resource.MustParse("1Gi")}}}}}}},
		},
		"a PodDisruptionBudget": &policyv1.PodDisruptionBudget{Spec: policyv1.PodDisruptionBudgetSpec{MaxUnavailable: &half}},
		"labels":                map[string]any{"b": "x", "a": yaml11.NewInt(3), "c": nil},
		"a scalar":              "text",
		"nothing":               nil,
	}
}

func TestViewsReadAsTheirYAML(t *testing.T) {
	for name, doc := range documents(t) {
		t.Run(name, func(t *testing.T) {
			data, err := emit.YAML(nil, doc)
			if err != nil {
				t.Fatal(err)
			}
			got := string((&Node{view: emit.Of(doc), from: fromView}).JSON(nil))
			if want := string(parsed(string(data)).JSON(nil)); got != want {
				t.Errorf("the view reads\n%s\nand its YAML\n%s", got, want)
			}
			if !emit.Same(emit.Of(doc), emit.Of(doc)) {
				t.Error("the document is not the same as itself")
			}
		})
	}
}

func TestDocumentsThatDifferAreNotTheSame(t *testing.T) {
	all := documents(t)
	for a, one := range all {
		for b, other := range all {
			if a != b && emit.Same(emit.Of(one), emit.Of(other)) {
				t.Errorf("%s is the same as %s", a, b)
			}
		}
	}
	if emit.Same(emit.Of(yaml11.NewInt(1)), emit.Of(yaml11.NewInt(2))) {
		t.Error("1 is the same as 2")
	}
}
