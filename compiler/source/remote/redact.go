package remote

import (
	"net/url"
	"regexp"
	"strings"
)

var userinfo = regexp.MustCompile(`([A-Za-z][A-Za-z0-9+.-]*://)[^/@\s"']+@`)

// Redact returns a remote's URL without user and password, but for the user of an SSH remote, which is no secret.
func Redact(remote string) string {
	u, err := url.Parse(remote)
	if err == nil && u.User != nil && (u.Scheme == "ssh" || u.Scheme == "git+ssh") {
		u.User = url.User(u.User.Username())
		return u.String()
	}
	return userinfo.ReplaceAllString(remote, "$1")
}

// withoutSecrets takes everything that the URL keeps secret out of a text.
func withoutSecrets(text, remote string) string {
	text = userinfo.ReplaceAllString(text, "$1")
	u, err := url.Parse(remote)
	if err != nil || u.User == nil {
		return text
	}
	if password, ok := u.User.Password(); ok && password != "" {
		text = strings.ReplaceAll(text, password, "***")
		text = strings.ReplaceAll(text, url.QueryEscape(password), "***")
	}
	if u.Scheme != "ssh" && len(u.User.Username()) > 4 {
		text = strings.ReplaceAll(text, u.User.Username(), "***") // a token may stand in for the user
	}
	return text
}

// IsURL tells whether a remote is spelled as a URL or user@host:path, and not as a path.
func IsURL(name string) bool {
	if strings.Contains(name, "://") {
		return true
	}
	host, _, ok := strings.Cut(name, ":")
	return ok && len(host) > 1 && !strings.Contains(host, "/")
}
