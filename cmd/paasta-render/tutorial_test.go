package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/paasta-render/paasta-render/schema"
)

// command is one command of a page, with the lines of its output that the page shows.
type command struct {
	line  string
	shown []string
}

// commandsOf reads the commands of a page: lines that begin with "$ " in blocks of the language console.
func commandsOf(t *testing.T, page string) []command {
	t.Helper()
	data, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	var all []command
	inside := false
	for _, line := range strings.Split(string(data), "\n") {
		line = strings.TrimPrefix(line, "   ") // in a numbered list
		switch {
		case strings.HasPrefix(line, "```"):
			inside = line == "```console"
		case !inside:
		case len(all) > 0 && strings.HasSuffix(all[len(all)-1].line, "\\"):
			all[len(all)-1].line += "\n" + line
		case strings.HasPrefix(line, "$ "):
			all = append(all, command{line: line[2:]})
		case strings.TrimSpace(line) != "" && strings.TrimSpace(line) != "⋮":
			last := &all[len(all)-1]
			last.shown = append(last.shown, strings.TrimSpace(line))
		}
	}
	return all
}

// Every page whose commands a newcomer copies works from the first command to the last, and prints what the page shows.
func TestPagesWork(t *testing.T) {
	withoutRace(t)
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("git is not installed")
	}
	for _, page := range []string{"../../examples/README.md", "../../README.md", "../../examples/migration/README.md"} {
		t.Run(page, func(t *testing.T) {
			commands := commandsOf(t, page)
			if len(commands) < 4 {
				t.Errorf("only %d commands were found", len(commands))
			}
			w := newWorkshop(t)
			dir := ""
			for _, c := range commands {
				if program, _, _ := strings.Cut(c.line, " "); program == "go" || program == "make" || program == "brew" {
					continue // of a checkout of paasta-render, or of what is released
				}
				if strings.Contains(c.line, "dump.yaml") {
					continue // of a cluster that PaaSTA has filled; make e2e has one
				}
				if to, ok := strings.CutPrefix(c.line, "cd "); ok {
					dir = filepath.Join(dir, to)
					continue
				}
				out, err := w.try(dir, c.line)
				if err != nil {
					t.Fatalf("$ %s\n%v\n%s", c.line, err, out)
				}
				for _, line := range c.shown {
					if !strings.Contains(out, line) {
						t.Errorf("$ %s\ndoes not print %q, but\n%s", c.line, line, out)
					}
				}
			}
		})
	}
}

// The entry for SchemaStore names every schema.
func TestSchemaStoreEntryIsFresh(t *testing.T) {
	type entry struct {
		Name        string   `json:"name"`
		Description string   `json:"description"`
		FileMatch   []string `json:"fileMatch"`
		URL         string   `json:"url"`
	}
	var entries []entry
	for _, name := range schema.Names() {
		e := entry{Name: "PaaSTA " + name, URL: "https://raw.githubusercontent.com/paasta-render/paasta-render/main/schema/" + name + ".json"}
		data, _ := schema.Bundle(name)
		var d struct{ Description string }
		if err := json.Unmarshal(data, &d); err != nil {
			t.Fatal(err)
		}
		e.Description, _, _ = strings.Cut(d.Description, ". ")
		for _, pattern := range schema.Match(name) {
			e.FileMatch = append(e.FileMatch, "**/soa-configs/"+pattern)
		}
		if len(e.FileMatch) > 0 {
			entries = append(entries, e)
		}
	}
	var b strings.Builder
	if err := writeJSON(&b, entries); err != nil {
		t.Fatal(err)
	}
	const file = "../../examples/editors/schemastore.json"
	if os.Getenv("UPDATE") != "" {
		if err := os.WriteFile(file, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if held, _ := os.ReadFile(file); string(held) != b.String() {
		t.Errorf("%s is not fresh: UPDATE=1 go test ./cmd/paasta-render -run TestSchemaStore writes it anew", file)
	}
}

// What README shows of an example's file is in that file, line by line; ⋮ is what is left out.
func TestExcerptsAreFromTheFiles(t *testing.T) {
	data, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, ok := strings.Cut(string(data), "(examples/company/storefront/kubernetes-west-prod.yaml):\n\n```yaml\n")
	excerpt, _, closed := strings.Cut(rest, "```")
	if !ok || !closed {
		t.Fatal("README shows no lines of the example")
	}
	held, err := os.ReadFile("../../examples/company/storefront/kubernetes-west-prod.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range strings.Split(excerpt, "  ⋮\n") {
		if !strings.Contains(string(held), part) {
			t.Errorf("the example does not hold\n%s", part)
		}
	}
}
