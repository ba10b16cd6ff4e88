package output

import (
	"context"
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/paasta-render/paasta-render/compiler/tree"
)

// many are so many files that they become a pack, and so large that the pack begins in a file.
func many() map[string]string {
	files := map[string]string{}
	for n := range looseObjects + 100 {
		var text strings.Builder
		for k := range 200 { // it hardly compresses
			fmt.Fprintf(&text, "%x\n", sha256.Sum256([]byte{byte(n), byte(n >> 8), byte(k)}))
		}
		files[fmt.Sprintf("c1/kubernetes/s%d/main.yaml", n)] = text.String()
	}
	return files
}

// left lists the unfinished packs of a repository.
func left(t *testing.T, repository string) []string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(repository, "objects", "pack", "tmp_*"))
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestManyFilesBecomeOnePack(t *testing.T) {
	hermetic(t)
	local, remote := newBare(t), newBare(t)
	git(t, local, "remote", "add", "origin", remote)
	o := options("many")
	o.Push, o.Note = "origin", []byte("note\n")
	files := many()
	results, err := publish(t, local, o, files, "c1")
	if r := must(t, results, err); !r.Pushed {
		t.Errorf("the run ended with %+v", r)
	}
	for _, repository := range []string{local, remote} {
		git(t, repository, "fsck", "--strict", "--full")
		if got := git(t, repository, "show", "main:c1/kubernetes/s7/main.yaml"); got+"\n" != files["c1/kubernetes/s7/main.yaml"] {
			t.Errorf("%s holds another file: %.80q", repository, got)
		}
	}
	packs, _ := filepath.Glob(filepath.Join(local, "objects", "pack", "pack-*.pack"))
	if len(packs) != 1 {
		t.Errorf("packs: %v", packs)
	}
	git(t, local, "verify-pack", packs[0])
	if found := left(t, local); len(found) > 0 {
		t.Errorf("the run left %v", found)
	}
}

func TestADryRunWritesNothingIntoTheRepository(t *testing.T) {
	hermetic(t)
	repository := newBare(t)
	if err := os.Chmod(filepath.Join(repository, "objects", "pack"), 0o555); err != nil {
		t.Fatal(err)
	}
	o := options("dry")
	o.DryRun = true
	results, err := publish(t, repository, o, many(), "c1")
	if r := must(t, results, err); !r.Changed || len(r.Change.New) != looseObjects+100 {
		t.Errorf("%d files would change", len(r.Change.New))
	}
	if found := left(t, repository); len(found) > 0 {
		t.Errorf("the run left %v", found)
	}
}

func TestADiscardedRunLeavesNoPack(t *testing.T) {
	hermetic(t)
	repository := newBare(t)
	g, err := NewGit(context.Background(), repository, options("discarded"))
	if err != nil {
		t.Fatal(err)
	}
	for path, text := range many() {
		if err := g.Put(tree.File{Path: path, Data: []byte(text)}); err != nil {
			t.Fatal(err)
		}
	}
	if len(left(t, repository)) == 0 {
		t.Fatal("the pack has no file while the run puts files")
	}
	g.Discard()
	if found := left(t, repository); len(found) > 0 {
		t.Errorf("the run left %v", found)
	}
}
