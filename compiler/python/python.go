// Package python prints values as Python does: str, repr, json.dumps, int(). Names, environment values and config_sha
// depend on it to the byte.
package python

import (
	"math"
	"sort"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

// Str is Python's str(value). An absent node prints as None.
func Str(n *yaml11.Node) string {
	if n.IsString() || n != nil && (n.Kind == yaml11.Date || n.Kind == yaml11.DateTime) {
		return n.Text
	}
	return Repr(n)
}

// Repr is Python's repr(value).
func Repr(n *yaml11.Node) string {
	var b strings.Builder
	repr(&b, n)
	return b.String()
}

func repr(b *strings.Builder, n *yaml11.Node) {
	if n == nil {
		b.WriteString("None")
		return
	}
	switch n.Kind {
	case yaml11.Null:
		b.WriteString("None")
	case yaml11.Bool:
		if n.Bool {
			b.WriteString("True")
		} else {
			b.WriteString("False")
		}
	case yaml11.Int:
		b.WriteString(Int(n))
	case yaml11.Float:
		b.WriteString(Float(n.Float))
	case yaml11.String:
		b.WriteString(ReprString(n.Text))
	case yaml11.Bytes:
		b.WriteString("b" + ReprString(n.Text))
	case yaml11.Date:
		b.WriteString("datetime.date(" + strings.ReplaceAll(strings.ReplaceAll(n.Text, "-0", "-"), "-", ", ") + ")")
	case yaml11.DateTime:
		b.WriteString("datetime.datetime(" + n.Text + ")")
	case yaml11.List:
		b.WriteByte('[')
		for i, item := range n.Items {
			if i > 0 {
				b.WriteString(", ")
			}
			repr(b, item)
		}
		b.WriteByte(']')
	case yaml11.Map:
		b.WriteByte('{')
		for i, p := range n.Pairs {
			if i > 0 {
				b.WriteString(", ")
			}
			repr(b, p.Key)
			b.WriteString(": ")
			repr(b, p.Value)
		}
		b.WriteByte('}')
	}
}

// Int prints an integer node.
func Int(n *yaml11.Node) string {
	if n.Big != nil {
		return n.Big.String()
	}
	return strconv.FormatInt(n.Int, 10)
}

// Float is Python's repr(float): the shortest digits that read back the same, exponent from 1e16 on and below 1e-4.
func Float(f float64) string {
	switch {
	case math.IsNaN(f):
		return "nan"
	case math.IsInf(f, 1):
		return "inf"
	case math.IsInf(f, -1):
		return "-inf"
	}
	if a := math.Abs(f); a != 0 && (a < 1e-4 || a >= 1e16) {
		return strconv.FormatFloat(f, 'e', -1, 64)
	}
	s := strconv.FormatFloat(f, 'f', -1, 64)
	if !strings.Contains(s, ".") {
		s += ".0"
	}
	return s
}

// ReprString is Python's repr of a str.
func ReprString(s string) string {
	quote := byte('\'')
	if strings.Contains(s, "'") && !strings.Contains(s, "\"") {
		quote = '"'
	}
	var b strings.Builder
	b.WriteByte(quote)
	for _, r := range s {
		switch {
		case r == rune(quote) || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\r':
			b.WriteString(`\r`)
		case r == '\t':
			b.WriteString(`\t`)
		case r < ' ' || r == 0x7f:
			b.WriteString(`\x` + hex(uint32(r), 2))
		case r > 0x7f && !unicode.IsPrint(r):
			switch {
			case r <= 0xff:
				b.WriteString(`\x` + hex(uint32(r), 2))
			case r <= 0xffff:
				b.WriteString(`\u` + hex(uint32(r), 4))
			default:
				b.WriteString(`\U` + hex(uint32(r), 8))
			}
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte(quote)
	return b.String()
}

func hex(v uint32, width int) string {
	s := strconv.FormatUint(uint64(v), 16)
	return strings.Repeat("0", max(0, width-len(s))) + s
}

// JSON is json.dumps(value): separators ", " and ": ", ASCII only. With sortKeys it is json.dumps(value,
// sort_keys=True). Dates, which json.dumps refuses, print as strings.
func JSON(n *yaml11.Node, sortKeys bool) string {
	return string(AppendJSON(nil, n, sortKeys))
}

// AppendJSON appends what JSON returns.
func AppendJSON(b []byte, n *yaml11.Node, sortKeys bool) []byte {
	if n == nil {
		return append(b, "null"...)
	}
	switch n.Kind {
	case yaml11.Null:
		return append(b, "null"...)
	case yaml11.Bool:
		return strconv.AppendBool(b, n.Bool)
	case yaml11.Int:
		return append(b, Int(n)...)
	case yaml11.Float:
		return AppendJSONFloat(b, n.Float)
	case yaml11.List:
		b = append(b, '[')
		for i, item := range n.Items {
			if i > 0 {
				b = append(b, ", "...)
			}
			b = AppendJSON(b, item, sortKeys)
		}
		return append(b, ']')
	case yaml11.Map:
		return appendJSONMap(b, n, sortKeys)
	}
	return AppendJSONString(b, n.Text)
}

func appendJSONMap(b []byte, n *yaml11.Node, sortKeys bool) []byte {
	pairs := n.Pairs
	if sortKeys && !sort.SliceIsSorted(pairs, func(i, j int) bool { return keyLess(pairs[i].Key, pairs[j].Key) }) {
		pairs = append([]yaml11.Pair(nil), pairs...)
		sort.SliceStable(pairs, func(i, j int) bool { return keyLess(pairs[i].Key, pairs[j].Key) })
	}
	b = append(b, '{')
	for i, p := range pairs {
		if i > 0 {
			b = append(b, ", "...)
		}
		b = AppendJSONString(b, jsonKey(p.Key))
		b = append(b, ": "...)
		b = AppendJSON(b, p.Value, sortKeys)
	}
	return append(b, '}')
}

// keyLess is the order of sorted(): numbers by value, strings by code point. Python refuses to sort a mixture.
func keyLess(a, b *yaml11.Node) bool {
	x, aNumber := a.Number()
	y, bNumber := b.Number()
	if aNumber && bNumber {
		return x < y
	}
	return jsonKey(a) < jsonKey(b)
}

// jsonKey is how json.dumps spells a key that is no string.
func jsonKey(n *yaml11.Node) string {
	switch n.Kind {
	case yaml11.Null:
		return "null"
	case yaml11.Bool:
		return strconv.FormatBool(n.Bool)
	case yaml11.Int:
		return Int(n)
	case yaml11.Float:
		return Float(n.Float)
	}
	return n.Text
}

// AppendJSONFloat appends a float as json.dumps prints it.
func AppendJSONFloat(b []byte, f float64) []byte {
	switch {
	case math.IsNaN(f):
		return append(b, "NaN"...)
	case math.IsInf(f, 1):
		return append(b, "Infinity"...)
	case math.IsInf(f, -1):
		return append(b, "-Infinity"...)
	}
	return append(b, Float(f)...)
}

// AppendJSONString appends a string as json.dumps prints it: ASCII, with \uXXXX escapes and surrogate pairs.
func AppendJSONString(b []byte, s string) []byte {
	b = append(b, '"')
	for i := 0; i < len(s); {
		run := i
		for run < len(s) && asItIs(s[run]) {
			run++
		}
		b = append(b, s[i:run]...)
		if i = run; i == len(s) {
			break
		}
		c := s[i]
		if c < utf8.RuneSelf {
			i++
			switch {
			case c == '"' || c == '\\':
				b = append(b, '\\', c)
			case c == '\n':
				b = append(b, '\\', 'n')
			case c == '\r':
				b = append(b, '\\', 'r')
			case c == '\t':
				b = append(b, '\\', 't')
			case c == '\b':
				b = append(b, '\\', 'b')
			case c == '\f':
				b = append(b, '\\', 'f')
			default:
				b = append(b, `\u`+hex(uint32(c), 4)...)
			}
			continue
		}
		r, width := utf8.DecodeRuneInString(s[i:])
		i += width
		if r > 0xffff {
			r -= 0x10000
			b = append(b, `\u`+hex(uint32(0xd800+(r>>10)), 4)...)
			b = append(b, `\u`+hex(uint32(0xdc00+(r&0x3ff)), 4)...)
			continue
		}
		b = append(b, `\u`+hex(uint32(r), 4)...)
	}
	return append(b, '"')
}

// asItIs tells whether json.dumps leaves a byte alone.
func asItIs(c byte) bool { return c >= ' ' && c < 0x7f && c != '"' && c != '\\' }

// Truncate is Python's int(float): towards zero.
func Truncate(f float64) int64 { return int64(math.Trunc(f)) }

// Round is Python's round(value, digits): correctly rounded, ties to even on the decimal value of the double.
func Round(f float64, digits int) float64 {
	if math.IsInf(f, 0) || math.IsNaN(f) {
		return f
	}
	r, _ := strconv.ParseFloat(strconv.FormatFloat(f, 'f', digits, 64), 64)
	return r
}
