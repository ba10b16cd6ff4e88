// Package review holds edits of the parity corpora with what each does: the forecast of diff, case by case.
//
// edits.txt is the table: a rule, the file, the text that is replaced, and the forecast, which
// `go test ./golden/review -update` writes.
package review

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/paasta-render/paasta-render/compiler"
	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/diff"
	"github.com/paasta-render/paasta-render/compiler/diff/compare"
	"github.com/paasta-render/paasta-render/compiler/diff/report"
	"github.com/paasta-render/paasta-render/compiler/explain"
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/tree"
	"github.com/paasta-render/paasta-render/targets"
)

var update = flag.Bool("update", false, "write the forecasts")

// company is a parity corpus in memory.
type company struct{ soa, system fstest.MapFS }

func load(t *testing.T, name string) company {
	t.Helper()
	return company{readDir(t, "../parity/"+name+"/soa"), readDir(t, "../parity/"+name+"/system")}
}

func readDir(t *testing.T, dir string) fstest.MapFS {
	t.Helper()
	files := fstest.MapFS{}
	root := os.DirFS(dir)
	err := fs.WalkDir(root, ".", func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		data, err := fs.ReadFile(root, name)
		files[name] = &fstest.MapFile{Data: data, Mode: 0o444}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// with returns the company with one file changed; nil data takes it away. Files of the system begin with "system/".
func (c company) with(file string, data []byte) company {
	target, name := &c.soa, file
	if below, ok := strings.CutPrefix(file, "system/"); ok {
		target, name = &c.system, below
	}
	changed := fstest.MapFS{}
	for k, v := range *target {
		changed[k] = v
	}
	delete(changed, name)
	if data != nil {
		changed[name] = &fstest.MapFile{Data: data, Mode: 0o444}
	}
	*target = changed
	return c
}

func (c company) file(name string) []byte {
	files := c.soa
	if below, ok := strings.CutPrefix(name, "system/"); ok {
		files, name = c.system, below
	}
	if f := files[name]; f != nil {
		return f.Data
	}
	return nil
}

// compareCompanies compiles both sides and returns the report, and all files that may differ.
func compareCompanies(t *testing.T, base, head company, file string) (r *report.Report, before, after []tree.File) {
	t.Helper()
	return compareWith(t, base, head, file, false)
}

// compareWith is compareCompanies; with all, a changed key of the system config is taken to reach every target.
func compareWith(t *testing.T, base, head company, file string, all bool) (r *report.Report, before, after []tree.File) {
	t.Helper()
	pair := compiler.Pair{Base: config.Input{SOA: base.soa, System: base.system}, Head: config.Input{SOA: head.soa, System: head.system}}
	top, _, _ := strings.Cut(file, "/")
	switch {
	case top == "system":
		pair.System, pair.Beside = true, all
	case strings.HasPrefix(top, "_") || top == "tron" || top == file:
		pair.Shared = true
	default:
		pair.Services = []string{top}
	}
	var mu sync.Mutex
	var changes, linked []diff.Change
	causes := explain.NewCauses(explain.Compiler{Targets: targets.All(), Recompile: compiler.Recompile, RecompileLinked: compiler.RecompileLinked})
	if pair.Shared {
		causes.Elsewhere = []diff.Cause{{Layer: "file", File: file, Op: diff.Changed}}
	}
	ignore := func(finding.Finding) {}
	made, err := compiler.Compare(pair, compiler.Options{Targets: targets.All(), Jobs: 2, Undeclared: undeclared(t)}, func(b compiler.Compared) {
		found := compare.Files(layout, b.Before, b.After)
		if b.Service != "" {
			causes.Service(b.Base, b.Head, b.After, found)
		}
		mu.Lock()
		defer mu.Unlock()
		before, after = append(before, b.Before...), append(after, b.After...)
		if b.Service == "" {
			linked = append(linked, found...)
			return
		}
		changes = append(changes, found...)
	}, ignore, ignore)
	if err != nil {
		t.Fatal(err)
	}
	causes.Linked(linked)
	r = report.New(append(changes, linked...))
	r.Costs = made.Costs
	return r, before, after
}

// undeclared fails the test when a target asks for a key that it does not declare.
func undeclared(t *testing.T) func(target, key string) {
	return func(target, key string) { t.Errorf("the target %s asks for %s and does not declare it", target, key) }
}

// Every key of the system config, changed: the targets that the change is said not to reach give the same output.
func TestSystemKeysReachOnlyTargetsThatDeclareThem(t *testing.T) {
	for _, name := range []string{"pnw", "harbor"} {
		base := load(t, name)
		for file := range base.system {
			if !strings.HasPrefix(file, "paasta/") || !strings.HasSuffix(file, ".json") {
				continue
			}
			var keys map[string]any
			if err := json.Unmarshal(base.system[file].Data, &keys); err != nil {
				t.Fatal(err)
			}
			for i, key := range slices.Sorted(maps.Keys(keys)) {
				if key == "clusters" || testing.Short() && i%8 != 0 {
					continue
				}
				t.Run(name+"/"+key, func(t *testing.T) {
					without := maps.Clone(keys)
					delete(without, key)
					data, err := json.Marshal(without)
					if err != nil {
						t.Fatal(err)
					}
					head := base.with("system/"+file, data)
					all, _, _ := compareWith(t, base, head, "system/"+file, true)
					few, _, _ := compareWith(t, base, head, "system/"+file, false)
					if got, want := withoutUnits(outline(few)), withoutUnits(outline(all)); got != want {
						t.Errorf("with the targets that declare the key\n%swith all\n%s", got, want)
					}
				})
			}
		}
	}
}

// seeded is one block of edits.txt.
type seeded struct {
	rule, corpus, file string
	old, new           string
	want               string
}

func TestSeededEdits(t *testing.T) {
	edits := readEdits(t)
	if len(edits) < 60 {
		t.Errorf("edits.txt has %d edits, want at least 60", len(edits))
	}
	companies := map[string]company{"pnw": load(t, "pnw"), "harbor": load(t, "harbor")}
	for i := range edits {
		e := &edits[i]
		t.Run(e.rule, func(t *testing.T) {
			base := companies[e.corpus]
			head := e.apply(t, base)
			r, _, _ := compareCompanies(t, base, head, e.file)
			got := outline(r)
			if *update {
				e.want = got
				return
			}
			if got != e.want {
				t.Errorf("got\n%swant\n%s", got, e.want)
			}
			counted(t, r)
		})
	}
	if *update {
		writeEdits(t, edits)
	}
}

func (e *seeded) apply(t *testing.T, base company) company {
	t.Helper()
	data := base.file(e.file)
	if e.old == "" {
		return base.with(e.file, []byte(string(data)+e.new))
	}
	if e.old == "*" {
		return base.with(e.file, nil)
	}
	if !bytes.Contains(data, []byte(e.old)) {
		t.Fatalf("%s does not hold %q", e.file, e.old)
	}
	return base.with(e.file, []byte(strings.Replace(string(data), e.old, e.new, 1)))
}

// counted checks that no changed object is left out of the rows, and that each has a cause.
func counted(t *testing.T, r *report.Report) {
	t.Helper()
	total := 0
	for _, c := range r.Classes {
		total += c.Count
	}
	if total != r.Summary.Objects() {
		t.Errorf("the rows count %d objects, the summary %d", total, r.Summary.Objects())
	}
	for i := range r.Changes {
		if c := &r.Changes[i]; len(c.Causes) == 0 {
			t.Errorf("%s has no cause", c.Object.String())
		}
	}
}

// outline is a forecast in lines: effect, object, pods, and the first cause. Many of a kind are counted.
func outline(r *report.Report) string {
	const few = 6
	count := map[string]int{}
	group := func(c *diff.Change) string { return fmt.Sprintf("%s %s %s", c.Effect, c.Cluster, c.Kind) }
	for i := range r.Changes {
		count[group(&r.Changes[i])]++
	}
	var b strings.Builder
	told := map[string]bool{}
	for i := range r.Changes {
		c := &r.Changes[i]
		g := group(c)
		if count[g] > few {
			if !told[g] {
				fmt.Fprintf(&b, "  %s × %d\n", g, count[g])
			}
			told[g] = true
			continue
		}
		fmt.Fprintf(&b, "  %s %s%s%s%s\n", g, name(c), pods(c), renamed(c), cause(c))
	}
	if b.Len() == 0 {
		return "  nothing\n"
	}
	return b.String()
}

func name(c *diff.Change) string {
	return strings.TrimPrefix(path.Join(c.Namespace, c.Name), "paastasvc-")
}

func pods(c *diff.Change) string {
	switch {
	case c.Old != nil && c.New != nil && c.Old.Pods() != c.New.Pods():
		return ", pods " + c.Old.Pods() + " → " + c.New.Pods()
	case c.Old != nil && c.Effect.Restarts():
		return ", pods " + c.Old.Pods()
	case c.New != nil && c.Effect == diff.Create:
		return ", pods " + c.New.Pods()
	}
	return ""
}

func renamed(c *diff.Change) string {
	switch c.Op {
	case diff.Renamed:
		return ", was " + c.From.Name
	case diff.Added, diff.Removed:
		return ", " + string(c.Op)
	}
	return ""
}

func cause(c *diff.Change) string {
	var parts []string
	for _, cause := range c.Causes {
		parts = append(parts, fmt.Sprintf("%s:%d %s", cause.File, cause.Line, cause.Key))
	}
	if len(parts) > 3 {
		parts = append(parts[:3], "…")
	}
	return " <- " + strings.Join(parts, "; ")
}

const table = "edits.txt"

func readEdits(t *testing.T) []seeded {
	t.Helper()
	data, err := os.ReadFile(table)
	if err != nil {
		t.Fatal(err)
	}
	var edits []seeded
	for _, block := range strings.Split(string(data), "\n== ")[1:] {
		var e seeded
		rest := block
		e.rule, rest, _ = strings.Cut(rest, "\n")
		var where string
		where, rest, _ = strings.Cut(rest, "\n")
		e.corpus, e.file, _ = strings.Cut(where, " ")
		var old, now []string
		for line := range strings.Lines(rest) {
			switch {
			case strings.HasPrefix(line, "- "):
				old = append(old, strings.TrimSuffix(line[2:], "\n"))
			case strings.HasPrefix(line, "+ "):
				now = append(now, strings.TrimSuffix(line[2:], "\n"))
			case strings.HasPrefix(line, "  "):
				e.want += line
			}
		}
		e.old, e.new = strings.Join(old, "\n"), strings.Join(now, "\n")
		if e.old == "" {
			e.new += "\n"
		}
		edits = append(edits, e)
	}
	return edits
}

func writeEdits(t *testing.T, edits []seeded) {
	t.Helper()
	data, err := os.ReadFile(table)
	if err != nil {
		t.Fatal(err)
	}
	head, _, _ := strings.Cut(string(data), "\n== ")
	var b strings.Builder
	b.WriteString(head + "\n")
	for _, e := range edits {
		fmt.Fprintf(&b, "== %s\n%s %s\n", e.rule, e.corpus, e.file)
		for line := range strings.SplitSeq(e.old, "\n") {
			if e.old != "" {
				b.WriteString("- " + line + "\n")
			}
		}
		for line := range strings.SplitSeq(strings.TrimSuffix(e.new, "\n"), "\n") {
			if e.new != "" {
				b.WriteString("+ " + line + "\n")
			}
		}
		b.WriteString(e.want + "\n")
	}
	if err := os.WriteFile(filepath.FromSlash(table), []byte(strings.TrimRight(b.String(), "\n")+"\n"), 0o644); err != nil {
		t.Fatal(err)
	}
}

// withoutUnits leaves out what all files of a cluster decide together, so that some targets alone cannot tell it: its
// kustomizations, and the namespace of its ConfigMaps. Neither changes a pod.
func withoutUnits(outline string) string {
	var kept []string
	for _, line := range strings.Split(outline, "\n") {
		if !strings.Contains(line, " Kustomization ") && !strings.Contains(line, " Namespace ") {
			kept = append(kept, line)
		}
	}
	return strings.Join(kept, "\n")
}
