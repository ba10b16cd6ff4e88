package compiler_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// licenceTexts tell licences by a sentence that only they hold. All of them let a company use, change and ship the
// program.
var licenceTexts = []struct {
	name string
	text *regexp.Regexp
}{
	{"Apache-2.0", regexp.MustCompile(`Apache License\s+Version 2\.0`)},
	{"MPL-2.0", regexp.MustCompile(`Mozilla Public License,? [Vv]ersion 2\.0|MPL-2\.0`)},
	{"BSD", regexp.MustCompile(`Redistribution\s+and\s+use\s+in\s+source\s+and\s+binary\s+forms`)},
	{"ISC", regexp.MustCompile(`Permission\s+to\s+use,\s+copy,\s+modify,\s+and(/or)?\s+distribute`)},
	{"MIT", regexp.MustCompile(`Permission\s+is\s+hereby\s+granted,\s+free\s+of\s+charge`)},
}

// TestLicencesOfDependencies holds every module that is built into the program against .github/licences.txt.
func TestLicencesOfDependencies(t *testing.T) {
	command := exec.Command("go", "list", "-deps", "-f", "{{with .Module}}{{if not .Main}}{{.Path}}\t{{.Dir}}{{end}}{{end}}", "../cmd/...")
	out, err := command.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	modules := slices.Compact(slices.Sorted(strings.Lines(string(out))))
	var now strings.Builder
	for _, line := range modules {
		path, dir, ok := strings.Cut(strings.TrimSpace(line), "\t")
		if !ok {
			continue
		}
		fmt.Fprintf(&now, "%s %s\n", path, licencesIn(t, path, dir))
	}
	listed, err := os.ReadFile("../.github/licences.txt")
	if err != nil {
		t.Fatal(err)
	}
	if now.String() != string(listed) {
		t.Errorf(".github/licences.txt is not what the program is built from; it would be:\n%s", now.String())
	}
}

// licencesIn names the licences in a module's folder.
func licencesIn(t *testing.T, module, dir string) string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "[LC]*"))
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, file := range files {
		if !regexp.MustCompile(`(?i)^(licen[cs]e|copying)`).MatchString(filepath.Base(file)) {
			continue
		}
		data, err := os.ReadFile(file)
		if err != nil {
			continue // a folder
		}
		for _, licence := range licenceTexts {
			if licence.text.Match(data) {
				found = append(found, licence.name)
			}
		}
	}
	if len(found) == 0 {
		t.Errorf("%s has no licence that is known here", module)
	}
	slices.Sort(found)
	return strings.Join(slices.Compact(found), "+")
}
