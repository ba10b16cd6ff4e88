package finding

import (
	"fmt"
	"html"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Whatever a stranger may name or write — folders, files, keys, jobs, commits — reaches people through the functions of
// this file and through no others: one for each medium. What they return holds no control character, no character that
// turns the direction of the text, and nothing that the medium acts on.

// LogLine makes a text one line of a log or a terminal. Characters that steer either are spelled as Go spells them in
// strings, line breaks too; a beginning that a continuous integration system takes for a command is spelled so as well.
func LogLine(text string) string { return guard(visible(text, "")) }

// Log makes a text of several lines safe for a log or a terminal: as LogLine, but for its line breaks and tabs.
func Log(text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		lines[i] = guard(visible(line, "\t"))
	}
	return strings.Join(lines, "\n")
}

// visible spells what must not be printed, but for the characters in keep.
func visible(text, keep string) string {
	if !strings.ContainsFunc(text, func(r rune) bool { return steers(r) && !strings.ContainsRune(keep, r) }) {
		return text
	}
	var b strings.Builder
	for i, r := range text {
		switch {
		case r == utf8.RuneError && !strings.HasPrefix(text[i:], "\uFFFD"):
			fmt.Fprintf(&b, `\x%02x`, text[i])
		case !steers(r) || r == utf8.RuneError || strings.ContainsRune(keep, r):
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\r':
			b.WriteString(`\r`)
		case r == '\t':
			b.WriteString(`\t`)
		case r < 0x80:
			fmt.Fprintf(&b, `\x%02x`, r)
		case r < 0x10000:
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			fmt.Fprintf(&b, `\U%08x`, r)
		}
	}
	return b.String()
}

// steers finds control characters, format characters (those that turn the direction of text among them), the line
// breaks that only Unicode knows, and bytes that are no UTF-8.
func steers(r rune) bool {
	return unicode.IsControl(r) || unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp) || r == utf8.RuneError
}

var (
	// lineCommand is the beginning of a line that GitHub Actions (::error::) or Buildkite (--- group) acts on.
	lineCommand = regexp.MustCompile(`^\s*(::|--- |\+\+\+ |~~~ |\^\^\^ )`)
	// anyCommand is what the runners of GitHub, Azure Pipelines and TeamCity find wherever it is in a line.
	anyCommand = regexp.MustCompile(`##([a-z]*\[)`)
)

// guard spells the first character of what is taken for a command.
func guard(line string) string {
	if at := lineCommand.FindStringSubmatchIndex(line); at != nil {
		line = line[:at[2]] + fmt.Sprintf(`\x%02x`, line[at[2]]) + line[at[2]+1:]
	}
	if !strings.Contains(line, "##") {
		return line
	}
	return anyCommand.ReplaceAllString(line, `#\x23$1`)
}

// HTMLText makes a text the content or a quoted attribute of an element.
func HTMLText(text string) string { return html.EscapeString(visible(text, "")) }

// MarkdownText makes a text one line of markdown on GitHub or GitLab that shows as it is: no markup, no HTML, no link,
// no mention of people, no reference to an issue or merge request, and so nothing that closes one. It may be in a
// table.
//
// Both hosts look for mentions and references in the text after entities are decoded, so an entity alone does not hide
// one: a space without width is put in between.
func MarkdownText(text string) string {
	text = visible(text, "")
	var b strings.Builder
	for i, r := range text {
		next, _ := utf8.DecodeRuneInString(text[i+utf8.RuneLen(r):])
		switch {
		case r == '&':
			b.WriteString("&amp;")
		case r == '<':
			b.WriteString("&lt;")
		case r == '>':
			b.WriteString("&gt;")
		case strings.ContainsRune("|`*_[]\\~$#@", r):
			fmt.Fprintf(&b, "&#%d;", r)
		default:
			b.WriteRune(r)
		}
		if refers(text[:i], r, next) {
			b.WriteString("&#8203;")
		}
	}
	return b.String()
}

// MarkdownCode makes a text inline code, in which neither host looks for markup, mentions or references.
func MarkdownCode(text string) string {
	if text == "" {
		return ""
	}
	return "<code>" + MarkdownText(text) + "</code>"
}

// refers tells whether a character, with what is around it, begins a mention, a reference or a link.
func refers(before string, r, next rune) bool {
	word := unicode.IsLetter(next) || unicode.IsDigit(next) || next == '_' || next == '"'
	switch r {
	case '@', '#', '!', '&', '%', '~', '$', '^':
		return word
	case ':':
		return next == '/' // a link
	case '-':
		return unicode.IsDigit(next) && endsInLetters(before) // GH-2, PROJ-2
	case '.':
		return word && strings.HasSuffix(strings.ToLower(before), "www")
	}
	return false
}

func endsInLetters(text string) bool {
	r, _ := utf8.DecodeLastRuneInString(text)
	return unicode.IsUpper(r)
}

// skips are what a commit says to keep its pipeline from running.
var skips = regexp.MustCompile(`(?i)\[((?:skip|no)[ -]?(?:ci|actions)|(?:ci|actions|azurepipelines|circle ?ci)[ -]skip|skip[^\]]*|[a-z]+ skip)\]`)

// CommitText makes a text one line of a commit message: it closes no issue, mentions nobody, and skips no pipeline. A
// space is put into references, so that they are still read by people.
func CommitText(text string) string {
	text = skips.ReplaceAllString(visible(text, ""), "($1)")
	var b strings.Builder
	for i, r := range text {
		b.WriteRune(r)
		next, _ := utf8.DecodeRuneInString(text[i+utf8.RuneLen(r):])
		if r != '.' && refers(text[:i], r, next) {
			b.WriteByte(' ')
		}
	}
	return b.String()
}

// TrailerValue makes a text the value of a trailer of a commit message: one line.
func TrailerValue(text string) string { return visible(strings.Join(strings.Fields(text), " "), "") }

// EscapeJSON spells the characters of a JSON text that steer a terminal; encoding/json leaves some of them. Between
// strings there are none but line breaks.
func EscapeJSON(encoded []byte) []byte {
	if !strings.ContainsFunc(string(encoded), func(r rune) bool { return r != '\n' && steers(r) }) {
		return encoded
	}
	var b strings.Builder
	for _, r := range string(encoded) {
		switch {
		case r == '\n' || !steers(r) || r == utf8.RuneError:
			b.WriteRune(r)
		case r < 0x10000:
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			high, low := 0xd800+(r-0x10000)>>10, 0xdc00+(r-0x10000)&0x3ff
			fmt.Fprintf(&b, `\u%04x\u%04x`, high, low)
		}
	}
	return []byte(b.String())
}
