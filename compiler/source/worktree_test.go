package source

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

func TestWorktreeTellsWhatChanged(t *testing.T) {
	files := map[string]string{
		"web/kubernetes-prod.yaml": "main: {}\n",
		"web/secrets/a.json":       "{}",
		"api/service.yaml":         "description: api\n",
		"top.yaml":                 "a: 1\n",
	}
	for _, test := range []struct {
		rule string
		edit func(t *testing.T, dir string)
		want []string
	}{
		{"nothing", func(*testing.T, string) {}, nil},
		{"a file's bytes", func(t *testing.T, dir string) {
			write(t, dir, map[string]string{"web/kubernetes-prod.yaml": "main: []\n"})
		}, []string{"web"}},
		{"bytes of the same length", func(t *testing.T, dir string) { write(t, dir, map[string]string{"web/secrets/a.json": "[]"}) }, []string{"web"}},
		{"other bytes with the size, inode and time of before", func(t *testing.T, dir string) {
			name := filepath.Join(dir, "web", "kubernetes-prod.yaml")
			before, err := os.Stat(name)
			if err != nil {
				t.Fatal(err)
			}
			f, err := os.OpenFile(name, os.O_WRONLY, 0)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := f.WriteString("evil: {}\n"); err != nil {
				t.Fatal(err)
			}
			f.Close()
			if err := os.Chtimes(name, before.ModTime(), before.ModTime()); err != nil {
				t.Fatal(err)
			}
		}, []string{"web"}},
		{"a file at the top", func(t *testing.T, dir string) { write(t, dir, map[string]string{"top.yaml": "a: 2\n"}) }, []string{"top.yaml"}},
		{"a new file", func(t *testing.T, dir string) { write(t, dir, map[string]string{"api/new.yaml": ""}) }, []string{"api"}},
		{"a new folder", func(t *testing.T, dir string) { write(t, dir, map[string]string{"new/service.yaml": ""}) }, []string{"new"}},
		{"a file that is gone", func(t *testing.T, dir string) { remove(t, dir, "api/service.yaml") }, []string{"api"}},
		{"the executable bit", func(t *testing.T, dir string) {
			if err := os.Chmod(filepath.Join(dir, "api/service.yaml"), 0o755); err != nil {
				t.Fatal(err)
			}
		}, []string{"api"}},
		{"a new time is no change", func(t *testing.T, dir string) {
			if err := os.Chtimes(filepath.Join(dir, "api/service.yaml"), time.Unix(1, 0), time.Unix(1, 0)); err != nil {
				t.Fatal(err)
			}
		}, nil},
		{"an empty folder is no change", func(t *testing.T, dir string) {
			if err := os.Mkdir(filepath.Join(dir, "api", "empty"), 0o755); err != nil {
				t.Fatal(err)
			}
		}, nil},
		{"a folder with a link cannot be told", func(t *testing.T, dir string) {
			if err := os.Symlink("service.yaml", filepath.Join(dir, "api", "x.yaml")); err != nil {
				t.Fatal(err)
			}
		}, []string{"api"}},
	} {
		t.Run(test.rule, func(t *testing.T) {
			dir := hermetic(t)
			write(t, dir, files)
			time.Sleep(20 * time.Millisecond) // files must be older than the index, or git does not trust it
			commit(t, dir, nil, "one")
			test.edit(t, dir)
			r, err := Open(dir)
			if err != nil {
				t.Fatal(err)
			}
			defer r.Close()
			head, err := r.Worktree()
			if err != nil {
				t.Fatal(err)
			}
			base, err := r.Revision("HEAD")
			if err != nil {
				t.Fatal(err)
			}
			if got := Changed(base, head, "."); !slices.Equal(got, test.want) {
				t.Errorf("Changed = %q, want %q", got, test.want)
			}
		})
	}
}

func TestChangedBetweenRevisions(t *testing.T) {
	dir := hermetic(t)
	commit(t, dir, map[string]string{"web/a.yaml": "1", "api/a.yaml": "1"}, "one")
	commit(t, dir, map[string]string{"web/a.yaml": "2", "new/a.yaml": "1"}, "two")
	r, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	base, err := r.Revision("HEAD~1")
	if err != nil {
		t.Fatal(err)
	}
	head, err := r.Revision("HEAD")
	if err != nil {
		t.Fatal(err)
	}
	if got, want := Changed(base, head, "."), []string{"new", "web"}; !slices.Equal(got, want) {
		t.Errorf("Changed = %q, want %q", got, want)
	}
	if got, want := Changed(base, head, "web"), []string{"a.yaml"}; !slices.Equal(got, want) {
		t.Errorf("Changed in web = %q, want %q", got, want)
	}
}

func remove(t *testing.T, dir, name string) {
	t.Helper()
	if err := os.Remove(filepath.Join(dir, name)); err != nil {
		t.Fatal(err)
	}
}
