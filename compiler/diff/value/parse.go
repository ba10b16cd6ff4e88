package value

import (
	"strings"

	"github.com/paasta-render/paasta-render/compiler/emit"
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

// Parse splits a file into its documents, which are read when somebody looks into them. Text that is neither YAML nor
// JSON is one document: the text. Documents with the bytes of one in other, the same file's other side, are that one.
func Parse(path, data string, other []*Node) []*Node {
	switch {
	case strings.HasSuffix(path, ".json"):
		return []*Node{known(&Node{from: fromSource, source: data, json: true}, other)}
	case !strings.HasSuffix(path, ".yaml") && !strings.HasSuffix(path, ".yml"):
		return []*Node{NewText(data)}
	}
	var docs []*Node
	for _, part := range splitDocuments(data) {
		docs = append(docs, known(&Node{from: fromSource, source: part}, other))
	}
	return docs
}

// known returns the document of the other side that has the same source, the document itself when none has.
func known(doc *Node, other []*Node) *Node {
	for _, o := range other {
		if o.source == doc.source && o.source != "" {
			return o
		}
	}
	return doc
}

// parse reads a document. What cannot be read is one text, so that it still compares.
func (n *Node) parse() {
	read := yaml11.ParseOutput
	if n.json {
		read = yaml11.NoLimits.ParseJSON
	}
	root, ok := read("", []byte(n.source), func(finding.Finding) {})
	if !ok {
		n.from, n.kind, n.scalar = complete, Text, n.source
		return
	}
	n.from, n.yaml = fromYAML, root
}

// openYAML looks into one level of what was read.
func (n *Node) openYAML() {
	child := func(y *yaml11.Node) *Node { return &Node{from: fromYAML, yaml: y} }
	switch {
	case n.yaml == nil:
	case n.yaml.IsList():
		n.kind = List
		n.items = make([]*Node, len(n.yaml.Items))
		for i, item := range n.yaml.Items {
			n.items[i] = child(item)
		}
	case n.yaml.IsMap():
		n.kind = Map
		n.pairs = make([]Pair, len(n.yaml.Pairs))
		for i, p := range n.yaml.Pairs {
			key, _ := p.Key.Str()
			if !p.Key.IsString() {
				key = emit.Of(p.Key).Scalar()
			}
			n.pairs[i] = Pair{key, child(p.Value)}
		}
	default:
		view := emit.Of(n.yaml)
		n.kind, n.scalar = kindsOfViews[view.Kind()], view.Scalar()
	}
}

// splitDocuments cuts a stream at its "---" lines; parts without content are left out.
func splitDocuments(data string) []string {
	var parts []string
	start := 0
	add := func(end int) {
		if part := data[start:end]; hasContent(part) {
			parts = append(parts, part)
		}
	}
	for at := 0; at < len(data); {
		end := lineEnd(data, at)
		if line := data[at:end]; beginsDocument(line) {
			add(at)
			start = end
			if len(line) > 3 && line[3] == ' ' && strings.TrimSpace(line[3:]) != "" {
				start = at + 4
			}
		}
		next := strings.Index(data[at:], "\n---")
		if next < 0 {
			break
		}
		at += next + 1
	}
	add(len(data))
	return parts
}

func beginsDocument(line string) bool {
	return strings.HasPrefix(line, "---") && (len(line) == 3 || strings.IndexByte("\n\r ", line[3]) >= 0)
}

func hasContent(part string) bool {
	for at := 0; at < len(part); {
		end := lineEnd(part, at)
		if line := strings.TrimSpace(part[at:end]); line != "" && line[0] != '#' {
			return true
		}
		at = end
	}
	return false
}

// lineEnd returns the offset after the line that begins at at.
func lineEnd(s string, at int) int {
	if i := strings.IndexByte(s[at:], '\n'); i >= 0 {
		return at + i + 1
	}
	return len(s)
}
