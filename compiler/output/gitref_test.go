package output

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/go-git/go-git/v5/plumbing"
)

func TestFormatsThatAreNotWrittenAreRefused(t *testing.T) {
	hermetic(t)
	for _, test := range []struct{ rule, key, value, want string }{
		{"SHA-256", "extensions.objectFormat", "sha256", "SHA256 hashes, which are not supported yet"},
		{"reference tables", "extensions.refStorage", "reftable", `stores references as "reftable", which is not supported yet`},
		{"what git makes unless told", "extensions.objectFormat", "sha1", ""},
	} {
		bare := newBare(t)
		git(t, bare, "config", "core.repositoryformatversion", "1")
		git(t, bare, "config", test.key, test.value)
		_, err := NewGit(context.Background(), bare, options("x"))
		if test.want == "" && err != nil || test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)) {
			t.Errorf("%s: %v, want %q", test.rule, err, test.want)
		}
	}
}

// TestALockThatAKilledRunLeftIsTaken has a reference locked as a run leaves it that is killed before it moves the
// reference, and as git does.
func TestALockThatAKilledRunLeftIsTaken(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("no locks of folders")
	}
	hermetic(t)
	bare := newBare(t)
	results, err := publish(t, bare, options("one"), web, "c1")
	first := must(t, results, err)
	dir := gitDir{own: bare, common: bare, bare: true}
	const main = "refs/heads/main"
	locked, err := takeLock(filepath.Join(bare, main), filepath.Join(bare, "paasta-render-"+
		plumbing.ComputeHash(plumbing.BlobObject, []byte(main)).String()), plumbing.NewHash(first.Commit))
	if err != nil {
		t.Fatal(err)
	}
	results, err = publish(t, bare, options("two"), map[string]string{"c1/x": "2"}, "c1")
	if r := must(t, results, err); r.Attempts != 1 {
		t.Errorf("%d attempts", r.Attempts)
	}
	if _, err := os.Lstat(locked); err == nil {
		t.Error("the lock is still there")
	}
	left, _ := filepath.Glob(filepath.Join(bare, "paasta-render-*"))
	if len(left) > 0 {
		t.Errorf("left behind: %q", left)
	}

	if err := os.WriteFile(locked, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	o := options("three")
	o.Attempts = 3
	_, err = publish(t, bare, o, map[string]string{"c1/x": "3"}, "c1")
	if !errors.Is(err, errLocked) || !strings.Contains(err.Error(), "main.lock: remove it if no git process is at work") {
		t.Errorf("git's own lock: %v", err)
	}
	if tip, err := dir.ref(main); err != nil || tip.String() != results[0].Commit {
		t.Errorf("tip %v, %v", tip, err)
	}
}

func TestABranchTakesThePlaceOfAnEmptyFolder(t *testing.T) {
	hermetic(t)
	bare := newBare(t)
	if err := os.MkdirAll(filepath.Join(bare, "refs", "heads", "main"), 0o755); err != nil {
		t.Fatal(err)
	}
	results, err := publish(t, bare, options("one"), web, "c1")
	must(t, results, err)
	if err := exec.Command("git", "-C", bare, "rev-parse", "main").Run(); err != nil {
		t.Error(err)
	}
}
