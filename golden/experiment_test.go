package golden

import (
	"bytes"
	"maps"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
	"gopkg.in/yaml.v3"

	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/schema"
)

type findingDoc = finding.Doc

// experiment is what a case shows of a key.
type experiment struct {
	file, example string
	fields        []string // of the output, that move when the key is taken away
}

// experiments look a key up in the cases, the ones with the smallest input first, and compile the case with the key and
// without it.
type experiments struct {
	t     *testing.T
	base  *txtar.Archive
	cases []goldenCase
	whole map[string]map[string]string // fields of a case as it is
}

// shown returns the lines about a key; nothing unless the pages are written anew.
func (e *experiments) shown(schemaName string, path []string) string {
	if !*update {
		return ""
	}
	return e.of(schemaName, path).String()
}

type goldenCase struct {
	name    string
	archive *txtar.Archive
	size    int
}

func newExperiments(t *testing.T) *experiments {
	e := &experiments{t: t, base: parse(t, "base.txtar"), whole: map[string]map[string]string{}}
	for _, name := range caseFiles(t) {
		c := goldenCase{name: filepath.ToSlash(name), archive: parse(t, name)}
		for _, f := range c.archive.Files {
			if isInput(f.Name) {
				c.size += len(f.Data)
			}
		}
		if strings.HasPrefix(c.name, "findings/") { // they show faults
			c.size += 1 << 20
		}
		e.cases = append(e.cases, c)
	}
	slices.SortStableFunc(e.cases, func(a, b goldenCase) int { return a.size - b.size })
	return e
}

// mostTries is how many cases are compiled until one shows that the key does something.
const mostTries = 4

// of returns what the cases show of a key.
func (e *experiments) of(schemaName string, path []string) experiment {
	var first experiment
	tries := 0
	for _, c := range e.cases {
		for i, f := range c.archive.Files {
			if !isInput(f.Name) || schemaOfCase(f.Name) != schemaName {
				continue
			}
			without, example, ok := take(f.Data, path)
			if !ok {
				continue
			}
			found := experiment{file: c.name, example: example, fields: e.moved(c, i, without)}
			if len(found.fields) > 0 {
				return found
			}
			if first.file == "" {
				first = found
			}
			if tries++; tries == mostTries {
				return first
			}
		}
	}
	return first
}

func schemaOfCase(file string) string {
	if rest, ok := strings.CutPrefix(file, "system/"); ok {
		file = "_system/" + rest
	}
	name, _ := schema.ForFile(strings.TrimPrefix(file, "soa/"))
	return name
}

// moved lists the fields that differ when a file of the case is another one.
func (e *experiments) moved(c goldenCase, index int, without []byte) []string {
	if e.whole[c.name] == nil {
		e.whole[c.name] = e.fields(c, c.archive)
	}
	other := &txtar.Archive{Comment: c.archive.Comment, Files: slices.Clone(c.archive.Files)}
	other.Files[index].Data = without
	before, after := e.whole[c.name], e.fields(c, other)
	all := maps.Clone(before)
	maps.Copy(all, after)
	fields := map[string]bool{}
	for path := range all {
		if before[path] != after[path] && !strings.Contains(path, "config_sha") && !strings.HasPrefix(path, "Kustomization") {
			label, _, _ := strings.Cut(path, " ")
			if name := label + " metadata.name"; before[name] != after[name] {
				fields["the whole of `"+label+"`"] = true
				continue
			}
			fields["`"+strings.TrimSpace(general(path))+"`"] = true
		}
	}
	found := slices.SortedFunc(maps.Keys(fields), func(a, b string) int {
		if n := rank(a) - rank(b); n != 0 {
			return n
		}
		return strings.Compare(a, b)
	})
	const most = 4
	if len(found) > most {
		found = append(found[:most], "and more")
	}
	return found
}

// rank puts Kubernetes' objects, whose kinds are written with a capital letter, before other files, and short paths
// first.
func rank(field string) int {
	n := strings.Count(field, ".")
	if label := strings.TrimLeft(field, "`"); label[0] < 'A' || label[0] > 'Z' {
		n += 100
	}
	return n
}

// general takes the part of a path off that is the same for all of a long list.
func general(path string) string {
	const longest = 90
	if r := []rune(path); len(r) > longest {
		return string(r[:longest]) + "…"
	}
	return path
}

// fields are the values of a case's whole output by "kind path".
func (e *experiments) fields(c goldenCase, a *txtar.Archive) map[string]string {
	base := besides(e.t, e.base, filepath.FromSlash(c.name))
	kind := filepath.Base(filepath.Dir(filepath.FromSlash(c.name)))
	if kind == "kubernetes" || kind == "tron" { // what other targets make of the key counts, too
		kind = "all"
	}
	files, _ := render(e.t, input(e.t, base, a), kind, false)
	fields := map[string]string{}
	for _, name := range sortedKeys(files) {
		data := files[name]
		_, rest, _ := strings.Cut(name, "/")
		folder, _, _ := strings.Cut(rest, "/")
		decoder := yaml.NewDecoder(bytes.NewReader(data))
		for {
			var doc any
			if decoder.Decode(&doc) != nil {
				break
			}
			label := folder
			if object, ok := doc.(map[string]any); ok && object["kind"] != nil && folder == "kubernetes" {
				label, _ = object["kind"].(string)
			}
			flatten(fields, label, "", doc)
		}
	}
	return fields
}

// flatten adds the leaves of a document; an entry of a list goes by its name, when it has one.
func flatten(fields map[string]string, label, path string, value any) {
	switch v := value.(type) {
	case map[string]any:
		for _, k := range sortedKeys(v) {
			flatten(fields, label, strings.TrimPrefix(path+"."+k, "."), v[k])
		}
	case []any:
		for _, item := range v {
			step := "[]"
			if m, ok := item.(map[string]any); ok {
				if name, ok := m["name"].(string); ok && name != "main" {
					step = "[" + name + "]"
				}
			}
			flatten(fields, label, path+step, item)
		}
	default:
		text, _ := yaml.Marshal(v)
		fields[label+" "+path] += string(text) + "\n"
	}
}

// take returns the file without the first value that has the path, and that value as an example in one line. <name> is
// any key, and [] any entry of a list.
func take(data []byte, path []string) (without []byte, example string, ok bool) {
	var doc yaml.Node
	if yaml.Unmarshal(data, &doc) != nil || len(doc.Content) == 0 {
		return nil, "", false
	}
	removed := remove(doc.Content[0], path)
	if removed == nil {
		return nil, "", false
	}
	out, err := yaml.Marshal(&doc)
	if err != nil {
		return nil, "", false
	}
	return out, oneLine(path, removed), true
}

func remove(n *yaml.Node, path []string) *yaml.Node {
	if n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	if n.Kind != yaml.MappingNode {
		return nil
	}
	step, list := strings.CutSuffix(path[0], "[]")
	for i := 0; i+1 < len(n.Content); i += 2 {
		if step != "<name>" && n.Content[i].Value != step {
			continue
		}
		value := n.Content[i+1]
		if len(path) == 1 {
			n.Content = slices.Delete(n.Content, i, i+2)
			return value
		}
		below := []*yaml.Node{value}
		if list {
			below = value.Content
		}
		for _, item := range below {
			if found := remove(item, path[1:]); found != nil {
				return found
			}
		}
	}
	return nil
}

// oneLine writes a key in YAML's flow style: metrics_providers: [{type: cpu}]; at most 100 characters.
func oneLine(path []string, value *yaml.Node) string {
	text := strings.TrimSpace(flow(value))
	for i := len(path) - 1; i >= 0 && path[i] != "<name>"; i-- {
		name, list := strings.CutSuffix(path[i], "[]")
		if list {
			text = "[" + text + "]"
		}
		text = name + ": " + text
		if i > 0 && path[i-1] != "<name>" {
			text = "{" + text + "}"
		}
	}
	const longest = 100
	if r := []rune(text); len(r) > longest {
		return string(r[:longest-1]) + "…"
	}
	return strings.ReplaceAll(text, "`", "'")
}

func flow(n *yaml.Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		var parts []string
		for i := 0; i+1 < len(n.Content); i += 2 {
			parts = append(parts, n.Content[i].Value+": "+flow(n.Content[i+1]))
		}
		return "{" + strings.Join(parts, ", ") + "}"
	case yaml.SequenceNode:
		var parts []string
		for _, item := range n.Content {
			parts = append(parts, flow(item))
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case yaml.AliasNode:
		return flow(n.Alias)
	}
	if n.Tag == "!!str" && (n.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle) != 0 || strings.Contains(n.Value, "\n")) {
		return strconv.Quote(n.Value)
	}
	return n.Value
}
