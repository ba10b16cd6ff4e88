package emit

import (
	"math"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// appendString appends a string as a plain scalar when every parser reads it back as that string, else in double
// quotes.
func appendString(b []byte, s string) []byte {
	if plain(s) {
		return append(b, s...)
	}
	return appendQuoted(b, s)
}

// plain is cautious: what looks like anything but a word, a path or a sentence is quoted.
func plain(s string) bool {
	if s == "" || len(s) > 1024 {
		return false
	}
	first := s[0]
	switch {
	case first >= '0' && first <= '9':
		return digitsAndUnit(s)
	case first >= 'a' && first <= 'z', first >= 'A' && first <= 'Z', first == '/', first == '_', first == '$', first == '(':
	default:
		return false
	}
	for i := 1; i < len(s); i++ {
		switch c := s[i]; {
		case c < ' ' || c > '~':
			return false
		case c == ' ' && (i == len(s)-1 || s[i+1] == '#'):
			return false
		case c == ':' && (i == len(s)-1 || s[i+1] == ' '):
			return false
		}
	}
	return !reserved(s)
}

// digitsAndUnit tells whether s is like 512Mi, 100m or 10%: digits, then letters or a percent sign.
func digitsAndUnit(s string) bool {
	i := 0
	for i < len(s) && s[i] >= '0' && s[i] <= '9' {
		i++
	}
	if s[i:] == "%" {
		return true
	}
	for j := i; j < len(s); j++ {
		if c := s[j] | 0x20; c < 'a' || c > 'z' {
			return false
		}
	}
	return i < len(s)
}

// reserved tells whether some YAML version gives the word a meaning of its own.
func reserved(s string) bool {
	if len(s) > 5 {
		return false
	}
	switch strings.ToLower(s) {
	case "y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf":
		return true
	}
	return false
}

const hexDigits = "0123456789abcdef"

// appendQuoted appends a double-quoted scalar; what is not printable is escaped as \xXX, \uXXXX or \UXXXXXXXX.
func appendQuoted(b []byte, s string) []byte {
	b = append(b, '"')
	for i := 0; i < len(s); {
		c := s[i]
		if c < utf8.RuneSelf {
			i++
			switch {
			case c == '"' || c == '\\':
				b = append(b, '\\', c)
			case c == '\n':
				b = append(b, '\\', 'n')
			case c == '\t':
				b = append(b, '\\', 't')
			case c == '\r':
				b = append(b, '\\', 'r')
			case c < ' ' || c == 0x7f:
				b = append(b, '\\', 'x', hexDigits[c>>4], hexDigits[c&15])
			default:
				b = append(b, c)
			}
			continue
		}
		r, width := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && width == 1:
			b = append(b, "\ufffd"...)
		case unicode.IsPrint(r) && r != 0xfeff:
			b = append(b, s[i:i+width]...)
		case r <= 0xffff:
			b = append(b, '\\', 'u')
			for shift := 12; shift >= 0; shift -= 4 {
				b = append(b, hexDigits[(r>>shift)&15])
			}
		default:
			b = append(b, '\\', 'U')
			for shift := 28; shift >= 0; shift -= 4 {
				b = append(b, hexDigits[(r>>shift)&15])
			}
		}
		i += width
	}
	return append(b, '"')
}

// appendFloat appends a float so that YAML 1.1 reads a float too: with a point, and a sign in the exponent.
func appendFloat(b []byte, f float64) []byte {
	switch {
	case math.IsNaN(f):
		return append(b, ".nan"...)
	case math.IsInf(f, 1):
		return append(b, ".inf"...)
	case math.IsInf(f, -1):
		return append(b, "-.inf"...)
	}
	if a := math.Abs(f); a != 0 && (a < 1e-4 || a >= 1e16) {
		s := strconv.FormatFloat(f, 'e', -1, 64)
		if mantissa, exponent, _ := strings.Cut(s, "e"); !strings.Contains(mantissa, ".") {
			return append(b, mantissa+".0e"+exponent...)
		}
		return append(b, s...)
	}
	start := len(b)
	b = strconv.AppendFloat(b, f, 'f', -1, 64)
	for _, c := range b[start:] {
		if c == '.' {
			return b
		}
	}
	return append(b, '.', '0')
}

// literal tells whether a string of several lines can stand as a block scalar, and with which header.
func literal(s string) (header string, ok bool) {
	body := strings.TrimSuffix(s, "\n")
	header = "|"
	if body == s {
		header = "|-"
	}
	if !strings.Contains(body, "\n") || body[0] == ' ' || body[0] == '\n' || strings.HasSuffix(body, "\n") {
		return "", false
	}
	for i := 0; i < len(body); i++ {
		c := body[i]
		if c != '\n' && (c < ' ' || c > '~') {
			return "", false
		}
		if c == ' ' && (i+1 == len(body) || body[i+1] == '\n') {
			return "", false
		}
	}
	return header, true
}
