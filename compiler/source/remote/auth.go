package remote

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"net/http"
	"os/exec"
	"strings"

	"github.com/go-git/go-git/v5/plumbing/transport"
	githttp "github.com/go-git/go-git/v5/plumbing/transport/http"
)

// authenticated calls f with the credentials that git would use for the URL. When the remote wants others, the
// credential helpers are asked, and f is called once more. Dir is where git's configuration is read.
func authenticated(ctx context.Context, url, dir string, endpoint *transport.Endpoint,
	f func(transport.AuthMethod) error) error {
	switch endpoint.Protocol {
	case "ssh":
		auth, err := sshAuth(ctx, endpoint)
		if err != nil {
			return err
		}
		return f(auth)
	case "http", "https":
		err := f(httpAuth(ctx, url, dir, endpoint))
		if !errors.Is(err, transport.ErrAuthenticationRequired) && !errors.Is(err, transport.ErrAuthorizationFailed) {
			return err
		}
		auth := helperAuth(ctx, url, dir)
		if auth == nil {
			return err
		}
		return f(auth)
	}
	return f(nil)
}

// httpAuth returns what git sends at first: the URL's own credentials, a configured header, or ~/.netrc; nil for none.
func httpAuth(ctx context.Context, url, dir string, e *transport.Endpoint) transport.AuthMethod {
	if e.User != "" && e.Password != "" {
		return &githttp.BasicAuth{Username: e.User, Password: e.Password}
	}
	if name, value, ok := extraHeader(ctx, url, dir); ok {
		return &header{name, value}
	}
	if user, password, ok := netrc(e.Host, e.User); ok {
		return &githttp.BasicAuth{Username: user, Password: password}
	}
	return nil
}

// header is one HTTP header, as continuous integration systems configure it.
type header struct{ name, value string }

// Name is the method's name.
func (*header) Name() string { return "http-extra-header" }

// String keeps the value secret.
func (h *header) String() string { return h.name + ": ***" }

// SetAuth adds the header.
func (h *header) SetAuth(r *http.Request) {
	r.Header.Set(h.name, h.value)
}

// extraHeader reads git's http.<url>.extraHeader.
func extraHeader(ctx context.Context, url, dir string) (name, value string, ok bool) {
	out, err := gitOutput(ctx, dir, "", "config", "--get-urlmatch", "http.extraHeader", Redact(url))
	if err != nil {
		return "", "", false
	}
	name, value, ok = strings.Cut(strings.TrimSpace(out), ":")
	return strings.TrimSpace(name), strings.TrimSpace(value), ok && name != ""
}

// helperAuth asks git's credential helpers, never the user.
func helperAuth(ctx context.Context, url, dir string) transport.AuthMethod {
	out, err := gitOutput(ctx, dir, "url="+url+"\n\n", "credential", "fill")
	if err != nil {
		return nil
	}
	var user, password string
	for line := range strings.Lines(out) {
		key, value, _ := strings.Cut(strings.TrimRight(line, "\r\n"), "=")
		switch key {
		case "username":
			user = value
		case "password":
			password = value
		}
	}
	if password == "" {
		return nil
	}
	return &header{"Authorization", "Basic " + base64.StdEncoding.EncodeToString([]byte(user+":"+password))}
}

// gitOutput runs git, if there is one, without any chance to ask somebody.
func gitOutput(ctx context.Context, dir, stdin string, args ...string) (string, error) {
	c := exec.CommandContext(ctx, "git", args...)
	c.Dir = dir
	c.Env = append(c.Environ(), "GIT_TERMINAL_PROMPT=0", "SSH_ASKPASS=", "GCM_INTERACTIVE=never", "LC_ALL=C")
	c.Stdin = strings.NewReader(stdin)
	var out bytes.Buffer
	c.Stdout = &out
	err := c.Run()
	return out.String(), err
}
