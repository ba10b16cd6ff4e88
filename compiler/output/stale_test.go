package output_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/paasta-render/paasta-render/compiler/output"
	"github.com/paasta-render/paasta-render/compiler/tree"
)

// A run that was killed between two renames, on a file system that cannot exchange folders, has the only copy of a
// cluster's tree in its staging folder.
func TestTheNextRunPutsBackWhatAKilledOneSetAside(t *testing.T) {
	out := t.TempDir()
	left := filepath.Join(out, ".paasta-render-1")
	writeFile(t, filepath.Join(left, "old-east", "kustomization.yaml"), "east")
	writeFile(t, filepath.Join(left, "old-west", "kustomization.yaml"), "stale west")
	writeFile(t, filepath.Join(out, "west", "kustomization.yaml"), "west")
	d, err := output.NewDir(out)
	if err != nil {
		t.Fatal(err)
	}
	d.Discard()
	for cluster, want := range map[string]string{"east": "east", "west": "west"} {
		if data, err := os.ReadFile(filepath.Join(out, cluster, "kustomization.yaml")); err != nil || string(data) != want {
			t.Errorf("%s holds %q (%v), want %q", cluster, data, err, want)
		}
	}
	if _, err := os.Stat(left); err == nil {
		t.Errorf("%s is still there", left)
	}
}

func TestAFolderThatWasNotRenderedStays(t *testing.T) {
	out := t.TempDir()
	theirs := filepath.Join(out, "west", "precious.txt")
	writeFile(t, theirs, "kept")
	d, err := output.NewDir(out)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"east/kustomization.yaml", "west/kustomization.yaml"} {
		if err := d.Put(tree.File{Path: name, Data: []byte("new")}); err != nil {
			t.Fatal(err)
		}
	}
	if err := d.Commit([]string{"east", "west"}); err == nil {
		t.Error("a folder without kustomization.yaml was replaced")
	}
	if _, err := os.Stat(theirs); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(filepath.Join(out, "east")); err == nil {
		t.Error("one cluster was written and another refused")
	}
}

func writeFile(t *testing.T, name, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}
