package golden

import (
	"encoding/json"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/paasta-render/paasta-render/schema"
)

// Every key that a schema knows is written in a case, so that its effect, or that it has none, can be read somewhere. A
// key of the system config, or of its gates, may be written in a script or a test instead.
func TestEveryKeyHasACase(t *testing.T) {
	withoutRace(t)
	cases := found(keyPattern, read(t, ".", ".txtar"))
	anywhere := found(wordPattern, read(t, ".", ".txtar")+read(t, filepath.Join("parity", "pnw", "system"), "")+
		read(t, filepath.Join("parity", "harbor", "system", "paasta"), "")+read(t, filepath.Join("..", "cmd", "paasta-render", "testdata"), ".txtar")+
		read(t, filepath.Join("..", "compiler"), "_test.go")+read(t, filepath.Join("..", "targets"), "_test.go")+
		read(t, filepath.Join("parity", "harbor", "soa", "tron"), ""))
	for _, name := range schema.Names() {
		if name == "diff" { // describes an output
			continue
		}
		known := cases
		if slices.Contains([]string{"system", "master", "deployments", "gates"}, name) {
			known = anywhere
		}
		data, _ := schema.Source(name)
		var document any
		if err := json.Unmarshal(data, &document); err != nil {
			t.Fatal(err)
		}
		for _, key := range keysOf(document) {
			if !known[key] {
				t.Errorf("no case has the key %s of %s: write golden/<target>/<rule>.txtar", key, name)
			}
		}
	}
}

var (
	keyPattern  = regexp.MustCompile(`([A-Za-z0-9_.-]+)["']?\s*:`)
	wordPattern = regexp.MustCompile(`([A-Za-z0-9_.-]+)`)
)

// found returns what a pattern's group finds in a text.
func found(pattern *regexp.Regexp, text string) map[string]bool {
	all := map[string]bool{}
	for _, m := range pattern.FindAllStringSubmatch(text, -1) {
		all[m[1]] = true
	}
	return all
}

// keysOf lists the names below every "properties" of a schema.
func keysOf(n any) []string {
	var all []string
	switch n := n.(type) {
	case map[string]any:
		if properties, ok := n["properties"].(map[string]any); ok {
			for key := range properties {
				if !strings.HasPrefix(key, "$") {
					all = append(all, key)
				}
			}
		}
		for _, child := range n {
			all = append(all, keysOf(child)...)
		}
	case []any:
		for _, child := range n {
			all = append(all, keysOf(child)...)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}
