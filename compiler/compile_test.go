package compiler_test

import (
	"bytes"
	"io/fs"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/paasta-render/paasta-render/compiler"
	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/tree"
	"github.com/paasta-render/paasta-render/targets"
)

// corpora are companies whose configuration is large and odd enough to show an order that depends on chance.
var corpora = []string{"pnw", "harbor"}

func TestSameBytesWhateverTheScheduling(t *testing.T) {
	for _, corpus := range corpora {
		t.Run(corpus, func(t *testing.T) {
			dir := "../golden/parity/" + corpus
			in := config.Input{SOA: os.DirFS(dir + "/soa"), System: os.DirFS(dir + "/system")}
			want := compile(t, in, 1)
			for round := range 6 {
				shuffled := config.Input{SOA: reversed{in.SOA, round%2 == 0}, System: reversed{in.System, round%2 == 0}}
				if d := cmp.Diff(want, compile(t, shuffled, 1<<round)); d != "" {
					t.Fatalf("with %d jobs (-one job in listing order):\n%s", 1<<round, d)
				}
			}
		})
	}
}

func TestSelectionIsPartOfTheWhole(t *testing.T) {
	dir := "../golden/parity/pnw"
	in := config.Input{SOA: os.DirFS(dir + "/soa"), System: os.DirFS(dir + "/system")}
	whole, part := map[string]string{}, map[string]string{}
	for _, line := range compile(t, in, 2) {
		path, data, _ := strings.Cut(line, "\x00")
		whole[path] = data
	}
	for _, line := range compileSelection(t, in, 2, compiler.Selection{Services: []string{"storefront"}}) {
		path, data, _ := strings.Cut(line, "\x00")
		if strings.Contains(path, "/kubernetes/storefront/") {
			part[path] = data
		}
	}
	if len(part) == 0 {
		t.Fatal("the selected service has no files")
	}
	for path, data := range part {
		if whole[path] != data {
			t.Errorf("%s differs when its service is compiled alone", path)
		}
	}
}

// compile returns "path NUL data" of every file, then the findings as text.
func compile(t *testing.T, in config.Input, jobs int) []string {
	t.Helper()
	return compileSelection(t, in, jobs, compiler.Selection{})
}

func compileSelection(t *testing.T, in config.Input, jobs int, s compiler.Selection) []string {
	t.Helper()
	var memory tree.Memory
	var findings finding.List
	if _, err := compiler.Compile(in, compiler.Options{Targets: targets.All(), Jobs: jobs, Selection: s}, &memory, findings.Add); err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, f := range memory.Files() {
		lines = append(lines, f.Path+"\x00"+string(f.Data))
	}
	var text bytes.Buffer
	if err := finding.Text(&text, findings.All()); err != nil {
		t.Fatal(err)
	}
	return append(lines, text.String())
}

// reversed lists folders in reverse order: nothing may depend on the order of a listing.
type reversed struct {
	fs.FS
	on bool
}

func (r reversed) ReadDir(name string) ([]fs.DirEntry, error) {
	entries, err := fs.ReadDir(r.FS, name)
	if r.on {
		for i, j := 0, len(entries)-1; i < j; i, j = i+1, j-1 {
			entries[i], entries[j] = entries[j], entries[i]
		}
	}
	return entries, err
}
