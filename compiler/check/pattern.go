package check

import (
	"regexp"
	"strings"
)

// pattern is a regular expression as the schema writes it, and as Go runs it.
type pattern struct {
	*regexp.Regexp
	text string
}

// compilePattern compiles a regular expression of Python's re module as Go's: a final $ also matches before a final
// line feed, and \w, \d, \s know Unicode.
func compilePattern(text string) *pattern {
	var b strings.Builder
	inClass := false
	for i := 0; i < len(text); i++ {
		switch ch := text[i]; {
		case ch == '\\' && i+1 < len(text):
			i++
			b.WriteString(escape(text[i], inClass))
		case ch == '$' && i == len(text)-1:
			b.WriteString(`\n?$`)
		default:
			if ch == '[' {
				inClass = true
			}
			if ch == ']' {
				inClass = false
			}
			b.WriteByte(ch)
		}
	}
	return &pattern{regexp.MustCompile(b.String()), text}
}

func escape(ch byte, inClass bool) string {
	var class string
	switch ch {
	case 'w':
		class = `\p{L}\p{N}_`
	case 'd':
		class = `\p{Nd}`
	case 's':
		class = `\s\v\x1c-\x1f\x{85}\p{Z}`
	default:
		return `\` + string(ch)
	}
	if inClass {
		return class
	}
	return "[" + class + "]"
}
