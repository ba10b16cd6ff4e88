package main

import (
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"
)

// commandLine is a call of paasta-render in an example or the README.
var commandLine = regexp.MustCompile(`(?m)(?:^|[\s"'$])paasta-render ((?:render|validate|diff|explain|publish|deployments|schema|init|version|completion)\b[^\n|>&;]*)`)

// Every command line that we show people must be one that the command line takes.
func TestExamplesUseFlagsThatExist(t *testing.T) {
	files := []string{"../../README.md"}
	for _, pattern := range []string{"../../examples/*/*.yaml", "../../examples/*/*.md", "../../examples/*/*/*.yaml"} {
		found, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, found...)
	}
	lines := 0
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range commandLine.FindAllStringSubmatch(string(data), -1) {
			lines++
			checkCommandLine(t, name, m[1])
		}
	}
	if lines < 8 {
		t.Errorf("found only %d command lines: the pattern misses them", lines)
	}
}

func checkCommandLine(t *testing.T, file, line string) {
	t.Helper()
	root := newRoot(streams{in: strings.NewReader(""), out: io.Discard, err: io.Discard, getenv: func(string) string { return "" }})
	var args []string
	for _, field := range strings.Fields(line) {
		args = append(args, strings.Trim(field, "`\"'"))
	}
	cmd, rest, err := root.Find(args)
	if err != nil {
		t.Errorf("%s: %q: %v", file, line, err)
		return
	}
	for _, arg := range rest {
		name, _, _ := strings.Cut(strings.TrimLeft(arg, "-"), "=")
		switch {
		case strings.HasPrefix(arg, "--"):
			if cmd.Flags().Lookup(name) == nil && name != "help" {
				t.Errorf("%s: %q: %s has no flag --%s", file, line, cmd.Name(), name)
			}
		case strings.HasPrefix(arg, "-") && len(arg) == 2:
			if cmd.Flags().ShorthandLookup(name) == nil {
				t.Errorf("%s: %q: %s has no flag -%s", file, line, cmd.Name(), name)
			}
		}
	}
}

func TestExamplesAreYAML(t *testing.T) {
	for _, pattern := range []string{"../../examples/ci/*.yaml", "../../examples/scale/*.yaml", "../../examples/gitops/*/*.yaml"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			t.Fatalf("no files match %s (%v)", pattern, err)
		}
		for _, name := range files {
			f, err := os.Open(name)
			if err != nil {
				t.Fatal(err)
			}
			decoder := yaml.NewDecoder(f)
			for {
				var doc map[string]any
				if err := decoder.Decode(&doc); err == io.EOF {
					break
				} else if err != nil {
					t.Errorf("%s: %v", name, err)
					break
				}
			}
			f.Close()
		}
	}
}
