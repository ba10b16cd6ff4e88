// Package roundtrip reads a YAML file with its styles and comments, and writes it again byte for byte as ruamel.yaml
// 0.16 does: the library with which PaaSTA's updater rewrites the files of autotuned_defaults.
//
// It reads YAML 1.2, as ruamel.yaml does there. All other files of soa-configs are YAML 1.1 and belong to package
// yaml11.
package roundtrip

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"gopkg.in/yaml.v3"
)

// Document is a file: its top mapping, and the comments behind the values.
type Document struct {
	// Root is the top mapping. It is nil when the file is empty.
	Root *yaml.Node
	gaps map[*yaml.Node]gap // by the key, or the item of a list, before the gap
}

// gap is what stands between a value and the next one: a comment on the value's line, then whole lines.
type gap struct {
	comment string // with its "#"; empty when there is none
	column  int    // of the comment, from 0
	lines   []string
}

// Error is a fault of a file, with its place.
type Error struct {
	Line, Column int // from 1; the column is 0 where it is not known
	Message      string
}

// Error says the place and the fault.
func (e *Error) Error() string {
	return fmt.Sprintf("line %d, column %d: %s", e.Line, e.Column, e.Message)
}

// Read parses a file. It refuses what ruamel.yaml refuses: a syntax error, a second document, a key that is written
// twice.
func Read(data []byte) (*Document, error) {
	d := &Document{gaps: map[*yaml.Node]gap{}}
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	var top yaml.Node
	if err := decoder.Decode(&top); errors.Is(err, io.EOF) {
		return d, nil
	} else if err != nil {
		return nil, syntax(err)
	}
	var second yaml.Node
	if err := decoder.Decode(&second); err == nil {
		return nil, &Error{second.Line, second.Column, "expected a single document in the stream, but found another one"}
	} else if !errors.Is(err, io.EOF) {
		return nil, syntax(err)
	}
	root := top.Content[0]
	if root.Kind == yaml.ScalarNode && kindOf(root) == kindNull {
		return d, nil
	}
	if err := unique(root); err != nil {
		return nil, err
	}
	d.Root = root
	c := collector{gaps: d.gaps, lines: strings.SplitAfter(strings.TrimSuffix(string(data), "\n"), "\n")}
	c.walk(root)
	c.until(len(c.lines)+1, nil)
	return d, nil
}

// syntax gives the error of yaml.v3 a place: it names the line only.
func syntax(err error) error {
	line := 1
	text := strings.TrimPrefix(err.Error(), "yaml: ")
	if n, scanErr := fmt.Sscanf(text, "line %d:", &line); n == 1 && scanErr == nil {
		_, text, _ = strings.Cut(text, ": ")
	}
	return &Error{line, 0, text}
}

// unique refuses a mapping that has a key twice, and a value that contains itself.
func unique(n *yaml.Node) error {
	if n.Kind == yaml.MappingNode {
		seen := map[string]bool{}
		for i := 0; i < len(n.Content); i += 2 {
			key := n.Content[i]
			id := fmt.Sprint(kindOf(key), key.Value)
			if key.Kind == yaml.ScalarNode && seen[id] {
				return &Error{key.Line, key.Column, fmt.Sprintf("found duplicate key %q", key.Value)}
			}
			seen[id] = true
		}
	}
	for _, child := range n.Content {
		if err := unique(child); err != nil {
			return err
		}
	}
	return nil
}

// collector finds the comments. The walk visits the block entries in the order of the file: the lines directly above an
// entry belong to the entry before it.
type collector struct {
	gaps  map[*yaml.Node]gap
	lines []string
	taken int // lines

	last   *yaml.Node // the latest entry: its key, or the item of a list
	parent *yaml.Node // of the latest entry
	// flow is set when the latest entry ends in a flow collection without a comment of its own. ruamel.yaml then keeps the
	// lines behind it only where the same block goes on.
	flow bool
}

// until gives the comment lines above the line of an entry of the parent to the entry before it.
func (c *collector) until(line int, parent *yaml.Node) {
	from := line - 1
	for from > c.taken && blank(c.lines[from-1]) {
		from--
	}
	if c.last != nil && from < line-1 && (!c.flow || parent == c.parent) {
		g := c.gaps[c.last]
		g.lines = append(g.lines, c.lines[from:line-1]...)
		c.gaps[c.last] = g
	}
	c.taken = line - 1
}

// entry takes note of an entry whose value, or the key of whose block, ends on the line of n.
func (c *collector) entry(entry, n, parent *yaml.Node) {
	line := endLine(n)
	c.taken = max(c.taken, line)
	c.last, c.parent = entry, parent
	column, text := comment(c.lines, line, n)
	if text != "" {
		c.gaps[entry] = gap{comment: text, column: column}
	}
	c.flow = text == "" && (n.Kind == yaml.MappingNode || n.Kind == yaml.SequenceNode)
}

func (c *collector) walk(n *yaml.Node) {
	step := 1
	if n.Kind == yaml.MappingNode {
		step = 2
	}
	for i := 0; i < len(n.Content); i += step {
		entry, value := n.Content[i], n.Content[i+step-1]
		if entry.Line > c.taken+1 {
			c.until(entry.Line, n)
		}
		switch {
		case !isBlock(value):
			c.entry(entry, value, n)
		case step == 2:
			c.entry(entry, entry, n)
			c.walk(value)
		default:
			c.walk(value)
		}
	}
}

func blank(line string) bool {
	text := strings.TrimSpace(line)
	return text == "" || text[0] == '#'
}

// endLine returns the line on which a value ends.
func endLine(n *yaml.Node) int {
	line := n.Line
	if n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0 {
		return line + strings.Count(strings.TrimRight(n.Value, "\n"), "\n") + 1
	}
	for _, child := range n.Content {
		line = max(line, endLine(child))
	}
	return line
}

// comment finds the comment at the end of a line, behind the node.
func comment(lines []string, line int, n *yaml.Node) (column int, text string) {
	if line > len(lines) || n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0 {
		return 0, ""
	}
	content := strings.TrimRight(lines[line-1], "\r\n")
	var quote byte
	from := 0
	if line == n.Line {
		from = n.Column - 1
	}
	for i := from; i < len(content); i++ {
		c := content[i]
		switch {
		case quote == '"' && c == '\\':
			i++
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case (c == '"' || c == '\'') && (i == from || strings.IndexByte(" [{,:", content[i-1]) >= 0):
			quote = c
		case c == '#' && i > 0 && (content[i-1] == ' ' || content[i-1] == '\t'):
			return i, content[i:]
		}
	}
	return 0, ""
}
