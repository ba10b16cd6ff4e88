package remote

import (
	"context"
	"encoding/base64"
	"errors"
	"net/http"
	"strings"

	"github.com/go-git/go-git/v5/plumbing/transport"
	githttp "github.com/go-git/go-git/v5/plumbing/transport/http"
)

// authenticated calls f with the credentials that git would use for the address. When the remote wants others, the
// credential helpers are asked, and f is called once more.
func authenticated(ctx context.Context, a *address, o Options, f func(transport.AuthMethod) error) error {
	switch a.endpoint.Protocol {
	case "ssh":
		auth, err := sshAuth(ctx, a.endpoint)
		if err != nil {
			return err
		}
		return f(auth)
	case "http", "https":
		err := f(httpAuth(ctx, a, o))
		if !errors.Is(err, transport.ErrAuthenticationRequired) && !errors.Is(err, transport.ErrAuthorizationFailed) {
			return err
		}
		auth := helperAuth(ctx, a, o)
		if auth == nil {
			return err
		}
		return f(auth)
	}
	return f(nil)
}

// httpAuth returns what git sends at first: the URL's own credentials, a configured header, or ~/.netrc; nil for none.
func httpAuth(ctx context.Context, a *address, o Options) transport.AuthMethod {
	e := a.endpoint
	if e.User != "" && e.Password != "" {
		return &githttp.BasicAuth{Username: e.User, Password: e.Password}
	}
	if name, value, ok := extraHeader(ctx, a, o); ok {
		return &header{name, value}
	}
	if user, password, ok := netrc(a.url.Hostname(), e.User); ok {
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

// extraHeader reads git's http.<url>.extraHeader. Git matches the URL of the request itself, less what is secret in it.
func extraHeader(ctx context.Context, a *address, o Options) (name, value string, ok bool) {
	out, err := runGit(ctx, o, "", "config", "--get-urlmatch", "http.extraHeader", a.request())
	if err != nil {
		return "", "", false
	}
	name, value, ok = strings.Cut(strings.TrimSpace(out), ":")
	return strings.TrimSpace(name), strings.TrimSpace(value), ok && name != ""
}

// helperAuth asks git's credential helpers, never the user.
func helperAuth(ctx context.Context, a *address, o Options) transport.AuthMethod {
	question, ok := a.credentialQuestion()
	if !ok {
		return nil
	}
	out, err := runGit(ctx, o, question, "credential", "fill")
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
