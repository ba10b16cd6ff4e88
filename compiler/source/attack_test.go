package source

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/filemode"
	"github.com/go-git/go-git/v5/plumbing/object"
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

// TestTreesThatStandForTooMuch writes a dozen trees, each with ten times the one before: ten thousand million files.
func TestTreesThatStandForTooMuch(t *testing.T) {
	dir := hermetic(t)
	commit(t, dir, map[string]string{"web/service.yaml": "a: 1\n"}, "one")
	r, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	base, err := r.Revision("HEAD")
	if err != nil {
		t.Fatal(err)
	}
	put := func(tree object.Tree) plumbing.Hash {
		o := r.git.Storer.NewEncodedObject()
		if err := tree.Encode(o); err != nil {
			t.Fatal(err)
		}
		h, err := r.git.Storer.SetEncodedObject(o)
		if err != nil {
			t.Fatal(err)
		}
		return h
	}
	blob := plumbing.NewHash("78981922613b2afb6025042ff6bd878ac1994e85")
	wide, deep := put(object.Tree{}), put(object.Tree{})
	for level := range 10 {
		var tree object.Tree
		for n := range 10 {
			e := object.TreeEntry{Name: fmt.Sprint("d", n), Mode: filemode.Dir, Hash: wide}
			if level == 0 {
				e = object.TreeEntry{Name: fmt.Sprint("f", n), Mode: filemode.Regular, Hash: blob}
			}
			tree.Entries = append(tree.Entries, e)
		}
		wide = put(tree)
	}
	for range 1000 {
		deep = put(object.Tree{Entries: []object.TreeEntry{{Name: "d", Mode: filemode.Dir, Hash: deep}}})
	}
	for name, test := range map[string]struct {
		tree   plumbing.Hash
		limits Limits
		want   string
	}{
		"wide": {wide, Limits{ChangedFiles: 1000}, "more than 1000 changed files; limits.changed_files"},
		"deep": {deep, Limits{}, "more than 64 folders in one another; limits.depth"},
		"full": {wide, Limits{FolderEntries: 9}, "more than 9 names in this folder; limits.folder_entries"},
	} {
		head := r.tree(put(object.Tree{Entries: []object.TreeEntry{{Name: "zz", Mode: filemode.Dir, Hash: test.tree}}}))
		head.Bound(test.limits)
		_, err := ChangedFiles(base, head, "zz")
		if name == "full" {
			_, err = head.ReadDir("zz")
		}
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v, want %q", name, err, test.want)
		}
	}
}

func TestNamesOfGitsOwnFolder(t *testing.T) {
	for _, name := range []string{".git", ".GIT", "git~1", "GIT~1", ".git.", ".git ", ".git::$INDEX_ALLOCATION", ".g\u200cit", "..", "a/b", ""} {
		entry := append([]byte("100644 "+name+"\x00"), make([]byte, 20)...)
		if _, err := parseTree(entry); err == nil {
			t.Errorf("a tree with the name %q is read", name)
		}
	}
	for _, name := range []string{".gitignore", ".github", "git", "git~2"} {
		entry := append([]byte("100644 "+name+"\x00"), make([]byte, 20)...)
		if _, err := parseTree(entry); err != nil {
			t.Errorf("a tree with the name %q: %v", name, err)
		}
	}
}

// FuzzTree reads git trees that somebody else has written.
func FuzzTree(f *testing.F) {
	f.Add(append([]byte("100644 a\x00"), make([]byte, 20)...))
	f.Add([]byte("40000 "))
	f.Fuzz(func(t *testing.T, data []byte) {
		entries, err := parseTree(data)
		for _, e := range entries {
			if err != nil || strings.Contains(e.name, "/") || e.name == ".." || gitsOwn(e.name) || len(e.id) != 20 {
				t.Errorf("%q gives %q, %v", data, e.name, err)
			}
		}
	})
}

func TestFoldersWithTooManyNames(t *testing.T) {
	dir := t.TempDir()
	for n := range 20 {
		write(t, dir, map[string]string{fmt.Sprint("web/", n): ""})
	}
	tree, err := Dir(dir)
	if err != nil {
		t.Fatal(err)
	}
	tree.Bound(Limits{FolderEntries: 19})
	if _, err := tree.ReadDir("web"); err == nil || !strings.Contains(err.Error(), "more than 19 names") {
		t.Errorf("ReadDir: %v", err)
	}
}
