package output

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/go-git/go-git/v5/plumbing"
)

func TestWorkTreeFollows(t *testing.T) {
	hermetic(t)
	work := filepath.Join(t.TempDir(), "work")
	git(t, t.TempDir(), "init", "-q", "-b", "main", work)
	o := options("one")
	o.Branch = ""
	results, err := publish(t, work, o, web, "c1")
	if r := must(t, results, err); r.Warning != "" || r.Branch != "main" {
		t.Errorf("%+v", r)
	}
	if got := git(t, work, "status", "--porcelain"); got != "" {
		t.Errorf("status %q", got)
	}
	mine := filepath.Join(work, "c1", "a", "x")
	if err := os.WriteFile(mine, []byte("mine"), 0o644); err != nil {
		t.Fatal(err)
	}
	results, err = publish(t, work, o, map[string]string{"c1/a/x": "theirs"}, "c1")
	if r := must(t, results, err); !strings.Contains(r.Warning, "still shows the commit before") {
		t.Errorf("warning %q", r.Warning)
	}
	if data, _ := os.ReadFile(mine); string(data) != "mine" {
		t.Errorf("a local change is gone: %q", data)
	}

	// Once the change is dropped, the next run brings the work tree along, be there something new or not.
	git(t, work, "checkout", "c1/a/x")
	for _, text := range []string{"theirs", "later"} {
		results, err = publish(t, work, o, map[string]string{"c1/a/x": text}, "c1")
		if r := must(t, results, err); r.Warning != "" {
			t.Errorf("warning %q", r.Warning)
		}
		if got := git(t, work, "status", "--porcelain"); got != "" {
			t.Errorf("status %q", got)
		}
	}
}

// TestWorkTreeCatchesUp has a run killed after it moved the branch and before it moved the work tree.
func TestWorkTreeCatchesUp(t *testing.T) {
	hermetic(t)
	work := filepath.Join(t.TempDir(), "work")
	git(t, t.TempDir(), "init", "-q", "-b", "main", work)
	for n, text := range []string{"2", "1", "3"} { // "1" is as before, so that nothing else would look at the file
		results, err := publish(t, work, options("one"), map[string]string{"c1/x": "1", "c1/y": "1"}, "c1")
		first := must(t, results, err)
		dir := gitDir{own: filepath.Join(work, ".git"), common: filepath.Join(work, ".git")}
		killed, err := publish(t, work, options("two"), map[string]string{"c1/x": "2", "c1/y": "2"}, "c1")
		second := must(t, killed, err)
		git(t, work, "read-tree", "-m", "-u", second.Commit, first.Commit)
		if err := os.WriteFile(filepath.Join(dir.own, shownFile), []byte(first.Commit+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
		if tip, err := dir.ref("refs/heads/main"); err != nil || tip != plumbing.NewHash(second.Commit) {
			t.Fatalf("tip %v, %v", tip, err)
		}
		results, err = publish(t, work, options("three"), map[string]string{"c1/x": text, "c1/y": "2"}, "c1")
		if r := must(t, results, err); r.Warning != "" {
			t.Errorf("%d: warning %q", n, r.Warning)
		}
		if got := git(t, work, "status", "--porcelain"); got != "" {
			t.Errorf("%d: status %q", n, got)
		}
	}
}
