package compiler_test

import (
	"cmp"
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"
)

var printFigures = flag.Bool("figures", false, "print the figures of the house: go test ./compiler -run Figures -figures -v")

// limits are what the house keeps to: goal is where it is to come, most is what no change may pass today. Lower most
// whenever a figure falls; where the two are equal, the goal is reached.
var limits = []struct {
	what       string
	goal, most int
	of         func(h *house) (figure int, worst string)
}{
	{"imports in a row, from a package to one that imports none of ours", 7, 8, (*house).chain},
	{"packages of ours that one package imports", 10, 11, (*house).fanOut},
	{"parameters of a function", 5, 5, (*house).parameters},
	{"lines of a file, median", 120, 120, func(h *house) (int, string) { return quantile(h.files, 50) }},
	{"lines of a file, 95th percentile", 350, 350, func(h *house) (int, string) { return quantile(h.files, 95) }},
	{"lines of a file, most", 500, 500, func(h *house) (int, string) { return quantile(h.files, 100) }},
	{"lines of a function, median", 10, 11, func(h *house) (int, string) { return quantile(h.functions, 50) }},
	{"lines of a function, 95th percentile", 45, 45, func(h *house) (int, string) { return quantile(h.functions, 95) }},
	{"lines of a function, most", 90, 90, func(h *house) (int, string) { return quantile(h.functions, 100) }},
	{"packages that import os", 3, 4, (*house).osImporters},
	{"exported things without a comment", 0, 0, (*house).undocumented},
	{"lines over 120 characters", 0, 340, (*house).wide},
}

func TestFigures(t *testing.T) {
	h := newHouse(t)
	for _, l := range limits {
		got, worst := l.of(h)
		if *printFigures {
			t.Logf("%5d, goal %d, at most %d: %s (%s)", got, l.goal, l.most, l.what, worst)
		}
		if got > l.most {
			t.Errorf("%s: %d, at most %d: %s", l.what, got, l.most, worst)
		}
	}
}

// measured is a figure with the place that it is of.
type measured struct {
	figure int
	place  string
}

// house is what the figures are taken of: all Go files but tests.
type house struct {
	imports                  map[string][]string // by package: those of ours that it imports
	files, functions, params []measured
	lines                    []measured
	os, bare                 []string // packages that import os; exported things without a comment
}

func newHouse(t *testing.T) *house {
	t.Helper()
	h := &house{imports: map[string][]string{}}
	set := token.NewFileSet()
	for _, top := range []string{"cmd", "compiler", "schema", "targets", "examples"} {
		err := filepath.WalkDir(filepath.Join("..", top), func(name string, e fs.DirEntry, err error) error {
			if e != nil && e.IsDir() && e.Name() == "testdata" {
				return fs.SkipDir // no part of the program
			}
			if err != nil || e.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
				return err
			}
			data, err := os.ReadFile(name)
			if err != nil {
				return err
			}
			f, err := parser.ParseFile(set, name, data, parser.ParseComments)
			if err != nil {
				return err
			}
			h.add(strings.TrimPrefix(filepath.ToSlash(name), "../"), set, f, string(data))
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return h
}

func (h *house) add(name string, set *token.FileSet, f *ast.File, text string) {
	pkg := path.Dir(name)
	h.imports[pkg] = append(h.imports[pkg], []string{}...)
	for _, spec := range f.Imports {
		imported, _ := strconv.Unquote(spec.Path.Value)
		local, ours := strings.CutPrefix(imported, module)
		switch {
		case ours && !slices.Contains(h.imports[pkg], local):
			h.imports[pkg] = append(h.imports[pkg], local)
		case imported == "os" && !slices.Contains(h.os, pkg):
			h.os = append(h.os, pkg)
		}
	}
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	h.files = append(h.files, measured{len(lines), name})
	for i, line := range lines {
		h.lines = append(h.lines, measured{utf8.RuneCountInString(line), fmt.Sprintf("%s:%d", name, i+1)})
	}
	for _, d := range f.Decls {
		if fn, ok := d.(*ast.FuncDecl); ok {
			place := name + ": " + fn.Name.Name
			h.functions = append(h.functions, measured{set.Position(fn.End()).Line - set.Position(fn.Pos()).Line + 1, place})
			h.params = append(h.params, measured{fn.Type.Params.NumFields(), place})
		}
		h.bare = append(h.bare, undocumented(name, d)...)
	}
}

// undocumented lists what a declaration exports without a comment. Methods of types that are not exported do not count.
func undocumented(name string, d ast.Decl) []string {
	var bare []string
	note := func(id *ast.Ident, docs ...*ast.CommentGroup) {
		commented := slices.ContainsFunc(docs, func(doc *ast.CommentGroup) bool { return doc != nil })
		if id.IsExported() && !commented {
			bare = append(bare, name+": "+id.Name)
		}
	}
	switch d := d.(type) {
	case *ast.FuncDecl:
		if d.Recv == nil || receiverIsExported(d) {
			note(d.Name, d.Doc)
		}
	case *ast.GenDecl:
		for _, spec := range d.Specs {
			switch s := spec.(type) {
			case *ast.TypeSpec:
				note(s.Name, d.Doc, s.Doc, s.Comment)
			case *ast.ValueSpec:
				for _, id := range s.Names {
					note(id, d.Doc, s.Doc, s.Comment)
				}
			}
		}
	}
	return bare
}

func receiverIsExported(fn *ast.FuncDecl) bool {
	t := fn.Recv.List[0].Type
	for {
		switch x := t.(type) {
		case *ast.StarExpr:
			t = x.X
		case *ast.IndexExpr:
			t = x.X
		case *ast.Ident:
			return x.IsExported()
		default:
			return false
		}
	}
}

// chain is the longest row of packages, each importing the next.
func (h *house) chain() (int, string) {
	longest := map[string][]string{}
	var walk func(pkg string) []string
	walk = func(pkg string) []string {
		if row, known := longest[pkg]; known {
			return row
		}
		var best []string
		for _, next := range h.imports[pkg] {
			if row := walk(next); len(row) > len(best) {
				best = row
			}
		}
		longest[pkg] = append([]string{pkg}, best...)
		return longest[pkg]
	}
	var worst []string
	for pkg := range h.imports {
		if row := walk(pkg); len(row) > len(worst) || len(row) == len(worst) && strings.Join(row, " ") < strings.Join(worst, " ") {
			worst = row
		}
	}
	return len(worst), strings.Join(worst, " > ")
}

// fanOut is the most packages of ours that one package imports. The command and the list of targets put all together.
func (h *house) fanOut() (int, string) {
	var all []measured
	for pkg, imported := range h.imports {
		if !within(pkg, []string{"cmd"}) && pkg != "targets" {
			all = append(all, measured{len(imported), pkg})
		}
	}
	return quantile(all, 100)
}

func (h *house) parameters() (int, string)   { return quantile(h.params, 100) }
func (h *house) osImporters() (int, string)  { return len(h.os), strings.Join(h.os, ", ") }
func (h *house) undocumented() (int, string) { return len(h.bare), strings.Join(h.bare, ", ") }

// wide counts the lines that are wider than a reader's window.
func (h *house) wide() (int, string) {
	const most = 120
	var places []string
	for _, line := range h.lines {
		if line.figure > most {
			places = append(places, line.place)
		}
	}
	return len(places), strings.Join(places, " ")
}

// quantile returns the figure below which so many per cent of all are, with its place.
func quantile(all []measured, percent int) (int, string) {
	sorted := slices.SortedFunc(slices.Values(all), func(a, b measured) int {
		return cmp.Or(cmp.Compare(a.figure, b.figure), strings.Compare(a.place, b.place))
	})
	m := sorted[(len(sorted)-1)*percent/100]
	return m.figure, m.place
}
