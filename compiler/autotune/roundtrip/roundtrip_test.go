package roundtrip

import (
	"errors"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"
)

// What ruamel.yaml 0.16.12 made of each text, with PaaSTA's way to print null.
func TestWriteIsWhatRuamelWrites(t *testing.T) {
	for _, test := range []struct{ rule, in, want string }{
		{"a long flow mapping breaks behind column 80",
			"main: {cpus: 0.37, mem: 1311, disk: 2048.0, cpu_burst_add: 0.2, min_instances: 5, max_instances: 15}\n",
			"main: {cpus: 0.37, mem: 1311, disk: 2048.0, cpu_burst_add: 0.2, min_instances: 5,\n  max_instances: 15}\n"},
		{"a comment keeps its column, and comments at the top are lost",
			"# top\nmain: # on main\n    cpus: 1  # one core\n    # a line\n\n    mem: 2\n# between\ntwo: 1 # lost\n",
			"main: # on main\n  cpus: 1    # one core\n    # a line\n\n  mem: 2\n# between\ntwo: 1\n"},
		{"numbers stay as they were written, but for signs",
			"a: {b: 1.50, c: 0x1F, d: 1_000, e: +5, f: -0, g: 1e3, h: .INF}\n",
			"a: {b: 1.50, c: 0x1F, d: 1_000, e: 5, f: 0, g: 1e3, h: .inf}\n"},
		{"quotes go where YAML 1.2 does not need them",
			"a:\n  b: 'yes'\n  c: \"1\"\n  d: 'it''s'\n  e: 'x: y'\n  f: \"a\\tb\"\n  g: ''\n",
			"a:\n  b: yes\n  c: '1'\n  d: it's\n  e: 'x: y'\n  f: \"a\\tb\"\n  g: ''\n"},
		{"lists are not indented in mappings", "a:\n  l:\n    - x\n    - y: 1\n      z: ~\n", "a:\n  l:\n  - x\n  - y: 1\n    z: null\n"},
		{"anchors, aliases and merge keys stay", "a: &x\n  b: 1\nc: *x\nd:\n  <<: *x\n  e: 2\n", "a: &x\n  b: 1\nc: *x\nd:\n  <<: *x\n  e: 2\n"},
	} {
		t.Run(test.rule, func(t *testing.T) {
			d, err := Read([]byte(test.in))
			if err != nil {
				t.Fatal(err)
			}
			if got := string(d.Write("")); got != test.want {
				t.Errorf("got\n%s\nwant\n%s", got, test.want)
			}
		})
	}
}

func TestReadRefusesWithAPlace(t *testing.T) {
	for _, test := range []struct {
		in           string
		line, column int
	}{
		{"a: 1\nb: 2\na: 3\n", 3, 1},
		{"a:\n  b: 1\n  c: 2\n  b: 3\n", 4, 3},
		{"a: [1\nb: 2\n", 1, 0},
		{"a: 1\n---\nb: 2\n", 2, 1},
	} {
		_, err := Read([]byte(test.in))
		var wrong *Error
		if !errors.As(err, &wrong) || wrong.Line != test.line || wrong.Column != test.column {
			t.Errorf("%q: %v, want line %d, column %d", test.in, err, test.line, test.column)
		}
	}
}

// Whatever can be read can be written and read again, and means the same.
func FuzzRoundTrip(f *testing.F) {
	f.Add("main: {cpus: 0.5, mem: 128} # x\n# y\ntwo:\n  a: 'b'\n  c:\n  - d\n  - {e: f}\n")
	f.Fuzz(func(t *testing.T, text string) {
		d, err := Read([]byte(text))
		if err != nil || !IsMap(d.Root) {
			return
		}
		first := d.Write("")
		if strings.ContainsAny(text, "|>!?&*<%") || !plainKeys(d.Root) {
			return // forms that autotuned files do not have; they must not panic
		}
		again, err := Read(first)
		if err != nil {
			t.Fatalf("%q became %q, which is not read: %v", text, first, err)
		}
		if again.Root == nil {
			return
		}
		if second := again.Write(""); string(second) != string(first) {
			t.Fatalf("%q became %q, and then %q", text, first, second)
		}
	})
}

func plainKeys(n *yaml.Node) bool {
	for i, child := range n.Content {
		if n.Kind == yaml.MappingNode && i%2 == 0 && child.Kind != yaml.ScalarNode || !plainKeys(child) {
			return false
		}
	}
	return true
}
