package report

import (
	"bytes"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/paasta-render/paasta-render/compiler/diff"
	"github.com/paasta-render/paasta-render/compiler/diff/group"
	"github.com/paasta-render/paasta-render/compiler/finding"
)

// TextOptions are how the terminal wants it.
type TextOptions struct {
	Colour bool
	Width  int  // columns; 0 leaves lines as long as they are
	Full   bool // every field of every object
}

const (
	red    = "\x1b[31m"
	green  = "\x1b[32m"
	yellow = "\x1b[33m"
	cyan   = "\x1b[36m"
	bold   = "\x1b[1m"
	dim    = "\x1b[2m"
	reset  = "\x1b[0m"
)

const (
	maxItems = 10 // workloads listed of one effect
	maxEdits = 5  // fields listed of one class
	maxRows  = 20 // totals and places of the capacity
	maxLines = 3  // over which one text goes on a narrow terminal

	maxChange = 200 // characters of one change in a class
)

// Text writes the report for a terminal: summary, forecast, change classes.
func (r *Report) Text(w io.Writer, options TextOptions) error {
	t := terminal{TextOptions: options}
	if danger := r.Danger(); danger != "" {
		t.line(0, bold+red, "danger: "+danger)
	}
	t.line(0, bold, r.Sentence())
	if caveat := r.Caveat(); caveat != "" {
		t.line(0, bold+red, caveat)
	}
	if r.Summary.Objects() > 0 {
		t.forecast(r)
		t.classes(r)
		if options.Full {
			t.full(r)
		}
	}
	_, err := w.Write(t.b.Bytes())
	return err
}

type terminal struct {
	TextOptions
	b bytes.Buffer
}

// line writes a text in a colour, over several lines where the width asks for it.
func (t *terminal) line(indent int, colour, text string) {
	text = printable(text)
	for n, part := range t.wrap(text, indent) {
		part = strings.Repeat(" ", indent+2*min(n, 1)) + part
		if t.Colour && colour != "" {
			part = colour + part + reset
		}
		t.b.WriteString(part + "\n")
	}
}

// wrap breaks a text between words, or where nothing else helps within one, so that it fits behind the indent; all lines
// but the first are two columns shorter. What is longer than maxLines ends with an ellipsis.
func (t *terminal) wrap(text string, indent int) []string {
	if t.Width <= 0 || utf8.RuneCountInString(text) <= t.Width-indent {
		return []string{text}
	}
	var lines []string
	rest := []rune(text)
	for len(lines) < maxLines && len(rest) > 0 {
		room := max(t.Width-indent-2*min(len(lines), 1), 8)
		if len(rest) <= room {
			return append(lines, string(rest))
		}
		if len(lines) == maxLines-1 {
			return append(lines, string(rest[:room-1])+"…")
		}
		end := room
		for i := room; i > room/2; i-- {
			if rest[i] == ' ' {
				end = i
				break
			}
		}
		lines = append(lines, strings.TrimRight(string(rest[:end]), " "))
		rest = []rune(strings.TrimLeft(string(rest[end:]), " "))
	}
	return lines
}

// label writes a line that begins with a coloured word.
func (t *terminal) label(colour, word, text string) {
	const room = 12
	pad := strings.Repeat(" ", max(1, room-utf8.RuneCountInString(word)))
	lines := t.wrap(printable(text), 2+room)
	if t.Colour {
		word = colour + word + reset
	}
	t.b.WriteString("  " + word + pad + lines[0] + "\n")
	for _, more := range lines[1:] {
		t.b.WriteString(strings.Repeat(" ", 4+room) + more + "\n")
	}
}

func colourOf(e diff.Effect) string {
	switch e {
	case diff.Delete, diff.Refuse, diff.Drop, diff.Recreate:
		return bold + red
	case diff.Restart, diff.MayRestart:
		return red
	case diff.Create:
		return green
	case diff.Scale, diff.Reroute, diff.Autoscale, diff.Schedule, diff.Alert:
		return yellow
	case diff.Rollout, diff.Access:
		return cyan
	}
	return dim
}

func (t *terminal) forecast(r *Report) {
	f := &r.Forecast
	sections := sections(f)
	t.line(0, bold, "\nForecast")
	if len(sections)+len(f.Capacity)+len(r.Costs) == 0 {
		t.line(2, dim, r.untouched())
	}
	for _, s := range sections {
		t.label(colourOf(s.effect), s.title, s.head)
		for i, item := range s.items {
			if i == maxItems && !t.Full {
				t.line(14, dim, "and "+thousands(len(s.items)-i)+" more")
				break
			}
			t.line(14, "", item.text)
			for n, step := range item.steps {
				t.b.WriteString(strings.Repeat(" ", 16) + strconv.Itoa(n+1) + ". " + printable(step) + "\n") // whole, to be copied
			}
		}
	}
	rows := capacityRows(f)
	for i, row := range rows {
		if i == maxRows && !t.Full {
			t.line(14, dim, "and "+thousands(len(rows)-i)+" more")
			break
		}
		t.label(cyan, "capacity", row.place+": "+row.change)
	}
	for i := range r.Costs {
		t.label(cyan, "cost", r.Costs[i].Cluster+": "+costSentence(&r.Costs[i]))
	}
}

func (t *terminal) classes(r *Report) {
	t.line(0, bold, "\nChanges ("+plural(len(r.Classes), "row")+" for "+plural(r.Summary.Objects(), "object")+")")
	for i := range r.Classes {
		c := &r.Classes[i]
		t.label(colourOf(c.Effect), c.Effect.String(), thousands(c.Count)+" × "+who(c))
		for j := range c.Edits {
			if j == maxEdits && !t.Full {
				t.line(14, dim, "and "+plural(len(c.Edits)-j, "more field"))
				break
			}
			path, change := what(&c.Edits[j])
			change = clip(change, maxChange)
			if c.Edits[j].Count < c.Count {
				change += "  (" + thousands(c.Edits[j].Count) + " ×)"
			}
			t.line(14, "", strings.TrimSpace(path+"  "+change))
		}
		if c.Count > 1 || c.Edits[0].Path == "" {
			t.line(14, dim, "for example "+c.Example.String())
		} else {
			t.line(14, dim, c.Example.String())
		}
		if c.Fate != "" {
			t.line(14, dim, c.Fate)
		}
		if len(c.Causes) > 0 {
			t.line(14, dim, "from "+causes(c))
		}
	}
}

func (t *terminal) full(r *Report) {
	t.line(0, bold, "\nEvery field")
	for i := range r.Changes {
		c := &r.Changes[i]
		head := c.Object.String()
		if c.From != nil {
			head += " (was " + c.From.Label() + ")"
		}
		t.label(colourOf(c.Effect), c.Effect.String(), head)
		for j := range c.Edits {
			e := group.ClassEdit{Edit: c.Edits[j]}
			path, change := what(&e)
			t.line(14, "", strings.TrimSpace(path+"  "+change))
		}
	}
}

// printable makes a text one line that steers no terminal and no log; empty lines before it stay, and so do blanks.
func printable(text string) string {
	lead := strings.TrimLeft(text, "\n")
	return text[:len(text)-len(lead)] + finding.LogLine(strings.NewReplacer("\n", " ", "\t", " ").Replace(lead))
}
