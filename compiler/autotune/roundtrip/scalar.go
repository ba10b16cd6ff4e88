package roundtrip

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"

	"gopkg.in/yaml.v3"
)

// scalar prints a scalar in the style that ruamel.yaml chooses for it; after tells that an anchor or a tag was printed.
func (w *writer) scalar(n *yaml.Node, at position, after bool) {
	if after {
		w.text(" ")
	}
	k := kindOf(n)
	if k == kindNull {
		w.text("null") // PaaSTA's my_represent_none
		return
	}
	if k != kindString && k != kindMerge && k != kindValue {
		w.text(plainText(n.Value, k))
		return
	}
	if n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0 && !at.inFlow && !at.key {
		w.block(n, at.indent)
		return
	}
	found := analyze(n.Value)
	plain := found.blockPlain
	if at.inFlow {
		plain = found.flowPlain
	}
	tagged := n.Style&yaml.TaggedStyle != 0 && !strings.HasPrefix(n.Tag, "!!")
	switch {
	case plain && (k == kindMerge || k == kindString && (tagged || resolve(n.Value) == kindString)):
		w.plain(n.Value, at)
	case !found.single || strings.ContainsAny(n.Value, "'\n"):
		w.double(n.Value, at)
	default:
		w.single(n.Value, at)
	}
}

var decimal = regexp.MustCompile(`^[-+]?(?:0|[1-9][0-9]*)$`)

// plainText returns how a value that is no string is printed: as it was written, but for truth values, signs and
// infinity.
func plainText(text string, k kind) string {
	switch {
	case k == kindBool:
		return strings.ToLower(text)
	case k == kindInt && decimal.MatchString(text):
		text = strings.TrimPrefix(text, "+")
		if text == "-0" {
			return "0"
		}
	case k == kindFloat && strings.HasSuffix(strings.ToLower(text), "inf"):
		return strings.TrimPrefix(strings.ToLower(text), "+")
	case k == kindFloat && strings.HasSuffix(strings.ToLower(text), "nan"):
		return ".nan"
	}
	return text
}

// analysis says in which styles a text can be printed, as ruamel.yaml's Emitter.analyze_scalar does.
type analysis struct{ flowPlain, blockPlain, single bool }

func analyze(text string) analysis {
	if text == "" {
		return analysis{blockPlain: true, single: true}
	}
	var block, flow, special, broken, spaceBreak bool
	runes := []rune(text)
	if strings.HasPrefix(text, "---") || strings.HasPrefix(text, "...") {
		block, flow = true, true
	}
	space := func(i int) bool {
		return i < 0 || i >= len(runes) || strings.ContainsRune("\x00 \t\r\n\u0085\u2028\u2029", runes[i])
	}
	for i, r := range runes {
		switch {
		case i == 0 && strings.ContainsRune("#,[]{}&*!|>'\"%@`", r), i == 0 && r == '-' && space(i+1):
			block, flow = true, true
		case i == 0 && (r == '?' || r == ':'):
			flow = flow || len(runes) == 1
			block = block || space(i+1)
		case i > 0 && strings.ContainsRune(",[]{}", r):
			flow = true
		case i > 0 && r == ':' && space(i+1):
			block, flow = true, true
		case i > 0 && r == '#' && space(i-1):
			block, flow = true, true
		}
		if isBreak(r) {
			broken = true
		}
		if r != '\n' && (r < ' ' || r > '~') && !printable(r) {
			special = true
		}
		if i > 0 && (r == ' ' && isBreak(runes[i-1]) || isBreak(r) && runes[i-1] == ' ') {
			spaceBreak = true
		}
	}
	edge := func(r rune) bool { return r == ' ' || isBreak(r) }
	a := analysis{flowPlain: !flow, blockPlain: !block, single: true}
	if edge(runes[0]) || edge(runes[len(runes)-1]) || broken || spaceBreak || special {
		a.flowPlain, a.blockPlain = false, false
	}
	if spaceBreak || special {
		a.single = false
	}
	if block {
		a.flowPlain = false
	}
	return a
}

func isBreak(r rune) bool { return strings.ContainsRune("\n\u0085\u2028\u2029", r) }

// printable tells whether a character outside of ASCII may be printed as it is.
func printable(r rune) bool {
	return r == '\u0085' || r >= '\u00a0' && r <= '\ud7ff' || r >= '\ue000' && r <= '\ufffd' && r != '\ufeff' ||
		r >= 0x10000 && r <= unicode.MaxRune
}

// words prints a text and breaks the line at single spaces behind column 80. write prints a piece between two spaces.
func (w *writer) words(text string, at position, inner bool) {
	split := !at.key
	for i := 0; i < len(text); {
		if text[i] != ' ' {
			end := i + strings.IndexByte(text[i:], ' ')
			if end < i {
				end = len(text)
			}
			w.text(text[i:end])
			i = end
			continue
		}
		end := len(text) - len(strings.TrimLeft(text[i:], " "))
		if end == i+1 && w.column > bestWidth && split && (!inner || i > 0 && end < len(text)) {
			w.newline(at.indent)
		} else {
			w.text(text[i:end])
		}
		i = end
	}
}

func (w *writer) plain(text string, at position) { w.words(text, at, false) }

func (w *writer) single(text string, at position) {
	w.text("'")
	w.words(text, at, true)
	w.text("'")
}

var escapes = map[rune]string{0: `\0`, 7: `\a`, 8: `\b`, 9: `\t`, 10: `\n`, 11: `\v`, 12: `\f`, 13: `\r`, 27: `\e`, '"': `\"`,
	'\\': `\\`, 0x85: `\N`, 0xa0: `\_`, 0x2028: `\L`, 0x2029: `\P`}

// double prints a text in double quotes, as Emitter.write_double_quoted does.
func (w *writer) double(text string, at position) {
	w.text(`"`)
	runes := []rune(text)
	start := 0
	for end := 0; end <= len(runes); end++ {
		ends := end == len(runes)
		escaped := !ends && (strings.ContainsRune("\"\\\u0085\u2028\u2029\ufeff", runes[end]) ||
			(runes[end] < ' ' || runes[end] > '~') && !(printable(runes[end]) && runes[end] != '\u0085'))
		if ends || escaped {
			if start < end {
				w.text(string(runes[start:end]))
				start = end
			}
			if !ends {
				w.text(escape(runes[end]))
				start = end + 1
			}
		}
		if 0 < end && end < len(runes)-1 && (runes[end] == ' ' || start >= end) && w.column+(end-start) > bestWidth && !at.key {
			w.text(string(runes[min(start, end):end]) + `\`)
			start = max(start, end)
			w.newline(at.indent)
			if runes[start] == ' ' {
				w.text(`\`)
			}
		}
	}
	w.text(`"`)
}

func escape(r rune) string {
	if text, known := escapes[r]; known {
		return text
	}
	switch {
	case r <= 0xff:
		return fmt.Sprintf(`\x%02X`, r)
	case r <= 0xffff:
		return fmt.Sprintf(`\u%04X`, r)
	}
	return fmt.Sprintf(`\U%08X`, r)
}

// block prints a literal or folded text.
func (w *writer) block(n *yaml.Node, indent int) {
	sign := "|"
	if n.Style&yaml.FoldedStyle != 0 {
		sign = ">"
	}
	body := strings.TrimRight(n.Value, "\n")
	hint := ""
	if strings.HasPrefix(n.Value, " ") || strings.HasPrefix(n.Value, "\n") {
		hint = "2"
	}
	switch len(n.Value) - len(body) {
	case 0:
		hint += "-"
	case 1:
	default:
		hint += "+"
	}
	w.text(sign + hint)
	lines := strings.Split(strings.TrimSuffix(n.Value, "\n"), "\n")
	for i, line := range lines {
		if sign == ">" && i > 0 && line != "" && lines[i-1] != "" {
			w.b.WriteByte('\n') // a folded line break
			w.open = false
		}
		if line == "" {
			w.b.WriteByte('\n')
			continue
		}
		w.newline(indent)
		w.text(line)
	}
}
