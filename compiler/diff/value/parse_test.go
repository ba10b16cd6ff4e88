package value

import (
	"encoding/json"
	"testing"
)

func TestSplitDocuments(t *testing.T) {
	for _, test := range []struct {
		rule, source string
		want         int
	}{
		{"one without marks", "a: 1\n", 1},
		{"a leading mark", "---\na: 1\n", 1},
		{"two", "---\na: 1\n---\nb: 1\n", 2},
		{"empty parts are left out", "---\n---\n# only a comment\n---\na: 1\n", 1},
		{"a mark in a literal has an indent", "a: |\n  ---\n  b\n", 1},
	} {
		t.Run(test.rule, func(t *testing.T) {
			if got := len(splitDocuments(test.source)); got != test.want {
				t.Errorf("splitDocuments = %d parts, want %d", got, test.want)
			}
		})
	}
}

func FuzzParse(f *testing.F) {
	f.Add("a:\n- x: 1\n  y: |\n    z\n")
	f.Add("a: 'b'\n\"c\": d\n")
	f.Fuzz(func(t *testing.T, source string) {
		for _, doc := range Parse("x.yaml", source, nil) {
			_ = doc.JSON(nil)
		}
	})
}

func TestJSONOfNodeIsJSON(t *testing.T) {
	n := parsed("a: [.5, 0x1f, 1e3, 01, -0.0, .inf, \"\\x01\"]\nb: {c: null, d: True}\n")
	if data := n.JSON(nil); !json.Valid(data) {
		t.Errorf("json = %s, which is no JSON", data)
	}
}

// parsed is the only document of a YAML file.
func parsed(source string) *Node { return Parse("x.yaml", source, nil)[0] }

func TestParse(t *testing.T) {
	for _, test := range []struct{ rule, source, want string }{
		{"collections in every notation", "a: [1, {b: c}]\nd:\n- - 1\n  - x: y\ne: {}\nf: []\n",
			`{"a":[1,{"b":"c"}],"d":[[1,{"x":"y"}]],"e":{},"f":[]}`},
		{"quotes and blocks", "a: \"x: y\"\nb: 'it''s'\nc: |\n  - no item\nd: |-\n  x\n  y\n",
			`{"a":"x: y","b":"it's","c":"- no item\n","d":"x\ny"}`},
		{"anchors", "a: &x {b: 1}\nc: *x\n", `{"a":{"b":1},"c":{"b":1}}`},
		{"booleans are those of YAML 1.1, as Kubernetes reads them", "a: yes\nb: 'yes'\nc: ~\n", `{"a":true,"b":"yes","c":null}`},
		{"numbers have one notation", "a: 0x1f\nb: .5\nc: 1.0\nd: 0444\n", `{"a":31,"b":0.5,"c":1.0,"d":292}`},
		{"keys stay in the order in which they are written", "b: 1\na: 2\n1: 3\n", `{"b":1,"a":2,"1":3}`},
		{"what is no YAML is a text", "a: [", `"a: ["`},
	} {
		t.Run(test.rule, func(t *testing.T) {
			if got := string(parsed(test.source).JSON(nil)); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}

func TestDocumentsWithTheSameBytesAreOne(t *testing.T) {
	before := Parse("x.yaml", "---\na: 1\n---\nb: 1\n", nil)
	after := Parse("x.yaml", "---\na: 2\n---\nb: 1\n", before)
	if before[1] != after[1] || before[0] == after[0] {
		t.Error("only the second document is the same")
	}
	if before[1].opened {
		t.Error("a document that is the same was parsed")
	}
}
