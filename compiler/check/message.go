package check

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

// name is what people call the value being looked at: its key, with indexes.
func (e *evaluation) name() string {
	i := len(e.path) - 1
	for i > 0 && isIndex(e.path[i]) {
		i--
	}
	if i < 0 {
		return "the file"
	}
	name := e.path[i]
	for _, index := range e.path[i+1:] {
		name += "[" + index + "]"
	}
	return name
}

func isIndex(text string) bool {
	_, err := strconv.Atoi(text)
	return err == nil
}

// article is the kind with its article: "a string", "an integer", "null".
func article(k yaml11.Kind) string {
	switch k {
	case yaml11.Null, yaml11.Bytes:
		return k.String()
	case yaml11.Int:
		return "an integer"
	}
	return "a " + k.String()
}

// typeWords are the JSON Schema types as people call them.
var typeWords = map[string]string{"null": "null", "boolean": "a boolean", "integer": "an integer", "number": "a number",
	"string": "a string", "array": "a list", "object": "a mapping"}

func (e *evaluation) wrongType(n *yaml11.Node, wanted []string) violation {
	var words []string
	for _, name := range wanted {
		if !slices.Contains(words, typeWords[name]) {
			words = append(words, typeWords[name])
		}
	}
	return violation{code: finding.SchemaType, at: n.Position(), suggestion: converted(n, wanted),
		message: e.name() + " is " + article(n.Kind) + ", not " + strings.Join(words, " or ")}
}

// converted is how the value would be written in one of the wanted types, "" when that cannot be told.
func converted(n *yaml11.Node, wanted []string) string {
	scalar := n.Kind != yaml11.Map && n.Kind != yaml11.List && n.Kind != yaml11.Null
	for _, name := range wanted {
		switch {
		case name == "string" && scalar:
			return strconv.Quote(n.Text)
		case name == "array" && n.Kind == yaml11.String:
			return "[" + n.Text + "]"
		case name == "integer" && n.Kind == yaml11.Float && n.Float == float64(int64(n.Float)):
			return strconv.FormatInt(int64(n.Float), 10)
		case (name == "number" || name == "integer") && n.Kind == yaml11.String:
			if better := Number(n.Text, name == "integer"); better != "" {
				return better
			}
		case name == "boolean" && n.Kind == yaml11.String && (n.Text == "true" || n.Text == "false"):
			return n.Text
		}
	}
	return ""
}

func (e *evaluation) notAllowed(n *yaml11.Node, enum []*yaml11.Node) violation {
	allowed := make([]string, 0, len(enum))
	for _, item := range enum {
		allowed = append(allowed, item.Text)
	}
	v := violation{code: finding.SchemaValue, at: n.Position(), suggestion: allowed[0],
		message: fmt.Sprintf("%s is %s, not one of %s", e.name(), quote(n), strings.Join(allowed, ", "))}
	if len(allowed) > 1 {
		v.suggestion = Nearest(n.Text, allowed)
	}
	return v
}

func (e *evaluation) outOfRange(n *yaml11.Node, b *bound, side string) violation {
	message := fmt.Sprintf("%s is %s, %s %s", e.name(), n.Text, side, b.text)
	if b.exclusive {
		message = fmt.Sprintf("%s is %s; it must be %s %s", e.name(), n.Text,
			map[string]string{"less than": "more than", "more than": "less than"}[side], b.text)
	}
	v := violation{code: finding.SchemaRange, at: n.Position(), message: message}
	if !b.exclusive {
		v.suggestion = b.text
	}
	return v
}

func (e *evaluation) missing(r *rules, key string, at finding.Position) violation {
	message := fmt.Sprintf("%s lacks the key %q", e.name(), key)
	if r.types == 0 && r.description != "" {
		message += ": " + r.description
	}
	return violation{code: finding.SchemaMissing, at: at, message: message, suggestion: key + ": …"}
}

func unknownKey(r *rules, key *yaml11.Node) violation {
	if len(r.keys) == 0 && len(r.patterns) > 0 {
		return badName(r, key)
	}
	return violation{code: finding.SchemaUnknownKey, at: key.Position(), message: fmt.Sprintf("unknown key %q", key.Text),
		suggestion: Nearest(key.Text, r.keys)}
}

// badName is an unknown key where keys are names of the user's: no key is known, but how a name may look.
func badName(r *rules, key *yaml11.Node) violation {
	v := violation{code: finding.SchemaPattern, at: key.Position(), message: fmt.Sprintf("the name %q does not match %s",
		key.Text, r.patterns[len(r.patterns)-1].pattern.text)}
	better := strings.Trim(strings.Map(func(c rune) rune {
		switch {
		case c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-' || c == '_':
			return c
		case c >= 'A' && c <= 'Z':
			return c + 'a' - 'A'
		}
		return '-'
	}, key.Text), "-_")
	if better != "" && better != key.Text && r.patterns[len(r.patterns)-1].pattern.MatchString(better) {
		v.suggestion = better
	}
	return v
}

// quote prints a value for a message: strings quoted, long ones cut, collections by kind.
func quote(n *yaml11.Node) string {
	const most = 60
	switch {
	case n.Kind == yaml11.List || n.Kind == yaml11.Map:
		return article(n.Kind)
	case n.Kind == yaml11.Null:
		return "null"
	case n.Kind != yaml11.String:
		return n.Text
	case len(n.Text) > most:
		return strconv.Quote(strings.ToValidUTF8(n.Text[:most], "") + "…")
	}
	return strconv.Quote(n.Text)
}
