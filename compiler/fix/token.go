package fix

import "bytes"

// tokenEnd returns the offset behind the key or the value that begins at the place; the place itself where that
// cannot be told, as of a list over several lines.
func tokenEnd(data []byte, at int) int {
	if at >= len(data) {
		return at
	}
	switch data[at] {
	case '"', '\'':
		return quotedEnd(data, at)
	case '[', '{':
		return bracketEnd(data, at)
	case '|', '>', '&', '!', '*':
		return at
	case '-', '?':
		if at+1 == len(data) || isSpace(data[at+1]) {
			return at
		}
	}
	return plainEnd(data, at, inFlow(data, at))
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

// quotedEnd returns the offset behind the quotes that open at the place.
func quotedEnd(data []byte, at int) int {
	quote := data[at]
	for i := at + 1; i < len(data); i++ {
		switch {
		case quote == '"' && data[i] == '\\':
			i++
		case data[i] == quote && quote == '\'' && i+1 < len(data) && data[i+1] == quote:
			i++
		case data[i] == quote:
			return i + 1
		}
	}
	return at
}

// bracketEnd returns the offset behind the brackets that open at the place.
func bracketEnd(data []byte, at int) int {
	depth := 0
	for i := at; i < len(data); i++ {
		switch c := data[i]; {
		case (c == '"' || c == '\'') && bytes.IndexByte([]byte(" \t\n[{,:"), data[i-1]) >= 0:
			end := quotedEnd(data, i)
			if end == i {
				return at
			}
			i = end - 1
		case c == '[' || c == '{':
			depth++
		case c == ']' || c == '}':
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return at
}

// plainEnd returns the offset behind a text without quotes on one line.
func plainEnd(data []byte, at int, flow bool) int {
	end := at
	for i := at; i < len(data) && data[i] != '\n' && data[i] != '\r'; i++ {
		c := data[i]
		next := byte('\n')
		if i+1 < len(data) {
			next = data[i+1]
		}
		if c == ':' && (isSpace(next) || flow && bytes.IndexByte([]byte(",[]{}"), next) >= 0) ||
			c == '#' && i > at && isSpace(data[i-1]) || flow && bytes.IndexByte([]byte(",[]{}"), c) >= 0 {
			break
		}
		if !isSpace(c) {
			end = i + 1
		}
	}
	return end
}

// inFlow tells whether the place is inside of brackets.
func inFlow(data []byte, at int) bool {
	depth := 0
	for i := 0; i < at; i++ {
		begins := i == 0 || bytes.IndexByte([]byte(" \t\n[{,:-"), data[i-1]) >= 0
		switch c := data[i]; {
		case c == '#' && (i == 0 || isSpace(data[i-1])):
			i += lineLength(data[i:])
		case (c == '"' || c == '\'') && begins:
			i = max(i, quotedEnd(data, i)-1)
		case (c == '[' || c == '{') && (begins || depth > 0):
			depth++
		case (c == ']' || c == '}') && depth > 0:
			depth--
		}
	}
	return depth > 0
}
