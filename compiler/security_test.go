package compiler_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestSecurityNamesTestsThatExist holds .github/SECURITY.md against the tests: an attack whose test is gone is not
// tried.
func TestSecurityNamesTestsThatExist(t *testing.T) {
	data, err := os.ReadFile("../.github/SECURITY.md")
	if err != nil {
		t.Fatal(err)
	}
	there := map[string]bool{}
	function := regexp.MustCompile(`(?m)^func ((?:Test|Fuzz)\w+)\(`)
	for _, root := range []string{".", "../cmd"} {
		err := filepath.WalkDir(root, func(name string, _ os.DirEntry, err error) error {
			if err != nil || !strings.HasSuffix(name, "_test.go") {
				return err
			}
			text, err := os.ReadFile(name)
			for _, m := range function.FindAllStringSubmatch(string(text), -1) {
				there[m[1]] = true
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	named := regexp.MustCompile("`((?:Test|Fuzz)\\w+)`").FindAllStringSubmatch(string(data), -1)
	if len(named) < 20 {
		t.Fatalf("only %d tests are named", len(named))
	}
	for _, m := range named {
		if !there[m[1]] {
			t.Errorf("SECURITY.md names %s, which does not exist", m[1])
		}
	}
}

// runners are the only files that may run a program; ARCHITECTURE.md lists what they run.
var runners = map[string]bool{
	"compiler/source/remote/program.go":  true,
	"compiler/output/gitworktree.go":     true,
	"compiler/output/process_unix.go":    true, // sets how a program is run
	"compiler/output/process_other.go":   true,
	"cmd/paasta-render/local_run.go":     true,
	"cmd/paasta-render/diff_compiler.go": true,
}

func TestProgramsAreRunInOnePlaceEach(t *testing.T) {
	for _, f := range sources(t) {
		for _, spec := range f.file.Imports {
			if spec.Path.Value == `"os/exec"` && !runners[f.name] {
				t.Errorf("%s runs programs: only %v may, and ARCHITECTURE.md lists them", f.name, runners)
			}
		}
	}
}
