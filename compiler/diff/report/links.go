package report

import (
	"net/url"
	"path"
	"regexp"
	"strconv"
	"strings"

	"github.com/paasta-render/paasta-render/compiler/diff"
)

// Links make web addresses of commits, source lines and pull requests. The zero Links make none.
type Links struct {
	repository string // https://host/owner/name, without a slash at the end; empty when it is not known
	between    string // what stands between that and "commit": "/-" on GitLab
	head       string // the commit whose lines are linked; empty for a work tree
	folder     string // of soa-configs in the repository
	gitLab     bool
}

// scpAddress is git@host:owner/name.git, the short form of an address by SSH.
var scpAddress = regexp.MustCompile(`^(?:[^@/\s]+@)?([A-Za-z0-9.-]+):([^/\s].*)$`)

// NewLinks returns the links into the repository that a remote's URL names: an address of GitLab where the host's name says
// so, else one of GitHub, whose form others share. head is the commit of the side after, empty for a work tree; folder is
// that of soa-configs in the repository, "." for its root.
func NewLinks(remote, head, folder string) Links {
	if m := scpAddress.FindStringSubmatch(remote); m != nil && !strings.Contains(remote, "://") {
		remote = "ssh://" + m[1] + "/" + m[2]
	}
	u, err := url.Parse(remote)
	if err != nil || u.Hostname() == "" || u.Scheme != "https" && u.Scheme != "http" && u.Scheme != "ssh" {
		return Links{}
	}
	host := u.Hostname()
	if u.Scheme != "ssh" && u.Port() != "" {
		host += ":" + u.Port()
	}
	name := strings.TrimSuffix(strings.Trim(u.Path, "/"), ".git")
	if name == "" || strings.ContainsAny(host, "[]") {
		return Links{}
	}
	address := url.URL{Scheme: "https", Host: host, Path: "/" + name}
	l := Links{repository: address.String(), head: head, folder: folder, gitLab: strings.Contains(host, "gitlab")}
	if l.gitLab {
		l.between = "/-"
	}
	return l
}

// Commit is the address of a commit; empty when it is not known.
func (l Links) Commit(hash string) string { return l.below("/commit/" + url.PathEscape(hash)) }

// Compare is the address of what lies between two commits.
func (l Links) Compare(base, head string) string {
	return l.below("/compare/" + url.PathEscape(base) + "..." + url.PathEscape(head))
}

// Line is the address of a source line: of the file when the line is 0. There is none for a work tree, and none outside
// of the repository.
func (l Links) Line(file string, line int) string {
	if l.head == "" || file == "" || path.IsAbs(file) {
		return ""
	}
	full := path.Join(l.folder, file)
	if strings.HasPrefix(full, "../") {
		return ""
	}
	parts := strings.Split(full, "/")
	for i := range parts {
		parts[i] = url.PathEscape(parts[i])
	}
	address := "/blob/" + url.PathEscape(l.head) + "/" + strings.Join(parts, "/")
	if line > 0 {
		address += "#L" + strconv.Itoa(line)
	}
	return l.below(address)
}

func (l Links) cause(c *diff.Cause) string { return l.Line(c.File, c.Line) }

func (l Links) below(address string) string {
	if l.repository == "" {
		return ""
	}
	return l.repository + l.between + address
}

// pullRequest is how hosts name the request in the subject of its merge: "Merge pull request #12 from …", "fix it (#12)",
// and on GitLab "See merge request group/name!12".
var pullRequest = regexp.MustCompile(`(?:^Merge pull request #|\(#|merge request \S*!)(\d{1,9})\b`)

// PullRequest is the address of the pull or merge request that a commit's message names, and its number as people write
// it; both are empty when it names none.
func (l Links) PullRequest(message string) (address, number string) {
	m := pullRequest.FindStringSubmatch(message)
	switch {
	case m == nil:
		return "", ""
	case l.gitLab:
		return l.below("/merge_requests/" + m[1]), "!" + m[1]
	}
	return l.below("/pull/" + m[1]), "#" + m[1]
}
