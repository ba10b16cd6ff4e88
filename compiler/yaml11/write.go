package yaml11

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/paasta-render/paasta-render/compiler/finding"
)

// unquoted is a text that may be written without quotes wherever it is, in brackets too, as far as its characters go.
var unquoted = regexp.MustCompile(`^[A-Za-z0-9_./^][A-Za-z0-9_./^ @*+-]*$`)

// Write returns how a string is written in YAML: without quotes where it is read as the same string again.
func Write(text string) string {
	if unquoted.MatchString(text) && !strings.HasSuffix(text, " ") {
		if n, ok := Parse("", []byte(text), func(finding.Finding) {}); ok && n.IsString() && n.Text == text {
			return text
		}
	}
	return Quote(text)
}

// Quote returns a string in double quotes, as both YAML and JSON read it.
func Quote(text string) string {
	quoted := strconv.Quote(text)
	if !strings.Contains(quoted, `\`) {
		return quoted
	}
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range text {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\t':
			b.WriteString(`\t`)
		case r < ' ' || r == 0x7f:
			b.WriteString(`\u00`)
			b.WriteString(strconv.FormatInt(int64(r)+0x100, 16)[1:])
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}
