package remote

import (
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"unicode"

	"github.com/go-git/go-git/v5/plumbing/transport"
)

// address is where a remote is, parsed once. The request, the choice of credentials and every message go by it: were
// one of them to read the text again in its own way, credentials would go to a host that they are not for.
type address struct {
	endpoint *transport.Endpoint
	url      *url.URL // nil for a path and for user@host:path
}

// program finds URLs for which git runs a program, such as ext::sh.
var program = regexp.MustCompile(`^[A-Za-z0-9]+::`)

var (
	errNoRemote = errors.New("this is not a git remote: use https, ssh, git or a path")
	errProgram  = errors.New("remote helpers are not supported: use https, ssh, git or a path")
	errSign     = errors.New("an @ may only stand behind a user and before the host of a git remote: " +
		"write the one in a password as %40")
	errFragment = errors.New("a git remote has no part that begins with #: write the sign as %23")
	errSlashes  = errors.New("a git remote that begins with two slashes is neither a URL nor a path")
)

// parse reads a remote as git does, and refuses what two readers may understand in two ways. Errors hold nothing of the
// text, which may be a password in the wrong place.
func parse(text string) (*address, error) {
	switch {
	case program.MatchString(text):
		return nil, errProgram
	case text == "" || strings.HasPrefix(text, "-") || strings.ContainsFunc(text, unsafeRune):
		return nil, errNoRemote
	case strings.Contains(text, "://"):
		return parseURL(text)
	case strings.HasPrefix(text, "//"):
		return nil, errSlashes
	}
	host, path, colon := strings.Cut(text, ":")
	if !colon || strings.Contains(host, "/") {
		endpoint, err := transport.NewEndpoint("file://" + absolute(text))
		if err != nil {
			return nil, errNoRemote
		}
		return &address{endpoint: endpoint}, nil
	}
	user, name, hasUser := strings.Cut(host, "@")
	if !hasUser {
		user, name = "", host
	}
	if name == "" || path == "" || strings.HasPrefix(name, "-") || strings.HasPrefix(user, "-") {
		return nil, errNoRemote
	}
	if strings.Contains(name, "@") || strings.Contains(path, "@") && !hasUser {
		return nil, errSign
	}
	return &address{endpoint: &transport.Endpoint{Protocol: "ssh", User: user, Host: name, Port: 22, Path: path}}, nil
}

func parseURL(text string) (*address, error) {
	u, err := url.Parse(text)
	if err != nil || u.Opaque != "" || u.Host == "" && u.Scheme != "file" {
		return nil, errNoRemote
	}
	_, rest, _ := strings.Cut(text, "://")
	authority := rest[:len(rest)-len(strings.TrimLeftFunc(rest, func(r rune) bool { return !strings.ContainsRune("/?#", r) }))]
	switch {
	case strings.Count(authority, "@") > 1, strings.Contains(u.RawQuery, "@"), strings.Contains(u.Fragment, "@"):
		return nil, errSign
	case strings.Contains(text, "#"):
		return nil, errFragment
	case strings.HasPrefix(u.Hostname(), "-"), u.User != nil && strings.HasPrefix(u.User.Username(), "-"):
		return nil, errNoRemote
	}
	switch u.Scheme {
	case "http", "https", "ssh", "git", "file":
	default:
		return nil, fmt.Errorf("git remotes by %q are not supported: use https, ssh, git or a path", u.Scheme)
	}
	endpoint, err := transport.NewEndpoint(text)
	if err != nil || endpoint.Protocol != u.Scheme || strings.Trim(endpoint.Host, "[]") != u.Hostname() {
		return nil, errNoRemote
	}
	return &address{endpoint, u}, nil
}

// unsafeRune finds what is in no remote: control characters, blanks that are none, and backslashes, which some readers
// take for slashes.
func unsafeRune(r rune) bool {
	return unicode.IsControl(r) || r == '\\' || r == unicode.ReplacementChar || r != ' ' && unicode.IsSpace(r) ||
		unicode.Is(unicode.Cf, r)
}

// request is the URL that is asked, without what is secret in it.
func (a *address) request() string {
	u := *a.url
	u.User, u.RawQuery, u.ForceQuery = nil, "", false
	return u.String()
}

// shown is the remote as messages name it: without password and query, and without a user but for SSH's, which is no
// secret.
func (a *address) shown() string {
	switch {
	case a.url == nil && a.endpoint.Protocol == "file":
		return a.endpoint.Path
	case a.url == nil && a.endpoint.User == "":
		return a.endpoint.Host + ":" + a.endpoint.Path
	case a.url == nil:
		return a.endpoint.User + "@" + a.endpoint.Host + ":" + a.endpoint.Path
	case a.url.Scheme == "ssh" && a.url.User != nil:
		u := *a.url
		u.User, u.RawQuery = url.User(u.User.Username()), ""
		return u.String()
	}
	return a.request()
}

// credentialQuestion is what git's credential helpers are asked, in the words of git-credential(1). ok is false when
// the address cannot be put into them.
func (a *address) credentialQuestion() (question string, ok bool) {
	lines := []string{"protocol=" + a.url.Scheme, "host=" + a.url.Host, "path=" + strings.TrimPrefix(a.url.Path, "/")}
	if name := a.url.User.Username(); name != "" {
		lines = append(lines, "username="+name)
	}
	for _, line := range lines {
		if strings.ContainsAny(line, "\r\n\x00") {
			return "", false
		}
	}
	return strings.Join(lines, "\n") + "\n\n", true
}
