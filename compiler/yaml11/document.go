package yaml11

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"

	"github.com/paasta-render/paasta-render/compiler/finding"
)

const (
	// maxExpanded is how many nodes a file may stand for once its aliases are written out.
	maxExpanded = 1 << 20
	// maxDepth is how deep collections may nest.
	maxDepth = 200
)

// Parse reads a file with one YAML document. The node is nil when the file is empty, and when it is wrong: then ok is
// false and everything wrong has been reported. Duplicate keys are reported as warnings.
func Parse(file string, data []byte, report finding.Report) (root *Node, ok bool) {
	return DefaultLimits.Parse(file, data, report)
}

// Parse is the function Parse with other limits.
func (l Limits) Parse(file string, data []byte, report finding.Report) (root *Node, ok bool) {
	if !l.allows(file, data, report) || !readable(file, data, report) {
		return nil, false
	}
	if root, ok := readQuickly(file, data, report); ok {
		return root, true
	}
	return parse(file, data, report)
}

// parse is Parse by yaml.v3, which knows all of YAML and what is wrong with what is none.
func parse(file string, data []byte, report finding.Report) (root *Node, ok bool) {
	data = directive(data)
	document, second, err := decode(data)
	var mask byte
	var escape maskedEscape
	if err != nil {
		if masked, m, ok := maskSlashes(data); ok {
			if d, extra, again := decode(masked); again == nil {
				document, second, err, escape = d, extra, nil, m
			}
		}
	}
	if err != nil {
		if masked, m := MaskQuestions(data); m != 0 {
			if d, extra, again := decode(masked); again == nil {
				document, second, err, mask = d, extra, nil, m
			}
		}
	}
	switch {
	case err != nil:
		report(finding.Finding{Code: finding.YAMLSyntax, At: syntaxPosition(file, data, err), Message: syntaxMessage(err)})
		return nil, false
	case document == nil:
		return nil, true
	case second != nil: // PyYAML's load takes exactly one document
		report(finding.Finding{Code: finding.YAMLSyntax, At: finding.Position{File: file, Line: second.Line, Column: second.Column},
			Message: "a second document begins here; a configuration file holds one"})
		return nil, false
	}
	c := converter{file: &file, report: report, merger: merger{report: report}, mask: mask, escape: escape, text: newText(data), done: map[*yaml.Node]*Node{},
		size: map[*Node]int{}}
	root = c.node(document, 0)
	if !c.failed && c.expanded(root, 0) > maxExpanded {
		report(finding.Finding{Code: finding.YAMLAlias, At: finding.Position{File: file, Line: 1, Column: 1},
			Message: "the file's aliases expand to more than a million values"})
		return nil, false
	}
	return root, !c.failed
}

// decode reads the first two documents; nil for one that is not there.
func decode(data []byte) (first, second *yaml.Node, err error) {
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	var documents [2]yaml.Node
	for i := range documents {
		switch err := decoder.Decode(&documents[i]); {
		case errors.Is(err, io.EOF) && i == 0:
			return nil, nil, nil
		case errors.Is(err, io.EOF):
			return &documents[0], nil, nil
		case err != nil:
			return nil, nil, err
		}
	}
	return &documents[0], &documents[1], nil
}

// converter turns yaml.v3's tree into Nodes. Aliased nodes are converted once and shared.
type converter struct {
	file   *string
	report finding.Report
	done   map[*yaml.Node]*Node // anchors; nil while being converted
	size   map[*Node]int
	merger merger
	slab   slab
	failed bool
	mask   byte // stands for a question mark; 0 for none
	escape maskedEscape
	text   *text
	flow   int                   // how many flow collections are open
	names  map[string]*yaml.Node // anchors that the document has defined
	// tooDeep is set once: every value below would be one more finding.
	tooDeep bool
}

func (c *converter) fail(code finding.Code, at *yaml.Node, message string) {
	c.failed = true
	c.report(finding.Finding{Code: code, At: finding.Position{File: *c.file, Line: at.Line, Column: at.Column}, Message: message})
}

func (c *converter) node(y *yaml.Node, depth int) *Node {
	if depth > maxDepth {
		if !c.tooDeep {
			c.fail(finding.YAMLAlias, y, "values nest deeper than 200 levels")
		}
		c.tooDeep = true
		return NewNull()
	}
	switch y.Kind {
	case yaml.DocumentNode:
		return c.node(y.Content[0], depth)
	case yaml.AliasNode:
		return c.alias(y, depth)
	}
	if y.Anchor == "" {
		return c.build(y, depth)
	}
	if n, ok := c.done[y]; ok && n != nil {
		return n
	}
	c.name(y)
	c.done[y] = nil
	n := c.build(y, depth)
	c.done[y] = n
	return n
}

func (c *converter) alias(y *yaml.Node, depth int) *Node {
	n, seen := c.done[y.Alias]
	if seen && n == nil {
		c.fail(finding.YAMLAlias, y, "the alias *"+y.Value+" stands inside the value it names")
		return NewNull()
	}
	if n == nil {
		return c.node(y.Alias, depth)
	}
	return n
}

func (c *converter) build(y *yaml.Node, depth int) *Node {
	n := &Node{file: c.file, line: int32(y.Line), column: int32(y.Column), Comment: y.LineComment}
	if y.Style&yaml.FlowStyle != 0 {
		c.flow++
		defer func() { c.flow-- }()
	}
	if y.Kind != yaml.ScalarNode && c.collection(n, y, depth) {
		return n
	}
	switch y.Kind {
	case yaml.ScalarNode:
		c.checkPlain(y)
		c.scalar(n, y)
	case yaml.SequenceNode:
		if tag := y.ShortTag(); tag != "!!seq" {
			c.fail(finding.YAMLTag, y, "could not determine a constructor for the tag \""+tag+"\"")
		}
		n.Kind = List
		n.Items = make([]*Node, len(y.Content))
		for i, item := range y.Content {
			n.Items[i] = c.node(item, depth+1)
		}
	case yaml.MappingNode:
		if tag := y.ShortTag(); tag != "!!map" {
			c.fail(finding.YAMLTag, y, "could not determine a constructor for the tag \""+tag+"\"")
		}
		n.Kind = Map
		c.mapping(n, y, depth)
	}
	return n
}

func (c *converter) scalar(n *Node, y *yaml.Node) {
	if c.mask != 0 {
		y.Value = strings.ReplaceAll(y.Value, string(c.mask), "?")
	}
	c.escape.unmask(y)
	var err error
	switch {
	case y.Value == "" && y.Style == 0 && c.text.bareTag(c.text.offset(y.Line, y.Column)):
		n.Kind = String
	case y.Style&yaml.TaggedStyle != 0:
		err = resolveTagged(n, y.Tag, y.Value)
	case y.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle|yaml.LiteralStyle|yaml.FoldedStyle) != 0:
		n.Kind, n.Text = String, y.Value
	default:
		err = resolvePlain(n, y.Value)
	}
	if err != nil {
		c.fail(finding.YAMLTag, y, err.Error())
	}
}

// mapping fills a mapping.
func (c *converter) mapping(n *Node, y *yaml.Node, depth int) {
	entries := make([]entry, 0, len(y.Content)/2)
	for i := 0; i+1 < len(y.Content); i += 2 {
		e := entry{merge: isMerge(y.Content[i])}
		if !e.merge {
			e.key = c.key(y.Content[i], depth+1)
		}
		value := y.Content[i+1]
		if e.merge {
			value = untagged(value)
		}
		e.value = c.node(value, depth+1)
		entries = append(entries, e)
	}
	for _, f := range c.merger.fill(n, entries, &c.slab) {
		switch at := y.Content[2*f.entry:]; {
		case f.why == tooMuch:
			c.fail(finding.YAMLAlias, at[1], f.why)
		case entries[f.entry].merge:
			c.fail(finding.YAMLSyntax, at[1], f.why)
		default:
			c.fail(finding.YAMLSyntax, at[0], f.why)
		}
	}
}

// untagged is what a merge key merges: PyYAML looks at the node there, and not at its tag.
func untagged(y *yaml.Node) *yaml.Node {
	if y.Kind == yaml.ScalarNode || y.Style&yaml.TaggedStyle == 0 || y.Anchor != "" {
		return y
	}
	plain := *y
	plain.Tag, plain.Style = "", y.Style&^yaml.TaggedStyle
	return &plain
}

// key converts a key. PyYAML reads a plain = as text there, and nowhere else: SafeConstructor.flatten_mapping.
func (c *converter) key(y *yaml.Node, depth int) *Node {
	if y.Kind == yaml.ScalarNode && y.Style == 0 && y.Value == "=" && y.Anchor == "" {
		return &Node{Kind: String, Text: "=", file: c.file, line: int32(y.Line), column: int32(y.Column)}
	}
	return c.node(y, depth)
}

func isMerge(y *yaml.Node) bool {
	return y.Kind == yaml.ScalarNode && y.Value == "<<" && (y.Style == 0 || y.Tag == "!!merge")
}

// expanded counts the nodes of the value with its aliases written out, each shared node once.
func (c *converter) expanded(n *Node, depth int) int {
	if n == nil {
		return 0
	}
	if n.Kind != List && n.Kind != Map {
		return 1
	}
	if size, ok := c.size[n]; ok {
		return size
	}
	total := 1
	for _, item := range n.Items {
		total = min(total+c.expanded(item, depth+1), 2*maxExpanded)
	}
	for _, p := range n.Pairs {
		total = min(total+1+c.expanded(p.Value, depth+1), 2*maxExpanded)
	}
	c.size[n] = total
	return total
}

// ParseOutput reads one document of an output file: it is Parse for files of any size.
func ParseOutput(file string, data []byte, report finding.Report) (root *Node, ok bool) {
	if !utf8.Valid(data) {
		return nil, false
	}
	if root, ok := readQuickly(file, data, report); ok {
		return root, true
	}
	return parse(file, data, report)
}
