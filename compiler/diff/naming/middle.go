package naming

import (
	"strings"
	"unicode/utf8"

	"github.com/paasta-render/paasta-render/compiler/diff"
)

// Middle returns the part in which two strings differ, cut at the ends of words, with … for what they have in common
// around it. Values that are no strings, or have nothing in common, are returned as they are.
func Middle(before, after diff.Value) [2]diff.Value { return differing(before, after, 0) }

// Around is Middle with some of what both have in common, for people to know the place.
func Around(before, after diff.Value) [2]diff.Value { return differing(before, after, 24) }

func differing(before, after diff.Value, context int) [2]diff.Value {
	if len(before) < 2 || len(after) < 2 || before[0] != '"' || after[0] != '"' {
		return [2]diff.Value{before, after}
	}
	a, b := before.String(), after.String()
	start := commonPrefix(a, b)
	end := commonSuffix(a[start:], b[start:])
	if start == 0 && end == 0 {
		return [2]diff.Value{before, after}
	}
	start, end = max(0, start-context), max(0, end-context)
	for start > 0 && start < len(a) && !utf8.RuneStart(a[start]) {
		start--
	}
	for end > 0 && !utf8.RuneStart(a[len(a)-end]) {
		end--
	}
	return [2]diff.Value{part(a, start, end), part(b, start, end)}
}

// commonPrefix is the length of what both begin with, up to the end of a word.
func commonPrefix(a, b string) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	for n > 0 && (WordByte(a[n-1]) || a[n-1] >= 0x80) && (n < len(a) && inWord(a[n]) || n < len(b) && inWord(b[n])) {
		n--
	}
	return n
}

// commonSuffix is the length of what both end with, from the beginning of a word.
func commonSuffix(a, b string) int {
	n := 0
	for n < len(a) && n < len(b) && a[len(a)-1-n] == b[len(b)-1-n] {
		n++
	}
	for n > 0 && inWord(a[len(a)-n]) && (n < len(a) && inWord(a[len(a)-n-1]) || n < len(b) && inWord(b[len(b)-n-1])) {
		n--
	}
	return n
}

func inWord(c byte) bool { return WordByte(c) || c >= 0x80 }

func part(s string, start, end int) diff.Value {
	var b strings.Builder
	if start > 0 {
		b.WriteString("…")
	}
	b.WriteString(s[start : len(s)-end])
	if end > 0 {
		b.WriteString("…")
	}
	return diff.Value(diff.AppendString(nil, b.String()))
}
