package check

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/spelling"
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

func (e *evaluation) wrongType(r *rules, n *yaml11.Node, wanted []string) violation {
	var words []string
	for _, name := range wanted {
		if !slices.Contains(words, typeWords[name]) {
			words = append(words, typeWords[name])
		}
	}
	return violation{code: finding.SchemaType, at: n.Position(), suggestion: e.converted(r, n, wanted),
		message: e.name() + " is " + article(n.Kind) + ", not " + strings.Join(words, " or ")}
}

// converted is how the value would be written in one of the wanted types, "" when that cannot be told or would not be
// right either.
func (e *evaluation) converted(r *rules, n *yaml11.Node, wanted []string) string {
	for _, name := range wanted {
		better := e.as(r, n, name)
		if better == "" {
			continue
		}
		value, ok := yaml11.Parse("", []byte(better), func(finding.Finding) {})
		if ok && r.valid(value) {
			return better
		}
	}
	return ""
}

// as writes a value as one of a JSON Schema's types.
func (e *evaluation) as(r *rules, n *yaml11.Node, name string) string {
	scalar := n.Kind != yaml11.Map && n.Kind != yaml11.List && n.Kind != yaml11.Null
	switch {
	case (name == "object" || name == "array") && n.Kind == yaml11.Null:
		return map[string]string{"object": "{}", "array": "[]"}[name]
	case n.Kind == yaml11.List && len(n.Items) == 1 && name != "array" && name != "object":
		if written, ok := plain(n.Items[0]); ok {
			return written
		}
	case name == "string" && scalar:
		return strconv.Quote(n.Text)
	case name == "array" && scalar:
		if written, ok := plain(n); ok {
			return "[" + written + "]"
		}
	case name == "integer" && n.Kind == yaml11.Float && n.Float == float64(int64(n.Float)):
		return strconv.FormatInt(int64(n.Float), 10)
	case (name == "number" || name == "integer") && n.Kind == yaml11.String:
		return spelling.Number(n.Text, r.unit(e.name()), name == "integer")
	case name == "boolean" && n.Kind == yaml11.String:
		return map[string]string{"true": "true", "false": "false", "yes": "true", "no": "false", "on": "true",
			"off": "false",
			"y":   "true", "n": "false"}[strings.ToLower(n.Text)]
	}
	return ""
}

// plain is how a scalar is written, in brackets too; ok is false for what is no scalar.
func plain(n *yaml11.Node) (string, bool) {
	switch n.Kind {
	case yaml11.Map, yaml11.List, yaml11.Null, yaml11.Bytes:
		return "", false
	case yaml11.String:
		return yaml11.Write(n.Text), true
	}
	return n.Text, true
}

func (e *evaluation) notAllowed(n *yaml11.Node, enum []*yaml11.Node) violation {
	allowed := make([]string, 0, len(enum))
	for _, item := range enum {
		allowed = append(allowed, item.Text)
	}
	better := spelling.Nearest(n.Text, allowed)
	if better == "" && len(allowed) == 1 {
		better = allowed[0]
	}
	for _, item := range enum {
		if item.Text == better && item.Kind == yaml11.String {
			better = yaml11.Write(better)
			break
		}
	}
	return violation{code: finding.SchemaValue, at: n.Position(), suggestion: better,
		message: fmt.Sprintf("%s is %s, not one of %s", e.name(), quote(n), strings.Join(allowed, ", "))}
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
	v := violation{code: finding.SchemaMissing, at: at, message: message, suggestion: e.entryOf(r, key, at.File),
		fix: finding.AddBelow}
	if last := len(e.path) - 1; last < 0 || isIndex(e.path[last]) {
		v.fix = finding.AddBeside
	}
	return v
}

// entryOf is a key with a value that the rules take, as the file's format writes it.
func (e *evaluation) entryOf(r *rules, key, file string) string {
	value := "…"
	if sub := e.ruleOf(r, key); sub != nil {
		value = sub.example()
	}
	if strings.HasSuffix(file, ".json") {
		key = strconv.Quote(key)
	}
	return key + ": " + value
}

// unknownKey reports a key that nobody knows, and names the one that is meant: by its spelling, or as Kubernetes
// calls it. A key that the mapping has already is not meant.
func (e *evaluation) unknownKey(r *rules, key, n *yaml11.Node) violation {
	if len(r.keys) == 0 && len(r.patterns) > 0 {
		return badName(r, key, n)
	}
	return violation{code: finding.SchemaUnknownKey, at: key.Position(), message: fmt.Sprintf("unknown key %q", key.Text),
		suggestion: spelling.NearestKey(key.Text, e.freeKeys(r, n))}
}

// freeKeys are the schema's keys that a mapping does not have. They are found once for a mapping, which may have many
// unknown keys.
func (e *evaluation) freeKeys(r *rules, n *yaml11.Node) []string {
	if e.freeOf == n {
		return e.free
	}
	taken := make(map[string]bool, len(r.keys))
	for _, p := range n.Pairs {
		if p.Key.Kind == yaml11.String && r.properties[p.Key.Text] != nil {
			taken[p.Key.Text] = true
		}
	}
	e.freeOf, e.free = n, slices.DeleteFunc(slices.Clone(r.keys), func(key string) bool { return taken[key] })
	return e.free
}

// badName is an unknown key where keys are names of the user's: no key is known, but how a name may look.
func badName(r *rules, key, n *yaml11.Node) violation {
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
	form := r.patterns[len(r.patterns)-1].pattern
	if better != "" && better != key.Text && !n.Has(better) && form.MatchString(better) {
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
