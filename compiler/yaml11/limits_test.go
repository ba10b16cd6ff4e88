package yaml11

import (
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/paasta-render/paasta-render/compiler/finding"
)

func TestFilesWithTooManyValues(t *testing.T) {
	for _, test := range []struct{ rule, text, want string }{
		{"a list in brackets", "main: [" + strings.Repeat("1,", 2_000_000) + "]\n", "f:1:500003"},
		{"lists in lists", strings.Repeat("[", 8_000_000), "f:1:250001"},
		{"a block list", strings.Repeat("- 1\n", 1_000_000), "f:250001:1"},
		{"keys", strings.Repeat("a:\n", 1_000_000), "f:125001:1"},
		{"values without indicators", strings.Repeat("a\n", 1_000_000), "f:250001:1"},
		{"bytes", strings.Repeat(" ", 17<<20), "f:1:16777217"},
	} {
		for _, parse := range []func(string, []byte, finding.Report) (*Node, bool){Parse, ParseJSON} {
			var found []finding.Finding
			var before, after runtime.MemStats
			data := []byte(test.text)
			runtime.ReadMemStats(&before)
			_, ok := parse("f", data, func(f finding.Finding) { found = append(found, f) })
			runtime.ReadMemStats(&after)
			if ok || len(found) != 1 || found[0].Code != finding.FileTooLarge || found[0].At.String() != test.want {
				t.Errorf("%s: %v, %v, want %s at %s", test.rule, ok, found, finding.FileTooLarge, test.want)
			}
			if used := after.TotalAlloc - before.TotalAlloc; used > 1<<20 {
				t.Errorf("%s: %d bytes were taken before the file was refused", test.rule, used)
			}
		}
	}
}

func TestLimitsCanBeRaised(t *testing.T) {
	text := []byte("[" + strings.Repeat("1,", 300_000) + "1]")
	l := Limits{Bytes: 1 << 20, Values: 400_000}
	root, ok := l.Parse("f", text, func(f finding.Finding) { t.Error(f) })
	if !ok || len(root.Items) != 300_001 {
		t.Errorf("Parse = %v", ok)
	}
}

// FuzzLimits holds the count before the tree is made against the tree: it is never less than there are values.
func FuzzLimits(f *testing.F) {
	for _, seed := range []string{"a: [1, 2]\n", "- - - 1\n", "a: &x {b: c}\nd: *x\n", "? a\n: b\n", "a\nb", "[a, [], {}]", "- |\n  x\n- >\n  y", "'a': \"b\""} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		root, ok := NoLimits.Parse("f", []byte(text), func(finding.Finding) {})
		if !ok || root == nil {
			return
		}
		values := written(root, map[*Node]bool{})
		if l := (Limits{Bytes: len(text), Values: values/2 - 2}); l.Values > 0 && l.overflow([]byte(text)) < 0 {
			t.Errorf("%q holds %d values and passes a limit of %s", text, values, fmt.Sprint(l.Values))
		}
	})
}

// written counts the values that a file writes, each shared one once.
func written(n *Node, seen map[*Node]bool) int {
	if n == nil || seen[n] {
		return 0
	}
	seen[n] = true
	total := 1
	for _, item := range n.Items {
		total += written(item, seen)
	}
	for _, p := range n.Pairs {
		total += written(p.Key, seen) + written(p.Value, seen)
	}
	return total
}
