package report

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/paasta-render/paasta-render/compiler/diff"
	"github.com/paasta-render/paasta-render/compiler/diff/group"
	"github.com/paasta-render/paasta-render/compiler/finding"
)

// MaxMarkdown is how many bytes the markdown form takes at most: a comment on GitHub may have 65,536 characters.
const MaxMarkdown = 60_000

// room kept for the line that says what was left out.
const closingRoom = 200

// Markdown writes the report for a comment on a pull request. It is never longer than MaxMarkdown; rows that do not fit
// are counted in its last line.
func (r *Report) Markdown(w io.Writer) error {
	m := markdown{limit: MaxMarkdown}
	m.danger(r)
	m.add("### " + escapeMarkdown(r.Sentence()) + "\n\n")
	m.wrong(r)
	m.gates(r)
	if r.Summary.Objects() > 0 {
		m.forecast(r)
		m.classes(r)
	}
	_, err := io.WriteString(w, m.b.String())
	return err
}

// Section returns what the report says below its heading, for a longer text that holds several: the forecast and the
// changes, in at most limit bytes.
func (r *Report) Section(limit int) string {
	m := markdown{limit: limit}
	m.forecast(r)
	m.classes(r)
	return m.b.String()
}

// Warnings returns what must be read first: the danger, what is wrong with the configuration, what the gates say.
func (r *Report) Warnings() string {
	m := markdown{limit: MaxMarkdown / 3}
	m.danger(r)
	m.wrong(r)
	m.gates(r)
	return m.b.String()
}

func (m *markdown) danger(r *Report) {
	if danger := r.Danger(); danger != "" {
		m.add("> [!CAUTION]\n> **Danger: " + escapeMarkdown(danger) + "**\n\n")
	}
}

type markdown struct {
	b     strings.Builder
	limit int // bytes
	full  bool
}

// add appends a piece when there is room for it and for the closing line.
func (m *markdown) add(piece string) bool {
	if m.full || m.b.Len()+len(piece) > m.limit-closingRoom {
		m.full = true
		return false
	}
	m.b.WriteString(piece)
	return true
}

// wrong says first what is wrong: a comment is read without the log of its run.
func (m *markdown) wrong(r *Report) {
	caveat := r.Caveat()
	if caveat == "" {
		return
	}
	m.add("> **" + escapeMarkdown(caveat) + "**\n")
	lines := r.wrongLines()
	for i, line := range lines {
		if i == maxWrong {
			m.add(fmt.Sprintf("> - and %s more\n", thousands(len(lines)-i)))
			break
		}
		m.add("> - " + escapeMarkdown(clip(line, 300)) + "\n")
	}
	m.add("\n")
}

// gates says what the company's own rules say of the change.
func (m *markdown) gates(r *Report) {
	lines := r.gateLines()
	for i, line := range lines {
		if i == maxWrong {
			m.add(fmt.Sprintf("> - and %s more\n", thousands(len(lines)-i)))
			break
		}
		m.add("> - " + escapeMarkdown(clip(line, 400)) + "\n")
	}
	if len(lines) > 0 {
		m.add("\n")
	}
}

func (m *markdown) forecast(r *Report) {
	f := &r.Forecast
	sections := sections(f)
	if len(sections)+len(f.Capacity)+len(r.Costs) == 0 {
		m.add(r.untouched() + "\n\n")
		return
	}
	m.add("| forecast | |\n|---|---|\n")
	for _, s := range sections {
		m.add(fmt.Sprintf("| **%s** | %s |\n", s.title, escapeMarkdown(clip(s.head, 1000))))
	}
	rows := capacityRows(f)
	for i, row := range rows {
		if i == maxRows {
			m.add(fmt.Sprintf("| capacity | and %d more places |\n", len(rows)-i))
			break
		}
		m.add(fmt.Sprintf("| capacity | %s: %s |\n", escapeMarkdown(clip(row.place, 300)), row.change))
	}
	for i := range r.Costs {
		c := &r.Costs[i]
		text := clip(c.Cluster, 300) + ": " + clip(costSentence(c), 1000)
		m.add("| cost | " + escapeMarkdown(text) + " |\n")
	}
	m.add("\n")
	for _, s := range sections {
		if s.effect <= diff.Scale {
			m.details(s)
		}
	}
}

// details lists whom an effect concerns, folded.
func (m *markdown) details(s section) {
	const maxListed = 50
	var b strings.Builder
	fmt.Fprintf(&b, "<details><summary>%s: %s</summary>\n\n", s.title, plural(len(s.items), "object"))
	for i, item := range s.items {
		if i == maxListed {
			fmt.Fprintf(&b, "- and %s more\n", thousands(len(s.items)-i))
			break
		}
		b.WriteString("- " + escapeMarkdown(clip(item.text, 300)) + "\n")
		for n, step := range item.steps {
			fmt.Fprintf(&b, "  %d. %s\n", n+1, code(clip(step, 400)))
		}
	}
	b.WriteString("\n</details>\n\n")
	m.add(b.String())
}

func (m *markdown) classes(r *Report) {
	m.add("| effect | objects | field | change | from |\n|---|---|---|---|---|\n")
	for i := range r.Classes {
		if !m.add(r.markdownRow(&r.Classes[i])) {
			left := 0
			for _, c := range r.Classes[i:] {
				left += c.Count
			}
			fmt.Fprintf(&m.b, "\n%s with %s did not fit here.\n", plural(len(r.Classes)-i, "more row"), plural(left, "object"))
			return
		}
	}
}

func (r *Report) markdownRow(c *group.Class) string {
	const maxShown = 3
	var paths, changes []string
	for i := range c.Edits {
		if i == maxShown {
			paths = append(paths, "and "+plural(len(c.Edits)-i, "more field"))
			break
		}
		path, change := what(&c.Edits[i])
		paths = append(paths, code(clip(path, 200)))
		changes = append(changes, code(clip(change, 200)))
	}
	if c.Fate != "" {
		changes = append(changes, escapeMarkdown(c.Fate))
	}
	example := c.Example.Label()
	if c.Count > 1 {
		example = "e.g. " + example
	}
	return fmt.Sprintf("| %s | %s × %s<br>%s | %s | %s | %s |\n", c.Effect, thousands(c.Count), escapeMarkdown(clip(who(c), 200)),
		escapeMarkdown(clip(example, 200)), strings.Join(paths, "<br>"), strings.Join(changes, "<br>"), r.markdownCauses(c))
}

// markdownCauses are the source lines that made a class, with links to them.
func (r *Report) markdownCauses(c *group.Class) string {
	var parts []string
	for i := range c.Causes {
		text := escapeMarkdown(clip(c.Causes[i].String(), 200))
		if address := r.Links.cause(&c.Causes[i]); address != "" {
			text = "[" + text + "](" + address + ")"
		}
		parts = append(parts, text)
	}
	if c.More > 0 {
		parts = append(parts, thousands(c.More)+" more")
	}
	return strings.Join(parts, "; ")
}

// code is inline code that may stand in a table.
func code(s string) string {
	if s == "" {
		return ""
	}
	return "<code>" + escapeMarkdown(s) + "</code>"
}

// escapeMarkdown lets a text stand as it is: no markup, no mention of people, no end of the table row.
func escapeMarkdown(s string) string { return finding.MarkdownText(s) }

// clip shortens a text to a number of characters.
func clip(s string, limit int) string {
	if utf8.RuneCountInString(s) <= limit {
		return s
	}
	return string([]rune(s)[:limit-1]) + "…"
}
