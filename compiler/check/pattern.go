package check

import (
	"regexp"
	"strings"
)

// compilePattern compiles a regular expression of Python's re module as Go's: a final $ also matches before a final line
// feed, and \w, \d, \s know Unicode.
func compilePattern(pattern string) *regexp.Regexp {
	var b strings.Builder
	inClass := false
	for i := 0; i < len(pattern); i++ {
		switch ch := pattern[i]; {
		case ch == '\\' && i+1 < len(pattern):
			i++
			b.WriteString(escape(pattern[i], inClass))
		case ch == '$' && i == len(pattern)-1:
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
	return regexp.MustCompile(b.String())
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
