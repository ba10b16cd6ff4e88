package language

import (
	"fmt"
	"io/fs"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/paasta-render/paasta-render/compiler/finding"
)

// Item is something that may be written.
type Item struct {
	Label, Detail string
	Key           bool // a key, to be followed by a colon
}

// Complete lists what may be written at a line and a column, from 0.
func (w *Workspace) Complete(file string, line, column int) []Item {
	text := w.Text(file)
	p := placeAt(text, line, column)
	root, defs := schemaOf(file)
	if p.inValue {
		return w.values(file, p, below(root, defs, append(slices.Clone(p.parents), p.key)))
	}
	n := below(root, defs, p.parents)
	if items, ok := n["items"].(map[string]any); ok && n["properties"] == nil {
		n = resolved(items, defs)
	}
	properties, _ := n["properties"].(map[string]any)
	var all []Item
	for _, key := range slices.Sorted(maps.Keys(properties)) {
		one, _ := properties[key].(map[string]any)
		all = append(all, Item{key, description(resolved(one, defs)), true})
	}
	return all
}

// values are what the value of a key may be: the schema's, or names that other files define.
func (w *Workspace) values(file string, p place, n node) []Item {
	var all []Item
	if some, ok := n["enum"].([]any); ok {
		for _, value := range some {
			all = append(all, Item{Label: fmt.Sprint(value)})
		}
	}
	if n["type"] == "boolean" {
		all = append(all, Item{Label: "true"}, Item{Label: "false"})
	}
	for _, name := range w.names(serviceOf(file), p.key) {
		all = append(all, Item{Label: name})
	}
	return all
}

var (
	stepLine = regexp.MustCompile(`(?m)^\s*-?\s*step:\s*([^\s#]+)`)
	topLine  = regexp.MustCompile(`(?m)^([A-Za-z0-9_.-]+):`)
)

// names are what other files of the service define for a key.
func (w *Workspace) names(service, key string) (all []string) {
	pattern, file := topLine, ""
	switch key {
	case "deploy_group":
		pattern, file = stepLine, "deploy.yaml"
	case "dependencies_reference":
		file = "dependencies.yaml"
	case "registrations", "nerve_ns":
		file = "smartstack.yaml"
	default:
		return nil
	}
	for _, m := range pattern.FindAllStringSubmatch(w.Text(service+"/"+file), -1) {
		name := m[1]
		if key == "registrations" {
			name = service + "." + name
		}
		all = append(all, name)
	}
	return all
}

// description is a schema's own text, with the default in it.
func description(n node) string {
	text, _ := n["description"].(string)
	return text
}

// Hover says what the key at a place means: its type, unit and default, in the words of the schema.
func (w *Workspace) Hover(file string, line, column int) string {
	p := placeAt(w.Text(file), line, column)
	root, defs := schemaOf(file)
	if p.key == "" || root == nil {
		return ""
	}
	n := below(root, defs, append(slices.Clone(p.parents), p.key))
	text := description(n)
	if text == "" {
		return ""
	}
	kind := ""
	switch t := n["type"].(type) {
	case string:
		kind = " (" + t + ")"
	case []any:
		var names []string
		for _, one := range t {
			names = append(names, fmt.Sprint(one))
		}
		kind = " (" + strings.Join(names, " or ") + ")"
	}
	return "**" + p.key + "**" + kind + "\n\n" + text
}

var (
	aliasPattern  = regexp.MustCompile(`\*([A-Za-z0-9_-]+)`)
	secretPattern = regexp.MustCompile(`(SHARED_)?SECRET\(([A-Za-z0-9_.-]+)\)`)
	meshPattern   = regexp.MustCompile(`\b([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\b`)
)

// Define finds where the name at a place is defined: an anchor, a secret, a deploy group, an entry of
// dependencies.yaml, a namespace of the mesh. ok is false when it is nowhere.
func (w *Workspace) Define(file string, line, column int) (at finding.Position, ok bool) {
	text, service := w.Text(file), serviceOf(file)
	own := lineAt(text, line+1)
	if m := around(aliasPattern, own, column); m != nil {
		return w.find(file, regexp.MustCompile(`&`+regexp.QuoteMeta(m[1])+`\b`))
	}
	if m := around(secretPattern, own, column); m != nil {
		folder := service
		if m[1] != "" {
			folder = "_shared"
		}
		return w.find(folder+"/secrets/"+m[2]+".json", regexp.MustCompile(`\{`))
	}
	_, key, rest, _ := parts(own)
	value := strings.Trim(strings.TrimSpace(rest), `"'`)
	switch key {
	case "deploy_group":
		return w.find(service+"/deploy.yaml", regexp.MustCompile(`(?m)^\s*-?\s*step:\s*`+regexp.QuoteMeta(value)+`\s*(?:#.*)?$`))
	case "dependencies_reference":
		return w.find(service+"/dependencies.yaml", regexp.MustCompile(`(?m)^`+regexp.QuoteMeta(value)+`:`))
	}
	if m := around(meshPattern, own, column); m != nil {
		return w.find(m[1]+"/smartstack.yaml", regexp.MustCompile(`(?m)^`+regexp.QuoteMeta(m[2])+`:`))
	}
	return at, false
}

// around is the match of a pattern that a column is in.
func around(pattern *regexp.Regexp, line string, column int) []string {
	for _, m := range pattern.FindAllStringSubmatchIndex(line, -1) {
		if m[0] <= column && column <= m[1] {
			return pattern.FindStringSubmatch(line[m[0]:m[1]])
		}
	}
	return nil
}

// find returns where a pattern first matches in a file.
func (w *Workspace) find(file string, pattern *regexp.Regexp) (at finding.Position, ok bool) {
	data, err := fs.ReadFile(w.files(), file)
	m := pattern.FindIndex(data)
	if err != nil || m == nil {
		return at, false
	}
	before := string(data[:m[0]])
	return finding.Position{File: file, Line: strings.Count(before, "\n") + 1,
		Column: m[0] - strings.LastIndexByte(before, '\n'), Length: m[1] - m[0]}, true
}
