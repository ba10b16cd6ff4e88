package remote

import (
	"context"
	"net/http/cgi"
	"net/http/httptest"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// A remote behind git's own HTTP server takes a tag on a commit that it has, once, and no other.
func TestCreateOverHTTP(t *testing.T) {
	git, err := exec.LookPath("git")
	if err != nil {
		t.Skip("git is not installed")
	}
	dir := t.TempDir()
	run := func(args ...string) string {
		t.Helper()
		cmd := exec.Command(git, append([]string{"-C", dir}, args...)...)
		cmd.Env = append(cmd.Environ(), "GIT_CONFIG_NOSYSTEM=1", "HOME="+dir, "GIT_AUTHOR_NAME=a", "GIT_AUTHOR_EMAIL=a@example.org",
			"GIT_COMMITTER_NAME=a", "GIT_COMMITTER_EMAIL=a@example.org")
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("git %v: %v\n%s", args, err, out)
		}
		return strings.TrimSpace(string(out))
	}
	run("init", "-q", "web")
	run("-C", "web", "commit", "-q", "--allow-empty", "-m", "one")
	one := run("-C", "web", "rev-parse", "HEAD")
	run("-C", "web", "commit", "-q", "--allow-empty", "-m", "two")
	two := run("-C", "web", "rev-parse", "HEAD")
	run("-C", "web", "config", "http.receivepack", "true")
	server := httptest.NewServer(&cgi.Handler{Path: git, Args: []string{"http-backend"},
		Env: []string{"GIT_PROJECT_ROOT=" + dir, "GIT_HTTP_EXPORT_ALL=1"}})
	defer server.Close()

	for _, url := range []string{server.URL + "/web/.git", filepath.Join(dir, "web")} {
		name := "refs/tags/paasta-a-20260101T000000-deploy"
		if strings.HasPrefix(url, "http") {
			name = "refs/tags/paasta-b-20260101T000000-deploy"
		}
		for range 2 { // the second time changes nothing
			if err := Create(context.Background(), url, []Ref{{name, one}}, Options{}); err != nil {
				t.Fatalf("%s: %v", url, err)
			}
		}
		if got := run("-C", "web", "rev-parse", name); got != one {
			t.Errorf("%s: the tag points at %s, not %s", url, got, one)
		}
		if err := Create(context.Background(), url, []Ref{{name, two}}, Options{}); err == nil || !strings.Contains(err.Error(), "exists already") {
			t.Errorf("%s: a tag was moved: %v", url, err)
		}
		missing := strings.Repeat("1", 40)
		if err := Create(context.Background(), url, []Ref{{name + "2", missing}}, Options{}); err == nil {
			t.Errorf("%s: a tag was made on a commit that the remote does not have", url)
		}
	}
}
