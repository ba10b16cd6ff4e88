package yaml11

import (
	"math/rand"
	"strings"
	"testing"
)

// pieces are what lines are made of: more of structure than a fuzzer finds by itself.
var pieces = []string{
	"- ", "- ", "- - ", "-", "a: ", "b: ", "a:", "\"k\": ", "'k': ", "<<: ", "? ", ": ", "&x ", "&x", "&y ", "*x", "*y", "&x\n", "1", "x", "x y", "'q'", "\"d\"",
	"'a''b'", "\"\\n\"", "[1, 2]", "[x, {a: b}]", "{a: 1}", "{a: *x}", "[&y z]", "{a: 1, <<: *x}", "[", "]", "{", "}", ", ", "|\n", "|-\n", ">\n", ">-\n", "|+\n",
	"# c", " # c", "#", "~", "yes", "1:30", "0x1f", "http://x:1/y", "a:b", "=", "---\n", "ü", "!!str ", "", "", "",
}

// TestQuickReadsRandomStructure makes files of random lines, most of them indented as a neighbour or a little deeper.
func TestQuickReadsRandomStructure(t *testing.T) {
	files := 60_000
	if testing.Short() {
		files = 5_000
	}
	known := 0
	for seed := range files {
		random := rand.New(rand.NewSource(int64(seed)))
		var b strings.Builder
		indent := 0
		for range 1 + random.Intn(6) {
			switch random.Intn(5) {
			case 0:
				indent += 2
			case 1:
				indent = max(0, indent-2)
			case 2:
				indent = max(0, indent-1+random.Intn(3))
			}
			b.WriteString(strings.Repeat(" ", indent))
			for range 1 + random.Intn(3) {
				b.WriteString(pieces[random.Intn(len(pieces))])
			}
			if random.Intn(30) > 0 {
				b.WriteByte('\n')
			}
		}
		if twoWays(t, []byte(b.String())) {
			known++
		}
		if t.Failed() {
			t.Fatalf("seed %d", seed)
		}
	}
	if known < files/20 {
		t.Errorf("quick knew %d of %d files", known, files)
	}
}
