// Package publish decides and words what a commit of rendered trees is: its message, the body of its pull request, the
// metadata that promotion tools read, and the firewall that stops deletions nobody has asked for.
//
// It is pure: package output makes the commit.
package publish

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"

	"github.com/paasta-render/paasta-render/compiler/finding"
)

// Source is the soa-configs commit that was rendered: the GitOps Promoter's "dry" commit.
type Source struct {
	Commit  string // full hash
	RepoURL string // without credentials; may be empty
	Author  string // "Name <email>"
	Date    string // RFC 3339
	Message string
	// Renderer is the version of the program; empty when it is not known.
	Renderer string
}

// Commit is one source commit of those that a render brings.
type Commit struct {
	Hash          string
	Author, Email string
	Subject       string
	Files         []string // that it changes, relative to the soa directory; none of a merge
	Merge         bool
}

// Subject is the first line of the message.
func (s Source) Subject() string {
	subject, _, _ := strings.Cut(strings.TrimSpace(s.Message), "\n")
	return strings.TrimSpace(subject)
}

// Body is the message without its subject.
func (s Source) Body() string {
	_, body, _ := strings.Cut(strings.TrimSpace(s.Message), "\n")
	return strings.TrimSpace(body)
}

// Short is the hash as people write it.
func (s Source) Short() string { return s.Commit[:min(len(s.Commit), 10)] }

// metadata is hydrator.metadata, the file at the root of a published branch that names the source commit. Clusters is
// ours: which clusters were rendered together, so that one that is no more can be told from another writer's folder.
type metadata struct {
	DrySHA   string   `json:"drySha"`
	RepoURL  string   `json:"repoURL,omitempty"`
	Author   string   `json:"author,omitempty"`
	Date     string   `json:"date,omitempty"`
	Subject  string   `json:"subject,omitempty"`
	Body     string   `json:"body,omitempty"`
	Clusters []string `json:"paastaRenderClusters,omitempty"`
	Record   *Record  `json:"paastaRender,omitempty"`
}

// Metadata is hydrator.metadata of a commit. Record is nil when there is nothing that a later run could rely on.
// GitOps Promoter: docs/custom-hydrator.md, "Include hydrator.metadata File".
func Metadata(s Source, clusters []string, record *Record) []byte {
	clusters = slices.Sorted(slices.Values(clusters))
	m := metadata{s.Commit, s.RepoURL, s.Author, s.Date, s.Subject(), s.Body(), slices.Compact(clusters), record}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	_ = e.Encode(m) // strings only
	return finding.EscapeJSON(b.Bytes())
}

// Note is the git note on a published commit: the latest source commit that renders to it.
// GitOps Promoter: docs/custom-hydrator.md, "Advanced: With Git Notes".
func Note(s Source) []byte { return []byte(`{"drySha": "` + s.Commit + `"}` + "\n") }

// NoteUnchanged is the note on a commit of which a later source commit, or another compiler, has rendered the same trees. It
// holds the record, too, so that the next run need not render everything because the commit's own record is of an earlier
// one; nil stands for none.
func NoteUnchanged(s Source, r *Record) []byte {
	if r == nil {
		return Note(s)
	}
	note, _ := json.Marshal(struct {
		DrySHA string  `json:"drySha"`
		Record *Record `json:"paastaRender"`
	}{s.Commit, r}) // strings only
	return append(note, '\n')
}

// Published returns the clusters that the same source published before, by the hydrator.metadata at the branch's tip;
// none when that is another source's. Sources without a URL are the same when one knows the other's commit.
func Published(file []byte, s Source, known func(commit string) bool) []string {
	var m metadata
	if json.Unmarshal(file, &m) != nil || m.RepoURL != s.RepoURL || s.RepoURL == "" && !known(m.DrySHA) {
		return nil
	}
	return m.Clusters
}

// Rendered returns the source commit that hydrator.metadata names; empty when there is none.
func Rendered(file []byte) string {
	var m metadata
	_ = json.Unmarshal(file, &m) // then it is empty
	return m.DrySHA
}

// Vanished returns the published clusters that are no more. When none of the present clusters was published together
// with them, another publisher has written in between, who renders other clusters of the same source: then none.
func Vanished(published, present []string) []string {
	known := func(cluster string) bool { return slices.Contains(published, cluster) }
	if !slices.ContainsFunc(present, known) {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(published), func(cluster string) bool { return slices.Contains(present, cluster) })
}
