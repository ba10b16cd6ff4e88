package publish

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/paasta-render/paasta-render/compiler/diff/report"
	"github.com/paasta-render/paasta-render/compiler/finding"
)

const (
	// subjectBytes is how long a commit's first line gets; git and its hosts cut what is longer.
	subjectBytes = 72
	// reportBytes bounds the forecast in a commit message.
	reportBytes = 16 << 10
	// reportWidth is how wide the forecast in a commit message is, in columns.
	reportWidth = 100
)

// Message is the commit message: the source's subject, notes, the summary and forecast, and the source in trailers.
func Message(s Source, r *report.Report, notes ...string) string {
	var b strings.Builder
	suffix := " (" + s.Short() + ")"
	subject := finding.CommitText(oneLine(orElse(s.Subject(), "Render soa-configs")))
	b.WriteString(cut(subject, subjectBytes-len(suffix)) + suffix + "\n\n")
	for _, note := range notes {
		b.WriteString(finding.CommitText(note) + "\n\n")
	}
	if len(notes) == 0 || len(r.Changes) > 0 {
		var text bytes.Buffer
		_ = r.Text(&text, report.TextOptions{Width: reportWidth}) // a buffer takes all
		b.WriteString(cutLines(eachLine(strings.TrimRight(text.String(), "\n"), finding.CommitText), reportBytes) + "\n\n")
	}
	b.WriteString(verdict(r))
	fmt.Fprintf(&b, "Source-Commit: %s\n", s.Commit)
	for _, trailer := range []struct{ name, value string }{
		{"Renderer", s.Renderer},
		{"Source-Repository", s.RepoURL}, {"Source-Author", s.Author}, {"Source-Date", s.Date},
	} {
		if trailer.value != "" {
			fmt.Fprintf(&b, "%s: %s\n", trailer.name, finding.TrailerValue(trailer.value))
		}
	}
	return b.String()
}

// verdict is what a promotion gate asks of a change, as trailers: how many workloads restart, drop their pods, are
// refused by the API server or deleted, and whether only images and versions change.
func verdict(r *report.Report) string {
	f := &r.Forecast
	routine := "no"
	if r.Routine() {
		routine = "yes"
	}
	return fmt.Sprintf("Restarts: %d\nDrops: %d\nRefused: %d\nDeletes: %d\nRoutine: %s\n",
		len(f.Restarts)+len(f.MayRestart)+len(f.Recreated), len(f.Dropped), len(f.Refused), len(f.Deleted), routine)
}

func orElse(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// cut shortens a line to a number of bytes, between two characters.
func cut(line string, limit int) string {
	line = oneLine(line)
	if len(line) <= limit {
		return line
	}
	limit -= len("…")
	for limit > 0 && !utf8.RuneStart(line[limit]) {
		limit--
	}
	return strings.TrimRight(line[:limit], " ") + "…"
}

// cutLines shortens a text to a number of bytes, between two lines, and says so.
func cutLines(text string, limit int) string {
	if len(text) <= limit {
		return text
	}
	const note = "\n… and more: see paasta-render diff"
	end := strings.LastIndexByte(text[:limit-len(note)], '\n')
	return strings.ToValidUTF8(text[:max(end, 0)], "") + note
}

// eachLine escapes the lines of a text one by one.
func eachLine(text string, escape func(string) string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		lines[i] = escape(strings.TrimRight(line, "\r"))
	}
	return strings.Join(lines, "\n")
}

func code(s string) string { return "`" + strings.ReplaceAll(s, "`", "") + "`" }
