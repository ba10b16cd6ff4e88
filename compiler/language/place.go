package language

import (
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/paasta-render/paasta-render/schema"
)

// place is where the cursor is: the keys that lead there, and what is written of the key and of the value. It is read
// from the indentation alone, since a file is seldom whole YAML while somebody types.
type place struct {
	parents []string // keys above, outermost first; "-" for an entry of a list
	key     string   // of the line; empty when none is written
	inValue bool     // the cursor is behind the colon
	value   string   // what stands behind the colon
}

// placeAt reads the place of a line and a column, both from 0.
func placeAt(text string, line, column int) place {
	lines := strings.Split(text, "\n")
	if line >= len(lines) {
		return place{}
	}
	own := lines[line]
	column = min(column, len(own))
	p := place{}
	indent, key, rest, _ := parts(own)
	if strings.TrimSpace(own) == "" {
		indent = column
	}
	p.key, p.value = key, strings.TrimSpace(rest)
	colon := strings.Index(own, key+":") + len(key)
	p.inValue = key != "" && column > colon
	for n := line - 1; n >= 0 && indent > 0; n-- {
		above, name, _, item := parts(lines[n])
		if strings.TrimSpace(lines[n]) == "" || strings.HasPrefix(strings.TrimSpace(lines[n]), "#") || above >= indent ||
			name == "" && !item {
			continue
		}
		if name != "" {
			p.parents = append(p.parents, name)
		}
		indent = above
	}
	slices.Reverse(p.parents)
	return p
}

// parts takes a line apart: its indentation, behind the dash of a list's entry too, its key and what follows the
// colon.
func parts(line string) (indent int, key, rest string, item bool) {
	body := strings.TrimLeft(line, " ")
	indent = len(line) - len(body)
	for strings.HasPrefix(body, "- ") {
		item = true
		trimmed := strings.TrimLeft(body[2:], " ")
		indent += len(body) - len(trimmed)
		body = trimmed
	}
	if strings.HasPrefix(body, "#") {
		return indent, "", "", item
	}
	key, rest, found := strings.Cut(body, ":")
	if !found || rest != "" && rest[0] != ' ' {
		return indent, "", body, item
	}
	return indent, strings.Trim(key, `"'`), rest, item
}

// node is one place of a JSON Schema.
type node map[string]any

// schemaOf returns the schema of a file; nil when there is none.
func schemaOf(file string) (root, defs node) {
	name, ok := schema.ForFile(file)
	if !ok {
		return nil, nil
	}
	data, _ := schema.Bundle(name)
	if json.Unmarshal(data, &root) != nil {
		return nil, nil
	}
	all, _ := root["$defs"].(map[string]any)
	return root, all
}

// below returns the schema of what a path of keys leads to; nil when the schema does not say.
func below(n, defs node, keys []string) node {
	n = resolved(n, defs)
	for _, key := range keys {
		if n = resolved(child(n, defs, key), defs); n == nil {
			return nil
		}
	}
	return n
}

// child returns the schema of a key, in the mapping itself or in the entries of the list that it is.
func child(n, defs node, key string) node {
	if items, ok := n["items"].(map[string]any); ok && n["properties"] == nil {
		n = resolved(items, defs)
	}
	if properties, ok := n["properties"].(map[string]any); ok {
		if one, ok := properties[key].(map[string]any); ok {
			return one
		}
	}
	for _, list := range []string{"anyOf", "oneOf", "allOf"} {
		some, _ := n[list].([]any)
		for _, one := range some {
			if m, ok := one.(map[string]any); ok {
				if found := child(resolved(m, defs), defs, key); found != nil {
					return found
				}
			}
		}
	}
	if one := byPattern(n, defs, key); one != nil {
		return one
	}
	one, _ := n["additionalProperties"].(map[string]any)
	return one
}

// byPattern returns the schema of the keys that a pattern of the mapping matches. Templates, whose names begin with an
// underscore, are written as instances are, so a pattern that says nothing of its keys gives way to one that does.
func byPattern(n, defs node, key string) node {
	patterns, _ := n["patternProperties"].(map[string]any)
	var other node
	for _, pattern := range slices.Sorted(maps.Keys(patterns)) {
		one, _ := patterns[pattern].(map[string]any)
		if said := resolved(one, defs); said["properties"] == nil && said["items"] == nil {
			continue
		}
		if matches, err := regexp.MatchString(pattern, key); err == nil && matches {
			return one
		}
		other = one
	}
	return other
}

// resolved follows a reference. What stands beside it, such as a description, counts before it.
func resolved(n, defs node) node {
	reference, ok := n["$ref"].(string)
	if !ok {
		return n
	}
	referred, _ := defs[strings.TrimPrefix(reference, "#/$defs/")].(map[string]any)
	both := node{}
	for key, value := range resolved(referred, defs) {
		both[key] = value
	}
	for key, value := range n {
		if key != "$ref" {
			both[key] = value
		}
	}
	return both
}
