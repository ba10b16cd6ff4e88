package roundtrip

import (
	"regexp"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/paasta-render/paasta-render/compiler/python"
)

// kind is the type that YAML 1.2 gives to a plain scalar.
type kind string

const (
	kindNull      kind = "null"
	kindBool      kind = "bool"
	kindInt       kind = "int"
	kindFloat     kind = "float"
	kindTimestamp kind = "timestamp"
	kindMerge     kind = "merge"
	kindValue     kind = "value"
	kindString    kind = "str"
)

// resolvers are ruamel.yaml's implicit resolvers of YAML 1.2, in its order.
var resolvers = []struct {
	kind    kind
	first   string
	pattern *regexp.Regexp
}{
	{kindBool, "tTfF", regexp.MustCompile(`^(?:true|True|TRUE|false|False|FALSE)$`)},
	{kindFloat, "-+0123456789.", regexp.MustCompile(`^(?:[-+]?(?:[0-9][0-9_]*)\.[0-9_]*(?:[eE][-+]?[0-9]+)?|` +
		`[-+]?(?:[0-9][0-9_]*)(?:[eE][-+]?[0-9]+)|[-+]?\.[0-9_]+(?:[eE][-+][0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$`)},
	{kindInt, "-+0123456789", regexp.MustCompile(`^(?:[-+]?0b[0-1_]+|[-+]?0o?[0-7_]+|[-+]?[0-9_]+|[-+]?0[xX][0-9a-fA-F_]+)$`)},
	{kindMerge, "<", regexp.MustCompile(`^(?:<<)$`)},
	{kindNull, "~nN", regexp.MustCompile(`^(?:~|null|Null|NULL)$`)},
	{kindTimestamp, "0123456789", regexp.MustCompile(`^(?:[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}` +
		`(?:[Tt]|[ \t]+)[0-9]{1,2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]*)?(?:[ \t]*(?:Z|[-+][0-9]{1,2}(?::[0-9]{2})?))?)$`)},
	{kindValue, "=", regexp.MustCompile(`^(?:=)$`)},
}

// resolve returns the kind of a plain scalar.
func resolve(text string) kind {
	if text == "" {
		return kindNull
	}
	for _, r := range resolvers {
		if strings.IndexByte(r.first, text[0]) >= 0 && r.pattern.MatchString(text) {
			return r.kind
		}
	}
	return kindString
}

// kindOf returns the kind of a scalar node as it was written: a quoted one is a string.
func kindOf(n *yaml.Node) kind {
	switch {
	case n.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle|yaml.LiteralStyle|yaml.FoldedStyle) != 0:
		return kindString
	case n.Style&yaml.TaggedStyle != 0 && n.Tag == "!!str":
		return kindString
	}
	return resolve(n.Value)
}

// Get returns the value of a key, through aliases and merge keys, as Python's dict.get does; nil when it is absent or
// when n is no mapping.
func Get(n *yaml.Node, key string) *yaml.Node {
	n = Resolve(n)
	if n == nil || n.Kind != yaml.MappingNode {
		return nil
	}
	var merged *yaml.Node
	for i := 0; i < len(n.Content); i += 2 {
		k := n.Content[i]
		if k.Kind != yaml.ScalarNode {
			continue
		}
		switch kindOf(k) {
		case kindString:
			if k.Value == key {
				return Resolve(n.Content[i+1])
			}
		case kindMerge:
			merged = Resolve(n.Content[i+1])
		}
	}
	if merged == nil {
		return nil
	}
	if merged.Kind == yaml.SequenceNode {
		for _, one := range merged.Content {
			if v := Get(one, key); v != nil {
				return v
			}
		}
		return nil
	}
	return Get(merged, key)
}

// Resolve follows an alias.
func Resolve(n *yaml.Node) *yaml.Node {
	for n != nil && n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	return n
}

// Keys lists the string keys of a mapping with their places, those of merge keys too.
func Keys(n *yaml.Node) []*yaml.Node {
	n = Resolve(n)
	if n == nil || n.Kind != yaml.MappingNode {
		return nil
	}
	var keys, merged []*yaml.Node
	for i := 0; i < len(n.Content); i += 2 {
		k := n.Content[i]
		switch {
		case k.Kind != yaml.ScalarNode:
		case kindOf(k) == kindString:
			keys = append(keys, k)
		case kindOf(k) == kindMerge:
			merged = append(merged, Resolve(n.Content[i+1]))
		}
	}
	for _, from := range merged {
		all := []*yaml.Node{from}
		if from.Kind == yaml.SequenceNode {
			all = from.Content
		}
		for _, one := range all {
			keys = append(keys, Keys(one)...)
		}
	}
	return keys
}

// Set gives a key of a mapping a new value; the key is appended when the mapping does not have it.
func Set(n *yaml.Node, key string, value *yaml.Node) {
	for i := 0; i < len(n.Content); i += 2 {
		if k := n.Content[i]; k.Kind == yaml.ScalarNode && k.Value == key && kindOf(k) == kindString {
			n.Content[i+1] = value
			return
		}
	}
	n.Content = append(n.Content, String(key), value)
}

// IsNull tells whether a value is null; an absent one is.
func IsNull(n *yaml.Node) bool {
	return n == nil || n.Kind == yaml.ScalarNode && kindOf(n) == kindNull
}

// IsMap tells whether a value is a mapping.
func IsMap(n *yaml.Node) bool { return n != nil && n.Kind == yaml.MappingNode }

// Number returns a number or a truth value as Python counts them; ok is false for all else.
func Number(n *yaml.Node) (value float64, ok bool) {
	if n == nil || n.Kind != yaml.ScalarNode {
		return 0, false
	}
	text := strings.ReplaceAll(n.Value, "_", "")
	switch kindOf(n) {
	case kindInt:
		return integer(text)
	case kindFloat:
		return float(text)
	case kindBool:
		if strings.EqualFold(text, "true") {
			return 1, true
		}
		return 0, true
	}
	return 0, false
}

func integer(text string) (float64, bool) {
	sign, digits := "", text
	if text[0] == '-' || text[0] == '+' {
		sign, digits = text[:1], text[1:]
	}
	base := 10
	switch {
	case strings.HasPrefix(digits, "0x"), strings.HasPrefix(digits, "0X"):
		base, digits = 16, digits[2:]
	case strings.HasPrefix(digits, "0o"):
		base, digits = 8, digits[2:]
	case strings.HasPrefix(digits, "0b"):
		base, digits = 2, digits[2:]
	}
	i, err := python.ParseInt(sign+digits, base)
	if err != nil {
		return 0, false
	}
	f, _ := i.Float64()
	return f, true
}

func float(text string) (float64, bool) {
	f, err := python.ParseFloat(strings.Replace(strings.ToLower(text), ".inf", "inf", 1))
	if err != nil {
		f, err = python.ParseFloat(strings.Replace(strings.ToLower(text), ".nan", "nan", 1))
	}
	return f, err == nil
}

// True tells whether Python counts a value as true.
func True(n *yaml.Node) bool {
	if IsNull(n) {
		return false
	}
	if n.Kind != yaml.ScalarNode {
		return len(n.Content) > 0
	}
	if f, ok := Number(n); ok {
		return f != 0
	}
	return n.Value != ""
}

// IsString tells whether a value is a string.
func IsString(n *yaml.Node) bool {
	return n != nil && n.Kind == yaml.ScalarNode && kindOf(n) == kindString
}

// String returns a new string.
func String(text string) *yaml.Node {
	n := &yaml.Node{Kind: yaml.ScalarNode, Value: text}
	if resolve(text) != kindString {
		n.Style = yaml.SingleQuotedStyle
	}
	return n
}

// Int returns a new integer.
func Int(i int64) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Value: strconv.FormatInt(i, 10)}
}

// Float returns a new float, printed as Python prints it.
func Float(f float64) *yaml.Node {
	text := python.Float(f)
	switch text {
	case "inf", "-inf", "nan":
		text = strings.Replace(text, "inf", ".inf", 1)
		text = strings.Replace(text, "nan", ".nan", 1)
	}
	return &yaml.Node{Kind: yaml.ScalarNode, Value: text}
}

// Map returns a new mapping in block style.
func Map() *yaml.Node { return &yaml.Node{Kind: yaml.MappingNode} }
