package diff

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"
)

// The quick block parser and the complete parser must agree on every document.
func TestBlockParserAgreesWithYAML(t *testing.T) {
	for _, test := range []struct{ name, source string }{
		{"mapping", "a: 1\nb: x\n"},
		{"nested", "a:\n  b:\n    c: true\n  d: null\n"},
		{"list at the key's indent", "a:\n- x\n- y: 1\n  z: 2\nb: 3\n"},
		{"list below the key", "a:\n  - x\n  - y: 1\n    z: 2\nb: 3\n"},
		{"list of lists", "a:\n- - 1\n  - 2\n- - 3\n"},
		{"empty collections", "a: []\nb: {}\nc:\n"},
		{"quotes", "a: \"x: y\"\n\"b c\": 'it''s'\nd: \"tab\\t\\u00e9\\/\"\n"},
		{"literal", "a: |\n  line 1\n\n  b: no key\nb: |-\n  x\n  y\nc: 1\n"},
		{"literal in a list", "args:\n- |-\n  #!/bin/sh\n  - no item\n- 2\n"},
		{"flow", "a: [1, 2, {b: c}]\nd: {e: f}\n"},
		{"folded", "a: >\n  one\n  two\nb: 1\n"},
		{"plain over lines", "a: one\n  two\nb: 1\n"},
		{"comments", "# head\na: 1 # tail\n# between\nb:\n  # inside\n  c: 2\n"},
		{"anchors", "a: &x\n  b: 1\nc: *x\n"},
		{"keys with colons", "a:b: 1\nhttp://x/y: 2\n"},
		{"numbers", "a: 0x1f\nb: 1e3\nc: .5\nd: -1\ne: 1.0\nf: 1_000\ng: 12Mi\nh: 0444\n"},
		{"words", "a: yes\nb: True\nc: ~\nd: nullish\n"},
		{"long key", "? \"k\"\n: 1\n"},
		{"scalar", "just text\n"},
		{"top-level list", "- a\n- b: 1\n"},
		{"value on the next line", "a:\n  text\nb: 1\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			agree(t, test.source)
		})
	}
}

func agree(t *testing.T, source string) {
	t.Helper()
	var want yaml.Node
	if err := yaml.Unmarshal([]byte(source), &want); err != nil || len(want.Content) == 0 {
		return
	}
	budget := maxNodes
	complete, ok := fromYAML(want.Content[0], 0, &budget)
	if !ok {
		return
	}
	got := parseDocument(source)
	if g, w := string(got.json(nil)), string(complete.json(nil)); g != w {
		t.Errorf("parse %q\n got %s\nwant %s", source, g, w)
	}
}

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

func FuzzBlockParser(f *testing.F) {
	f.Add("a:\n- x: 1\n  y: |\n    z\n")
	f.Add("a: 'b'\n\"c\": d\n")
	f.Fuzz(func(t *testing.T, source string) {
		for _, doc := range parseFile("x.yaml", source, nil) {
			_ = doc.json(nil)
		}
	})
}

func TestJSONOfNodeIsJSON(t *testing.T) {
	n := parseDocument("a: [.5, 0x1f, 1e3, 01, -0.0, .inf, \"\\x01\"]\nb: {c: null, d: True}\n")
	if data := n.json(nil); !json.Valid(data) {
		t.Errorf("json = %s, which is no JSON", data)
	}
}

// Every YAML file of the golden corpora reads the same with both parsers.
func TestBlockParserOnGolden(t *testing.T) {
	_ = filepath.WalkDir("../../golden", func(path string, e os.DirEntry, err error) error {
		if err != nil || e.IsDir() || !strings.HasSuffix(path, ".yaml") {
			return nil
		}
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, part := range splitDocuments(string(data)) {
			agree(t, part)
		}
		return nil
	})
}
