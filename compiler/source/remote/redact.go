package remote

import (
	"errors"
	"net/url"
	"regexp"
	"strings"
)

// hidden stands for a remote that cannot be read: what of it is a password is not known.
const hidden = "(a remote that cannot be read)"

// Redact returns a remote's URL without user, password and query, but for the user of an SSH remote, which is no
// secret. Nothing is shown of a text that is no remote.
func Redact(remote string) string {
	a, err := parse(remote)
	if err != nil {
		return hidden
	}
	return a.shown()
}

// userinfo finds what other programs print of a URL's user and password.
var userinfo = regexp.MustCompile(`([A-Za-z][A-Za-z0-9+.-]*://)[^/\s"']*@`)

// withoutSecrets is the text of an error less everything that the address keeps secret.
func (a *address) withoutSecrets(err error) string {
	var request *url.Error
	if errors.As(err, &request) { // it repeats the URL, which is named already
		err = request.Err
	}
	text := userinfo.ReplaceAllString(err.Error(), "$1")
	if a.url == nil {
		return text
	}
	for _, secret := range a.secrets() {
		text = strings.ReplaceAll(text, secret, "***")
	}
	return text
}

// secrets are the texts that must not be shown, in every spelling.
func (a *address) secrets() []string {
	var secrets []string
	add := func(text string) {
		if text != "" {
			secrets = append(secrets, text, url.QueryEscape(text), url.PathEscape(text))
		}
	}
	if a.url.RawQuery != "" {
		secrets = append(secrets, a.url.RawQuery)
	}
	if a.url.User == nil {
		return secrets
	}
	password, _ := a.url.User.Password()
	add(password)
	if _, spelled, ok := strings.Cut(a.url.User.String(), ":"); ok && spelled != "" {
		secrets = append(secrets, spelled)
	}
	if a.url.Scheme != "ssh" && len(a.url.User.Username()) > 4 {
		add(a.url.User.Username()) // a token may be written as the user
	}
	return secrets
}

// IsURL tells whether a remote is spelled as a URL or user@host:path, and not as a path.
func IsURL(name string) bool {
	if strings.Contains(name, "://") {
		return true
	}
	host, _, ok := strings.Cut(name, ":")
	return ok && len(host) > 1 && !strings.Contains(host, "/")
}
