package compiler_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/paasta-render/paasta-render/"

// edges are the packages that may touch disk, git, clock, environment and network.
var edges = []string{"cmd", "compiler/source", "compiler/output"}

// impure are imports that only the edges may have; a trailing slash means everything below.
var impure = []string{"os", "os/", "net", "net/", "syscall", "path/filepath", "github.com/go-git/", "io/ioutil", "golang.org/x/sys/", "plugin"}

// pure are imports below an impure one that compute and touch nothing.
var pure = []string{"net/url", "net/netip"}

// random is imported nowhere.
var random = []string{"math/rand", "math/rand/", "crypto/rand"}

// clockCalls are selectors that only cmd may use.
var clockCalls = map[string][]string{
	"time":    {"Now", "Since", "Until", "After", "Sleep", "Tick", "NewTimer", "NewTicker", "LoadLocation"},
	"os":      {"Getenv", "LookupEnv", "Hostname", "Environ"},
	"runtime": {"NumCPU"},
}

type sourceFile struct {
	pkg, name string
	file      *ast.File
}

func TestImportsKeepTheCorePure(t *testing.T) {
	for _, f := range sources(t) {
		for _, spec := range f.file.Imports {
			path, _ := strconv.Unquote(spec.Path.Value)
			switch {
			case matches(path, random):
				t.Errorf("%s imports %s: output must not depend on chance", f.name, path)
			case path == "time" && within(f.pkg, []string{"compiler"}) && !within(f.pkg, edges):
				t.Errorf("%s imports time: only targets may, for durations and calendars, never for the clock", f.name)
			case matches(path, impure) && !slices.Contains(pure, path) && !within(f.pkg, edges):
				t.Errorf("%s imports %s: only %s may; hand the value in from there", f.name, path, strings.Join(edges, ", "))
			case spec.Name != nil && spec.Name.Name == "_" && path != "embed":
				t.Errorf("%s imports %s for its effect: register it in a list instead", f.name, path)
			}
		}
	}
}

func TestImportsFollowThePipeline(t *testing.T) {
	for _, f := range sources(t) {
		for _, spec := range f.file.Imports {
			path, _ := strconv.Unquote(spec.Path.Value)
			local, ok := strings.CutPrefix(path, module)
			if !ok {
				continue
			}
			if reason := forbidden(f.pkg, local); reason != "" {
				t.Errorf("%s imports %s: %s", f.name, local, reason)
			}
		}
	}
}

// forbidden says why one package of the module may not import another; empty when it may.
func forbidden(from, to string) string {
	switch {
	case within(from, []string{"compiler"}) && within(to, []string{"targets", "cmd"}):
		return "the compiler never names a target; cmd hands it the list"
	case strings.HasPrefix(from, "targets/") && strings.HasPrefix(to, "targets/") && family(from) != family(to):
		return "targets do not know one another"
	case strings.HasPrefix(from, "targets/") && slices.Contains([]string{"compiler/emit", "compiler/tree", "compiler/source", "compiler/output"}, to):
		return "a target makes objects; the compiler makes bytes and files"
	case from == "compiler/finding":
		return "finding imports nothing"
	}
	return ""
}

// family is the target that a package belongs to: targets/tron/schedule is tron's.
func family(pkg string) string { return strings.Split(pkg, "/")[1] }

func TestNothingReadsClockOrEnvironment(t *testing.T) {
	for _, f := range sources(t) {
		if within(f.pkg, edges) {
			continue
		}
		ast.Inspect(f.file, func(n ast.Node) bool {
			s, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			if x, ok := s.X.(*ast.Ident); ok && x.Obj == nil && slices.Contains(clockCalls[x.Name], s.Sel.Name) {
				t.Errorf("%s uses %s.%s: hand the value in from cmd", f.name, x.Name, s.Sel.Name)
			}
			return true
		})
	}
}

func TestPackagesHaveNoHiddenState(t *testing.T) {
	for _, f := range sources(t) {
		globals := packageVariables(f.file)
		for _, decl := range f.file.Decls {
			fn, ok := decl.(*ast.FuncDecl)
			if !ok {
				continue
			}
			if fn.Name.Name == "init" && fn.Recv == nil {
				t.Errorf("%s has an init function: build the value where it is declared", f.name)
			}
			ast.Inspect(fn, func(n ast.Node) bool {
				a, ok := n.(*ast.AssignStmt)
				if !ok || a.Tok == token.DEFINE {
					return true
				}
				for _, left := range a.Lhs {
					if x, ok := left.(*ast.Ident); ok && x.Obj != nil && globals[x.Obj] {
						t.Errorf("%s assigns the package variable %s", f.name, x.Name)
					}
				}
				return true
			})
		}
	}
}

//lint:ignore SA1019 one file at a time, the parser's own resolution is enough and needs no type checker
func packageVariables(f *ast.File) map[*ast.Object]bool {
	//lint:ignore SA1019 see above
	globals := map[*ast.Object]bool{}
	for _, decl := range f.Decls {
		g, ok := decl.(*ast.GenDecl)
		if !ok || g.Tok != token.VAR {
			continue
		}
		for _, spec := range g.Specs {
			for _, name := range spec.(*ast.ValueSpec).Names {
				globals[name.Obj] = true
			}
		}
	}
	return globals
}

func within(pkg string, roots []string) bool {
	return slices.ContainsFunc(roots, func(root string) bool { return pkg == root || strings.HasPrefix(pkg, root+"/") })
}

func matches(path string, list []string) bool {
	return slices.ContainsFunc(list, func(entry string) bool {
		return path == entry || strings.HasSuffix(entry, "/") && strings.HasPrefix(path, entry)
	})
}

// sources parses every Go file of the module that is no test.
func sources(t *testing.T) []sourceFile {
	t.Helper()
	var files []sourceFile
	set := token.NewFileSet()
	for _, top := range []string{"cmd", "compiler", "schema", "targets", "examples"} {
		err := filepath.WalkDir(filepath.Join("..", top), func(name string, e fs.DirEntry, err error) error {
			if err == nil && e.IsDir() && e.Name() == "testdata" { // not built into the program
				return filepath.SkipDir
			}
			if err != nil || e.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
				return err
			}
			f, err := parser.ParseFile(set, name, nil, 0)
			if err != nil {
				return err
			}
			rel := strings.TrimPrefix(filepath.ToSlash(name), "../")
			files = append(files, sourceFile{pkg: filepath.ToSlash(filepath.Dir(rel)), name: rel, file: f})
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return files
}
