package output

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/go-git/go-git/v5/plumbing"

	"github.com/paasta-render/paasta-render/compiler/tree"
)

// TestObjectsOfAPushInFlightAreNotReliedOn has a file's blob in git's quarantine only, as while somebody pushes the
// same file: it is written all the same, for that push may be refused.
func TestObjectsOfAPushInFlightAreNotReliedOn(t *testing.T) {
	hermetic(t)
	bare := newBare(t)
	other := newBare(t)
	file := filepath.Join(t.TempDir(), "x")
	if err := os.WriteFile(file, []byte("1"), 0o644); err != nil {
		t.Fatal(err)
	}
	blob := git(t, other, "hash-object", "-w", file)
	quarantine := filepath.Join(bare, "objects", "tmp_objdir-incoming-abc123")
	if err := os.CopyFS(quarantine, os.DirFS(filepath.Join(other, "objects"))); err != nil {
		t.Fatal(err)
	}
	g, err := NewGit(t.Context(), bare, options("one"))
	if err != nil {
		t.Fatal(err)
	}
	if g.known.HasEncodedObject(plumbing.NewHash(blob)) == nil {
		t.Error("an object in quarantine is known")
	}
	if err := g.Put(tree.File{Path: "c1/x", Data: []byte("1")}); err != nil {
		t.Fatal(err)
	}
	if err := g.Commit([]string{"c1"}); err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(quarantine); err != nil {
		t.Fatal(err)
	}
	git(t, bare, "fsck", "--strict")
	if got := git(t, bare, "show", "main:c1/x"); got != "1" {
		t.Errorf("main:c1/x is %q", got)
	}
}
