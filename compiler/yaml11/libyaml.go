package yaml11

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"

	"github.com/paasta-render/paasta-render/compiler/finding"
)

// PyYAML's loader is libyaml. yaml.v3 comes from the same source and has been changed since: this file has what libyaml
// refuses and yaml.v3 takes, and the other way round. testdata/answers.jsonl holds both against PyYAML's own answers.

// text is the bytes of a file, where each line begins, and how to find a place of yaml.v3 in it.
type text struct {
	data  []byte
	lines []int
}

func newText(data []byte) *text {
	t := &text{data: data, lines: []int{0}}
	for i := 0; i < len(data); {
		r, width := utf8.DecodeRune(data[i:])
		i += width
		if r == '\n' || r == '\r' && !bytes.HasPrefix(data[i:], []byte{'\n'}) || r == 0x85 || r == 0x2028 || r == 0x2029 {
			t.lines = append(t.lines, i)
		}
	}
	return t
}

// offset returns the offset of a place, which yaml.v3 counts in characters from 1.
func (t *text) offset(line, column int) int {
	if line < 1 || line > len(t.lines) {
		return len(t.data)
	}
	at := t.lines[line-1]
	for ; column > 1 && at < len(t.data); column-- {
		_, width := utf8.DecodeRune(t.data[at:])
		at += width
	}
	return at
}

// at returns the character at the offset as a string; empty at the end.
func (t *text) at(offset int) byte {
	if offset < len(t.data) {
		return t.data[offset]
	}
	return 0
}

// bareTag tells whether the tag ! stands alone: PyYAML reads no value as empty text then.
func (t *text) bareTag(at int) bool {
	return t.at(at) == '!' && strings.IndexByte(" \t\r\n,]}\x00", t.at(at+1)) >= 0
}

// version12 is the directive of a document that libyaml takes for 1.1, before anything but comments and directives.
var version12 = regexp.MustCompile(`\A((?:[ \t]*(?:#.*)?\r?\n|%.*\n)*?%YAML[ \t]+1\.)2`)

// directive returns the file with %YAML 1.1 for %YAML 1.2. Places stay what they are.
func directive(data []byte) []byte {
	if !bytes.Contains(data, []byte("%YAML")) {
		return data
	}
	return version12.ReplaceAll(data, []byte("${1}1"))
}

// behindProperties passes over the anchor and the tag before a value.
func (t *text) behindProperties(at int) int {
	for c := t.at(at); c == '&' || c == '!'; c = t.at(at) {
		for strings.IndexByte(" \t\r\n\x00", t.at(at)) < 0 {
			at++
		}
		for at < len(t.data) && strings.IndexByte(" \t\r\n", t.at(at)) >= 0 {
			at++
		}
	}
	return at
}

// unexpectedColon returns the offset of a colon inside a plain scalar of a flow collection that libyaml refuses: one
// before a bracket, a comma or a question mark, as in [a:]. It is negative when there is none.
// libyaml: yaml_parser_scan_plain_scalar, "found unexpected ':'".
func (t *text) unexpectedColon(at int) int {
	for ; at < len(t.data); at++ {
		next := t.at(at + 1)
		switch c := t.data[at]; {
		case c == ':' && next != 0 && strings.IndexByte(",?[]{}", next) >= 0:
			return at
		case c == ':' && strings.IndexByte(" \t\r\n\x00", next) >= 0, strings.IndexByte(",[]{}", c) >= 0:
			return -1
		case c == '#' && at > 0 && strings.IndexByte(" \t\r\n", t.data[at-1]) >= 0:
			return -1
		}
	}
	return -1
}

// checkPlain refuses a plain scalar of a flow collection that libyaml does not read.
func (c *converter) checkPlain(y *yaml.Node) {
	if c.flow == 0 || y.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) != 0 {
		return
	}
	begin := c.text.behindProperties(c.text.offset(y.Line, y.Column))
	if at := c.text.unexpectedColon(begin); at >= 0 && y.Value != "" {
		c.failed = true
		c.report(finding.Finding{Code: finding.YAMLSyntax, At: offsetPosition(*c.file, c.text.data, at),
			Message: "not valid YAML: a colon inside brackets needs a blank behind it, or quotes around the text"})
	}
}

// name notes an anchor, and refuses one that the document has already.
// PyYAML: Composer.compose_node, "found duplicate anchor".
func (c *converter) name(y *yaml.Node) {
	first := c.names[y.Anchor]
	if first == nil {
		if c.names == nil {
			c.names = map[string]*yaml.Node{}
		}
		c.names[y.Anchor] = y
		return
	}
	c.failed = true
	c.report(finding.Finding{Code: finding.YAMLAlias,
		At:         finding.Position{File: *c.file, Line: y.Line, Column: y.Column},
		Message:    "the anchor &" + y.Anchor + " stands twice",
		Suggestion: "another name for one of them", Fix: finding.Advice,
		Notes: []finding.Note{{At: finding.Position{File: *c.file, Line: first.Line, Column: first.Column},
			Message: "first here"}}})
}

// collection converts a sequence or a mapping with one of the tags !!set, !!omap and !!pairs; ok is false for other
// tags. A set is a mapping whose values are null; the other two are lists of keys with their values, in their order.
// PyYAML: construct_yaml_set, construct_yaml_omap, construct_yaml_pairs.
func (c *converter) collection(n *Node, y *yaml.Node, depth int) (ok bool) {
	tag := y.ShortTag()
	switch {
	case tag == "!!set" && y.Kind == yaml.MappingNode:
		n.Kind, n.Set = Map, true
		c.mapping(n, y, depth)
		for i := range n.Pairs {
			n.Pairs[i].Value = NewNull()
		}
		return true
	case (tag == "!!omap" || tag == "!!pairs") && y.Kind == yaml.SequenceNode:
	default:
		return false
	}
	n.Kind = List
	for _, item := range y.Content {
		for item.Kind == yaml.AliasNode {
			item = item.Alias
		}
		if item.Kind != yaml.MappingNode || len(item.Content) != 2 {
			c.fail(finding.YAMLTag, item, "each item of "+tag+" is a mapping with one key")
			continue
		}
		if item.Anchor != "" {
			c.name(item)
		}
		n.Items = append(n.Items, NewList(c.node(item.Content[0], depth+1), c.node(item.Content[1], depth+1)))
	}
	return true
}

// decodeBase64 reads base64 as Python's binascii does: what is no base64 is passed over, and padding ends the data.
func decodeBase64(source string) (string, error) {
	var digits []byte
	pads := 0
	for i := range len(source) {
		c := source[i]
		switch {
		case c >= 0x80:
			return "", errors.New("the value of !!binary is not ASCII")
		case c == '=':
			pads++
			if len(digits)%4 >= 2 && len(digits)%4+pads >= 4 {
				data, err := base64.RawStdEncoding.DecodeString(string(digits))
				return string(data), err
			}
		case c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '+' || c == '/':
			digits, pads = append(digits, c), 0
		}
	}
	if len(digits)%4 != 0 {
		return "", errors.New("the value of !!binary is no base64: its padding is wrong")
	}
	data, err := base64.RawStdEncoding.DecodeString(string(digits))
	return string(data), err
}

// maskedEscape is an escape sequence that stands for another one which yaml.v3 does not know, with its character.
type maskedEscape struct{ sequence, character string }

// maskSlashes replaces \/ by another escape sequence of the same length that the file has not: yaml.v3 does not know
// it, libyaml does. Places stay what they are.
func maskSlashes(data []byte) ([]byte, maskedEscape, bool) {
	if !bytes.Contains(data, []byte(`\/`)) {
		return data, maskedEscape{}, false
	}
	for _, m := range []maskedEscape{{`\a`, "\a"}, {`\v`, "\v"}, {`\f`, "\f"}, {`\b`, "\b"}} {
		code := fmt.Sprintf("%02x", m.character[0])
		if slices.ContainsFunc([]string{m.sequence, `\x` + code, `\u00` + code, `\U000000` + code, m.character},
			func(other string) bool { return bytes.Contains(bytes.ToLower(data), []byte(strings.ToLower(other))) }) {
			continue
		}
		masked := bytes.Clone(data)
		for i := 0; i+1 < len(masked); i++ {
			if masked[i] != '\\' {
				continue
			}
			if masked[i+1] == '/' {
				masked[i+1] = m.sequence[1]
			}
			i++
		}
		return masked, m, true
	}
	return data, maskedEscape{}, false
}

// unmask gives a scalar what it had before maskSlashes.
func (m maskedEscape) unmask(y *yaml.Node) {
	switch {
	case m.sequence == "":
	case y.Style&yaml.DoubleQuotedStyle != 0:
		y.Value = strings.ReplaceAll(y.Value, m.character, "/")
	default:
		y.Value = strings.ReplaceAll(y.Value, m.sequence, `\/`)
	}
}
