package main

import (
	"context"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/paasta-render/paasta-render/compiler/publish"
	"github.com/paasta-render/paasta-render/examples"
)

// What is rendered into a cluster's folder is known as the publisher's own. Otherwise it would pass for another
// writer's: it would never be removed, and the record of the tree would be wrong.
func TestWhatIsRenderedIsOwned(t *testing.T) {
	dir := t.TempDir()
	company, err := fs.Sub(examples.Company, "company")
	if err != nil {
		t.Fatal(err)
	}
	soa, out := filepath.Join(dir, "soa"), filepath.Join(dir, "out")
	if err := os.CopyFS(soa, company); err != nil {
		t.Fatal(err)
	}
	quiet := streams{os.Stdin, io.Discard, io.Discard, func(string) string { return "" }, nil}
	if status := run(context.Background(), []string{"render", "-q", "-d", soa, "-o", out}, quiet); status != exitOK {
		t.Fatalf("render: status %d", status)
	}
	found, err := filepath.Glob(filepath.Join(out, "*", "*"))
	if err != nil || len(found) == 0 {
		t.Fatal("nothing is rendered", err)
	}
	for _, name := range found {
		if !slices.Contains(append(targetLayout().Folders(), publish.EntryPoint), filepath.Base(name)) {
			t.Errorf("%s is not among the names that are the publisher's", name)
		}
	}
}
