package golden

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// idioms are turns of phrase that a reader who did not grow up with English has to read twice. What is written for users
// does without them.
var idioms = regexp.MustCompile(`(?i)\b(a|one) (folder|file|object|finding|paragraph|tree|manifest tree|renderer|list|line) an? [a-z]+\b|` +
	`\b(may|can|to|it) stand\b|\bstands\b|\bheld against\b|\bholds? against\b|\bbe (it|they) [a-z]+ or not\b|\bwhat is no [a-z]+ is\b`)

func TestTextsForUsersUseNoIdioms(t *testing.T) {
	files := []string{"../README.md"}
	for _, pattern := range []string{"../examples/*.md", "../examples/*/*.md", "../.github/CO*.md", "../.github/CH*.md", "../schema/*.json",
		"../compiler/finding/codes_*.go", "../cmd/paasta-render/*.go"} {
		found, err := filepath.Glob(pattern)
		if err != nil || len(found) == 0 {
			t.Fatalf("no files match %s (%v)", pattern, err)
		}
		files = append(files, found...)
	}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for i, line := range strings.Split(string(data), "\n") {
			if found := idioms.FindString(line); found != "" {
				t.Errorf("%s:%d says %q: write it in plain words", name, i+1, found)
			}
		}
	}
}

// widest is how wide a line of a page may be; tables, code and addresses cannot be broken.
const widest = 120

func TestPagesAreNoWiderThanAWindow(t *testing.T) {
	pages, err := filepath.Glob("../examples/*/README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range append(pages, "../README.md", "../examples/README.md", "../.github/CONTRIBUTING.md", "../.github/CHANGELOG.md") {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		code := false
		for i, line := range strings.Split(string(data), "\n") {
			if strings.HasPrefix(strings.TrimSpace(line), "```") {
				code = !code
			}
			fixed := code || strings.HasPrefix(line, "  ") || strings.HasPrefix(strings.TrimSpace(line), "|") || strings.HasPrefix(strings.TrimSpace(line), "-") ||
				regexp.MustCompile(`^\s*\d+\. `).MatchString(line) || !strings.Contains(strings.TrimSpace(line), " ")
			if !fixed && len([]rune(line)) > widest {
				t.Errorf("%s:%d has %d characters, at most %d", name, i+1, len([]rune(line)), widest)
			}
		}
	}
}
