// Package golden holds the cases that say, rule by rule, what the compiler makes of a configuration.
//
// A case is a txtar archive: a sentence, the files that differ from base.txtar, and sections that `go test ./golden
// -update` writes: `changes` (lines of output that differ from base's), `findings`, and `output/PATH` where a whole
// file is the point. The folder names the target that is compiled (with that of the Kubernetes objects where it is an
// agent's), and its own base.txtar lies over the company's; findings/ compiles all targets. Lines of the comment that
// begin with "Without:" take files of base.txtar away; "Command: validate" asks for PaaSTA's validation.
package golden

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/diff"
	"golang.org/x/tools/txtar"

	"github.com/paasta-render/paasta-render/compiler"
	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/target"
	"github.com/paasta-render/paasta-render/compiler/tree"
	"github.com/paasta-render/paasta-render/targets"
	"github.com/paasta-render/paasta-render/targets/kubernetes"
)

// withoutRace skips a long test where -short asks for the short ones, as `make test` does under the race detector. The
// test starts no goroutine of its own, and the second command of `make test` runs it.
func withoutRace(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("long, and nothing more is seen of it under the race detector")
	}
}

var update = flag.Bool("update", false, "write the generated sections of the cases")

func TestCases(t *testing.T) {
	base := parse(t, "base.txtar")
	for _, name := range caseFiles(t) {
		t.Run(strings.TrimSuffix(filepath.ToSlash(name), ".txtar"), func(t *testing.T) {
			t.Parallel()
			runCase(t, base, name)
		})
	}
}

func caseFiles(t *testing.T) []string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join("*", "*.txtar"))
	if err != nil {
		t.Fatal(err)
	}
	return slices.DeleteFunc(names, func(name string) bool { return filepath.Base(name) == "base.txtar" })
}

// besides lays base.txtar of the case's own folder, when there is one, over the company's.
func besides(t *testing.T, base *txtar.Archive, name string) *txtar.Archive {
	t.Helper()
	own, err := txtar.ParseFile(filepath.Join(filepath.Dir(name), "base.txtar"))
	if errors.Is(err, fs.ErrNotExist) {
		return base
	}
	if err != nil {
		t.Fatal(err)
	}
	return &txtar.Archive{Files: append(slices.Clone(base.Files), own.Files...)}
}

func parse(t *testing.T, name string) *txtar.Archive {
	t.Helper()
	a, err := txtar.ParseFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func runCase(t *testing.T, base *txtar.Archive, name string) {
	c := parse(t, name)
	base = besides(t, base, name)
	kind := filepath.Base(filepath.Dir(name))
	before, _ := render(t, input(t, base, &txtar.Archive{}), kind, false)
	after, findings := render(t, input(t, base, c), kind, directive(c, "Command") == "validate")
	got := &txtar.Archive{Comment: c.Comment}
	for _, f := range c.Files {
		if isInput(f.Name) {
			got.Files = append(got.Files, f)
		}
	}
	whole := false
	for _, f := range c.Files {
		if path, ok := strings.CutPrefix(f.Name, "output/"); ok {
			got.Files = append(got.Files, txtar.File{Name: f.Name, Data: mask(after[path])})
			whole = true
		}
	}
	if changes := changes(before, after); len(changes) > 0 && !whole && kind != "findings" {
		got.Files = append(got.Files, txtar.File{Name: "changes", Data: changes})
	}
	if len(findings) > 0 {
		got.Files = append(got.Files, txtar.File{Name: "findings", Data: findings})
	}
	if *update {
		if err := os.WriteFile(name, txtar.Format(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if d := cmp.Diff(string(txtar.Format(c)), string(txtar.Format(got))); d != "" {
		t.Errorf("%s (-written +made now; go test ./golden -update writes it anew):\n%s", name, d)
	}
}

func isInput(name string) bool {
	return strings.HasPrefix(name, "soa/") || strings.HasPrefix(name, "system/")
}

// directive returns the value of a "Name: value" line of the case's comment.
func directive(a *txtar.Archive, name string) string {
	for _, line := range strings.Split(string(a.Comment), "\n") {
		if value, ok := strings.CutPrefix(line, name+":"); ok {
			return strings.TrimSpace(value)
		}
	}
	return ""
}

// input lays a case over the base.
func input(t *testing.T, base, c *txtar.Archive) config.Input {
	t.Helper()
	files := fstest.MapFS{}
	for _, a := range []*txtar.Archive{base, c} {
		for _, f := range a.Files {
			if isInput(f.Name) {
				files[f.Name] = &fstest.MapFile{Data: f.Data, Mode: 0o644}
			}
		}
	}
	for _, name := range strings.Fields(directive(c, "Without")) {
		delete(files, name)
	}
	return config.Input{SOA: sub(t, files, "soa"), System: sub(t, files, "system")}
}

func sub(t *testing.T, files fs.FS, dir string) fs.FS {
	t.Helper()
	s, err := fs.Sub(files, dir)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// undeclared fails the test when a target asks for a key that it does not declare.
func undeclared(t *testing.T) func(target, key string) {
	return func(target, key string) {
		t.Errorf("the target %s asks for the system config's %s: add it to its SystemKeys", target, key)
	}
}

// render compiles the target that the folder names; all of them for any other folder.
func render(t *testing.T, in config.Input, kind string, validating bool) (files map[string][]byte, findings []byte) {
	t.Helper()
	selected := targets.All()
	for _, one := range targets.All() {
		if one.Name == kind {
			selected = []target.Target{one}
			if one.Agent != nil { // it follows what others make
				selected = []target.Target{kubernetes.Target, one}
			}
		}
	}
	var memory tree.Memory
	var list finding.List
	if validating {
		if _, err := compiler.Validate(in, compiler.Options{Targets: selected, Jobs: 2, Undeclared: undeclared(t),
			Reads: foreseen(t, in.SOA)}, list.Add); err != nil {
			t.Fatal(err)
		}
	} else if _, err := compiler.Compile(in, compiler.Options{Targets: selected, Jobs: 2, Undeclared: undeclared(t),
		Reads: foreseen(t, in.SOA)}, &memory, list.Add); err != nil {
		t.Fatal(err)
	}
	files = map[string][]byte{}
	for _, f := range memory.Files() {
		files[f.Path] = f.Data
	}
	var text bytes.Buffer
	if err := finding.Text(&text, list.All()); err != nil {
		t.Fatal(err)
	}
	return files, text.Bytes()
}

var sha = regexp.MustCompile(`config[0-9a-f]{8}\b`)

// mask hides config_sha: the parity corpora check its value, and nobody can review it.
func mask(data []byte) []byte { return sha.ReplaceAll(data, []byte("<sha>")) }

// changes lists, file by file, the lines that went and came.
func changes(before, after map[string][]byte) []byte {
	names := map[string]bool{}
	for name := range before {
		names[name] = true
	}
	for name := range after {
		names[name] = true
	}
	var out bytes.Buffer
	for _, name := range sortedKeys(names) {
		d := diff.Diff("a", mask(before[name]), "b", mask(after[name]))
		if len(d) == 0 {
			continue
		}
		fmt.Fprintf(&out, "%s\n", name)
		for _, line := range strings.SplitAfter(string(d), "\n") {
			if strings.HasPrefix(line, "---") || strings.HasPrefix(line, "+++") {
				continue
			}
			if strings.HasPrefix(line, "+") || strings.HasPrefix(line, "-") {
				out.WriteString(line)
			}
		}
	}
	return out.Bytes()
}
