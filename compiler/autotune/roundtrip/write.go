package roundtrip

import (
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

// bestWidth is the column after which ruamel.yaml breaks a line where it may.
const bestWidth = 80

// Write prints the mapping of a document below a header, as PaaSTA's write_auto_config_data prints it. The header ends
// in a line break. Comments between the keys of the top level are lost there, and therefore here.
func (d *Document) Write(header string) []byte {
	if d.Root == nil || len(d.Root.Content) == 0 {
		return []byte(header + "{}\n")
	}
	w := &writer{gaps: d.gaps, top: map[*yaml.Node]bool{}}
	w.b.WriteString(header)
	for i := 0; i < len(d.Root.Content); i += 2 {
		key, value := d.Root.Content[i], d.Root.Content[i+1]
		w.top[key] = value.Kind == yaml.ScalarNode || value.Kind == yaml.AliasNode || !isBlock(value) && d.gaps[key].comment == ""
	}
	w.blockMap(d.Root, 0, true)
	return []byte(w.b.String())
}

type writer struct {
	b      strings.Builder
	column int
	gaps   map[*yaml.Node]gap
	top    map[*yaml.Node]bool // the entries whose comments are lost
	open   bool                // the current line has content
}

func (w *writer) text(s string) {
	w.b.WriteString(s)
	w.column += utf8.RuneCountInString(s)
	w.open = true
}

// newline ends the current line, when it has content, and indents the next one.
func (w *writer) newline(indent int) {
	if w.open {
		w.b.WriteByte('\n')
	}
	w.b.WriteString(strings.Repeat(" ", indent))
	w.column, w.open = indent, true
}

// finish ends the line of an entry with the comments behind it.
func (w *writer) finish(n *yaml.Node) {
	g, found := w.gaps[n]
	if w.top[n] {
		found = false
	}
	if found && g.comment != "" {
		w.b.WriteString(strings.Repeat(" ", max(1, g.column-w.column)))
		w.b.WriteString(g.comment)
	}
	if w.open {
		w.b.WriteByte('\n')
		w.open = false
	}
	if found {
		for _, line := range g.lines {
			w.b.WriteString(strings.TrimRight(line, "\r\n") + "\n")
		}
	}
}

func isBlock(n *yaml.Node) bool {
	return (n.Kind == yaml.MappingNode || n.Kind == yaml.SequenceNode) && n.Style&yaml.FlowStyle == 0 && len(n.Content) > 0
}

// blockMap prints the entries; indented tells that each begins a line of its own. Without it the first one continues
// the line of a dash.
func (w *writer) blockMap(n *yaml.Node, indent int, indented bool) {
	for i := 0; i < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		if i > 0 || indented {
			w.newline(indent)
		}
		w.inline(key, indent, true)
		w.text(":")
		w.value(key, value, indent)
	}
}

func (w *writer) value(key, value *yaml.Node, indent int) {
	if !isBlock(value) {
		w.text(" ")
		w.inline(value, indent, false)
		w.finish(key)
		return
	}
	if text := w.properties(value); text != "" {
		w.text(" " + text)
	}
	w.finish(key)
	if value.Kind == yaml.MappingNode {
		w.blockMap(value, indent+2, true)
		return
	}
	w.blockList(value, indent, true)
}

func (w *writer) blockList(n *yaml.Node, indent int, indented bool) {
	for i, item := range n.Content {
		if i > 0 || indented {
			w.newline(indent)
		}
		w.text("-")
		switch {
		case !isBlock(item):
			w.text(" ")
			w.inline(item, indent, false)
			w.finish(item)
		case item.Kind == yaml.MappingNode:
			w.dashed(item)
			w.blockMap(item, indent+2, false)
		default:
			w.dashed(item)
			w.blockList(item, indent+2, false)
		}
	}
}

func (w *writer) dashed(item *yaml.Node) {
	w.text(" ")
	if text := w.properties(item); text != "" {
		w.text(text + " ")
	}
}

// properties returns the anchor and the tag of a value.
func (w *writer) properties(n *yaml.Node) string {
	var all []string
	if n.Anchor != "" && n.Kind != yaml.AliasNode {
		all = append(all, "&"+n.Anchor)
	}
	if n.Style&yaml.TaggedStyle != 0 && !strings.HasPrefix(n.Tag, "!!") {
		all = append(all, n.Tag)
	}
	return strings.Join(all, " ")
}

// inline prints a scalar, an alias or a flow collection in a block of the given indentation.
func (w *writer) inline(n *yaml.Node, indent int, key bool) {
	w.flow(n, position{indent: indent + 2, key: key})
}

// position is where a value is printed.
type position struct {
	indent int // of the lines that follow when the value is broken
	inFlow bool
	key    bool
}

func (w *writer) flow(n *yaml.Node, at position) {
	if n.Kind == yaml.AliasNode {
		w.text("*" + n.Value)
		return
	}
	properties := w.properties(n)
	if properties != "" {
		w.text(properties)
	}
	switch n.Kind {
	case yaml.MappingNode, yaml.SequenceNode:
		if properties != "" {
			w.text(" ")
		}
		w.collection(n, at)
	default:
		w.scalar(n, at, properties != "")
	}
}

func (w *writer) collection(n *yaml.Node, at position) {
	brackets, step := "[]", 1
	if n.Kind == yaml.MappingNode {
		brackets, step = "{}", 2
	}
	w.text(brackets[:1])
	inside := position{indent: at.indent + 2, inFlow: true}
	for i := 0; i < len(n.Content); i += step {
		if i > 0 {
			w.text(",")
		}
		switch {
		case w.column > bestWidth:
			w.newline(at.indent)
		case i > 0:
			w.text(" ")
		}
		if step == 1 {
			w.flow(n.Content[i], inside)
			continue
		}
		w.flow(n.Content[i], position{indent: inside.indent, inFlow: true, key: true})
		w.text(": ")
		w.flow(n.Content[i+1], inside)
	}
	w.text(brackets[1:])
}
