package emit

import (
	"encoding/base64"
	"maps"
	"reflect"
	"slices"

	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

// View is a document, or a value in one, as its YAML reads, one level at a time and without any bytes being made. The
// zero View is null.
type View struct{ v reflect.Value }

// Kind is what YAML makes of a value.
type Kind uint8

// The kinds. Dates and binary data are text.
const (
	Null Kind = iota
	Bool
	Number
	Text
	List
	Map
)

// Of returns the view of what YAML takes.
func Of(doc any) View { return viewOf(reflect.ValueOf(doc)) }

// viewOf shows a value that cannot be encoded as null; YAML says why it cannot.
func viewOf(v reflect.Value) View {
	var e encoder
	return View{e.resolve(v)}
}

// Kind returns what the value is.
func (w View) Kind() Kind {
	if !w.v.IsValid() {
		return Null
	}
	switch w.v.Kind() {
	case reflect.Bool:
		return Bool
	case reflect.String:
		return Text
	case reflect.Slice, reflect.Array:
		return List
	case reflect.Map, reflect.Struct:
		return Map
	case reflect.Pointer:
		return nodeKinds[w.node().Kind]
	}
	return Number
}

var nodeKinds = [...]Kind{yaml11.Null: Null, yaml11.Bool: Bool, yaml11.Int: Number, yaml11.Float: Number, yaml11.String: Text,
	yaml11.Date: Text, yaml11.DateTime: Text, yaml11.Bytes: Text, yaml11.List: List, yaml11.Map: Map}

func (w View) node() *yaml11.Node { return w.v.Interface().(*yaml11.Node) }

// Scalar returns the text of a scalar, quotes and escapes undone; empty for collections.
func (w View) Scalar() string {
	if !w.v.IsValid() {
		return "null"
	}
	switch w.v.Kind() {
	case reflect.String:
		return w.v.String()
	case reflect.Pointer:
		return nodeScalar(w.node())
	case reflect.Slice, reflect.Array, reflect.Map, reflect.Struct:
		return ""
	}
	var e encoder
	e.inlineValue(w.v)
	return string(e.b)
}

func nodeScalar(n *yaml11.Node) string {
	switch n.Kind {
	case yaml11.String:
		return n.Text
	case yaml11.Bytes:
		return base64.StdEncoding.EncodeToString([]byte(n.Text))
	case yaml11.List, yaml11.Map:
		return ""
	}
	var e encoder
	e.inlineNode(n)
	return string(e.b)
}

// Len is the number of a list's items, and at least that of a mapping's keys.
func (w View) Len() int {
	switch {
	case !w.v.IsValid():
		return 0
	case w.v.Kind() == reflect.Pointer:
		n := w.node()
		return max(len(n.Items), len(n.Pairs))
	case w.v.Kind() == reflect.Struct:
		return len(planOf(w.v.Type()).fields)
	}
	return w.v.Len()
}

// Items calls f with the items of a list.
func (w View) Items(f func(View)) {
	if w.Kind() != List {
		return
	}
	if w.v.Kind() == reflect.Pointer {
		for _, item := range w.node().Items {
			f(viewOf(reflect.ValueOf(item)))
		}
		return
	}
	for i := range w.v.Len() {
		f(viewOf(w.v.Index(i)))
	}
}

// Pairs calls f with the keys of a mapping, in the order in which they are written, and their values.
func (w View) Pairs(f func(string, View)) {
	if w.Kind() != Map {
		return
	}
	switch w.v.Kind() {
	case reflect.Pointer:
		for _, p := range sortedPairs(w.node().Pairs) {
			f(nodeScalar(p.Key), viewOf(reflect.ValueOf(p.Value)))
		}
	case reflect.Map:
		if labels, ok := w.v.Interface().(map[string]any); ok {
			for _, k := range slices.Sorted(maps.Keys(labels)) {
				f(k, Of(labels[k]))
			}
			return
		}
		keys := make([]string, 0, 16)
		for _, k := range w.v.MapKeys() {
			keys = append(keys, k.String())
		}
		slices.Sort(keys)
		for _, k := range keys {
			f(k, viewOf(w.v.MapIndex(reflect.ValueOf(k).Convert(w.v.Type().Key()))))
		}
	default:
		structPairs(w.v, planOf(w.v.Type()), f)
	}
}

// Get returns the value of a key of a mapping; ok is false when it is not there.
func (w View) Get(key string) (value View, ok bool) {
	if w.Kind() != Map {
		return View{}, false
	}
	switch w.v.Kind() {
	case reflect.Pointer:
		for _, p := range w.node().Pairs {
			if nodeScalar(p.Key) == key {
				return viewOf(reflect.ValueOf(p.Value)), true
			}
		}
	case reflect.Map:
		if labels, isLabels := w.v.Interface().(map[string]any); isLabels {
			found, here := labels[key]
			return Of(found), here
		}
		if found := w.v.MapIndex(reflect.ValueOf(key).Convert(w.v.Type().Key())); found.IsValid() {
			return viewOf(found), true
		}
	default:
		return structField(w.v, planOf(w.v.Type()), key)
	}
	return View{}, false
}

func structField(v reflect.Value, p *plan, key string) (View, bool) {
	for i := range p.fields {
		field := &p.fields[i]
		switch {
		case field.inline != nil:
			if value, ok := structField(v.Field(field.index), field.inline, key); ok {
				return value, true
			}
		case field.name == key:
			value := v.Field(field.index)
			return viewOf(value), !field.omitEmpty || !empty(value)
		}
	}
	return View{}, false
}

// Path follows keys through nested mappings; null when one is not there.
func (w View) Path(keys ...string) View {
	for _, key := range keys {
		w, _ = w.Get(key)
	}
	return w
}

func structPairs(v reflect.Value, p *plan, f func(string, View)) {
	for i := range p.fields {
		field := &p.fields[i]
		value := v.Field(field.index)
		switch {
		case field.inline != nil:
			structPairs(value, field.inline, f)
		case field.omitEmpty && empty(value):
		default:
			f(field.name, viewOf(value))
		}
	}
}
