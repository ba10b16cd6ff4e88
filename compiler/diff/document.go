package diff

import (
	"strings"

	"gopkg.in/yaml.v3"
)

// parseFile splits a file into its documents. Text that is neither YAML nor JSON is one document: the text. Documents
// with the bytes of one in other, the same file's other side, are that one: what is the same is parsed once.
func parseFile(path string, data string, other []*node) []*node {
	if strings.HasSuffix(path, ".json") {
		if root, ok := parseJSON(data); ok {
			return []*node{root}
		}
		return []*node{{kind: text, scalar: data}}
	}
	if !strings.HasSuffix(path, ".yaml") && !strings.HasSuffix(path, ".yml") {
		return []*node{{kind: text, scalar: data}}
	}
	var docs []*node
	for _, part := range splitDocuments(data) {
		doc := parseDocument(part)
		for _, o := range other {
			if doc.raw != "" && doc.raw == o.raw && doc.column == o.column {
				doc = o
				break
			}
		}
		docs = append(docs, doc)
	}
	return docs
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
		if line := data[at:end]; strings.HasPrefix(line, "---") && (len(line) == 3 || strings.IndexByte("\n\r ", line[3]) >= 0) {
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

// parseDocument makes a node that parses itself when needed, when the document is plain block YAML; anchors, tags and
// explicit keys are left to a complete parser.
func parseDocument(part string) *node {
	trimmed := strings.TrimLeft(part, " \r\n")
	if trimmed != "" && (trimmed[0] == '{' || trimmed[0] == '[') {
		if root, ok := parseJSON(part); ok {
			return root
		}
	}
	if !plainBlock(part) {
		return parseComplete(part)
	}
	at, column := firstContent(part, 0)
	n := &node{raw: part[at:], column: column}
	if !n.check() {
		return parseComplete(part)
	}
	return n
}

// uncommon are the notations that only the complete parser reads, by a byte that each of them has. Inside a string they
// cost time, nothing else.
var uncommon = []struct {
	mark     byte
	notation []string
}{
	{'&', []string{": &", "- &"}}, {'*', []string{": *", "- *"}}, {'!', []string{": !", "- !"}}, {'<', []string{"<<:"}},
	{'?', []string{"? "}}, {'\t', []string{"\t"}}, {'\r', []string{"\r"}}, {'%', []string{"%YAML"}},
}

func plainBlock(part string) bool {
	for i := range uncommon {
		if strings.IndexByte(part, uncommon[i].mark) < 0 {
			continue
		}
		for _, notation := range uncommon[i].notation {
			if strings.Contains(part, notation) {
				return false
			}
		}
	}
	return part != "" && part[0] != '&' && part[0] != '!'
}

// parseComplete reads any YAML. What cannot be read is one text, so that it still compares.
func parseComplete(part string) *node {
	var root yaml.Node
	if err := yaml.Unmarshal([]byte(part), &root); err != nil || len(root.Content) == 0 {
		return &node{kind: text, scalar: part, opened: true}
	}
	budget := maxNodes
	n, ok := fromYAML(root.Content[0], 0, &budget)
	if !ok {
		return &node{kind: text, scalar: part, opened: true}
	}
	return n
}

const (
	maxNodes = 4 << 20 // aliases may not expand to more
	maxDepth = 200
)

func fromYAML(y *yaml.Node, depth int, budget *int) (n *node, ok bool) {
	*budget--
	if depth > maxDepth || *budget < 0 {
		return nil, false
	}
	n = &node{opened: true}
	switch y.Kind {
	case yaml.AliasNode:
		return fromYAML(y.Alias, depth+1, budget)
	case yaml.SequenceNode:
		n.kind = list
		for _, item := range y.Content {
			child, ok := fromYAML(item, depth+1, budget)
			if !ok {
				return nil, false
			}
			n.items = append(n.items, child)
		}
	case yaml.MappingNode:
		n.kind = mapping
		for i := 0; i+1 < len(y.Content); i += 2 {
			child, ok := fromYAML(y.Content[i+1], depth+1, budget)
			if !ok {
				return nil, false
			}
			n.pairs = append(n.pairs, pair{y.Content[i].Value, child})
		}
	default:
		n.scalar = y.Value
		n.kind = kindOfTag(y.ShortTag())
	}
	return n, true
}

func kindOfTag(tag string) kind {
	switch tag {
	case "!!null":
		return null
	case "!!bool":
		return boolean
	case "!!int", "!!float":
		return number
	}
	return text
}
