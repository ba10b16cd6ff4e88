package remote

import (
	"bytes"
	"context"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// helperTime is how long a credential helper may keep its output open after git has ended.
const helperTime = 2 * time.Second

// runGit runs git for what only git knows: its configuration and its credential helpers. It runs in the root folder, so
// that no file of a repository is looked at; the git directory that counts is named, and only where it is the user's
// own or one that git's safe.directory trusts. Nobody is asked anything.
func runGit(ctx context.Context, o Options, stdin string, args ...string) (string, error) {
	gitDir := o.GitDir
	if top, ok := Enclosing(o.Dir); gitDir == "" && ok && trusted(ctx, top) {
		gitDir = filepath.Join(top, ".git")
	}
	return gitAt(ctx, gitDir, stdin, args...)
}

// gitAt runs git with a git directory; with none when gitDir is empty.
func gitAt(ctx context.Context, gitDir, stdin string, args ...string) (string, error) {
	c := exec.CommandContext(ctx, "git", append([]string{"-c", "safe.bareRepository=explicit"}, args...)...)
	c.Dir = string(filepath.Separator)
	if gitDir == "" {
		gitDir = nowhere
	} else if absolute, err := filepath.Abs(gitDir); err == nil {
		gitDir = absolute
	}
	c.Env = append(slices.DeleteFunc(c.Environ(), ofARepository), "GIT_DIR="+gitDir, "GIT_TERMINAL_PROMPT=0", "GIT_ASKPASS=",
		"SSH_ASKPASS=", "GCM_INTERACTIVE=never", "LC_ALL=C")
	c.Stdin = strings.NewReader(stdin)
	c.WaitDelay = helperTime
	var out bytes.Buffer
	c.Stdout = &out
	err := c.Run()
	return out.String(), err
}

// nowhere is a git directory that does not exist: git then reads the configuration of the user and of the system only.
const nowhere = "/dev/null/none"

// ofARepository finds the variables that say which repository git works on; git hooks are run with them.
func ofARepository(variable string) bool {
	name, _, _ := strings.Cut(variable, "=")
	return slices.Contains([]string{"GIT_DIR", "GIT_WORK_TREE", "GIT_COMMON_DIR", "GIT_INDEX_FILE", "GIT_PREFIX", "PWD",
		"GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_NAMESPACE"}, name)
}

// trusted tells whether git would read the configuration of a work tree: its git directory belongs to who runs us, or
// safe.directory names the work tree. See git-config(1).
func trusted(ctx context.Context, top string) bool {
	if owned(filepath.Join(top, ".git")) {
		return true
	}
	out, err := gitAt(ctx, "", "", "config", "--null", "--get-all", "safe.directory")
	if err != nil {
		return false
	}
	safe := false
	for name := range strings.SplitSeq(strings.TrimSuffix(out, "\x00"), "\x00") {
		safe = name != "" && (safe || name == "*" || filepath.Clean(name) == top) // an empty one drops those before it
	}
	return safe
}
