package source

import (
	"os"
	"path/filepath"
	"testing"
)

// TestBareRepositoryInTheWorkTreeIsNoRepository commits the files of a bare repository into a folder, so that whoever
// looks for one there finds an attacker's history.
func TestBareRepositoryInTheWorkTreeIsNoRepository(t *testing.T) {
	dir := hermetic(t)
	want := commit(t, dir, map[string]string{"soa/web/service.yaml": "a: 1\n", "soa/HEAD": "ref: refs/heads/master\n",
		"soa/config": "[core]\n\tbare = true\n", "soa/objects/keep": "", "soa/refs/keep": ""}, "one")
	r, err := Open(filepath.Join(dir, "soa"))
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	c, err := r.Commit("HEAD")
	if err != nil || c.Hash != want.String() || r.Prefix() != "soa" {
		t.Errorf("Commit = %v, %v in %s", c.Hash, err, r.Prefix())
	}
}

func TestBareRepositoryAboveIsNoRepository(t *testing.T) {
	dir := hermetic(t)
	write(t, dir, map[string]string{"HEAD": "ref: refs/heads/master\n", "config": "[core]\n\tbare = true\n",
		"objects/keep": "", "refs/keep": "", "soa/web/service.yaml": "a: 1\n"})
	if r, err := Open(filepath.Join(dir, "soa")); err == nil {
		r.Close()
		t.Error("a folder in a bare repository is taken for its work tree")
	}
	if err := os.RemoveAll(filepath.Join(dir, "soa")); err != nil {
		t.Fatal(err)
	}
	r, err := Open(dir) // the user has named it
	if err != nil {
		t.Fatal(err)
	}
	r.Close()
}
