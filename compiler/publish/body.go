package publish

import (
	"fmt"
	"slices"
	"strings"

	"github.com/paasta-render/paasta-render/compiler/diff"
	"github.com/paasta-render/paasta-render/compiler/diff/report"
	"github.com/paasta-render/paasta-render/compiler/finding"
)

// bodyBytes bounds a pull request's body; GitHub takes 65,536 characters.
const bodyBytes = 60_000

const (
	maxCommits  = 50 // listed one by one
	maxTeams    = 30
	maxSections = 40
	maxPlaces   = 3 // source lines listed of one commit
)

// Review is what the body of a pull request is made from.
type Review struct {
	Source  Source
	Since   string           // the source commit that the branch was rendered from; empty when it is not known
	Commits []Commit         // since then, the latest first
	Reports []*report.Report // of the branches that change; none means that nothing changed
	Links   report.Links     // into the source's repository
	// Owners returns who owns a source file by CODEOWNERS, and Contact how a team is reached by monitoring; nil when
	// nobody knows.
	Owners  func(file string) []string
	Contact func(team string) string
}

// changes are those of all reports.
func (v *Review) changes() []diff.Change {
	var all []diff.Change
	for _, r := range v.Reports {
		all = append(all, r.Changes...)
	}
	return all
}

// Title is the title of the pull request: the danger, else what restarts, else that it is routine. Which commit came last
// says nothing of that.
func (v *Review) Title() string {
	if len(v.Reports) == 0 {
		return "Nothing changes"
	}
	whole := report.New(v.changes())
	return cut(whole.Headline(), 120)
}

// Body is the body of the pull request in Markdown, at most 60,000 bytes: the danger, the source commits with what each of
// them does, the teams and whom to ask, and a section for each cluster.
func (v *Review) Body() string {
	var b strings.Builder
	b.WriteString("### " + finding.MarkdownText(v.Title()) + "\n\n")
	b.WriteString(v.origin())
	whole := report.New(v.changes())
	for _, r := range v.Reports {
		whole.Gates = append(whole.Gates, r.Gates...)
	}
	b.WriteString(whole.Warnings())
	b.WriteString(v.commits())
	b.WriteString(v.teams(whole))
	if len(v.Reports) == 0 {
		b.WriteString("Nothing changes.\n")
	}
	v.clusters(&b, whole)
	return cutLines(b.String(), bodyBytes)
}

// origin says what was rendered, and what lies between it and the last render.
func (v *Review) origin() string {
	line := "Rendered from " + link(code(v.Source.Short()), v.Links.Commit(v.Source.Commit))
	if v.Source.RepoURL != "" {
		line += " of " + finding.MarkdownText(v.Source.RepoURL)
	}
	if v.Source.Author != "" {
		line += " by " + finding.MarkdownText(v.Source.Author)
	}
	if v.Since != "" {
		since := code(v.Since[:min(10, len(v.Since))])
		line += ", the last time from " + since
		if address := v.Links.Compare(v.Since, v.Source.Commit); address != "" {
			line += " (" + link("compare", address) + ")"
		}
	}
	return line + ".\n\n"
}

// commits lists the source commits since the last render, with what each of them does. Without a last render it is the
// one that was rendered.
func (v *Review) commits() string {
	commits := v.Commits
	if len(commits) == 0 {
		author, _, _ := strings.Cut(v.Source.Author, " <")
		commits = []Commit{{Hash: v.Source.Commit, Author: author, Subject: v.Source.Subject()}}
	}
	did := v.deeds(commits)
	var b strings.Builder
	fmt.Fprintf(&b, "#### %s\n\n| commit | author | does |\n|---|---|---|\n", plural(len(commits), "source commit"))
	for i := range commits {
		if i == maxCommits {
			fmt.Fprintf(&b, "| and %d more | | |\n", len(commits)-i)
			break
		}
		c := &commits[i]
		subject := link(code(c.Hash[:min(10, len(c.Hash))]), v.Links.Commit(c.Hash)) + " " + finding.MarkdownText(cut(c.Subject, 200))
		if address, number := v.Links.PullRequest(c.Subject); address != "" {
			subject += " " + link(number, address)
		}
		fmt.Fprintf(&b, "| %s | %s | %s |\n", subject, finding.MarkdownText(cut(c.Author, 100)), did[i])
	}
	if body := v.Source.Body(); body != "" && len(commits) == 1 {
		b.WriteString("\n> " + strings.ReplaceAll(eachLine(cutLines(body, 4000), finding.MarkdownText), "\n", "\n> ") + "\n")
	}
	return b.String() + "\n"
}

// deeds say of each commit what the changes do that come from the files which it changes.
func (v *Review) deeds(commits []Commit) []string {
	changes := v.changes()
	byFile := map[string][]int{}
	for i := range changes {
		for _, cause := range changes[i].Causes {
			if list := byFile[cause.File]; len(list) == 0 || list[len(list)-1] != i {
				byFile[cause.File] = append(list, i)
			}
		}
	}
	deeds := make([]string, len(commits))
	for n := range commits {
		seen := map[int]bool{}
		var places []string
		for _, file := range commits[n].Files {
			for _, i := range byFile[file] {
				seen[i] = true
				for _, cause := range changes[i].Causes {
					place := link(finding.MarkdownText(cut(cause.String(), 200)), v.Links.Line(cause.File, cause.Line))
					if cause.File == file && !slices.Contains(places, place) && len(places) <= maxPlaces {
						places = append(places, place)
					}
				}
			}
		}
		deeds[n] = deed(changes, seen, places, &commits[n])
	}
	return deeds
}

func deed(changes []diff.Change, seen map[int]bool, places []string, c *Commit) string {
	switch {
	case len(seen) == 0 && c.Merge:
		return "a merge"
	case len(seen) == 0 && c.Files == nil:
		return ""
	case len(seen) == 0:
		return "nothing that is rendered"
	}
	counts := map[diff.Effect]int{}
	for i := range seen {
		counts[changes[i].Effect]++
	}
	var parts []string
	for _, effect := range diff.Effects() {
		if n := counts[effect]; n > 0 && effect != diff.None {
			parts = append(parts, fmt.Sprintf("%d × %s", n, effect))
		}
	}
	if len(parts) == 0 {
		parts = append(parts, "no effect on what runs")
	}
	if len(places) > maxPlaces {
		places = append(places[:maxPlaces], "…")
	}
	return strings.Join(parts, ", ") + "<br>" + strings.Join(places, "<br>")
}

// plural is 1 team, 2 teams.
func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// link is a link in Markdown, or the text alone without an address.
func link(text, address string) string {
	if address == "" {
		return text
	}
	return "[" + text + "](" + address + ")"
}

// clusters has a section for each cluster, in as much room as is left, shared by those that come.
func (v *Review) clusters(b *strings.Builder, whole *report.Report) {
	names := whole.Summary.Clusters
	for n, name := range names {
		left := bodyBytes - b.Len() - 500
		if n == maxSections || left < 2000 {
			fmt.Fprintf(b, "%s did not fit here: see `paasta-render diff`.\n", plural(len(names)-n, "more cluster"))
			return
		}
		own := report.New(slices.DeleteFunc(slices.Clone(whole.Changes), func(c diff.Change) bool { return c.Cluster != name }))
		own.Links = v.Links
		open := ""
		if len(names) == 1 || own.Danger() != "" {
			open = " open"
		}
		title := finding.MarkdownText(orElse(name, "no cluster") + ": " + own.Headline())
		text := own.Section(min(left/(len(names)-n)*2, left) - len(title) - 200)
		fmt.Fprintf(b, "<details%s><summary>%s</summary>\n\n%s\n</details>\n\n", open, title, text)
	}
}
