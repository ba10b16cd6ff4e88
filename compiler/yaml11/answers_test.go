package yaml11

import (
	"bufio"
	"encoding/hex"
	"encoding/json"
	"math"
	"os"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/paasta-render/paasta-render/compiler/finding"
)

// answer is a document and what PyYAML makes of it; see testdata/answers.py.
type answer struct {
	Text       string
	Value      any
	Error, Why string
}

// TestAnswers holds both readers against PyYAML's answers. ANSWERS names a larger file than the one that is kept.
func TestAnswers(t *testing.T) {
	name := os.Getenv("ANSWERS")
	if name == "" {
		name = "testdata/answers.jsonl"
	}
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var a answer
		if err := json.Unmarshal(lines.Bytes(), &a); err != nil {
			t.Fatal(err)
		}
		a.check(t)
	}
}

func (a answer) check(t *testing.T) {
	var errors []finding.Finding
	root, ok := Parse("f", []byte(a.Text), func(f finding.Finding) {
		if f.Severity == finding.Error {
			errors = append(errors, f)
		}
	})
	switch {
	case len(errors) > 0 && strings.Contains(errors[0].Message, "stands inside the value"): // see golden/divergences.md
	case a.Error == "" && !ok:
		t.Errorf("%q: PyYAML reads %v, we refuse it: %v", a.Text, a.Value, errors)
	case a.Error != "" && ok:
		t.Errorf("%q: PyYAML refuses it (%s: %s), we read %v", a.Text, a.Error, a.Why, typed(root))
	case a.Error == "" && !reflect.DeepEqual(typed(root), a.Value):
		t.Errorf("%q: PyYAML reads %v, we read %v", a.Text, a.Value, typed(root))
	}
}

// TestPlacesOfSyntaxErrors holds places against PyYAML's problem marks.
func TestPlacesOfSyntaxErrors(t *testing.T) {
	for text, want := range map[string]string{
		"a: 1\nb:\n  c: *nope\n":    "f:3:6",
		"a: [b, *nope]\n":           "f:1:8",
		"a: b: c\n":                 "f:1:5",
		"a: b\n  c: d\n":            "f:2:4",
		"a: 1\nb: \"x: y\": c: d\n": "f:2:10",
		"a: @b\n":                   "f:1:4",
		"a:\n\tb: c\n":              "f:2:1",
		"a: 1\nb: [c:]\n":           "f:2:6",
		"a: &x 1\nb: &x 2\n":        "f:2:4",
		"a: {b: c}\n---\nd: e\n":    "f:2:1",
	} {
		var got []string
		Parse("f", []byte(text), func(f finding.Finding) { got = append(got, f.At.String()) })
		if len(got) != 1 || got[0] != want {
			t.Errorf("%q: the errors are at %v, PyYAML points to %s", text, got, want)
		}
	}
}

// typed is a value as answers.py writes it.
func typed(n *Node) any {
	list := func(kind string, v ...any) []any { return append([]any{kind}, v...) }
	if n == nil {
		return list("None")
	}
	switch n.Kind {
	case Null:
		return list("None")
	case Bool:
		return list("bool", map[bool]string{true: "True", false: "False"}[n.Bool])
	case Int:
		if n.Big != nil {
			return list("int", n.Big.String())
		}
		return list("int", strconv.FormatInt(n.Int, 10))
	case Float:
		return list("float", repr(n.Float))
	case String:
		return list("str", n.Text)
	case Date:
		return list("date", n.Text)
	case DateTime:
		return list("datetime", n.Text)
	case Bytes:
		return list("bytes", hex.EncodeToString([]byte(n.Text)))
	case List:
		items := []any{}
		for _, item := range n.Items {
			items = append(items, typed(item))
		}
		return list("list", items)
	}
	if n.Set {
		members := []any{}
		for _, p := range n.Pairs {
			members = append(members, typed(p.Key))
		}
		slices.SortFunc(members, func(a, b any) int { return strings.Compare(encoded(a), encoded(b)) })
		return list("set", members)
	}
	pairs := []any{}
	for _, p := range n.Pairs {
		pairs = append(pairs, []any{typed(p.Key), typed(p.Value)})
	}
	return list("dict", pairs)
}

// repr is Python's repr of a float.
func repr(f float64) string {
	switch {
	case math.IsNaN(f):
		return "nan"
	case math.IsInf(f, 1):
		return "inf"
	case math.IsInf(f, -1):
		return "-inf"
	}
	if a := math.Abs(f); a != 0 && (a < 1e-4 || a >= 1e16) {
		return strconv.FormatFloat(f, 'e', -1, 64)
	}
	s := strconv.FormatFloat(f, 'f', -1, 64)
	if !strings.Contains(s, ".") {
		s += ".0"
	}
	return s
}

// encoded is a value as Python's json.dumps writes it, but for escapes.
func encoded(v any) string {
	data, _ := json.Marshal(v)
	return strings.ReplaceAll(string(data), ",", ", ")
}
