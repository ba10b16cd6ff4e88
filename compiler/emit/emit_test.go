package emit_test

import (
	"encoding/json"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"gopkg.in/yaml.v3"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
	sigsyaml "sigs.k8s.io/yaml"

	"github.com/paasta-render/paasta-render/compiler/emit"
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/python"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

func TestStringsReadBackEverywhere(t *testing.T) {
	for _, s := range []string{"", "a", "yes", "No", "y", "null", "~", "1", "1e3", "0o17", "0x1F", "1_000", "1:30", ".5", "-", "=", "<<", "a: b", "a #b",
		"#a", " a", "a ", "a:", "2001-12-14", "10%", "512Mi", "100m", "{a}", "[a]", "*a", "&a", "!a", "%a", "@a", "`a", "|", ">", "'a'", "\"a\"", "a\\b",
		"a\nb", "a\nb\n", "a\n\nb\n", "a\n b", " a\nb", "a\nb \n", "a\n\n", "\n", "\t", "a\tb", "é", "日本", "\u0085", "\u2028", "\ufeff", "\x00", "\x7f", "a\r\nb",
		"🎈", "true", "NaN", ".inf", "---", "...", "- a", "? a", "012", "/a/b", "$(POD_IP)", "a,b", "sleep 30; while grep '^ *[0-9]*: x' f; do sleep 1; done"} {
		for _, doc := range []any{map[string]any{"k": s}, []any{s}, map[string]any{"k": []any{map[string]any{"x": s}}}} {
			checkRoundTrip(t, doc)
		}
		checkRoundTrip(t, map[string]any{s: "v"})
	}
}

// checkRoundTrip reads the YAML back with a YAML 1.1 and a YAML 1.2 parser.
func checkRoundTrip(t *testing.T, doc any) {
	t.Helper()
	data, err := emit.YAML(nil, doc)
	if err != nil {
		t.Fatal(err)
	}
	want, _ := json.Marshal(doc)
	root, ok := yaml11.Parse("f", data, func(f finding.Finding) { t.Errorf("%q: %s", data, f.Message) })
	if got, _ := json.Marshal(root); !ok || string(got) != string(want) {
		t.Errorf("YAML 1.1 reads %s from %q, want %s", got, data, want)
	}
	var modern any
	if err := yaml.Unmarshal(data, &modern); err != nil {
		t.Errorf("%q: %v", data, err)
	}
	if got, _ := json.Marshal(modern); string(got) != string(want) {
		t.Errorf("yaml.v3 reads %s from %q, want %s", got, data, want)
	}
}

func TestNumbersKeepTheirType(t *testing.T) {
	for _, f := range []float64{0, 1, 0.1, 100, 1e16, 1e-5, 1.5e300, -2.5, math.Inf(1), math.Inf(-1)} {
		data, err := emit.YAML(nil, map[string]any{"k": f})
		if err != nil {
			t.Fatal(err)
		}
		root, _ := yaml11.Parse("f", data, func(finding.Finding) {})
		if n := root.Get("k"); n.Kind != yaml11.Float || n.Float != f {
			t.Errorf("%v is written %q and read as %v %s", f, data, n.Kind, python.Str(n))
		}
	}
}

func TestLayout(t *testing.T) {
	replicas := int32(0)
	doc := &appsv1.Deployment{
		TypeMeta:   metav1.TypeMeta{APIVersion: "apps/v1", Kind: "Deployment"},
		ObjectMeta: metav1.ObjectMeta{Name: "web", Labels: map[string]string{"b": "1", "a": "x"}},
		Spec: appsv1.DeploymentSpec{
			Replicas: &replicas,
			Strategy: appsv1.DeploymentStrategy{RollingUpdate: &appsv1.RollingUpdateDeployment{MaxSurge: &intstr.IntOrString{Type: intstr.String, StrVal: "10%"}}},
			Template: corev1.PodTemplateSpec{Spec: corev1.PodSpec{Containers: []corev1.Container{{
				Name:      "web",
				Command:   []string{"sh", "-c", "one\ntwo\n"},
				Resources: corev1.ResourceRequirements{Limits: corev1.ResourceList{"cpu": resource.MustParse("500m")}},
			}}}},
		},
	}
	const want = `apiVersion: apps/v1
kind: Deployment
metadata:
  labels:
    a: x
    b: "1"
  name: web
spec:
  replicas: 0
  selector: null
  strategy:
    rollingUpdate:
      maxSurge: 10%
  template:
    spec:
      containers:
      - command:
        - sh
        - -c
        - |
          one
          two
        name: web
        resources:
          limits:
            cpu: 500m
`
	data, err := emit.YAML(nil, doc)
	if err != nil {
		t.Fatal(err)
	}
	var got, reference appsv1.Deployment
	if err := sigsyaml.UnmarshalStrict(data, &got); err != nil {
		t.Fatalf("%v in\n%s", err, data)
	}
	slow, _ := sigsyaml.Marshal(doc)
	_ = sigsyaml.Unmarshal(slow, &reference)
	if d := cmp.Diff(reference, got, cmp.Comparer(func(a, b resource.Quantity) bool { return a.Cmp(b) == 0 })); d != "" {
		t.Errorf("differs from what sigs.k8s.io/yaml writes:\n%s", d)
	}
	if d := cmp.Diff(normalise(want), normalise(string(data))); d != "" {
		t.Errorf("-want +got\n%s", d)
	}
}

// normalise lets the test state a layout without following the API's order of fields.
func normalise(s string) map[string]any {
	var m map[string]any
	_ = yaml.Unmarshal([]byte(s), &m)
	return m
}

func TestSeveralDocumentsAreSeparated(t *testing.T) {
	data, err := emit.YAML(nil, map[string]any{"a": 1}, map[string]any{"b": nil})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := string(data), "---\na: 1\n---\nb: null\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func FuzzString(f *testing.F) {
	for _, seed := range []string{"yes", "a: b", "a\n b", "1e3", "\u0085", "a\r"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		valid, _ := json.Marshal(s)
		var clean string
		_ = json.Unmarshal(valid, &clean) // what is no UTF-8 becomes U+FFFD
		checkRoundTrip(t, map[string]any{"k": clean, "l": []any{clean}})
		if len(clean) < 1000 {
			checkRoundTrip(t, map[string]any{clean: "v"})
		}
	})
}
