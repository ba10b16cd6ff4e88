package golden

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/paasta-render/paasta-render/compiler/layout"
	"github.com/paasta-render/paasta-render/compiler/target"
	"github.com/paasta-render/paasta-render/schema"
	"github.com/paasta-render/paasta-render/targets"
)

// The pages that document keys, findings and targets are made from the schemas, the codes, the targets and the cases,
// so they cannot say anything else than what is so. `go test ./golden -update` writes them.
func TestReferencePagesAreFresh(t *testing.T) {
	for file, made := range map[string]func(*testing.T) []byte{
		"../schema/README.md":           schemaPage,
		"../compiler/finding/README.md": findingPage,
		"../targets/README.md":          targetPage,
	} {
		fresh := made(t)
		if *update {
			if err := os.WriteFile(file, fresh, 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		if held, err := os.ReadFile(file); err != nil || shape(held) != shape(fresh) {
			t.Errorf("%s is not what the schemas, codes and cases say (%v): make golden writes it anew", file, err)
		}
	}
}

// shape is a page without what experiments show: all of them take a minute, so an ordinary test makes none. CI writes the
// pages anew and asks whether a file has changed.
func shape(page []byte) string {
	var kept []string
	dropping := false
	for _, line := range strings.Split(string(page), "\n") {
		if dropping = strings.HasPrefix(line, "- example: ") || strings.HasPrefix(line, "- renders to") ||
			dropping && strings.HasPrefix(line, "  "); !dropping {
			kept = append(kept, line)
		}
	}
	return strings.Join(kept, "\n")
}

// document is what is read of a schema.
type document struct {
	Title, Description string
	Type               any
	Default            json.RawMessage
	Enum               []any
	Const              any
	Ref                string `json:"$ref"`
	Minimum, Maximum   json.RawMessage
	Examples           []json.RawMessage
	Required           []string
	Properties         map[string]*document
	PatternProperties  map[string]*document
	Additional         json.RawMessage `json:"additionalProperties"`
	Items              json.RawMessage
	Defs               map[string]*document `json:"$defs"`
}

// key is one key of a file, with the keys that lead to it from an entry: autoscaling, metrics_providers[], setpoint.
type key struct {
	path     []string
	required bool
	*document
}

func (k key) name() string { return strings.Join(k.path, ".") }

// keysIn lists the keys of a schema in the order of their names, those of mappings inside them after them.
func keysIn(root *document) []key {
	var all []key
	var visit func(d *document, path []string, depth int)
	resolve := func(d *document) *document {
		if name, ok := strings.CutPrefix(d.Ref, "#/$defs/"); ok {
			return root.Defs[name]
		}
		return d
	}
	visit = func(d *document, path []string, depth int) {
		d = resolve(d)
		if d == nil || depth > 6 {
			return
		}
		for _, name := range sortedKeys(d.Properties) {
			sub := resolve(d.Properties[name])
			if sub == nil {
				continue
			}
			own := append(slices.Clone(path), name)
			all = append(all, key{own, slices.Contains(d.Required, name), sub})
			visit(sub, own, depth+1)
		}
		for _, pattern := range sortedKeys(d.PatternProperties) {
			if sub := d.PatternProperties[pattern]; !strings.HasSuffix(sub.Ref, "/template") {
				visit(sub, inside(path, "<name>"), depth+1)
			}
		}
		for _, raw := range []json.RawMessage{d.Additional, d.Items} {
			var sub document
			if json.Unmarshal(raw, &sub) == nil && len(raw) > 0 && raw[0] == '{' {
				step := "<name>"
				if bytes.Equal(raw, d.Items) {
					step = "[]"
				}
				visit(&sub, inside(path, step), depth+1)
			}
		}
	}
	visit(root, nil, 0)
	return all
}

// inside returns the path of what a list or a mapping of free names holds.
func inside(path []string, step string) []string {
	if step == "[]" && len(path) > 0 {
		path = slices.Clone(path)
		path[len(path)-1] += "[]"
		return path
	}
	return append(slices.Clone(path), step)
}

func parseSchema(t *testing.T, name string) *document {
	t.Helper()
	data, _ := schema.Bundle(name)
	var d document
	if err := json.Unmarshal(data, &d); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return &d
}

const made = "<!-- Made by `make golden`; do not edit. -->\n\n"

// schemaPage documents every key of every file that people write.
func schemaPage(t *testing.T) []byte {
	var b strings.Builder
	b.WriteString(made + `# The files and their keys

Every key is PaaSTA's own, under the name that it has there, unless "ours" is said of it. For each key the page has its type,
unit and default, an example from a case that is rendered in a test, and what the key renders to: the fields of the output
that move when the key is taken out of that case. "Nothing" is said where no field moves: the key is checked, or PaaSTA reads
it somewhere else.

`)
	experiments := newExperiments(t)
	for _, name := range schema.Names() {
		if len(schema.Match(name)) > 0 {
			title := parseSchema(t, name).Title
			fmt.Fprintf(&b, "- [%s](#%s)\n", escaped(title), anchor(title))
		}
	}
	base := map[string]*document{}
	for _, k := range keysIn(parseSchema(t, "kubernetes")) {
		base[k.name()] = k.document
	}
	for _, name := range schema.Names() {
		if len(schema.Match(name)) == 0 {
			continue
		}
		d := parseSchema(t, name)
		fmt.Fprintf(&b, "\n## %s\n\n%s\n", escaped(d.Title), wrap(escaped(d.Description), ""))
		var alike []string
		for _, k := range keysIn(d) {
			if len(k.path) < 2 && k.path[0] == "<name>" {
				continue
			}
			if other := base[k.name()]; name != "kubernetes" && other != nil && other.Description == k.Description {
				if len(k.path) == 2 {
					alike = append(alike, "`"+k.path[1]+"`")
				}
				continue
			}
			writeKey(&b, k, func() string { return experiments.shown(name, k.path) })
		}
		if len(alike) > 0 {
			b.WriteString("\n" + wrap("As in [kubernetes-&lt;cluster&gt;.yaml](#kubernetes-clusteryaml): "+strings.Join(alike, ", ")+".", "") + "\n")
		}
	}
	return []byte(b.String())
}

func anchor(title string) string {
	kept := regexp.MustCompile(`[^A-Za-z0-9 _-]`).ReplaceAllString(title, "")
	return strings.ReplaceAll(strings.ToLower(kept), " ", "-")
}

// writeKey writes the paragraph of a key.
func writeKey(b *strings.Builder, k key, shown func() string) {
	heading := fmt.Sprintf("### `%s`\n", strings.TrimPrefix(k.name(), "<name>."))
	b.WriteString("\n" + heading + "\n")
	if k.Description != "" {
		b.WriteString(wrap(escaped(k.Description), "") + "\n\n")
	}
	facts := kindOf(k.document)
	if unit := unitOf(k.Description); unit != "" {
		facts += ", in " + unit
	}
	switch {
	case len(k.Default) > 0:
		facts += "; default `" + string(k.Default) + "`"
	case k.required:
		facts += "; must be set"
	}
	if strings.Contains(k.Description, "A key of paasta-render") || strings.Contains(k.Description, "Ours") {
		facts += "; ours"
	}
	b.WriteString(wrap("- "+facts, "  ") + "\n")
	example := shown()
	if example == "" && len(k.Examples) > 0 {
		example = "- example: `" + k.path[len(k.path)-1] + ": " + string(k.Examples[0]) + "`\n"
	}
	b.WriteString(example)
}

// String is the lines that say what the case shows.
func (e experiment) String() string {
	switch {
	case e.file == "":
		return ""
	case len(e.fields) == 0:
		return e.exampleLine() + "- renders to nothing\n"
	}
	return e.exampleLine() + wrap("- renders to "+strings.Join(e.fields, ", "), "  ") + "\n"
}

func (e experiment) exampleLine() string {
	return "- example: `" + e.example + "`,\n  in [" + e.file + "](../golden/" + e.file + ")\n"
}

// kindOf names the type, and the values when there are only some.
func kindOf(d *document) string {
	if len(d.Enum) > 0 {
		var values []string
		for _, v := range d.Enum {
			text, _ := json.Marshal(v)
			values = append(values, "`"+string(text)+"`")
		}
		return "one of " + strings.Join(values, ", ")
	}
	kind := "any value"
	switch t := d.Type.(type) {
	case string:
		kind = t
	case []any:
		kind = strings.Trim(strings.ReplaceAll(fmt.Sprint(t), " ", " or "), "[]")
	}
	if len(d.Minimum) > 0 {
		kind += ", at least " + string(d.Minimum)
	}
	if len(d.Maximum) > 0 {
		kind += ", at most " + string(d.Maximum)
	}
	return kind
}

var units = regexp.MustCompile(`\b(MiB|GiB|milliseconds|microseconds|seconds|minutes|hours|cores|bytes|percent)\b`)

// unitOf is the unit that a description names.
func unitOf(description string) string {
	return units.FindString(strings.ToLower(description[:min(1, len(description))]) + description[min(1, len(description)):])
}

// escaped keeps angle brackets from being taken for HTML.
func escaped(text string) string {
	return strings.NewReplacer("<", "&lt;", ">", "&gt;").Replace(text)
}

// wrap breaks lines at 120 characters.
func wrap(text, indent string) string {
	var b strings.Builder
	width := 0
	for i, word := range strings.Fields(text) {
		switch {
		case i == 0:
		case width+1+len([]rune(word)) > 120:
			b.WriteString("\n" + indent)
			width = len(indent)
		default:
			b.WriteByte(' ')
			width++
		}
		b.WriteString(word)
		width += len([]rune(word))
	}
	return b.String()
}

// findingPage documents every code.
func findingPage(*testing.T) []byte {
	var b strings.Builder
	b.WriteString(made + "# The findings\n\nWhat each code means, what causes it, and what to do. " +
		"`paasta-render explain CODE` says the same. Codes are never used again.\n")
	docs := target.Docs(targets.All())
	slices.SortStableFunc(docs, func(a, b findingDoc) int { return strings.Compare(string(a.Code), string(b.Code)) })
	for _, d := range docs {
		fmt.Fprintf(&b, "\n## %s: %s\n\n%s\n", d.Code, escaped(d.Title), wrap(escaped(d.Meaning), ""))
		if d.Example != "" {
			fmt.Fprintf(&b, "\n```yaml\n%s\n```\n", strings.Trim(d.Example, "\n"))
		}
		fmt.Fprintf(&b, "\n%s\n", wrap("**What to do:** "+escaped(d.Fix), ""))
	}
	return []byte(b.String())
}

// targetPage documents every target.
func targetPage(t *testing.T) []byte {
	known := map[string]bool{}
	for _, k := range keysIn(parseSchema(t, "system")) {
		known[k.name()] = true
	}
	var b strings.Builder
	b.WriteString(made + "# The targets\n\nA target makes one kind of files from soa-configs. `render --target NAME` makes only its " +
		"files.\n")
	for _, one := range targets.All() {
		title, rest, _ := strings.Cut(one.Doc, "\n")
		fmt.Fprintf(&b, "\n## %s: %s\n\n%s\n\n", one.Name, escaped(title), wrap(escaped(strings.TrimSpace(rest)), ""))
		if one.Optional {
			fmt.Fprintf(&b, "- rendered only where the system config's list `targets` names `%s`\n", one.Name)
		} else {
			b.WriteString("- rendered in every cluster\n")
		}
		for _, f := range one.Files {
			fmt.Fprintf(&b, "- makes `OUT/<cluster>/%s`, %s\n", pathOf(f), deliveries[f.Delivery])
		}
		var keys []string
		for _, k := range slices.Sorted(slices.Values(one.SystemKeys)) {
			if known[k] {
				k = "[`" + k + "`](../schema/README.md#" + anchor(k) + ")"
			} else {
				k = "`" + k + "`"
			}
			keys = append(keys, k)
		}
		if len(keys) > 0 {
			b.WriteString(wrap("- reads these keys of the system config: "+strings.Join(keys, ", "), "  ") + "\n")
		}
		fmt.Fprintf(&b, "- its whole output: [golden/%s/portrait.txtar](../golden/%s/portrait.txtar)\n", one.Name, one.Name)
	}
	return []byte(b.String())
}

func pathOf(f layout.Files) string {
	if f.Suffix == "" {
		return f.Prefix
	}
	return f.Prefix + "…" + f.Suffix
}

var deliveries = map[layout.Delivery]string{
	layout.InRepository: "which is read from the output repository itself",
	layout.AsManifest:   "which the API server takes",
	layout.InConfigMap:  "which reaches the cluster in a ConfigMap",
}
