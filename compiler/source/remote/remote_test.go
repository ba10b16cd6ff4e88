package remote

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-git/go-git/v5"
	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/format/pktline"
	"github.com/go-git/go-git/v5/plumbing/protocol/packp"
)

// hermetic gives the test a home and a git configuration of its own.
func hermetic(t *testing.T) (home string) {
	t.Helper()
	home = t.TempDir()
	t.Setenv("HOME", home)
	t.Setenv("XDG_CONFIG_HOME", home)
	t.Setenv("GIT_CONFIG_NOSYSTEM", "1")
	t.Setenv("GIT_CONFIG_GLOBAL", filepath.Join(home, ".gitconfig"))
	t.Setenv("GIT_CONFIG_COUNT", "0")
	t.Setenv("GIT_ASKPASS", "")
	t.Setenv("SSH_AUTH_SOCK", "")
	return home
}

func writeFile(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

const someHash = "de8c5d441d8441ac2b96a3aa645f44684a889a67"

// bare makes a bare repository with the given references, all on one hash.
func bare(t *testing.T, names ...string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "web.git")
	repository, err := git.PlainInit(dir, true)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		r := plumbing.NewHashReference(plumbing.ReferenceName(name), plumbing.NewHash(someHash))
		if err := repository.Storer.SetReference(r); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// advertise answers as a git server that has the given tags.
func advertise(w http.ResponseWriter, tags int) {
	refs := packp.NewAdvRefs()
	refs.Prefix = [][]byte{[]byte("# service=git-upload-pack"), pktline.Flush}
	for n := range tags {
		refs.References[fmt.Sprintf("refs/tags/paasta-prod.main-2024%04dT000000-deploy", n)] = plumbing.NewHash(someHash)
	}
	w.Header().Set("Content-Type", "application/x-git-upload-pack-advertisement")
	_ = refs.Encode(w)
}

func TestLocal(t *testing.T) {
	hermetic(t)
	dir := bare(t, "refs/heads/master", "refs/tags/b", "refs/tags/a")
	want := []Ref{{"HEAD", someHash}, {"refs/heads/master", someHash}, {"refs/tags/a", someHash}, {"refs/tags/b", someHash}}
	for _, test := range []struct{ rule, url string }{
		{"a path", dir},
		{"a path without .git", strings.TrimSuffix(dir, ".git")},
		{"a file URL", "file://" + dir},
	} {
		t.Run(test.rule, func(t *testing.T) {
			got, err := List(context.Background(), test.url, Options{})
			if err != nil || !slices.Equal(got, want) {
				t.Errorf("List = %v, %v, want %v", got, err, want)
			}
		})
	}
	if got, err := List(context.Background(), bare(t), Options{}); err != nil || len(got) != 0 {
		t.Errorf("an empty repository has %v, %v", got, err)
	}
}

func TestTenThousandTags(t *testing.T) {
	hermetic(t)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { advertise(w, 10000) }))
	defer server.Close()
	got, err := List(context.Background(), server.URL+"/web", Options{})
	if err != nil || len(got) != 10000 || got[9999].Name != "refs/tags/paasta-prod.main-20249999T000000-deploy" {
		t.Errorf("List = %d references, %v", len(got), err)
	}
	dir := bare(t)
	var packed bytes.Buffer
	for n := range 10000 {
		fmt.Fprintf(&packed, "%s refs/tags/t%05d\n", someHash, n)
	}
	writeFile(t, filepath.Join(dir, "packed-refs"), packed.String())
	if got, err := List(context.Background(), dir, Options{}); err != nil || len(got) != 10000 {
		t.Errorf("List = %d references, %v", len(got), err)
	}
}

// listener takes connections and treats each with f.
func listener(t *testing.T, f func(net.Conn)) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			f(c)
		}
	}()
	return l.Addr().String()
}

func TestRemotesThatFail(t *testing.T) {
	home := hermetic(t)
	if err := os.MkdirAll(filepath.Join(home, ".ssh"), 0o700); err != nil {
		t.Fatal(err)
	}
	writeFile(t, filepath.Join(home, ".ssh", "known_hosts"), "")
	writeFile(t, filepath.Join(home, ".ssh", "id_ed25519"), newKey(t))
	silent := listener(t, func(c net.Conn) { t.Cleanup(func() { c.Close() }) })
	closing := listener(t, func(c net.Conn) { c.Close() })
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	refusing := l.Addr().String()
	l.Close()
	notGit := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "hello") }))
	defer notGit.Close()
	missing := httptest.NewServer(http.NotFoundHandler())
	defer missing.Close()
	for _, test := range []struct {
		rule, url, want string
		attempts        int
	}{
		{"one that hangs, by HTTP", "http://" + silent + "/web", "no answer within", 3},
		{"one that hangs, by SSH", "ssh://git@" + silent + "/web", "no answer within", 3},
		{"one that hangs, by git", "git://" + silent + "/web", "no answer within", 3},
		{"one that refuses", "http://" + refusing + "/web", "connection refused", 3},
		{"one that hangs up", "git://" + closing + "/web", "", 3},
		{"one that is no git server", notGit.URL + "/web", "", 3},
		{"one that is not there", missing.URL + "/web", "there is no git repository", 1},
		{"a path that is not there", filepath.Join(t.TempDir(), "none"), "there is no git repository", 1},
		{"a folder that is no repository", t.TempDir(), "there is no git repository", 1},
		{"a program", "ext::sh -c true", "not", 0},
		{"an option", "--upload-pack=x", "not a git remote", 0},
		{"nothing", "", "not a git remote", 0},
		{"an unknown scheme", "gopher://x/y", "not supported", 0},
	} {
		t.Run(test.rule, func(t *testing.T) {
			waits := 0
			timeout := time.Minute
			if strings.HasPrefix(test.rule, "one that hangs, ") {
				timeout = 100 * time.Millisecond
			}
			o := Options{Timeout: timeout, Retries: 2, Wait: func(context.Context, int) { waits++ }}
			_, err := List(context.Background(), test.url, o)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("List: %v, want %q", err, test.want)
			}
			if want := max(0, test.attempts-1); waits != want {
				t.Errorf("tried %d times again, want %d: %v", waits, want, err)
			}
		})
	}
}

func TestRetriesSucceed(t *testing.T) {
	hermetic(t)
	calls := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if calls++; calls < 3 {
			http.Error(w, "busy", http.StatusServiceUnavailable)
			return
		}
		advertise(w, 1)
	}))
	defer server.Close()
	if got, err := List(context.Background(), server.URL+"/web", Options{Retries: 2}); err != nil || len(got) != 1 {
		t.Errorf("List = %v, %v", got, err)
	}
}

func TestCancelled(t *testing.T) {
	hermetic(t)
	ctx, cancel := context.WithCancel(context.Background())
	silent := listener(t, func(c net.Conn) {
		t.Cleanup(func() { c.Close() })
		cancel()
	})
	if _, err := List(ctx, "git://"+silent+"/web", Options{Retries: 5}); err == nil {
		t.Error("a cancelled listing succeeds")
	}
}

func TestCredentials(t *testing.T) {
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("git is not installed")
	}
	const secret = "s3cret+t0ken"
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if user, password, _ := r.BasicAuth(); user != "ada" || password != secret {
			w.Header().Set("WWW-Authenticate", `Basic realm="git"`)
			http.Error(w, "who are you, "+user+":"+password, http.StatusUnauthorized)
			return
		}
		advertise(w, 1)
	}))
	defer server.Close()
	host := strings.TrimPrefix(server.URL, "http://")
	for _, test := range []struct{ rule, url, file, text string }{
		{"the URL's", "http://ada:" + strings.ReplaceAll(secret, "+", "%2B") + "@" + host + "/web", "", ""},
		{"netrc's", server.URL + "/web", ".netrc", "machine 127.0.0.1 login ada password " + secret + "\n"},
		{"a credential helper's", server.URL + "/web", ".gitconfig",
			"[credential]\n\thelper = \"!f() { echo username=ada; echo password=" + secret + "; }; f\"\n"},
		{"a configured header", server.URL + "/web", ".gitconfig",
			"[http \"" + server.URL + "/\"]\n\textraHeader = \"AUTHORIZATION: basic YWRhOnMzY3JldCt0MGtlbg==\"\n"},
		{"none", server.URL + "/web", "", ""},
		{"wrong ones in netrc", server.URL + "/web", ".netrc", "machine 127.0.0.1 login ada password wrong-pass\n"},
		{"wrong ones in the URL", "http://ada:wrong-pass@" + host + "/web", "", ""},
	} {
		t.Run(test.rule, func(t *testing.T) {
			home := hermetic(t)
			if test.file != "" {
				writeFile(t, filepath.Join(home, test.file), test.text)
			}
			got, err := List(context.Background(), test.url, Options{})
			if strings.HasPrefix(test.rule, "none") || strings.HasPrefix(test.rule, "wrong") {
				if err == nil || !strings.Contains(err.Error(), "authentication required") || strings.Contains(err.Error(), "wrong-pass") {
					t.Errorf("List: %v", err)
				}
				return
			}
			if err != nil || len(got) != 1 {
				t.Errorf("List = %v, %v", got, err)
			}
		})
	}
}

func TestNetrc(t *testing.T) {
	const text = `# comment
machine other.example login x password y
macdef init
machine fake login a password b

machine git.example
  login ada password pw1
machine git.example login bob password pw2 account z
default login any password open
`
	for _, test := range []struct{ rule, host, user, want string }{
		{"the host's first entry", "git.example", "", "ada:pw1"},
		{"the user's entry", "git.example", "bob", "bob:pw2"},
		{"the default", "new.example", "", "any:open"},
		{"a macro is no entry", "fake", "", "any:open"},
	} {
		login, password, _ := parseNetrc(text, test.host, test.user)
		if got := login + ":" + password; got != test.want {
			t.Errorf("%s: %q, want %q", test.rule, got, test.want)
		}
	}
	if _, _, ok := parseNetrc("machine a login b password c", "x", ""); ok {
		t.Error("an entry for another host is taken")
	}
}

func TestRewrites(t *testing.T) {
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("git is not installed")
	}
	home := hermetic(t)
	dir := bare(t, "refs/heads/master")
	writeFile(t, filepath.Join(home, ".gitconfig"), fmt.Sprintf("[url %q]\n\tinsteadOf = git@git.example:services/\n[url \"x\"]\n\tinsteadOf = git@\n",
		filepath.Dir(dir)+"/"))
	o := Options{Rewrites: ReadRewrites(context.Background(), Options{})}
	if got, err := List(context.Background(), "git@git.example:services/web", o); err != nil || len(got) != 2 {
		t.Errorf("List = %v, %v", got, err)
	}
}
