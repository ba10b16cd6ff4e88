package explain

import (
	"slices"
	"testing"

	"github.com/paasta-render/paasta-render/compiler/diff"
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

func parse(t *testing.T, source string) *yaml11.Node {
	t.Helper()
	root, ok := yaml11.Parse("web/kubernetes-prod.yaml", []byte(source), func(f finding.Finding) { t.Fatal(f.Message) })
	if !ok {
		t.Fatal("the source is wrong")
	}
	return root
}

func TestChangedKeys(t *testing.T) {
	for _, test := range []struct {
		rule, before, after string
		want                []string
	}{
		{"nothing", "main: {a: 1}", "main: {a: 1}", nil},
		{"another notation of a place", "main: {a: 1}", "main:\n  a: 1\n", nil},
		{"a value", "main: {a: 1, b: 2}", "main: {a: 1, b: 3}", []string{"main.b"}},
		{"a key that comes", "main: {a: 1}", "main: {a: 1, b: 3}", []string{"main.b"}},
		{"a key that goes", "main: {a: 1, b: {c: 2}}", "main: {a: 1}", []string{"main.b"}},
		{"a list is one value", "main: {a: [1, 2]}", "main: {a: [1, 3]}", []string{"main.a"}},
		{"a type is a value", "main: {a: 1}", "main: {a: 1.0}", []string{"main.a"}},
		{"an anchor is read at many paths", "_t: &t {a: 1}\nx: {<<: *t}\ny: {<<: *t}\n", "_t: &t {a: 2}\nx: {<<: *t}\ny: {<<: *t}\n", []string{"_t.a", "x.a", "y.a"}},
	} {
		t.Run(test.rule, func(t *testing.T) {
			var got []string
			var found collected
			changedKeys(parse(t, test.before), parse(t, test.after), nil, func(path []string, a, b *yaml11.Node) {
				got = append(got, dotted(path))
				found.add("kubernetes-prod.yaml", "instance", path, a, b)
			})
			if !slices.Equal(got, test.want) {
				t.Errorf("changed keys = %q, want %q", got, test.want)
			}
			if len(found.keys) > 1 {
				t.Errorf("one edited value is %d keys", len(found.keys))
			}
		})
	}
}

func TestPut(t *testing.T) {
	root := parse(t, "main: {a: 1, b: {c: 2}}")
	for _, test := range []struct {
		rule  string
		path  []string
		value *yaml11.Node
		want  string
	}{
		{"a value", []string{"main", "a"}, yaml11.NewInt(5), `{"main":{"a":5,"b":{"c":2}}}`},
		{"a value below", []string{"main", "b", "c"}, yaml11.NewInt(5), `{"main":{"a":1,"b":{"c":5}}}`},
		{"a new path", []string{"other", "x"}, yaml11.NewInt(5), `{"main":{"a":1,"b":{"c":2}},"other":{"x":5}}`},
		{"a key that goes", []string{"main", "b"}, nil, `{"main":{"a":1}}`},
	} {
		t.Run(test.rule, func(t *testing.T) {
			if got := compact(put(root, test.path, test.value)); got != test.want {
				t.Errorf("put = %s, want %s", got, test.want)
			}
			if got := compact(root); got != `{"main":{"a":1,"b":{"c":2}}}` {
				t.Errorf("the original changed: %s", got)
			}
		})
	}
}

func TestTouches(t *testing.T) {
	for _, test := range []struct {
		a, b string
		want bool
	}{
		{"spec.a", "spec.a", true},
		{"spec.a", "spec.a.b", true},
		{"spec.a[x].b", "spec.a", true},
		{"spec.a", "spec.ab", false},
		{"spec.a", "spec.b", false},
		{"", "spec.b", true},
	} {
		if got := touches(test.a, test.b); got != test.want {
			t.Errorf("touches(%q, %q) = %t", test.a, test.b, got)
		}
	}
}

func TestConcerns(t *testing.T) {
	web := diff.Object{Cluster: "prod", Instance: "main", File: "prod/kubernetes/web/main.yaml"}
	job := diff.Object{Cluster: "prod", Instance: "job", File: "prod/tron/web.yaml"}
	for _, test := range []struct {
		rule, file string
		path       []string
		object     diff.Object
		want       bool
	}{
		{"its own instance", "kubernetes-prod.yaml", []string{"main", "cpus"}, web, true},
		{"another instance", "kubernetes-prod.yaml", []string{"canary", "cpus"}, web, false},
		{"another cluster", "kubernetes-stage.yaml", []string{"main", "cpus"}, web, false},
		{"Tron's file", "tron-prod.yaml", []string{"main", "x"}, web, false},
		{"a Tron job", "tron-prod.yaml", []string{"job", "x"}, job, true},
		{"a file of the whole service", "smartstack.yaml", []string{"main", "mode"}, web, true},
		{"its own state", "deployments.json", []string{"v2", "controls", "web:prod.main", "desired_state"}, web, true},
		{"another's state", "deployments.json", []string{"v2", "controls", "web:prod.canary", "desired_state"}, web, false},
		{"the old form, which nothing reads", "deployments.json", []string{"v1", "x"}, web, false},
	} {
		t.Run(test.rule, func(t *testing.T) {
			k := key{name: test.file, paths: [][]string{test.path}}
			if got := k.concerns(everyFile, &test.object, nil, nil); got != test.want {
				t.Errorf("concerns = %t, want %t", got, test.want)
			}
		})
	}
}

func TestSplitLine(t *testing.T) {
	for _, test := range []struct {
		in, file string
		line     int
	}{
		{"out/a.yaml:12", "out/a.yaml", 12}, {"out/a.yaml", "out/a.yaml", 0}, {"out/a.yaml:", "out/a.yaml:", 0}, {"a:b:3", "a:b", 3},
	} {
		if file, line := SplitLine(test.in); file != test.file || line != test.line {
			t.Errorf("SplitLine(%q) = %q, %d", test.in, file, line)
		}
	}
}
