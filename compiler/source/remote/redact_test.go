package remote

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
	"testing"
)

func TestRedact(t *testing.T) {
	for _, test := range []struct{ url, want string }{
		{"https://ada:pw@example.org/web", "https://example.org/web"},
		{"https://token@example.org/web", "https://example.org/web"},
		{"ssh://git:pw@example.org/web", "ssh://git@example.org/web"},
		{"git@example.org:services/web", "git@example.org:services/web"},
		{"https://example.org/web?private_token=pw", "https://example.org/web"},
		{"https://example.org/a@b", "https://example.org/a@b"},
		{"/srv/git/web", "/srv/git/web"},
		{"http://user:'S3CRET@127.0.0.1:1/x.git", "http://127.0.0.1:1/x.git"},
		{"https://a:b%zz@example.org", hidden},
		{"https://ada:p@w@example.org/web", hidden},
		{"https://ada:p/w@example.org/web", hidden},
		{"user:S3CRET@127.0.0.1:x.git", hidden},
		{"//user:S3CRET@127.0.0.1/x", hidden},
		{"http://127.0.0.1:1/x.git#S3CRET", hidden},
		{"http://user:a bS3CRET@127.0.0.1:1/x.git", hidden},
	} {
		if got := Redact(test.url); got != test.want {
			t.Errorf("Redact(%q) = %q, want %q", test.url, got, test.want)
		}
	}
}

func TestErrorsKeepSecrets(t *testing.T) {
	for _, test := range []struct{ remote, said, want string }{
		{"https://ada:pw%2B1@example.org", "pw+1, pw%2B1 and pw%2b1 refused", "***, *** and pw%2b1 refused"},
		{"https://example.org/x?token=pw", "no token=pw", "no ***"},
		{"https://ghp_abcdef@example.org/x", "who is ghp_abcdef", "who is ***"},
	} {
		a, err := parse(test.remote)
		if err != nil {
			t.Fatal(err)
		}
		request := &url.Error{Op: "Get", URL: test.remote, Err: errors.New(test.said)}
		if got := a.withoutSecrets(fmt.Errorf("ask: %w", request)); got != test.want {
			t.Errorf("withoutSecrets(%q) = %q, want %q", test.said, got, test.want)
		}
	}
}

// FuzzRemote holds the reading of a remote against the request that is made of it, and looks for its password in
// messages.
func FuzzRemote(f *testing.F) {
	for _, seed := range []string{"http://evil?@good/x", "http://evil#@good/x", "https://u:p@h/x", "git@h:x", "u:p@h:x",
		"//u:p@h", "ssh://u:p@h:22/x", "file:///x", "/x", "x:y", "ext::sh -c x", "http://a@b@c/", "http://[::1]:80/x", `http://a\@b/`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		a, err := parse(text)
		if err != nil {
			return
		}
		again, err := parse(a.shown())
		if err != nil && a.url != nil {
			t.Fatalf("%q is shown as %q, which is no remote: %v", text, a.shown(), err)
		}
		if a.url == nil {
			return
		}
		if again.url.Host != a.url.Host {
			t.Errorf("%q goes to %q and is shown as %q", text, a.url.Host, a.shown())
		}
		if asked, err := url.Parse(a.endpoint.String()); err != nil || asked.Hostname() != a.url.Hostname() {
			t.Errorf("%q: the request goes to %v, the credentials are for %q", text, asked, a.url.Hostname())
		}
		if password, _ := a.url.User.Password(); len(password) > 3 && strings.Contains(a.shown(), ":"+password+"@") {
			t.Errorf("%q is shown with its password: %q", text, a.shown())
		}
	})
}
