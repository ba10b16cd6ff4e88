package remote

import (
	"net/url"
	"regexp"
	"strings"
)

var (
	// userinfo ends with the last @ of the host: people forget to escape the one in a password.
	userinfo = regexp.MustCompile(`([A-Za-z][A-Za-z0-9+.-]*://)[^/\s"']*@`)
	// query may hold a token.
	query = regexp.MustCompile(`([A-Za-z][A-Za-z0-9+.-]*://[^\s"'?]*)\?[^\s"']*`)
	// broken is all before the last @ of what is no URL, such as one with a slash in its password.
	broken = regexp.MustCompile(`([A-Za-z][A-Za-z0-9+.-]*://)[^\s"']*@`)
)

// Redact returns a remote's URL without user, password and query, but for the user of an SSH remote, which is no
// secret.
func Redact(remote string) string {
	u, err := url.Parse(remote)
	if err == nil && u.User != nil && (u.Scheme == "ssh" || u.Scheme == "git+ssh") {
		u.User = url.User(u.User.Username())
		return u.String()
	}
	if err != nil {
		remote = broken.ReplaceAllString(remote, "$1")
	}
	return query.ReplaceAllString(userinfo.ReplaceAllString(remote, "$1"), "$1")
}

// withoutSecrets takes everything that the URL keeps secret out of a text.
func withoutSecrets(text, remote string) string {
	text = userinfo.ReplaceAllString(text, "$1")
	u, err := url.Parse(remote)
	if err != nil {
		return broken.ReplaceAllString(text, "$1")
	}
	if u.RawQuery != "" {
		text = query.ReplaceAllString(text, "$1")
	}
	if u.User == nil {
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
