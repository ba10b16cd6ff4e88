package explain

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/diff"
	"github.com/paasta-render/paasta-render/compiler/diff/compare"
	"github.com/paasta-render/paasta-render/compiler/tree"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

// Field is a place in an output file.
type Field struct {
	diff.Object
	Path string `json:"path"`
	Text string `json:"text"` // the line, without secrets
	Line string `json:"-"`    // the line
}

// Origin is a source line that an output field depends on.
type Origin struct {
	Key   string `json:"key"`
	Value string `json:"value"` // as JSON
	Layer string `json:"layer"`
	File  string `json:"file"`
	Line  int    `json:"line"`
	Whole bool   `json:"whole,omitempty"` // the whole object depends on it, not the field alone
}

// Origins finds the source lines that made a line of an output file, which a service compiles to by itself. file is the
// path in the output tree, from the cluster on.
func Origins(s *config.Service, c Compiler, file string, line int) (Field, []Origin, error) {
	l, err := newLab(s, c)
	if err != nil {
		return Field{}, nil, err
	}
	field, ok := l.fieldAt(file, line)
	if !ok {
		return Field{}, nil, fmt.Errorf("%s has no field at line %d", file, line)
	}
	origins := []Origin{}
	_, below, _ := strings.Cut(file, "/")
	for _, t := range c.Targets {
		if t.Repeats != nil {
			origins = append(origins, repeatedOrigins(t.Repeats(s.Cluster, below), field.Path)...)
		}
	}
	for _, k := range l.sourceKeys(s, &field.Object) {
		moved, whole := l.feeds(&k, &field)
		if !moved {
			continue
		}
		o := Origin{k.cause.Key, shownValue(k.paths[0], k.after), k.cause.Layer, k.cause.File, k.cause.Line, whole}
		if o.Layer == "instance" && len(k.paths) > 1 {
			o.Layer = "template"
		}
		origins = append(origins, o)
	}
	slices.SortStableFunc(origins, func(a, b Origin) int {
		switch {
		case a.Whole != b.Whole && b.Whole:
			return -1
		case a.Whole != b.Whole:
			return 1
		}
		return cmp.Or(strings.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line))
	})
	return field, origins, nil
}

// fieldAt asks diff what field a line is, by changing the line.
func (l *lab) fieldAt(file string, line int) (Field, bool) {
	at := slices.IndexFunc(l.as, func(f tree.File) bool { return f.Path == file })
	if at < 0 {
		return Field{}, false
	}
	lines := bytes.Split(l.as[at].Data, []byte("\n"))
	if line < 1 || line > len(lines) {
		return Field{}, false
	}
	text := string(lines[line-1])
	for _, other := range otherLines(text) {
		changed := slices.Clone(lines)
		changed[line-1] = []byte(other)
		data := bytes.Join(changed, []byte("\n"))
		changes := compare.Files(l.trial.layout, l.as[at:at+1], []tree.File{{Path: file, Data: data}})
		if len(changes) == 1 && changes[0].Op == diff.Changed {
			path := commonPath(changes[0].Edits)
			return newField(changes[0].Object, path, text), true
		}
		for _, c := range changes { // the line is part of the object's name
			switch {
			case c.Op == diff.Renamed:
				return newField(*c.From, nameField(text), text), true
			case c.Op == diff.Removed:
				return newField(c.Object, nameField(text), text), true
			}
		}
	}
	return Field{}, false
}

func newField(o diff.Object, path, line string) Field {
	line = strings.TrimSpace(line)
	return Field{o, path, shownLine(path, line), line}
}

// shownLine is a line of output without the value of a variable whose name says that it is a secret.
func shownLine(path, line string) string {
	key, value, found := strings.Cut(line, ": ")
	_, name, inEnv := strings.Cut(path, "env")
	name, _, _ = strings.Cut(strings.TrimLeft(name, "[."), "]")
	switch {
	case !found && diff.IsSecret("", line):
		return "(hidden)"
	case found && (inEnv && diff.IsSecret(name, value) || diff.IsSecret("", value)):
		return key + ": (hidden)"
	}
	return line
}

// nameField is the path of a line that is part of an object's identity.
func nameField(text string) string {
	key, _, found := strings.Cut(strings.TrimSpace(text), ":")
	if !found { // the line between two objects
		return ""
	}
	if key == "name" || key == "namespace" {
		return "metadata." + key
	}
	return key
}

// otherLines are lines to try in the place of one: with another value, or with another key above the same value.
func otherLines(text string) []string {
	trimmed := strings.TrimRight(text, " ")
	if object, ok := strings.CutPrefix(trimmed, `{"`); ok { // a whole object of JSON
		return []string{`{"__what_if__":1,"` + object}
	}
	if colon := strings.LastIndex(trimmed, ": "); colon > 0 {
		end := ""
		if strings.HasSuffix(trimmed, ",") { // JSON
			end = ","
		}
		return []string{trimmed[:colon+2] + `"__what_if__"` + end}
	}
	if key, ok := strings.CutSuffix(trimmed, ":"); ok {
		return []string{key + "__what_if__:"}
	}
	if item, ok := strings.CutPrefix(strings.TrimLeft(trimmed, " "), "- "); ok && item != "" {
		return []string{trimmed[:len(trimmed)-len(item)] + "__what_if__"}
	}
	return []string{trimmed + "__what_if__"}
}

// commonPath is what the paths of some edits have in common: the field itself. A list entry that gets another name is
// the entry that goes, not the one that comes.
func commonPath(edits []diff.Edit) string {
	kept := slices.DeleteFunc(slices.Clone(edits), func(e diff.Edit) bool { return strings.Contains(e.Path, "[__what_if__") })
	if len(kept) == 0 {
		kept = edits
	}
	path := strings.TrimSuffix(kept[0].Path, "__what_if__")
	for _, e := range kept[1:] {
		n := 0
		for n < len(path) && n < len(e.Path) && path[n] == e.Path[n] {
			n++
		}
		path = path[:n]
	}
	return strings.TrimRight(path, ".[")
}

// feeds tells whether another value of a key moves the field, or takes its whole object away.
func (l *lab) feeds(k *key, field *Field) (moved, whole bool) {
	for _, value := range others(k.after) {
		for _, change := range l.moves(k.name, k.paths, value) {
			if change.Object.String() != field.Object.String() {
				continue
			}
			if change.Op != diff.Changed {
				whole = true
				continue
			}
			for _, e := range change.Edits {
				if e.Path == field.Path || e.Op != diff.Reordered && touches(e.Path, field.Path) {
					return true, false
				}
			}
		}
	}
	return whole, whole
}

// touches tells whether two paths are the same field, or one is in the other.
func touches(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	return strings.HasPrefix(b, a) && (len(a) == len(b) || a == "" || b[len(a)] == '.' || b[len(a)] == '[')
}

// sourceKeys are all values that an object may depend on: of the service's folder and of the system config.
func (l *lab) sourceKeys(s *config.Service, o *diff.Object) []key {
	var keys []key
	one := []*config.Service{s}
	for _, name := range fileNames(nil, one) {
		var found collected
		leaves(s.Folder.YAML(name), nil, func(path []string, n *yaml11.Node) {
			found.add(name, layerOf(name), path, nil, n)
		})
		for _, k := range found.keys {
			if k.concerns(l.trial.layout, o, s, s) && (!strings.HasPrefix(k.paths[0][0], "_") || k.readByAlias(o)) {
				keys = append(keys, k)
			}
		}
	}
	keys = append(keys, mappedKeys(s.Cluster.System.Config)...)
	for _, file := range config.SystemFiles() {
		for _, k := range mappedKeys(s.Cluster.System.File(file)) {
			k.name = beside + file
			keys = append(keys, k)
		}
	}
	return keys
}

// mappedKeys are all values of a file that is no service's.
func mappedKeys(root *yaml11.Node) []key {
	var found collected
	leaves(root, nil, func(path []string, n *yaml11.Node) { found.add("", "system", path, nil, n) })
	return found.keys
}

// readByAlias tells whether a value that stands in a template is read for the object.
func (k *key) readByAlias(o *diff.Object) bool {
	return len(k.paths) > 1 && slices.ContainsFunc(k.paths, func(path []string) bool { return path[0] == o.Instance })
}

// SplitLine separates FILE:LINE; line is 0 when there is none.
func SplitLine(s string) (file string, line int) {
	at := strings.LastIndexByte(s, ':')
	if at < 0 {
		return s, 0
	}
	line, err := strconv.Atoi(s[at+1:])
	if err != nil || line < 1 {
		return s, 0
	}
	return s[:at], line
}
