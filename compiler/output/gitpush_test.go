package output

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/go-git/go-git/v5/plumbing/protocol/packp"

	"github.com/paasta-render/paasta-render/compiler/tree"
)

func hook(t *testing.T, bare, name, script string) {
	t.Helper()
	file := filepath.Join(bare, "hooks", name)
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte("#!/bin/sh\n"+script+"\n"), 0o755); err != nil {
		t.Fatal(err)
	}
}

func TestRefusedPushIsNotRepeated(t *testing.T) {
	hermetic(t)
	bare := newBare(t)
	work := clone(t, bare)
	hook(t, bare, "pre-receive", `echo "not on a Friday" >&2; exit 1`)
	o := options("x")
	o.Push = "origin"
	waits := 0
	o.Remote.Wait = func(context.Context, int) { waits++ }
	_, err := publish(t, work, o, web, "c1")
	if err == nil || waits > 0 || !strings.Contains(err.Error(), "pre-receive hook declined") ||
		!strings.Contains(err.Error(), "\nremote: not on a Friday") {
		t.Errorf("%d waits, %v", waits, err)
	}
	// A remote whose work tree shows the branch.
	other := filepath.Join(t.TempDir(), "other")
	git(t, t.TempDir(), "init", "-q", "-b", "main", other)
	git(t, other, "commit", "-q", "--allow-empty", "-m", "x")
	git(t, work, "remote", "set-url", "origin", other)
	o.Note = []byte("n")
	_, err = publish(t, work, o, web, "c1")
	if err == nil || !strings.Contains(err.Error(), "branch is currently checked out") || waits > 0 {
		t.Errorf("%d waits, %v", waits, err)
	}
}

func TestARemoteWithSHA256IsRefused(t *testing.T) {
	hermetic(t)
	work := clone(t, newBare(t))
	other := filepath.Join(t.TempDir(), "other.git")
	if err := exec.Command("git", "init", "-q", "--bare", "--object-format=sha256", other).Run(); err != nil {
		t.Skip("git knows no SHA-256")
	}
	git(t, work, "remote", "set-url", "origin", other)
	o := options("x")
	o.Push = "origin"
	if _, err := publish(t, work, o, web, "c1"); err == nil || !strings.Contains(err.Error(), "SHA-256 hashes") {
		t.Error(err)
	}
}

func TestContested(t *testing.T) {
	for _, test := range []struct {
		statuses string
		want     bool
	}{
		{"ok", false},
		{"failed to update ref;atomic push failure", true},
		{"atomic transaction failed;atomic transaction failed", true},
		{"non-fast-forward", true},
		{"pre-receive hook declined;pre-receive hook declined", false},
		{"branch is currently checked out;atomic push failure", false},
		{"protected branch hook declined", false},
		{"cannot lock ref 'refs/heads/main': is at 1 but expected 2", true},
		{"unpacker error", false},
	} {
		var statuses []*packp.CommandStatus
		for status := range strings.SplitSeq(test.statuses, ";") {
			statuses = append(statuses, &packp.CommandStatus{Status: status})
		}
		if got := contested(statuses); got != test.want {
			t.Errorf("%s: %v", test.statuses, got)
		}
	}
}

// TestAnInterruptedPushIsFinished has a run interrupted while the remote is at work: what was sent arrives, and nothing
// is left locked there.
func TestAnInterruptedPushIsFinished(t *testing.T) {
	hermetic(t)
	bare := newBare(t)
	work := clone(t, bare)
	started := filepath.Join(t.TempDir(), "started")
	hook(t, bare, "reference-transaction", `[ "$1" = prepared ] && touch "`+started+`" && sleep 0.3; exit 0`)
	ctx, interrupt := context.WithCancel(context.Background())
	defer interrupt()
	go func() {
		for range 1000 {
			if isFile(started) {
				break
			}
			time.Sleep(5 * time.Millisecond)
		}
		interrupt()
	}()
	o := options("one")
	o.Push, o.Note = "origin", []byte("n")
	g, err := NewGit(ctx, work, o)
	if err != nil {
		t.Fatal(err)
	}
	if err := g.Put(tree.File{Path: "c1/x", Data: []byte("1")}); err != nil {
		t.Fatal(err)
	}
	if err := g.Commit([]string{"c1"}); err != nil {
		t.Fatal(err)
	}
	if got := git(t, bare, "rev-parse", "main"); ctx.Err() == nil || got != g.Results[0].Commit {
		t.Errorf("interrupted: %v, main %s, committed %s", ctx.Err(), got, g.Results[0].Commit)
	}
	if got := git(t, work, "status", "--porcelain"); got != "" {
		t.Errorf("status %q", got)
	}
	if left, _ := filepath.Glob(filepath.Join(bare, "refs", "*", "*.lock")); len(left) > 0 {
		t.Errorf("locked: %q", left)
	}
}
