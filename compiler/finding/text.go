package finding

import (
	"bytes"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Text prints each finding on a line of its own: place, severity and code, what is wrong, what would be right.
func Text(w io.Writer, findings []Finding) error {
	for i := range findings {
		f := &findings[i]
		line := prefix(f.At) + f.Severity.String() + "[" + string(f.Code) + "]: " + f.Sentence()
		if _, err := fmt.Fprintln(w, LogLine(line)); err != nil {
			return err
		}
		for _, n := range f.Notes {
			if _, err := fmt.Fprintln(w, LogLine("  "+prefix(n.At)+"note: "+n.Message)); err != nil {
				return err
			}
		}
	}
	return nil
}

func prefix(at Position) string {
	if at.File == "" {
		return ""
	}
	return at.String() + ": "
}

// Sentence is the message with its suggestion: the text that every format for people prints.
func (f *Finding) Sentence() string {
	switch {
	case f.Suggestion == "":
		return f.Message
	case strings.HasPrefix(f.Message, "unknown "):
		name := f.Suggestion
		if !strings.Contains(name, `"`) {
			name = strconv.Quote(name)
		}
		return f.Message + "; did you mean " + name + "?"
	}
	return f.Message + "; try " + f.Suggestion
}

const (
	red    = "\x1b[1;31m"
	yellow = "\x1b[1;33m"
	blue   = "\x1b[1;34m"
	bold   = "\x1b[1m"
	reset  = "\x1b[0m"
)

// Terminal is Text for eyes: coloured, with the line of source and a caret below the place. source returns a file's
// bytes, nil when it has none. With colour false nothing is coloured.
func Terminal(source func(file string) []byte, colour bool) Format {
	t := terminal{source: source, colour: colour, lines: map[string][][]byte{}}
	return Format{"text", t.write}
}

type terminal struct {
	source func(file string) []byte
	colour bool
	lines  map[string][][]byte
}

func (t *terminal) write(w io.Writer, findings []Finding) error {
	for i := range findings {
		f := &findings[i]
		head := t.paint(bold, LogLine(prefix(f.At))) + t.paint(severityColour(f.Severity), f.Severity.String()+"["+string(f.Code)+"]")
		if _, err := fmt.Fprintf(w, "%s: %s\n%s", head, LogLine(f.Sentence()),
			t.excerpt(f.At, severityColour(f.Severity))); err != nil {
			return err
		}
		for _, n := range f.Notes {
			if _, err := fmt.Fprintf(w, "  %s\n%s", LogLine(prefix(n.At)+"note: "+n.Message),
				t.excerpt(n.At, blue)); err != nil {
				return err
			}
		}
	}
	return nil
}

func severityColour(s Severity) string {
	switch s {
	case Error:
		return red
	case Warning:
		return yellow
	}
	return blue
}

func (t *terminal) paint(colour, text string) string {
	if !t.colour || text == "" {
		return text
	}
	return colour + text + reset
}

// maxExcerpt is how many columns of source fit beside the line number on the usual terminal.
const maxExcerpt = 100

// excerpt is the source line with a caret line below it; empty when the line is unknown or too long to help.
func (t *terminal) excerpt(at Position, colour string) string {
	if t.source == nil || at.Line == 0 || at.Column == 0 {
		return ""
	}
	lines, ok := t.lines[at.File]
	if !ok {
		lines = bytes.Split(t.source(at.File), []byte{'\n'})
		t.lines[at.File] = lines
	}
	if at.Line > len(lines) {
		return ""
	}
	line := strings.TrimRight(string(lines[at.Line-1]), "\r")
	if !utf8.ValidString(line) || len(line) > maxExcerpt || at.Column > len(line) {
		return ""
	}
	length := max(1, min(at.Length, len(line)-at.Column+1))
	before := line[:at.Column-1]
	indent := strings.Map(func(r rune) rune {
		if r == '\t' {
			return '\t'
		}
		return ' '
	}, before)
	caret := "^" + strings.Repeat("~", max(0, utf8.RuneCountInString(line[at.Column-1:at.Column-1+length])-1))
	number := strconv.Itoa(at.Line)
	margin := strings.Repeat(" ", len(number))
	return "  " + number + " | " + excerptLine(line) + "\n  " + margin + " | " + indent + t.paint(colour, caret) + "\n"
}

// excerptLine replaces each character that must not be printed by one that may, so that the caret stays below its
// place.
func excerptLine(text string) string {
	return strings.Map(func(r rune) rune {
		if r != '\t' && steers(r) {
			return utf8.RuneError
		}
		return r
	}, text)
}
