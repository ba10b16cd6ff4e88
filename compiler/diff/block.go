package diff

import (
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"
)

// firstContent returns the offset and column of the first character that is neither blank nor comment.
func firstContent(s string, at int) (offset, column int) {
	for at < len(s) {
		end := lineEnd(s, at)
		line := s[at:end]
		body := strings.TrimLeft(line, " ")
		if body != "" && body[0] != '\n' && body[0] != '\r' && body[0] != '#' {
			return at + len(line) - len(body), len(line) - len(body)
		}
		at = end
	}
	return len(s), 0
}

// open parses one level of a block. A block that is not as it should be becomes its own text.
func (n *node) open() {
	switch {
	case n.opened:
		return
	case n.viewed:
		n.opened = true
		n.openView()
		return
	case n.raw == "":
		return
	}
	n.opened = true
	if n.skeleton == nil {
		n.skeleton = skeletonOf(n.raw, n.column)
	}
	switch {
	case strings.HasPrefix(n.raw, "- ") || strings.HasPrefix(n.raw, "-\n"):
		n.kind = list
		n.openList()
	case keyEnd(n.raw) > 0:
		n.kind = mapping
		n.openMapping()
	default:
		n.openScalar()
	}
}

// check tells whether the lines of a top-level block stand where the quick parser expects them.
func (n *node) check() bool {
	if n.raw == "" || n.column == 0 {
		return n.raw != ""
	}
	for at := lineEnd(n.raw, 0); at < len(n.raw); {
		end := lineEnd(n.raw, at)
		body := strings.TrimLeft(n.raw[at:end], " ")
		if indent := end - at - len(body); indent < n.column && body != "\n" && body != "" {
			return false
		}
		at = end
	}
	return true
}

func beginsItem(line string) bool {
	return line[0] == '-' && (len(line) == 1 || line[1] == ' ' || line[1] == '\n')
}

func beginsKey(line string) bool { return !beginsItem(line) }

func (n *node) openList() {
	for line, at := n.line, n.offset; at < n.offset+len(n.raw); {
		end, next := n.entry(line, beginsItem)
		n.items = append(n.items, n.child(at+1, end, line, at, n.column))
		line, at = next, end+n.column
	}
}

func (n *node) openMapping() {
	n.pairs = make([]pair, 0, 8)
	source := n.skeleton.text
	for line, at := n.line, n.offset; at < n.offset+len(n.raw); {
		end, next := n.entry(line, beginsKey)
		entry := source[at:end]
		colon := keyEnd(entry)
		if colon <= 0 {
			n.kind, n.pairs, n.scalar = text, nil, n.raw
			return
		}
		key := entry[:colon]
		if key[0] == '"' || key[0] == '\'' {
			key = decodeScalar(key).scalar
		}
		n.pairs = append(n.pairs, pair{key, n.child(at+colon+1, end, line, at, n.column)})
		line, at = next, end+n.column
	}
}

// keyEnd returns the offset of the colon that ends the key at the beginning of s; -1 when s begins with no key.
func keyEnd(s string) int {
	line := s[:lineEnd(s, 0)]
	if line == "" {
		return -1
	}
	at := 0
	switch line[0] {
	case '"', '\'':
		end := quotedEnd(line)
		if end < 0 || end >= len(line) || line[end] != ':' {
			return -1
		}
		at = end
	case '[', '{', '|', '>', '#':
		return -1
	default:
		for {
			i := strings.IndexByte(line[at:], ':')
			if i < 0 {
				return -1
			}
			at += i
			if at+1 >= len(line) || line[at+1] == ' ' || line[at+1] == '\n' {
				break
			}
			at++
		}
		if strings.Contains(line[:at], " #") {
			return -1
		}
	}
	if at+1 < len(line) && line[at+1] != ' ' && line[at+1] != '\n' {
		return -1
	}
	return at
}

// quotedEnd returns the offset after the closing quote of the scalar at the beginning of s; -1 when it is not closed.
func quotedEnd(s string) int {
	quote := s[0]
	for i := 1; i < len(s); i++ {
		switch {
		case quote == '"' && s[i] == '\\':
			i++
		case s[i] == quote && quote == '\'' && i+1 < len(s) && s[i+1] == '\'':
			i++
		case s[i] == quote:
			return i + 1
		}
	}
	return -1
}

// openScalar decodes a scalar, an empty or flow collection, or a block scalar.
func (n *node) openScalar() {
	line := strings.TrimRight(n.raw[:lineEnd(n.raw, 0)], " \n")
	single := strings.TrimSpace(n.raw[lineEnd(n.raw, 0):]) == ""
	if !single || flow(line) {
		n.openComplete()
		return
	}
	if quoted := line[0] == '"' || line[0] == '\''; quoted {
		if end := quotedEnd(line); end < 0 || strings.TrimSpace(line[end:]) != "" {
			n.openComplete()
			return
		}
	} else if i := strings.Index(line, " #"); i >= 0 {
		line = strings.TrimRight(line[:i], " ")
	}
	value := decodeScalar(line)
	n.kind, n.scalar = value.kind, value.scalar
}

// flow tells whether a value begins as no plain or quoted scalar does.
func flow(s string) bool {
	switch s[0] {
	case '[', '{', '|', '>', '&', '*', '!', '%', '@', '`':
		return s != "[]" && s != "{}"
	}
	return false
}

// openComplete decodes a value with the complete parser, as the value of a key.
func (n *node) openComplete() {
	var root yaml.Node
	source := "k: " + n.raw
	if err := yaml.Unmarshal([]byte(source), &root); err != nil || len(root.Content) == 0 || len(root.Content[0].Content) != 2 {
		n.kind, n.scalar = text, n.raw
		return
	}
	budget := maxNodes
	value, ok := fromYAML(root.Content[0].Content[1], 0, &budget)
	if !ok {
		n.kind, n.scalar = text, n.raw
		return
	}
	n.kind, n.scalar, n.items, n.pairs = value.kind, value.scalar, value.items, value.pairs
}

// decodeScalar reads a plain or quoted scalar of one line.
func decodeScalar(s string) node {
	switch {
	case s == "[]":
		return node{kind: list}
	case s == "{}":
		return node{kind: mapping}
	case s == "":
		return node{kind: null}
	case s[0] == '\'' && len(s) > 1:
		return node{kind: text, scalar: strings.ReplaceAll(s[1:len(s)-1], "''", "'")}
	case s[0] == '"' && len(s) > 1:
		if strings.IndexByte(s, '\\') < 0 {
			return node{kind: text, scalar: s[1 : len(s)-1]}
		}
		if value, err := strconv.Unquote(s); err == nil {
			return node{kind: text, scalar: value}
		}
		return decodeComplete(s)
	}
	return node{kind: plainKind(s), scalar: s}
}

func decodeComplete(s string) node {
	var y yaml.Node
	if err := yaml.Unmarshal([]byte(s), &y); err != nil || len(y.Content) != 1 {
		return node{kind: text, scalar: s}
	}
	return node{kind: text, scalar: y.Content[0].Value}
}

// plainKind resolves a plain scalar as YAML 1.2 does.
func plainKind(s string) kind {
	switch c := s[0]; {
	case c >= '0' && c <= '9' || c == '-' || c == '+' || c == '.':
		if isNumber(s) {
			return number
		}
	case c == 'n' || c == 'N' || c == '~':
		if s == "null" || s == "~" || s == "Null" || s == "NULL" {
			return null
		}
	case c == 't' || c == 'f' || c == 'T' || c == 'F':
		switch s {
		case "true", "false", "True", "False", "TRUE", "FALSE":
			return boolean
		}
	}
	return text
}

func isNumber(s string) bool {
	if len(s) > 2 && s[0] == '0' && (s[1] == 'x' || s[1] == 'o') {
		_, err := strconv.ParseInt(s, 0, 64)
		return err == nil
	}
	digits := strings.TrimLeft(s, "+-")
	if digits == "" || !strings.ContainsAny(digits[:1], ".0123456789") {
		return false
	}
	if digits == ".inf" || digits == ".nan" {
		return true
	}
	if strings.ContainsAny(s, "_xXpPnNiI") {
		return false
	}
	_, err := strconv.ParseFloat(s, 64)
	return err == nil || strings.Contains(err.Error(), "range")
}
