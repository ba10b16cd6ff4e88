package source

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"time"

	"github.com/go-git/go-git/v5"
	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/object"
)

// write puts files into a directory; "-> target" as content makes a symbolic link.
func write(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	for name, content := range files {
		full := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil {
			t.Fatal(err)
		}
		os.Remove(full)
		var err error
		if target, ok := strings.CutPrefix(content, "-> "); ok {
			err = os.Symlink(target, full)
		} else {
			err = os.WriteFile(full, []byte(content), 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// commit adds all files of a work tree and commits them; it makes the repository when there is none.
func commit(t *testing.T, dir string, files map[string]string, message string) plumbing.Hash {
	t.Helper()
	write(t, dir, files)
	repository, err := git.PlainOpen(dir)
	if errors.Is(err, git.ErrRepositoryNotExists) {
		repository, err = git.PlainInit(dir, false)
	}
	if err != nil {
		t.Fatal(err)
	}
	worktree, err := repository.Worktree()
	if err != nil {
		t.Fatal(err)
	}
	if err := worktree.AddWithOptions(&git.AddOptions{All: true}); err != nil {
		t.Fatal(err)
	}
	author := &object.Signature{Name: "Ada", Email: "ada@example.org", When: time.Unix(1700000000, 0).UTC()}
	h, err := worktree.Commit(message, &git.CommitOptions{Author: author})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func hermetic(t *testing.T) string {
	t.Helper()
	home := t.TempDir()
	t.Setenv("HOME", home)
	t.Setenv("XDG_CONFIG_HOME", home)
	t.Setenv("GIT_CONFIG_NOSYSTEM", "1")
	return t.TempDir()
}

var company = map[string]string{
	"web/kubernetes-prod.yaml": "main: {}\n",
	"web/secrets/a.json":       "{}",
	"web/alias.yaml":           "-> kubernetes-prod.yaml",
	"api/service.yaml":         "description: api\n",
	"linked":                   "-> web",
	"api/up.yaml":              "-> ../web/kubernetes-prod.yaml",
	"_shared/x.yaml":           "a: 1\n",
}

// both returns the same files as a directory and as a revision.
func both(t *testing.T, files map[string]string) map[string]*Tree {
	t.Helper()
	dir := hermetic(t)
	commit(t, dir, files, "one")
	work, err := Dir(dir)
	if err != nil {
		t.Fatal(err)
	}
	revision, _, err := Git(dir, "HEAD")
	if err != nil {
		t.Fatal(err)
	}
	return map[string]*Tree{"directory": work, "revision": revision}
}

func TestTreeIsAFileSystem(t *testing.T) {
	for name, tree := range both(t, company) {
		t.Run(name, func(t *testing.T) {
			if err := fstest.TestFS(tree, "web/kubernetes-prod.yaml", "linked", "api/up.yaml", "_shared/x.yaml"); err != nil {
				t.Error(err)
			}
			if _, err := fs.Stat(tree, ".git"); !errors.Is(err, fs.ErrNotExist) {
				t.Errorf(".git: %v, want that it does not exist", err)
			}
		})
	}
}

func TestLinks(t *testing.T) {
	files := map[string]string{
		"web/a.yaml":      "a\n",
		"inside.yaml":     "-> web/a.yaml",
		"folder":          "-> web",
		"web/up.yaml":     "-> ../web/./a.yaml",
		"twice.yaml":      "-> folder/up.yaml",
		"outside.yaml":    "-> ../secret",
		"absolute.yaml":   "-> /etc/passwd",
		"sideways.yaml":   "-> web/../../secret",
		"loop.yaml":       "-> loop.yaml",
		"dangling.yaml":   "-> web/none.yaml",
		"through.yaml":    "-> web/a.yaml/b",
		"repository.yaml": "-> .git/config",
	}
	for kind, tree := range both(t, files) {
		for _, test := range []struct{ rule, name, want string }{
			{"a link to a file is followed", "inside.yaml", "a\n"},
			{"a link to a folder is followed", "folder/a.yaml", "a\n"},
			{".. stays inside", "web/up.yaml", "a\n"},
			{"a link to a link is followed", "twice.yaml", "a\n"},
			{"a link that leaves is refused", "outside.yaml", "leaves the directory"},
			{"an absolute link is refused", "absolute.yaml", "leaves the directory"},
			{"a link that leaves later is refused", "sideways.yaml", "leaves the directory"},
			{"a loop ends", "loop.yaml", "too many symbolic links"},
			{"a link to nothing does not exist", "dangling.yaml", "file does not exist"},
			{"a file is no folder", "through.yaml", "file does not exist"},
			{"git's own folder is not reached", "repository.yaml", "file does not exist"},
		} {
			t.Run(kind+": "+test.rule, func(t *testing.T) {
				data, err := fs.ReadFile(tree, test.name)
				got := string(data)
				if err != nil {
					got = err.Error()
				}
				if !strings.Contains(got, test.want) {
					t.Errorf("%s = %q, want %q", test.name, got, test.want)
				}
			})
		}
	}
}

func TestDirRefusesWhatIsNoFile(t *testing.T) {
	dir := t.TempDir()
	big := filepath.Join(dir, "big.yaml")
	if err := os.WriteFile(big, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(big, maxFileBytes+1); err != nil {
		t.Fatal(err)
	}
	tree, err := Dir(dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tree.ReadFile("big.yaml"); !errors.Is(err, errTooLarge) {
		t.Errorf("big.yaml: %v, want %v", err, errTooLarge)
	}
	if _, err := tree.ReadFile("../x"); !errors.Is(err, fs.ErrInvalid) {
		t.Errorf("../x: %v, want %v", err, fs.ErrInvalid)
	}
	if _, err := Dir(filepath.Join(dir, "none")); err == nil || strings.Count(err.Error(), "none") != 1 {
		t.Errorf("Dir of an absent folder: %v", err)
	}
}

func TestRevisions(t *testing.T) {
	dir := hermetic(t)
	first := commit(t, dir, map[string]string{"soa/web/service.yaml": "v: 1\n", "README": "x"}, "first\n\nbody")
	second := commit(t, dir, map[string]string{"soa/web/service.yaml": "v: 2\n"}, "second")
	repository, err := git.PlainOpen(dir)
	if err != nil {
		t.Fatal(err)
	}
	tagger := &git.CreateTagOptions{Message: "t", Tagger: &object.Signature{Name: "Ada"}}
	if _, err := repository.CreateTag("v1", first, tagger); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ rule, revision, want string }{
		{"HEAD", "HEAD", "v: 2\n"},
		{"a branch", "master", "v: 2\n"},
		{"a parent", "HEAD~1", "v: 1\n"},
		{"an annotated tag", "v1", "v: 1\n"},
		{"a hash", second.String(), "v: 2\n"},
		{"a short hash", first.String()[:8], "v: 1\n"},
		{"no such branch", "nowhere", `git revision "nowhere": no such branch, tag or commit`},
		{"before the first commit", "HEAD~9", "git revision"},
		{"an option is no revision", "--all", "is not a git revision"},
		{"nothing is no revision", "", "is not a git revision"},
		{"nonsense", "HEAD^{/((}", "git revision"},
	} {
		t.Run(test.rule, func(t *testing.T) {
			tree, _, err := Git(filepath.Join(dir, "soa"), test.revision)
			var got string
			if err != nil {
				got = err.Error()
			} else if data, err := tree.ReadFile("web/service.yaml"); err == nil {
				got = string(data)
			}
			if !strings.HasPrefix(got, test.want) && !strings.Contains(got, test.want) {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
	r, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	c, err := r.Commit("v1")
	if err != nil || c.Subject() != "first" || c.AuthorName != "Ada" || c.Hash != first.String() {
		t.Errorf("Commit = %+v, %v", c, err)
	}
}

func TestRepositoryErrors(t *testing.T) {
	dir := hermetic(t)
	if _, err := Open(dir); err == nil || !strings.Contains(err.Error(), "is not in a git repository") {
		t.Errorf("Open of no repository: %v", err)
	}
	commit(t, dir, company, "one")
	if err := os.MkdirAll(filepath.Join(dir, "new"), 0o755); err != nil {
		t.Fatal(err)
	}
	if _, _, err := Git(filepath.Join(dir, "new"), "HEAD"); err == nil || !strings.Contains(err.Error(), "the folder new") {
		t.Errorf("a folder that the revision lacks: %v", err)
	}
}

func TestBareAndPackedAndBorrowed(t *testing.T) {
	dir := hermetic(t)
	commit(t, dir, map[string]string{"web/a.yaml": "a\n", "api/a.yaml": "a\n"}, "one")
	commit(t, dir, map[string]string{"web/kubernetes-prod.yaml": "main: {cpus: 1}\n"}, "two")
	repository, err := git.PlainOpen(dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := repository.RepackObjects(&git.RepackConfig{}); err != nil {
		t.Fatal(err)
	}
	borrower := filepath.Join(t.TempDir(), "bare.git")
	bare, err := git.PlainInit(borrower, true)
	if err != nil {
		t.Fatal(err)
	}
	head, err := repository.Head()
	if err != nil {
		t.Fatal(err)
	}
	if err := bare.Storer.SetReference(head); err != nil {
		t.Fatal(err)
	}
	write(t, borrower, map[string]string{"objects/info/alternates": filepath.Join(dir, ".git", "objects") + "\n"})
	for name, at := range map[string]string{"packed": dir, "borrowed": borrower} {
		tree, _, err := Git(at, "master")
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if data, err := tree.ReadFile("web/kubernetes-prod.yaml"); string(data) != "main: {cpus: 1}\n" {
			t.Errorf("%s: %q, %v", name, data, err)
		}
	}
}

func TestConcurrentReads(t *testing.T) {
	for name, tree := range both(t, company) {
		var group sync.WaitGroup
		var read atomic.Int64
		for range 8 {
			group.Go(func() {
				_ = fs.WalkDir(tree, ".", func(name string, e fs.DirEntry, err error) error {
					if err == nil && e.Type().IsRegular() {
						_, err = fs.ReadFile(tree, name)
						read.Add(1)
					}
					return err
				})
			})
		}
		group.Wait()
		if n := read.Load(); n == 0 || n%8 != 0 {
			t.Errorf("%s: eight readers have read %d files in all", name, n)
		}
	}
}
