package python

import (
	"testing"

	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

func parse(t *testing.T, text string) *yaml11.Node {
	t.Helper()
	n, ok := yaml11.Parse("test.yaml", []byte(text), func(f finding.Finding) { t.Log(f.Message) })
	if !ok {
		t.Fatalf("%s does not parse", text)
	}
	return n
}

func TestEqual(t *testing.T) {
	for _, test := range []struct {
		rule, a, b string
		want       bool
	}{
		{"an integer equals a float of its value", "1", "1.0", true},
		{"true equals 1", "true", "1", true},
		{"a string equals no number", "'1'", "1", false},
		{"dicts ignore order", "{a: 1, b: [x]}", "{b: [x], a: 1}", true},
		{"lists keep order", "[a, b]", "[b, a]", false},
		{"an empty list is no empty dict", "[]", "{}", false},
		{"a missing key differs", "{a: 1}", "{b: 1}", false},
	} {
		t.Run(test.rule, func(t *testing.T) {
			if got := Equal(parse(t, test.a), parse(t, test.b)); got != test.want {
				t.Errorf("Equal(%s, %s) = %v, want %v", test.a, test.b, got, test.want)
			}
		})
	}
}

func TestJSONSortsNumbersByValue(t *testing.T) {
	if got, want := JSON(parse(t, "{10: a, 9: b}"), true), `{"9": "b", "10": "a"}`; got != want {
		t.Errorf("JSON = %s, want %s", got, want)
	}
}
