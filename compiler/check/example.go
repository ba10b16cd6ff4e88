package check

import (
	"strings"

	"github.com/paasta-render/paasta-render/compiler/spelling"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

// example is a value that the rules take, written on one line as YAML and JSON both read it. "…" stands for a text that
// only the author knows.
func (r *rules) example() string {
	switch {
	case r.sample != nil:
		return flow(r.sample)
	case len(r.enum) > 0:
		return flow(r.enum[0])
	case len(r.anyOf) > 0:
		return r.anyOf[0].example()
	case len(r.oneOf) > 0:
		return r.oneOf[0].example()
	case len(r.typeNames) == 0:
		return `"…"`
	}
	switch r.typeNames[0] {
	case "object":
		return r.exampleObject()
	case "array":
		if r.items == nil {
			return "[]"
		}
		return "[" + r.items.example() + "]"
	case "integer", "number":
		if r.minimum != nil && !r.minimum.exclusive {
			return r.minimum.text
		}
		return "1"
	case "boolean":
		return "true"
	case "null":
		return "null"
	}
	return `"…"`
}

func (r *rules) exampleObject() string {
	entries := make([]string, 0, len(r.required))
	for _, key := range r.required {
		value := `"…"`
		if sub := r.properties[key]; sub != nil {
			value = sub.example()
		}
		entries = append(entries, yaml11.Quote(key)+": "+value)
	}
	return "{" + strings.Join(entries, ", ") + "}"
}

// flow writes a value on one line.
func flow(n *yaml11.Node) string {
	switch n.Kind {
	case yaml11.List:
		items := make([]string, 0, len(n.Items))
		for _, item := range n.Items {
			items = append(items, flow(item))
		}
		return "[" + strings.Join(items, ", ") + "]"
	case yaml11.Map:
		entries := make([]string, 0, len(n.Pairs))
		for _, p := range n.Pairs {
			entries = append(entries, yaml11.Quote(p.Key.Text)+": "+flow(p.Value))
		}
		return "{" + strings.Join(entries, ", ") + "}"
	case yaml11.String:
		return yaml11.Quote(n.Text)
	case yaml11.Null:
		return "null"
	}
	return n.Text
}

// unit returns what the key's number counts, by its name and its description.
func (r *rules) unit(key string) spelling.Unit {
	has := func(text string) bool { return strings.Contains(r.description, text) }
	switch {
	case has("MiB"):
		return spelling.Mebibytes
	case has("GiB"):
		return spelling.Gibibytes
	case has("cores") || has("Cores") || has("CPUs"):
		return spelling.Cores
	case strings.HasSuffix(key, "_ms"):
		return spelling.Millisecs
	case strings.Contains(key, "seconds") || strings.HasSuffix(key, "_s") || has("Seconds") || has("seconds"):
		return spelling.Secs
	}
	return spelling.AnyUnit
}

// ruleOf finds the rules of a key. What demands a key may be a part of the rules that describe it, so the rules
// around it are asked, too.
func (e *evaluation) ruleOf(r *rules, key string) *rules {
	if sub := r.properties[key]; sub != nil && sub.describes() {
		return sub
	}
	for i := len(e.around) - 1; i >= 0; i-- {
		if sub := e.around[i].properties[key]; sub != nil && sub.describes() {
			return sub
		}
	}
	return nil
}

// describes tells whether the rules say anything of a value.
func (r *rules) describes() bool {
	return len(r.typeNames) > 0 || len(r.enum) > 0 || len(r.anyOf) > 0 || len(r.oneOf) > 0 || r.sample != nil
}
