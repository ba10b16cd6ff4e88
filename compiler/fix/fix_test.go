package fix

import (
	"testing"

	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

func TestApply(t *testing.T) {
	for _, test := range []struct {
		rule, text   string
		line, column int
		fix          finding.Fix
		suggestion   string
		want         string
	}{
		{"a key", "main:\n  memry: 5\n", 2, 3, finding.ByForm, "mem", "main:\n  mem: 5\n"},
		{"a key in braces", "main: {memry: 5, a: b}\n", 1, 8, finding.ByForm, "mem", "main: {mem: 5, a: b}\n"},
		{"a value before a comment", "a: 1e-1 # why\n", 1, 4, finding.ByForm, "0.1", "a: 0.1 # why\n"},
		{"a value in quotes", "a: 'it''s' # why\n", 1, 4, finding.ByForm, "x", "a: x # why\n"},
		{"a value in brackets", "a: [x, y]\nb: c\n", 1, 4, finding.ByForm, "x", "a: x\nb: c\n"},
		{"a value with a colon", "a: x:y\n", 1, 4, finding.ByForm, "z", "a: z\n"},
		{"nothing at all", "a:\nb: c\n", 1, 3, finding.ByForm, "{}", "a: {}\nb: c\n"},
		{"beside a key", "main:\n  a: b\n", 2, 3, finding.ByForm, "c: d", "main:\n  c: d\n  a: b\n"},
		{"beside a value", "main:\n  a: b\n", 2, 6, finding.ByForm, "c: d", "main:\n  c: d\n  a: b\n"},
		{"beside an item's key", "l:\n- a: b\n", 2, 3, finding.ByForm, "c: d", "l:\n- c: d\n  a: b\n"},
		{"beside, in braces", "main: {x: 1, a: b}\n", 1, 17, finding.ByForm, "c: d", "main: {x: 1, c: d, a: b}\n"},
		{"beside, at the brace", "main: {a: b}\n", 1, 7, finding.ByForm, "c: d", "main: {c: d, a: b}\n"},
		{"below a key", "main:\n  # why\n    a: b\n", 1, 1, finding.AddBelow, "c: d", "main:\n    c: d\n  # why\n    a: b\n"},
		{"below a key in braces", "main: {a: b}\n", 1, 1, finding.AddBelow, "c: d", "main: {c: d, a: b}\n"},
		{"below a key with an anchor", "main: &x\n  a: b\n", 1, 1, finding.AddBelow, "c: d", "main: &x\n  c: d\n  a: b\n"},
		{"below a key with nothing", "main: {}\n", 1, 1, finding.AddBelow, "c: d", "main: {c: d}\n"},
		{"a comment", "a: 1\nb: 2\n", 1, 4, finding.ByForm, "# why (X-12)", "a: 1  # why (X-12)\nb: 2\n"},
		{"below an alias nothing can be added", "a: &x {b: c}\nd: *x\n", 2, 1, finding.AddBelow, "c: d", ""},
		{"a place that is not there", "a: b\n", 7, 1, finding.ByForm, "x", ""},
		{"advice", "a: b\n", 1, 4, finding.ByForm, "one or the other", ""},
		{"a list of several lines stays", "a:\n- b\n- c\n", 2, 1, finding.ByForm, "x", ""},
	} {
		t.Run(test.rule, func(t *testing.T) {
			got, ok := Apply([]byte(test.text), finding.Finding{Suggestion: test.suggestion, Fix: test.fix,
				At: finding.Position{File: "f.yaml", Line: test.line, Column: test.column}})
			if string(got) != test.want && ok || ok != (test.want != "") {
				t.Errorf("got %q, %t, want %q", got, ok, test.want)
			}
		})
	}
}

// FuzzApply takes the suggestion at every place of whatever is written: it neither fails nor changes what is before the
// line of the place.
func FuzzApply(f *testing.F) {
	f.Add([]byte("main: {a: 'b', c: [1, 2]} # x\nd: |\n  e\n"), 1, 7, uint8(0))
	f.Add([]byte("- a: b\n  c: \"d\\\"\"\n"), 2, 6, uint8(2))
	f.Fuzz(func(t *testing.T, data []byte, line, column int, how uint8) {
		x := finding.Finding{Suggestion: "key: value", Fix: finding.Fix(how % 7),
			At: finding.Position{File: "f.yaml", Line: line, Column: column}}
		if fixed, ok := Apply(data, x); ok {
			yaml11.Parse("f.yaml", fixed, func(finding.Finding) {})
		}
	})
}
