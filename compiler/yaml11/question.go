package yaml11

import (
	"bytes"
	"strings"
)

// MaskQuestions replaces the question marks that PyYAML takes for text and yaml.v3's parser does not: those inside
// plain scalars of flow collections, as in {uri: /status?full=1}. mask is a byte that the file has nowhere else; 0 when
// there is nothing to replace. Places stay what they are.
func MaskQuestions(data []byte) (masked []byte, mask byte) {
	if !bytes.ContainsRune(data, '?') || !bytes.ContainsAny(data, "[{") {
		return data, 0
	}
	for _, candidate := range []byte("^;$()=+~/\\<") {
		if bytes.IndexByte(data, candidate) < 0 {
			mask = candidate
			break
		}
	}
	places := questions(data)
	if mask == 0 || len(places) == 0 {
		return data, 0
	}
	masked = bytes.Clone(data)
	for _, at := range places {
		masked[at] = mask
	}
	return masked, mask
}

// questions returns the offsets of question marks inside plain scalars of flow collections.
func questions(data []byte) []int {
	var places []int
	flow, plain := 0, false
	for i := 0; i < len(data); i++ {
		c := data[i]
		switch {
		case c == '\n' && flow == 0:
			plain = false
		case c == ' ' || c == '\t' || c == '\r' || c == '\n':
		case c == '#' && (i == 0 || strings.IndexByte(" \t\n", data[i-1]) >= 0):
			i = lineEnd(data, i) - 1
		case flow > 0 && strings.IndexByte(",[]{}", c) >= 0, !plain && (c == '[' || c == '{'):
			flow, plain = flow+depth(c), false
		case c == ':' && (i+1 == len(data) || strings.IndexByte(" \t\r\n,[]{}", data[i+1]) >= 0):
			plain = false
		case !plain && (c == '"' || c == '\''):
			i = quoteEnd(data, i)
		case !plain && flow == 0 && (c == '|' || c == '>'):
			i = blockEnd(data, i) - 1
		case !plain && flow == 0 && c == '-' && i+1 < len(data) && data[i+1] == ' ':
		case c == '?' && plain && flow > 0:
			places = append(places, i)
		default:
			plain = true
		}
	}
	return places
}

func depth(c byte) int {
	switch c {
	case '[', '{':
		return 1
	case ']', '}':
		return -1
	}
	return 0
}

func lineEnd(data []byte, from int) int {
	if end := bytes.IndexByte(data[from:], '\n'); end >= 0 {
		return from + end
	}
	return len(data)
}

// quoteEnd returns the offset of the quote that ends the scalar.
func quoteEnd(data []byte, from int) int {
	quote := data[from]
	for i := from + 1; i < len(data); i++ {
		switch {
		case data[i] == '\\' && quote == '"':
			i++
		case data[i] == quote && quote == '\'' && i+1 < len(data) && data[i+1] == quote:
			i++
		case data[i] == quote:
			return i
		}
	}
	return len(data)
}

// blockEnd returns the offset behind a literal or folded scalar: the lines deeper than its own, and blank ones.
func blockEnd(data []byte, from int) int {
	start := bytes.LastIndexByte(data[:from], '\n') + 1
	outer := len(data[start:from]) - len(bytes.TrimLeft(data[start:from], " "))
	at := lineEnd(data, from)
	for at < len(data) {
		end := lineEnd(data, at+1)
		line := data[at+1 : end]
		text := bytes.TrimLeft(line, " ")
		if len(bytes.TrimSpace(text)) > 0 && len(line)-len(text) <= outer {
			return at
		}
		at = end
	}
	return at
}
