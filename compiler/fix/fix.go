// Package fix takes suggestions: it makes of a file what a finding says would be right.
//
// It changes the bytes of the file and nothing else, so comments and the order of keys stay. Editors, and the test that
// takes every suggestion of every case, use it.
package fix

import (
	"bytes"
	"strings"

	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

// Apply returns the content of the file that a finding names, with its suggestion taken. ok is false where nobody but
// the author can take it: it is advice, it renames the file, or its place is not in the content.
func Apply(data []byte, f finding.Finding) (fixed []byte, ok bool) {
	at, found := offset(data, f.At)
	if !found || f.Suggestion == "" {
		return nil, false
	}
	switch f.How() {
	case finding.Replace:
		if end := tokenEnd(data, at); end > at {
			return splice(data, at, end, asKey(data[at:], end-at, f)), true
		}
		return intoNothing(data, at, f.Suggestion)
	case finding.AddBeside:
		return beside(data, at, f.Suggestion), true
	case finding.AddBelow:
		return below(data, at, f.Suggestion)
	case finding.AddComment:
		end := at + lineLength(data[at:])
		return splice(data, end, end, "  "+f.Suggestion), true
	}
	return nil, false
}

// NewName returns the name that the finding suggests for its file; ok is false where it suggests something else.
// The name is without a folder.
func NewName(f finding.Finding) (name string, ok bool) {
	return f.Suggestion, f.Suggestion != "" && f.How() == finding.Rename
}

// offset finds a place in the content.
func offset(data []byte, at finding.Position) (int, bool) {
	if at.Line < 1 || at.Column < 1 {
		return 0, false
	}
	from := 0
	for line := 1; line < at.Line; line++ {
		next := bytes.IndexByte(data[from:], '\n')
		if next < 0 {
			return 0, false
		}
		from += next + 1
	}
	from += at.Column - 1
	return from, from <= len(data)
}

func splice(data []byte, from, to int, text string) []byte {
	out := make([]byte, 0, len(data)+len(text))
	out = append(append(out, data[:from]...), text...)
	return append(out, data[to:]...)
}

// asKey is the suggestion in quotes where it is a key of JSON.
func asKey(data []byte, end int, f finding.Finding) string {
	isKey := bytes.HasPrefix(bytes.TrimLeft(data[end:], " \t"), []byte(":"))
	if !strings.HasSuffix(f.At.File, ".json") || !isKey || strings.HasPrefix(f.Suggestion, `"`) {
		return f.Suggestion
	}
	return yaml11.Quote(f.Suggestion)
}

// intoNothing writes a value behind a colon or a dash that nothing follows.
func intoNothing(data []byte, at int, value string) ([]byte, bool) {
	before := bytes.TrimRight(data[:at], " ")
	rest := bytes.TrimLeft(data[at:], " ")
	if !bytes.HasSuffix(before, []byte(":")) && !bytes.HasSuffix(before, []byte("-")) ||
		len(rest) > 0 && bytes.IndexByte([]byte("\r\n,}]#"), rest[0]) < 0 {
		return nil, false
	}
	return splice(data, len(before), at, " "+value), true
}

// lineLength returns how many bytes are before the end of the line.
func lineLength(data []byte) int {
	if end := bytes.IndexByte(data, '\n'); end >= 0 {
		return len(bytes.TrimSuffix(data[:end], []byte{'\r'}))
	}
	return len(data)
}

// beside adds an entry to the mapping in which the place is, before the key there.
func beside(data []byte, at int, entry string) []byte {
	if at < len(data) && data[at] == '{' {
		return into(data, at, entry)
	}
	value := at
	at = keyStart(data, at)
	key := data[at:tokenEnd(data, at)]
	switch written, text, _ := bytes.Cut([]byte(entry), []byte(": ")); {
	case len(key) > 0 && bytes.Equal(key, written): // it has another value
		if value == at {
			value += len(key) + len(data[at+len(key):]) - len(bytes.TrimLeft(data[at+len(key):], ": "))
		}
		return splice(data, value, tokenEnd(data, value), string(text))
	case inFlow(data, at):
		return splice(data, at, at, entry+", ")
	}
	return splice(data, at, at, entry+"\n"+strings.Repeat(" ", indentOf(data, at)))
}

// keyStart returns where the key of a value begins that is behind it on the same line; the place itself of anything
// else.
func keyStart(data []byte, at int) int {
	line := data[bytes.LastIndexByte(data[:at], '\n')+1 : at]
	if text := bytes.TrimRight(line, " \t"); len(text) == 0 || text[len(text)-1] != ':' || len(text) == len(line) {
		return at
	}
	from := max(bytes.LastIndexByte(line, '{'), bytes.LastIndexByte(line, ',')) + 1
	rest := line[from:]
	for trimmed := bytes.TrimLeft(rest, " \t"); ; trimmed = bytes.TrimLeft(trimmed[2:], " \t") {
		if !bytes.HasPrefix(trimmed, []byte("- ")) {
			return at - len(trimmed)
		}
	}
}

// into adds an entry to the mapping in braces that begins at the place.
func into(data []byte, at int, entry string) []byte {
	if rest := bytes.TrimLeft(data[at+1:], " \t\r\n"); len(rest) > 0 && rest[0] != '}' {
		entry += ", "
	}
	return splice(data, at+1, at+1, entry)
}

// below adds an entry to the mapping that the key at the place holds.
func below(data []byte, at int, entry string) ([]byte, bool) {
	key := tokenEnd(data, at)
	colon := key + len(data[key:]) - len(bytes.TrimLeft(data[key:], " \t"))
	if colon >= len(data) || data[colon] != ':' {
		return nil, false
	}
	value := colon + 1 + len(data[colon+1:]) - len(bytes.TrimLeft(data[colon+1:], " \t"))
	if value < len(data) && data[value] == '{' {
		return into(data, value, entry), true
	}
	end := at + lineLength(data[at:])
	if rest := strings.TrimSpace(string(data[min(value, end):end])); rest != "" && rest[0] != '#' && rest[0] != '&' {
		return nil, false
	}
	indent := strings.Repeat(" ", indentBelow(data[end:], indentOf(data, at)))
	return splice(data, end, end, "\n"+indent+entry), true
}

// indentOf returns the column, from 0, of a place.
func indentOf(data []byte, at int) int { return at - (bytes.LastIndexByte(data[:at], '\n') + 1) }

// indentBelow returns the indentation of the first line that says something, two more than the key's when none is
// deeper.
func indentBelow(data []byte, key int) int {
	for line := range bytes.Lines(data) {
		text := bytes.TrimLeft(line, " ")
		if trimmed := bytes.TrimSpace(text); len(trimmed) == 0 || trimmed[0] == '#' {
			continue
		}
		if indent := len(line) - len(text); indent > key {
			return indent
		}
		break
	}
	return key + 2
}
