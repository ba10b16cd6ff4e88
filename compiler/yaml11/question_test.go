package yaml11

import (
	"testing"

	"github.com/paasta-render/paasta-render/compiler/finding"
)

func TestQuestionMarksInFlowCollectionsAreText(t *testing.T) {
	for _, test := range []struct{ rule, text, want string }{
		{"in a mapping", "a: {b: /c?d=1}", "/c?d=1"},
		{"before a space", "a: {b: c? d}", "c? d"},
		{"after a space", "a: {b: c ?d}", "c ?d"},
		{"beside quotes, comments and block text", "x: 'a?b' # [c?d]\ny: |\n  [e?f\nz: don't [g?h]\na: {b: i?j}", "i?j"},
		{"over two lines", "a: {q: [x?y,\n  z], b: k?l}", "k?l"},
	} {
		t.Run(test.rule, func(t *testing.T) {
			root, ok := Parse("f.yaml", []byte(test.text), func(f finding.Finding) { t.Error(f.Message) })
			if got := root.Path("a", "b"); !ok || got == nil || got.Text != test.want {
				t.Errorf("a.b is %+v, want %q", got, test.want)
			}
		})
	}
}

func TestQuestionMarkThatBeginsAScalarIsAnIndicator(t *testing.T) {
	if _, ok := Parse("f.yaml", []byte("a: {b: ?d}"), func(finding.Finding) {}); ok {
		t.Error("PyYAML refuses {b: ?d}")
	}
}
