//go:build e2e

package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// published is the example in a git repository, and the repository that `paasta-render publish` commits its trees to.
type published struct {
	company
	binary, out string
}

func publishExample(t *testing.T) published {
	t.Helper()
	dir := t.TempDir()
	p := published{company: companies()[0].copied(t), binary: filepath.Join(dir, "paasta-render"), out: filepath.Join(dir, "out.git")}
	command(t, "../..", "go", "build", "-o", p.binary, "./cmd/paasta-render")
	command(t, p.soa, "git", "init", "-q", "-b", "main")
	command(t, dir, "git", "init", "-q", "--bare", "-b", "main", p.out)
	return p
}

// commit commits the company's work tree, publishes it, and returns the output repository's new commit.
func (p published) commit(t *testing.T, subject string) string {
	t.Helper()
	command(t, p.soa, "git", "add", "-A")
	command(t, p.soa, "git", "commit", "-q", "-m", subject)
	command(t, p.soa, p.binary, "publish", "-q", "--repo", p.out)
	return strings.TrimSpace(command(t, p.out, "git", "rev-parse", "main"))
}

// checkout clones the output repository.
func (p published) checkout(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "checkout")
	command(t, ".", "git", "clone", "-q", p.out, dir)
	return dir
}

// command runs a program with an identity for git and nothing of the user's configuration.
func command(t *testing.T, dir, name string, args ...string) string {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_NOSYSTEM=1", "GIT_AUTHOR_NAME=e2e",
		"GIT_AUTHOR_EMAIL=e2e@example.com", "GIT_COMMITTER_NAME=e2e", "GIT_COMMITTER_EMAIL=e2e@example.com")
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s %s: %v\n%s%s", name, strings.Join(args, " "), err, out, stderr.String())
	}
	return string(out)
}
