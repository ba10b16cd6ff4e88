package validate

import (
	"slices"
	"strings"
	"testing"
)

func TestCommentsOfAKey(t *testing.T) {
	for _, test := range []struct{ rule, text, want string }{
		{"its line", "main:\n  cpus: 1 # a\n  mem: 2 # b\n", "# a"},
		{"the lines below, up to what comes next", "main:\n  cpus: 1 # a\n  # b\n\n# c\n  mem: 2\n", "# a # b # c"},
		{"not the lines above, which are the value's before", "main:\n  mem: 2\n  # a\n  cpus: 1\n", ""},
		{"not the lines above the first key, which are the mapping's", "main:\n  # a\n  cpus: 1\n", ""},
		{"the lines above after a flow list, which takes none", "main:\n  args: [b]\n  # a\n  cpus: 1\n", "# a"},
		{"not those beside a flow list's end", "main:\n  args: [b] # a\n  cpus: 1\n", ""},
		{"those beside an alias before", "_t: &t {mem: 1}\nmain:\n  <<: *t # a\n  cpus: 1\n", "# a"},
		{"behind the colon, with the value below", "main:\n  cpus: # a\n    1\n", "# a"},
		{"inside a flow mapping", "main: {cpus: 1 # a\n  , mem: 2}\n", "# a"},
		{"not behind a comma", "main: {cpus: 1, # a\n  mem: 2}\n", ""},
		{"not behind the mapping", "main: {cpus: 1} # a\n", ""},
		{"those of an alias's value, where that stands", "_t: &t\n  x: &x 1 # a\nmain:\n  cpus: *x # b\n", "# a"},
		{"those of a template", "_t: &t\n  cpus: 1 # a\nmain:\n  <<: *t\n  mem: 2\n", "# a"},
		{"not those of a template whose key is overridden", "_t: &t\n  cpus: 1 # a\nmain:\n  <<: *t\n  cpus: 2\n", ""},
		{"those of the first template that has some", "_a: &a\n  cpus: 1\n_b: &b\n  cpus: 1 # b\nmain:\n  <<: [*a, *b]\n",
			"# b"},
		{"a blank line counts as one", "_a: &a\n  cpus: 1\n\n_b: &b\n  cpus: 1 # b\nmain:\n  <<: [*a, *b]\n", ""},
		{"breadth before depth",
			"_a: &a\n  cpus: 1 # a\n_b: &b\n  <<: *a\n  mem: 1\n_c: &c\n  cpus: 1 # c\nmain:\n  <<: [*b, *c]\n", "# c"},
		{"the first of two definitions", "main:\n  cpus: 1 # a\n  cpus: 2 # b\n", "# a"},
		{"a # in a string is none", "main:\n  cpus: 'a # b'\n  mem: a#b\n", ""},
		{"a value over several lines", "main:\n  cpus: a\n    b # a\n", "# a"},
		{"up to the next instance", "main:\n  cpus: 1\n# a\nother:\n  cpus: 1\n", "# a"},
	} {
		t.Run(test.rule, func(t *testing.T) {
			c := readComments([]byte(test.text))
			found := slices.DeleteFunc(c.ofKey(c.find(c.root, "main"), "cpus"), func(s string) bool { return s == "" })
			if got := strings.Join(found, " "); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestAcknowledged(t *testing.T) {
	for _, test := range []struct {
		rule, comment string
		want          bool
	}{
		{"a ticket in brackets", "# override-cpu-setting (PROJ-1234)", true},
		{"more words around it", "#override-cpu-setting  (see PROJ-12 for why)", true},
		{"a ticket of one digit has nothing after it", "# override-cpu-setting (PROJ-1)", false},
		{"unless something has", "# override-cpu-setting (PROJ-1.)", true},
		{"no brackets", "# override-cpu-setting PROJ-1234", false},
		{"no ticket", "# override-cpu-setting (because)", false},
		{"another acknowledgement", "# override-cpu-burst (PROJ-1234)", false},
	} {
		t.Run(test.rule, func(t *testing.T) {
			if got := acknowledged([]string{test.comment}, cpuAcknowledgement); got != test.want {
				t.Errorf("acknowledged(%q) = %v", test.comment, got)
			}
		})
	}
}

func FuzzComments(f *testing.F) {
	f.Add("main:\n  cpus: 1 # a\n  env: {a: 'b', c: \"d\\\"\"}\n  cmd: |\n    x\n  y: &z [a,\n   b]\n")
	f.Add("- ? a\n  : !!str b\n...\n---\n*x")
	f.Fuzz(func(t *testing.T, text string) {
		c := readComments([]byte(text))
		c.ofKey(c.find(c.root, "main"), "cpus") // never panics, always ends
	})
}
