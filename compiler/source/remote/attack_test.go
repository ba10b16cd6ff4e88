package remote

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

const secretHeader = "Basic U0VDUkVU"

// witness is a server that remembers what came with its requests. Answer is nil for 404.
type witness struct {
	*httptest.Server
	mu     sync.Mutex
	header []http.Header
}

func newWitness(t *testing.T, answer http.HandlerFunc) *witness {
	t.Helper()
	w := &witness{}
	w.Server = httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		w.mu.Lock()
		w.header = append(w.header, r.Header.Clone())
		w.mu.Unlock()
		if answer == nil {
			http.NotFound(rw, r)
			return
		}
		answer(rw, r)
	}))
	t.Cleanup(w.Close)
	return w
}

// holds tells whether a secret came with any request.
func (w *witness) holds(secret string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, h := range w.header {
		if strings.Contains(fmt.Sprint(h), secret) {
			return true
		}
	}
	return false
}

func needsGit(t *testing.T) {
	t.Helper()
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("git is not installed")
	}
}

func TestCredentialsGoToTheirHostOnly(t *testing.T) {
	needsGit(t)
	evil := newWitness(t, nil)
	good := newWitness(t, nil)
	host := strings.TrimPrefix(good.URL, "http://")
	for _, form := range []string{"%s?@%s/x.git", "%s#@%s/x.git", "%s/?@%s/x.git", "%s?x=@%s/x.git", `%s\@%s/x.git`,
		"%s/%%0a@%s/x.git", "%s;@%s/x.git", "%s&@%s/x.git", "%s @%s/x.git", "%s\n@%s/x.git", "%s\t@%s/", "%s/@%s"} {
		home := hermetic(t)
		writeFile(t, filepath.Join(home, ".gitconfig"),
			fmt.Sprintf("[http %q]\n\textraHeader = \"AUTHORIZATION: %s\"\n", good.URL+"/", secretHeader))
		writeFile(t, filepath.Join(home, ".netrc"), "machine "+host+" login a password SECRET\n")
		_, _ = List(context.Background(), fmt.Sprintf(form, evil.URL, host), Options{})
		if evil.holds(secretHeader) || evil.holds("SECRET") {
			t.Fatalf("%q: another host was sent the credentials", form)
		}
	}
}

func TestRedirectsCarryNoCredentials(t *testing.T) {
	needsGit(t)
	evil := newWitness(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusUnauthorized) })
	good := newWitness(t, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, evil.URL+r.URL.RequestURI(), http.StatusFound)
	})
	host := strings.TrimPrefix(good.URL, "http://")
	for _, test := range []struct{ rule, url, file, text string }{
		{"the URL's", "http://ada:SECRET@" + host + "/x", "", ""},
		{"a configured header", good.URL + "/x", ".gitconfig",
			fmt.Sprintf("[http %q]\n\textraHeader = \"Private-Token: SECRET\"\n", good.URL+"/")},
		{"netrc's", good.URL + "/x", ".netrc", "machine 127.0.0.1 login ada password SECRET\n"},
		{"a helper's, which are asked after the other host has refused", good.URL + "/x", ".gitconfig",
			"[credential]\n\thelper = \"!f() { echo username=ada; echo password=SECRET; }; f\"\n"},
	} {
		t.Run(test.rule, func(t *testing.T) {
			home := hermetic(t)
			if test.file != "" {
				writeFile(t, filepath.Join(home, test.file), test.text)
			}
			_, err := List(context.Background(), test.url, Options{})
			if err == nil || strings.Contains(err.Error(), "SECRET") {
				t.Errorf("List: %v", err)
			}
			if evil.holds("SECRET") || evil.holds("YWRhOlNFQ1JFVA==") {
				t.Error("the host that the redirect leads to was sent the credentials")
			}
		})
	}
}

// TestGitRunsAsDocumented replaces git by a program that writes down how it is called. What it may be called with, and
// where, is the table of ARCHITECTURE.md.
func TestGitRunsAsDocumented(t *testing.T) {
	home := hermetic(t)
	bin := t.TempDir()
	script := "#!/bin/sh\n{ echo \"args $*\"; echo \"folder $(pwd -P)\"; env | grep ^GIT_ | sort; echo; } >>" + home + "/calls\n" +
		"[ \"$1 $2 $3\" = \"-c safe.bareRepository=explicit config\" ] || [ \"$3\" = credential ] || echo \"args unexpected\" >>" +
		home + "/calls\nexit 1\n"
	if err := os.WriteFile(filepath.Join(bin, "git"), []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, variable := range os.Environ() {
		if name, _, _ := strings.Cut(variable, "="); strings.HasPrefix(name, "GIT_SSL") {
			t.Setenv(name, "")
			os.Unsetenv(name)
		}
	}
	t.Setenv("PATH", bin+":"+os.Getenv("PATH"))
	t.Setenv("GIT_DIR", "/somewhere/else")
	t.Setenv("GIT_WORK_TREE", "/somewhere/else")
	refusing := newWitness(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusUnauthorized) })
	work := t.TempDir()
	hostile := filepath.Join(work, "soa")
	for _, dir := range []string{filepath.Join(work, ".git"), filepath.Join(hostile, "objects"), filepath.Join(hostile, "refs")} {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	writeFile(t, filepath.Join(hostile, "HEAD"), "ref: refs/heads/main\n")
	o := Options{Dir: hostile}
	o.Rewrites = ReadRewrites(context.Background(), o)
	_, _ = List(context.Background(), refusing.URL+"/x", o)
	data, err := os.ReadFile(filepath.Join(home, "calls"))
	if err != nil {
		t.Fatal(err)
	}
	allowed := map[string]bool{
		"args -c safe.bareRepository=explicit config --null --get-regexp ^url\\..*\\.insteadof$":             true,
		"args -c safe.bareRepository=explicit config --get-urlmatch http.extraHeader " + refusing.URL + "/x": true,
		"args -c safe.bareRepository=explicit credential fill":                                               true,
		"folder /":                  true,
		"GIT_DIR=" + work + "/.git": true, "GIT_TERMINAL_PROMPT=0": true, "GIT_ASKPASS=": true, "GIT_CONFIG_NOSYSTEM=1": true,
		"GIT_CONFIG_GLOBAL=" + home + "/.gitconfig": true, "GIT_CONFIG_COUNT=0": true, "": true,
	}
	calls := 0
	for line := range strings.SplitSeq(string(data), "\n") {
		if !allowed[line] {
			t.Errorf("git was run with %q", line)
		}
		if strings.HasPrefix(line, "args") {
			calls++
		}
	}
	if calls != 3 {
		t.Errorf("git was run %d times, want 3", calls)
	}
}

// TestNothingOfABareRepositoryInTheTreeIsRun commits, as it were, a bare repository's files into a folder of the work
// tree.
func TestNothingOfABareRepositoryInTheTreeIsRun(t *testing.T) {
	needsGit(t)
	hermetic(t)
	refusing := newWitness(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("WWW-Authenticate", `Basic realm="x"`)
		w.WriteHeader(http.StatusUnauthorized)
	})
	for _, inRepository := range []bool{true, false} {
		work := t.TempDir()
		if inRepository {
			if out, err := exec.Command("git", "init", "-q", work).CombinedOutput(); err != nil {
				t.Fatalf("%v: %s", err, out)
			}
		}
		hostile := filepath.Join(work, "soa")
		for _, dir := range []string{"objects", "refs"} {
			if err := os.MkdirAll(filepath.Join(hostile, dir), 0o755); err != nil {
				t.Fatal(err)
			}
		}
		proof := filepath.Join(work, "proof")
		writeFile(t, filepath.Join(hostile, "HEAD"), "ref: refs/heads/main\n")
		writeFile(t, filepath.Join(hostile, "config"), fmt.Sprintf("[core]\n\trepositoryformatversion = 0\n\tbare = true\n"+
			"\tfsmonitor = \"touch %[1]s\"\n[credential]\n\thelper = \"!touch %[1]s; echo password=x; :\"\n", proof))
		o := Options{Dir: hostile}
		o.Rewrites = ReadRewrites(context.Background(), o)
		_, _ = List(context.Background(), refusing.URL+"/x", o)
		if _, err := os.Stat(proof); err == nil {
			t.Errorf("in a repository %v: the credential helper of a committed file was run", inRepository)
		}
	}
}

func TestGitOfAnotherUserIsNotTrusted(t *testing.T) {
	needsGit(t)
	home := hermetic(t)
	work := t.TempDir()
	if out, err := exec.Command("git", "init", "-q", work).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	writeFile(t, filepath.Join(work, ".git", "config"), "[url \"evil\"]\n\tinsteadOf = good\n")
	o := Options{Dir: work}
	if got := ReadRewrites(context.Background(), o); got["good"] != "evil" {
		t.Fatalf("the user's own repository gives %v", got)
	}
	if err := os.Chown(filepath.Join(work, ".git"), 12345, 12345); err != nil {
		t.Skip("only root can give a folder away")
	}
	if got := ReadRewrites(context.Background(), o); len(got) > 0 {
		t.Errorf("another user's repository gives %v", got)
	}
	writeFile(t, filepath.Join(home, ".gitconfig"), "[safe]\n\tdirectory = "+work+"\n")
	if got := ReadRewrites(context.Background(), o); got["good"] != "evil" {
		t.Errorf("a repository in safe.directory gives %v", got)
	}
}

func TestReferencesWithoutEnd(t *testing.T) {
	hermetic(t)
	line := func(n int) string {
		text := fmt.Sprintf("%s refs/tags/%08d", someHash, n)
		if n == 0 {
			text += "\x00ofs-delta"
		}
		text += "\n"
		return fmt.Sprintf("%04x%s", len(text)+4, text)
	}
	endless := func(w io.Writer) {
		_, err := io.WriteString(w, line(0))
		for n := 1; err == nil; n++ {
			_, err = io.WriteString(w, line(n))
		}
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/x-git-upload-pack-advertisement")
		_, _ = io.WriteString(w, "001e# service=git-upload-pack\n0000")
		endless(w)
	}))
	defer server.Close()
	plain := listener(t, func(c net.Conn) {
		go func() {
			endless(c)
			c.Close()
		}()
	})
	local := bare(t, "refs/heads/master")
	if err := os.Remove(filepath.Join(local, "HEAD")); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("/dev/zero", filepath.Join(local, "packed-refs")); err != nil {
		t.Fatal(err)
	}
	for _, url := range []string{server.URL + "/x", "git://" + plain + "/x", local} {
		_, err := List(context.Background(), url, Options{MaxRefBytes: 1 << 20, Timeout: time.Minute})
		if err == nil || !strings.Contains(err.Error(), "too long") && !strings.Contains(err.Error(), "a device") {
			t.Errorf("%s: %v", url, err)
		}
	}
}
