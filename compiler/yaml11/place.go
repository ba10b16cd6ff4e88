package yaml11

import (
	"bytes"
	"regexp"
	"strings"

	"github.com/paasta-render/paasta-render/compiler/finding"
)

// yaml.v3 says the line of an error and no column, and of some errors not even the line. The functions here find where
// PyYAML points to: the colon, the character or the alias that it could not read.

var unknownAlias = regexp.MustCompile(`unknown anchor '([^']*)' referenced`)

// exactPlace finds the place of errors that a single token causes; ok is false for all others. Line counts from 1.
func exactPlace(file string, data []byte, message string, line int) (at finding.Position, ok bool) {
	if m := unknownAlias.FindStringSubmatch(message); m != nil {
		offset := aliasOffset(data, m[1])
		return offsetPosition(file, data, max(0, offset)), offset >= 0
	}
	lines := bytes.Split(data, []byte{'\n'})
	if line < 1 || line > len(lines) {
		return finding.Position{}, false
	}
	column := -1
	switch text := strings.TrimRight(string(lines[line-1]), "\r"); {
	case strings.Contains(message, "mapping values are not allowed"):
		column = refusedColon(text)
	case strings.Contains(message, "cannot start any token"):
		column = refusedStart(text)
	}
	return finding.Position{File: file, Line: line, Column: column + 1, Length: 1}, column >= 0
}

// aliasOffset finds the first alias of a name; -1 when there is none.
func aliasOffset(data []byte, name string) int {
	wanted := []byte("*" + name)
	for from := 0; ; {
		i := bytes.Index(data[from:], wanted)
		if i < 0 {
			return -1
		}
		at := from + i
		end := at + len(wanted)
		begins := at == 0 || strings.IndexByte(" \t\n\r[{,", data[at-1]) >= 0
		ends := end == len(data) || strings.IndexByte(" \t\n\r]},:", data[end]) >= 0
		if begins && ends {
			return at
		}
		from = end
	}
}

// refusedColon returns the column, from 0, of the colon that makes a line wrong: the second one behind which a value
// may follow, or the only one when the line goes on with a value.
func refusedColon(text string) int {
	var colons []int
	each(text, func(i int) {
		if text[i] == ':' && (i+1 == len(text) || text[i+1] == ' ' || text[i+1] == '\t') {
			colons = append(colons, i)
		}
	})
	switch {
	case len(colons) > 1:
		return colons[1]
	case len(colons) == 1:
		return colons[0]
	}
	return -1
}

// refusedStart returns the column, from 0, of the first character of a line that begins a value and cannot.
func refusedStart(text string) int {
	found := -1
	each(text, func(i int) {
		if found < 0 && strings.IndexByte("@`%\t", text[i]) >= 0 && begins(text[:i]) {
			found = i
		}
	})
	return found
}

// begins tells whether a value may begin behind the text of its line.
func begins(before string) bool {
	trimmed := strings.TrimRight(before, " ")
	if trimmed == "" {
		return true
	}
	last := trimmed[len(trimmed)-1]
	return strings.IndexByte("[{,", last) >= 0 || len(trimmed) < len(before) && strings.IndexByte(":-?", last) >= 0
}

// each visits the bytes of a line that are outside of quotes and comments.
func each(text string, visit func(i int)) {
	var quote byte
	for i := 0; i < len(text); i++ {
		c := text[i]
		switch {
		case quote == '"' && c == '\\':
			i++
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case (c == '"' || c == '\'') && begins(text[:i]):
			quote = c
		case c == '#' && (i == 0 || text[i-1] == ' ' || text[i-1] == '\t'):
			return
		default:
			visit(i)
		}
	}
}
