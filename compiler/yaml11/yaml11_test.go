package yaml11_test

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/python"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

// testdata/scalars.json is what PyYAML 6.0.1's CSafeLoader makes of each plain scalar.
func TestScalarsResolveAsPyYAML(t *testing.T) {
	data, err := os.ReadFile("testdata/scalars.json")
	if err != nil {
		t.Fatal(err)
	}
	var rows []struct{ Text, Type, Str, Error string }
	if err := json.Unmarshal(data, &rows); err != nil {
		t.Fatal(err)
	}
	types := map[yaml11.Kind]string{yaml11.Null: "NoneType", yaml11.Bool: "bool", yaml11.Int: "int", yaml11.Float: "float",
		yaml11.String: "str", yaml11.Date: "date", yaml11.DateTime: "datetime", yaml11.List: "list", yaml11.Map: "dict"}
	for _, row := range rows {
		t.Run(row.Text, func(t *testing.T) {
			root, ok := yaml11.Parse("f.yaml", []byte("k: "+row.Text), func(finding.Finding) {})
			if row.Error != "" {
				if ok {
					t.Errorf("got %s, PyYAML raises %s", python.Repr(root), row.Error)
				}
				return
			}
			n := root.Get("k")
			if !ok || types[n.Kind] != row.Type || python.Str(n) != row.Str {
				t.Errorf("got %v %s (ok %v), PyYAML makes %s %s", n.Kind, python.Str(n), ok, row.Type, row.Str)
			}
		})
	}
}

func TestStructure(t *testing.T) {
	for _, test := range []struct{ rule, in, want string }{
		{"the last of two equal keys wins in the first one's place", "a: 1\nb: 2\na: 3", "{'a': 3, 'b': 2}"},
		{"own keys win over merged ones and merged ones come first", "x: &x {a: 1, b: 2}\ny:\n  c: 0\n  <<: *x\n  b: 3", "{'x': {'a': 1, 'b': 2}, 'y': {'a': 1, 'b': 3, 'c': 0}}"},
		{"an earlier element of a merged list wins", "y: {<<: [{a: 1}, {a: 2, b: 2}]}", "{'y': {'a': 1, 'b': 2}}"},
		{"a quoted merge key is a key", "y: {'<<': 1}", "{'y': {'<<': 1}}"},
		{"keys may be numbers and booleans", "1: a\nyes: b\n1.5: c", "{1: 'b', 1.5: 'c'}"},
		{"an explicit tag decides", "a: !!str 1\nb: !!int '2'\nc: !!float 3", "{'a': '1', 'b': 2, 'c': 3.0}"},
		{"an alias is the anchored value", "a: &a [1]\nb: *a", "{'a': [1], 'b': [1]}"},
	} {
		t.Run(test.rule, func(t *testing.T) {
			root, ok := yaml11.Parse("f.yaml", []byte(test.in), func(finding.Finding) {})
			if got := python.Repr(root); !ok || got != test.want {
				t.Errorf("got %s (ok %v), want %s", got, ok, test.want)
			}
		})
	}
}

func TestWhatIsWrongHasAPlace(t *testing.T) {
	bomb := "a: &a [x,x,x,x,x,x,x,x,x,x]\n"
	for c := 'b'; c < 'j'; c++ {
		bomb += fmt.Sprintf("%c: &%c [%s]\n", c, c, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*%c,", c-1), 10), ","))
	}
	for _, test := range []struct{ rule, in, want string }{
		{"unclosed list", "main: [1, 2\n", "f.yaml:1:1 Y001"},
		{"tab as indentation", "main:\n\tcpus: 1\n", "f.yaml:2:1 Y001"},
		{"unknown tag", "main:\n  a: !vault x\n", "f.yaml:2:6 Y002"},
		{"plain equals sign", "a: =\n", "f.yaml:1:4 Y002"},
		{"alias inside its own value", "a: &a [*a]\n", "f.yaml:1:8 Y003"},
		{"alias bomb", bomb, "f.yaml:1:1 Y003"},
		{"not UTF-8", "a: b\nc: \xff\n", "f.yaml:2:4 Y004"},
		{"two documents", "a: 1\n---\nb: 2\n", "f.yaml:2:1 Y001"},
		{"no such day", "a: 2001-02-30\n", "f.yaml:1:4 Y002"},
		{"a list as key", "? [a]\n: b\n", "f.yaml:1:3 Y001"},
		{"an open list on a later line", "main:\n  cpus: [1, 2\n  mem: 3\n", "f.yaml:2:3 Y001"},
		{"a control character", "main:\n  cmd: 'a\x07b'\n", "f.yaml:2:10 Y001"},
		{"an integer that Python does not read", "a: " + strings.Repeat("1", 4301) + "\n", "f.yaml:1:4 Y002"},
		{"merges that copy without end", "a: &a\n" + keys("  k", 2000) + merges(1000), "f.yaml:2526:12 Y003"},
		{"merge of a scalar", "<<: 3\n", "f.yaml:1:5 Y001"},
		{"nesting without end", strings.Repeat("[", 300) + strings.Repeat("]", 300), "f.yaml:1:202 Y003"},
	} {
		t.Run(test.rule, func(t *testing.T) {
			var got []string
			_, ok := yaml11.Parse("f.yaml", []byte(test.in), func(f finding.Finding) {
				got = append(got, f.At.String()+" "+string(f.Code))
			})
			if d := cmp.Diff([]string{test.want}, got); d != "" || ok {
				t.Errorf("ok %v, findings (-want +got):\n%s", ok, d)
			}
		})
	}
}

func TestAKeyTwiceAmongMany(t *testing.T) {
	var got []string
	root, ok := yaml11.Parse("f.yaml", []byte(keys("k", 100)+"k7: 2\n"), func(f finding.Finding) {
		got = append(got, f.At.String()+" "+string(f.Code))
	})
	if d := cmp.Diff([]string{"f.yaml:101:1 Y005"}, got); d != "" || !ok {
		t.Errorf("ok %v, findings (-want +got):\n%s", ok, d)
	}
	if len(root.Pairs) != 100 || root.Get("k7").Int != 2 {
		t.Errorf("there are %d keys, and k7 is %s", len(root.Pairs), root.Get("k7").Text)
	}
}

// keys are lines of a mapping.
func keys(prefix string, n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "%s%d: 1\n", prefix, i)
	}
	return b.String()
}

// merges are mappings that each take over the keys of the anchor a.
func merges(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "m%d: {<<: *a}\n", i)
	}
	return b.String()
}

func TestDeepMergeAsPaaSTA(t *testing.T) {
	for _, test := range []struct{ rule, upper, lower, want string }{
		{"mappings merge inside, the lower keys first", "{b: {x: 1}, c: 1}", "{a: 0, b: {y: 2, x: 0}}", "{'a': 0, 'b': {'y': 2, 'x': 1}, 'c': 1}"},
		{"a list replaces a list", "{a: [1]}", "{a: [2, 3]}", "{'a': [1]}"},
		{"null replaces a mapping", "{a: null}", "{a: {b: 1}}", "{'a': None}"},
		{"a mapping replaces a scalar", "{a: {b: 1}}", "{a: 2}", "{'a': {'b': 1}}"},
	} {
		t.Run(test.rule, func(t *testing.T) {
			if got := python.Repr(yaml11.DeepMerge(must(t, test.upper), must(t, test.lower))); got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}

func must(t *testing.T, text string) *yaml11.Node {
	t.Helper()
	root, ok := yaml11.Parse("f.yaml", []byte(text), func(f finding.Finding) { t.Error(f.Message) })
	if !ok {
		t.Fatalf("cannot parse %q", text)
	}
	return root
}

func TestJSONPositions(t *testing.T) {
	root, ok := yaml11.ParseJSON("f.json", []byte("{\n  \"a\": [1, 2.5],\n  \"b\": {\"c\": \"x\"}\n}"), func(f finding.Finding) { t.Error(f.Message) })
	if !ok {
		t.Fatal("not parsed")
	}
	for _, test := range []struct {
		node *yaml11.Node
		want string
	}{
		{root, "f.json:1:1"},
		{root.Get("a"), "f.json:2:8"},
		{root.Get("a").Items[1], "f.json:2:12"},
		{root.Path("b", "c"), "f.json:3:14"},
	} {
		if got := test.node.Position().String(); got != test.want {
			t.Errorf("%s is at %s, want %s", python.Repr(test.node), got, test.want)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{"a: 1", "a: &a [*a]", "x: &x {a: 1}\ny: {<<: *x}", "- 2001-12-14 21:59:43 +5:30", "? a\n: b", "a: |\n  x\n", "\ufeffa: 1", "{\"a\": [1.5e3]}"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		wrong := false
		root, ok := yaml11.Parse("f", data, func(x finding.Finding) { wrong = wrong || x.Severity == finding.Error })
		if ok == wrong {
			t.Errorf("ok is %v, reported an error: %v", ok, wrong)
		}
		if ok {
			_ = python.Repr(root)
			_ = python.JSON(root, true)
		}
		_, _ = yaml11.ParseJSON("f", data, func(finding.Finding) {})
	})
}

func FuzzScalar(f *testing.F) {
	for _, seed := range []string{"1:30", "0o17", "1_000", ".5", "1e3", "2001-1-1 1:1:1", "0x", "-.inf", "~"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if strings.ContainsAny(text, "\n\r\u0085\u2028\u2029") {
			return
		}
		root, ok := yaml11.Parse("f", []byte("k: "+text), func(finding.Finding) {})
		if ok {
			_ = python.Str(root.Get("k"))
		}
	})
}
