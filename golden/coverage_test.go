package golden

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/target"
	"github.com/paasta-render/paasta-render/targets"
)

// saidBySchemas are codes of targets for values that a schema refuses, too: one fault is said once, by the schema.
// They are left for configuration that is read without its schemas.
var saidBySchemas = []finding.Code{finding.AlertRuleImpossible, finding.UnknownMetric}

// Every code that `explain` documents is shown in a case: in findings/ or a target's folder, in a script of the command
// that reports it, or in the table of the package's own test.
func TestEveryCodeHasACase(t *testing.T) {
	shown := read(t, ".", ".txtar") + read(t, filepath.Join("..", "cmd", "paasta-render", "testdata"), ".txtar") +
		read(t, filepath.Join("..", "compiler"), "_test.go")
	seen := map[finding.Code]bool{}
	for _, doc := range target.Docs(targets.All()) {
		code := string(doc.Code)
		if slices.Contains(saidBySchemas, doc.Code) {
			continue
		}
		if seen[doc.Code] || doc.Title == "" || doc.Meaning == "" || doc.Fix == "" {
			t.Errorf("%s is documented twice, or lacks a title, a meaning or a fix", code)
		}
		seen[doc.Code] = true
		if !strings.Contains(shown, "["+code+"]") && !strings.Contains(shown, `\[`+code+`\]`) && !strings.Contains(shown, `"`+code+`"`) {
			t.Errorf("no case shows %s (%s): write findings/%s-<slug>.txtar", code, doc.Title, code)
		}
	}
}

// Every target has one case with its whole output, and cases for its rules.
func TestEveryTargetHasAPortrait(t *testing.T) {
	for _, one := range targets.All() {
		cases, err := filepath.Glob(filepath.Join(one.Name, "*.txtar"))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := os.Stat(filepath.Join(one.Name, "portrait.txtar")); err != nil || len(cases) < 5 {
			t.Errorf("%s has %d cases (portrait: %v)", one.Name, len(cases), err)
		}
	}
}

// read joins the text of all files below a folder that end in suffix.
func read(t *testing.T, dir, suffix string) string {
	t.Helper()
	var all strings.Builder
	err := filepath.WalkDir(dir, func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || !strings.HasSuffix(name, suffix) {
			return err
		}
		data, err := os.ReadFile(name)
		all.Write(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all.String()
}
