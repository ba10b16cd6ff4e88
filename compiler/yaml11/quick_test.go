package yaml11

import (
	"io/fs"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/paasta-render/paasta-render/compiler/finding"
)

// twoWays reads a file quickly and by the parser that knows everything, and fails where they disagree. known tells
// whether the quick one had an answer.
func twoWays(t *testing.T, data []byte) (known bool) {
	t.Helper()
	var got, want []finding.Finding
	quick, known := readQuickly("f", data, func(f finding.Finding) { got = append(got, f) })
	if !known {
		if len(got) > 0 {
			t.Errorf("%q: reported without an answer: %v", data, got)
		}
		return false
	}
	whole, ok := parse("f", data, func(f finding.Finding) { want = append(want, f) })
	if !ok {
		t.Fatalf("%q: read quickly, but wrong: %v", data, want)
	}
	if d := cmp.Diff(whole, quick, sameNodes); d != "" {
		t.Fatalf("%q: (-whole +quick):\n%s", data, d)
	}
	if d := cmp.Diff(want, got, cmpopts.EquateEmpty()); d != "" {
		t.Fatalf("%q: findings (-whole +quick):\n%s", data, d)
	}
	return true
}

// sameNodes compares nodes whole, places too.
var sameNodes = cmp.Options{cmp.AllowUnexported(Node{}), cmpopts.EquateEmpty(), cmpopts.EquateNaNs()}

// shapes are what people write, each a case of its own.
var shapes = []string{
	"", "# nothing\n", "---\n", "---\na: 1\n", "a: 1\n---\nb: 2\n", "a: 1\n...\n", "%YAML 1.1\n---\na: 1\n", "a: 1", "a:", "a: b: c\n",
	"a: 1 # one\nb: 'x' # two\nc: [1, 2] # three\nd: # four\n  e: f\ng: # five\nh:\n- 1 # six\n-\n- # seven\n  i: j\n",
	"a:\n- b\n- c: 1\n  d: 2\n- - e\n  - f\n-\n  g: h\n- &x\n  i: j\n- *x # eight\n", "a:\n  - b\n c: d\n", "a: b\n  c\n", "a: 'b\n  c'\n",
	"a: &x {b: 1, c: [d, 'e', \"f\\n\"]}\nb:\n  <<: *x\n  b: 2\nc: {<<: [*x, {z: 9}], q: 1}\n", "a: &x\n  b: 1\nc: *x\nd: &y 5\ne: *y # k\n",
	"a: &x [*x]\n", "a: *x\n", "&x a: 1\n", "&x\na: 1\n", "? a\n: b\n", "a: <<\n", "<<: 1\n", "'<<': 1\n", "<<: {a: 1}\na: 2\n", "- <<\n", "a: =\n",
	"a: |\n  one\n   two\n\n  three\n\nb: |-\n  x\nc: |+\n  y\n\nd: >\n  one\n  two\ne: >-\n  three\n", "a: |\n\n  x\n", "a: |2\n   x\n", "- |\n  x\n- >-\n  y\n",
	"a: |\n  x", "a: |\n  x\n # c\nb: 1\n", "a: >\n  x\n\n  y\n", "a: >\n  x\n   y\n", "a: |\n  \n  x\n    \n", "a: |\nb: 1\n",
	"a: 1\na: 2\nb: {c: 1, c: 2}\n", "1: a\nyes: b\n1.0: c\nnull: d\n~: e\n", "a: http://x:1/y?z\nb: {u: http://x:1/y}\nc: {u: /y?z}\n",
	"a: [1,\n  2,\n  3\n ]\nb: {x: 1,\ny: 2}\nc: [a\n b]\n", "a: [1, # c\n 2]\n", "a: [x, [y], {z: w},]\n", "a: [,]\n", "a: {b}\n", "a: {b: }\n", "a: {b: , c: d}\n",
	"a: [b: c]\n", "a: {\"b\":1}\n", "a: {'b': 1}\n", "a: {b:1}\n", "a: [b:]\n", "\"a b\": 1\n'c''d': \"e\\\"f\\\\g\"\n", "a : 1\n", "a: -\n", "a: -1\nb: - c\n",
	"a: @b\n", "a: `b`\n", "a: %b\n", "a: !!str 1\n", "a:\tb\n", "a: ü # ä\nü: [é, x] # ö\n'ß': {a: 'ü', b: c}\n", "a: \u2028b\n", "a: \u0085b\n", "\ufeffa: 1\n",
	"a: b#c\nd: e #f\ng: '#h'\n", "a:\n  b: 1\n   # odd\n  c: 2\n# end", "a: 0123\nb: 1_000\nc: 1:30\nd: 2001-01-01\ne: .5\nf: 1e3\ng: 1.5e+3\nh: 0x1f\ni: +1\nj: -.inf\n",
	"- a\n- b\n", "a\n", "'a'\n", "[a, b]\n", "{a: b}\n", "a: b\n- c\n", "- a\nb: c\n", " a: 1\n b: 2\n", " a: 1\nb: 2\n", "a: 'b' c\n", "a: [b] c\n", "a: \"b\"c\n",
	"a: {b: &x 1, c: *x}\n", "a: [&x b, *x, *x]\n", "a: &x *y\n", "a: &x &y 1\n", "&x\n&y 1", "a: &x\n  &y b: 1\n", "- &x\n  &y 1\n", "a: &x\n  *x\n",
	"- &x\n-", "- &x\n- b\n", "a: &x\n- b\n", "a:\n  &x\n- b\n", "- &x\n  - b\n", "&x\n- b\n", "- - &x\n  - b\n", "- a: &x\n  - b\n", "a: *x : 1\n", "a:\n  &x\n  b: 1\n", "a: &x # c\n  b: 1\n", "key: # c\n", "key: # c\nb: 1\n", "key: # c\n- 1\n",
	"a: '\n", "a: \"\\x41\"\n", "a: \"b\\\n  c\"\n", "a: [\n", "a: [1\n---\n2]\n", "a: {b: 1\n", "a: \"b\": 1\n", "a: 1 : 2\n", "a: b:\n", "a: ''\n\"\": b\n", "? \n", "a: ?b\n", "a: :b\n", "::a: 1\n",
}

func TestQuickReadsAsTheWholeParser(t *testing.T) {
	known := 0
	for _, shape := range shapes {
		if twoWays(t, []byte(shape)) {
			known++
		}
	}
	if known < len(shapes)/3 {
		t.Errorf("quick knew %d of %d shapes", known, len(shapes))
	}
}

// The corpora are files as people write them: if quick does not know them, it is of no use.
func TestQuickReadsTheCorpora(t *testing.T) {
	for _, root := range []string{"../../golden/parity", "../../examples"} {
		known, all := 0, 0
		err := fs.WalkDir(os.DirFS(root), ".", func(name string, e fs.DirEntry, err error) error {
			if err != nil || e.IsDir() || !strings.HasSuffix(name, ".yaml") || strings.Contains(name, "expected/") {
				return err
			}
			data, err := os.ReadFile(root + "/" + name)
			if err != nil {
				return err
			}
			all++
			if twoWays(t, data) {
				known++
			} else {
				t.Log("not read quickly:", name)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if known*10 < all*9 {
			t.Errorf("%s: quick knew %d of %d files", root, known, all)
		}
	}
}

func FuzzQuick(f *testing.F) {
	for _, shape := range shapes {
		f.Add(shape)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if readable("f", []byte(text), func(finding.Finding) {}) {
			twoWays(t, []byte(text))
		}
	})
}
