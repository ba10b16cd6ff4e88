package gate

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

// place is where a character of an expression stands in the file: line and column of CEL, the first from 1 and the
// second from 0, in a scalar that YAML may have folded. It is found by reading the file's text and the scalar in step.
func (r *reader) place(n *yaml11.Node, line, column int) finding.Position {
	at := n.Position()
	if line < 1 || at.Line < 1 {
		return at
	}
	lines := strings.SplitAfter(n.Text, "\n")
	if line > len(lines) {
		return at
	}
	want := len(strings.Join(lines[:line-1], ""))
	for range column { // CEL counts characters
		_, size := utf8.DecodeRuneInString(n.Text[want:])
		want += size
	}
	source := offsetOf(r.text, at.Line, at.Column)
	if source < len(r.text) && strings.ContainsRune("|>", rune(r.text[source])) { // a block begins on the next line
		if end := strings.IndexByte(r.text[source:], '\n'); end >= 0 {
			source += end + 1
		}
	}
	found, ok := align(r.text, source, n.Text, want)
	if !ok {
		return at
	}
	if strings.HasPrefix(r.text[found:], ".") { // of a field CEL names the dot
		found++
	}
	before := r.text[:found]
	at.Line, at.Column, at.Length = 1+strings.Count(before, "\n"), found-strings.LastIndexByte(before, '\n'), 0
	return at
}

// offsetOf is the byte at which a line and a column are, both from 1.
func offsetOf(text string, line, column int) int {
	at := 0
	for range line - 1 {
		end := strings.IndexByte(text[at:], '\n')
		if end < 0 {
			return len(text)
		}
		at += end + 1
	}
	return min(at+column-1, len(text))
}

// align reads a scalar's value and the source that it comes from in step, blanks as wide as they are, and returns where
// in the source the byte want of the value is.
func align(source string, from int, value string, want int) (at int, ok bool) {
	at = from
	for i, c := range value {
		if i >= want && !unicode.IsSpace(c) {
			break
		}
		if unicode.IsSpace(c) {
			continue
		}
		found := strings.IndexRune(source[at:], c)
		if found < 0 {
			return from, false
		}
		at += found + utf8.RuneLen(c)
	}
	for at < len(source) && want < len(value) {
		c, size := utf8.DecodeRuneInString(source[at:])
		if next, _ := utf8.DecodeRuneInString(strings.TrimLeftFunc(value[want:], unicode.IsSpace)); c == next {
			return at, true
		}
		at += size
	}
	return at, want >= len(value)
}
