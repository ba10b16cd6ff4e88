package compiler_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	codeSpan = regexp.MustCompile("`([^`\n]+)`")
	pathLike = regexp.MustCompile(`^[\w./*{}<>-]+(?:\.go|\.json|\.md|\.txt|\.txtar|/)$`)
	testLike = regexp.MustCompile(`^(?:Test|Fuzz)\w+$`)
)

// Every file and test that ARCHITECTURE.md names exists, and what is built is on the page: somebody who comes to the house
// for the first time follows these pointers.
func TestPointersOfArchitectureAreTrue(t *testing.T) {
	page, err := os.ReadFile("ARCHITECTURE.md")
	if err != nil {
		t.Fatal(err)
	}
	if lines := strings.Count(string(page), "\n"); lines < 100 || lines > 200 {
		t.Errorf("ARCHITECTURE.md has %d lines; a page that is read has 100 to 200", lines)
	}
	tests := testNames(t)
	checked := 0
	for _, span := range codeSpan.FindAllStringSubmatch(string(page), -1) {
		switch name := span[1]; {
		case testLike.MatchString(name):
			checked++
			if !tests[name] {
				t.Errorf("there is no test %s", name)
			}
		case pathLike.MatchString(name) && !strings.ContainsAny(name, "{<"):
			checked++
			if !exists(name) {
				t.Errorf("there is no file %s", name)
			}
		}
	}
	if checked < 20 {
		t.Errorf("only %d pointers were found: is the page's form another one?", checked)
	}
}

// exists looks for a file from the root of the module, from compiler/ and, for a bare name, in compiler/ alone.
func exists(name string) bool {
	for _, root := range []string{"..", "."} {
		if found, err := filepath.Glob(filepath.Join(root, filepath.FromSlash(name))); err == nil && len(found) > 0 {
			return true
		}
	}
	return false
}

// testNames lists the tests and fuzz targets of the module.
func testNames(t *testing.T) map[string]bool {
	t.Helper()
	names := map[string]bool{}
	declared := regexp.MustCompile(`(?m)^func ((?:Test|Fuzz)\w+)\(`)
	err := filepath.WalkDir("..", func(name string, e os.DirEntry, err error) error {
		if err != nil || e.IsDir() || !strings.HasSuffix(name, "_test.go") {
			return err
		}
		data, err := os.ReadFile(name)
		for _, m := range declared.FindAllStringSubmatch(string(data), -1) {
			names[m[1]] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}
