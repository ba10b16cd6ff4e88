package emit

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"k8s.io/apimachinery/pkg/api/resource"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

// YAML appends the documents to b, each after a "---" line when there are several. A document may be a struct with json
// tags, a *yaml11.Node, a map with string keys, a slice or a scalar.
func YAML(b []byte, docs ...any) ([]byte, error) {
	e := encoder{b: b}
	for _, doc := range docs {
		if len(docs) > 1 {
			e.b = Separate(e.b)
		}
		e.document(reflect.ValueOf(doc))
		if e.err != nil {
			return nil, e.err
		}
	}
	return e.b, nil
}

// Separate appends the line that begins a document, for a caller that has documents one at a time.
func Separate(b []byte) []byte { return append(b, "---\n"...) }

// JSON appends one document as indented JSON with a final newline; mappings of a Node keep their order.
func JSON(b []byte, doc any) ([]byte, error) {
	var buffer strings.Builder
	encoder := json.NewEncoder(&buffer)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(doc); err != nil {
		return nil, fmt.Errorf("encode JSON: %w", err)
	}
	return append(b, buffer.String()...), nil
}

type encoder struct {
	b    []byte
	keys []string // of the mappings being written, the innermost last
	err  error
}

// document writes a value at the left margin.
func (e *encoder) document(v reflect.Value) {
	v = e.resolve(v)
	if e.inlineValue(v) {
		e.b = append(e.b, '\n')
		return
	}
	e.block(v, 0, false)
}

// resolve follows pointers and interfaces to what they hold; a Node stays a pointer.
func (e *encoder) resolve(v reflect.Value) reflect.Value {
	for v.IsValid() && (v.Kind() == reflect.Pointer || v.Kind() == reflect.Interface) {
		if v.IsNil() {
			return reflect.Value{}
		}
		if v.Type() == nodeType {
			return v
		}
		v = v.Elem()
	}
	if v.IsValid() && v.Kind() == reflect.Struct {
		return e.special(v)
	}
	return v
}

// special turns structs with a JSON form of their own into that form.
func (e *encoder) special(v reflect.Value) reflect.Value {
	switch v.Type() {
	case quantityType:
		q := v.Interface().(resource.Quantity)
		return reflect.ValueOf(q.String())
	case intOrStrType:
		x := v.Interface().(intstr.IntOrString)
		if x.Type == intstr.Int {
			return reflect.ValueOf(x.IntVal)
		}
		return reflect.ValueOf(x.StrVal)
	}
	if !planOf(v.Type()).marshals {
		return v
	}
	data, err := v.Interface().(json.Marshaler).MarshalJSON()
	if err != nil {
		e.fail(err)
		return reflect.Value{}
	}
	node, ok := yaml11.NoLimits.ParseJSON("", data, nil)
	if !ok {
		e.fail(fmt.Errorf("%s marshals to something that is no JSON", v.Type()))
	}
	return reflect.ValueOf(node)
}

func (e *encoder) fail(err error) {
	if e.err == nil {
		e.err = err
	}
}

// inlineValue writes scalars and empty collections; it reports whether it could.
func (e *encoder) inlineValue(v reflect.Value) bool {
	if !v.IsValid() {
		e.b = append(e.b, "null"...)
		return true
	}
	switch v.Kind() {
	case reflect.Bool:
		e.b = strconv.AppendBool(e.b, v.Bool())
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		e.b = strconv.AppendInt(e.b, v.Int(), 10)
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		e.b = strconv.AppendUint(e.b, v.Uint(), 10)
	case reflect.Float32, reflect.Float64:
		e.b = appendFloat(e.b, v.Float())
	case reflect.String:
		if strings.IndexByte(v.String(), '\n') >= 0 {
			if _, ok := literal(v.String()); ok {
				return false
			}
		}
		e.b = appendString(e.b, v.String())
	case reflect.Slice, reflect.Array:
		if v.Len() > 0 {
			return false
		}
		e.b = append(e.b, "[]"...)
	case reflect.Map:
		if v.Len() > 0 {
			return false
		}
		e.b = append(e.b, "{}"...)
	case reflect.Struct:
		if !e.hollow(v, planOf(v.Type())) {
			return false
		}
		e.b = append(e.b, "{}"...)
	case reflect.Pointer:
		return e.inlineNode(v.Interface().(*yaml11.Node))
	default:
		e.fail(fmt.Errorf("cannot encode a %s", v.Type()))
		return true
	}
	return true
}

// hollow tells whether a struct would be written without any key.
func (e *encoder) hollow(v reflect.Value, p *plan) bool {
	for i := range p.fields {
		f := &p.fields[i]
		if f.inline != nil && !e.hollow(v.Field(f.index), f.inline) {
			return false
		}
		if f.inline == nil && !(f.omitEmpty && empty(v.Field(f.index))) {
			return false
		}
	}
	return true
}

func (e *encoder) inlineNode(n *yaml11.Node) bool {
	switch n.Kind {
	case yaml11.Null:
		e.b = append(e.b, "null"...)
	case yaml11.Bool:
		e.b = strconv.AppendBool(e.b, n.Bool)
	case yaml11.Int:
		if n.Big != nil {
			e.b = n.Big.Append(e.b, 10)
			return true
		}
		e.b = strconv.AppendInt(e.b, n.Int, 10)
	case yaml11.Float:
		e.b = appendFloat(e.b, n.Float)
	case yaml11.Date, yaml11.DateTime:
		e.b = append(e.b, n.Text...)
	case yaml11.Bytes:
		e.b = append(e.b, "!!binary "...)
		e.b = append(e.b, '"')
		e.b = base64.StdEncoding.AppendEncode(e.b, []byte(n.Text))
		e.b = append(e.b, '"')
	case yaml11.List:
		if len(n.Items) > 0 {
			return false
		}
		e.b = append(e.b, "[]"...)
	case yaml11.Map:
		if len(n.Pairs) > 0 {
			return false
		}
		e.b = append(e.b, "{}"...)
	default:
		return e.inlineValue(reflect.ValueOf(n.Text))
	}
	return true
}

// block writes what takes lines of its own. With onLine the first key or item follows a "- " that is already written.
func (e *encoder) block(v reflect.Value, indent int, onLine bool) {
	switch v.Kind() {
	case reflect.String:
		e.literal(v.String(), indent)
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			e.item(v.Index(i), indent, onLine && i == 0)
		}
	case reflect.Map:
		e.mapping(v, indent, onLine)
	case reflect.Struct:
		e.structure(v, planOf(v.Type()), indent, onLine)
	case reflect.Pointer:
		e.node(v.Interface().(*yaml11.Node), indent, onLine)
	}
}

func (e *encoder) pad(indent int, onLine bool) {
	if onLine {
		return
	}
	for range indent {
		e.b = append(e.b, ' ')
	}
}

func (e *encoder) item(v reflect.Value, indent int, onLine bool) {
	e.pad(indent, onLine)
	e.b = append(e.b, '-', ' ')
	v = e.resolve(v)
	if e.inlineValue(v) {
		e.b = append(e.b, '\n')
		return
	}
	e.block(v, indent+2, true)
}

func (e *encoder) key(name string, indent int, onLine bool) {
	e.pad(indent, onLine)
	if len(name) > 1000 { // a longer key needs the explicit form
		e.b = append(e.b, '?', ' ')
		e.b = appendQuoted(e.b, name)
		e.b = append(e.b, '\n')
		e.pad(indent, false)
	} else {
		e.b = appendString(e.b, name)
	}
	e.b = append(e.b, ':')
}

// value writes what follows a key. Lists stand at the key's own indent, as kubectl prints them.
func (e *encoder) value(v reflect.Value, indent int) {
	v = e.resolve(v)
	e.b = append(e.b, ' ')
	if e.inlineValue(v) {
		e.b = append(e.b, '\n')
		return
	}
	if isLiteral(v) {
		e.block(v, indent+2, false)
		return
	}
	e.b[len(e.b)-1] = '\n'
	if isList(v) {
		e.block(v, indent, false)
		return
	}
	e.block(v, indent+2, false)
}

func isLiteral(v reflect.Value) bool {
	if v.Kind() == reflect.Pointer {
		return v.Interface().(*yaml11.Node).Kind == yaml11.String
	}
	return v.Kind() == reflect.String
}

func isList(v reflect.Value) bool {
	if v.Kind() == reflect.Pointer {
		return v.Interface().(*yaml11.Node).Kind == yaml11.List
	}
	return v.Kind() == reflect.Slice || v.Kind() == reflect.Array
}

func (e *encoder) structure(v reflect.Value, p *plan, indent int, onLine bool) bool {
	for i := range p.fields {
		f := &p.fields[i]
		fv := v.Field(f.index)
		if f.inline != nil {
			onLine = e.structure(fv, f.inline, indent, onLine)
			continue
		}
		if f.omitEmpty && empty(fv) {
			continue
		}
		e.key(f.name, indent, onLine)
		e.value(fv, indent)
		onLine = false
	}
	return onLine
}

func (e *encoder) mapping(v reflect.Value, indent int, onLine bool) {
	if labels, ok := v.Interface().(map[string]string); ok {
		e.labels(labels, indent, onLine)
		return
	}
	from := len(e.keys)
	for _, k := range v.MapKeys() {
		e.keys = append(e.keys, k.String())
	}
	slices.Sort(e.keys[from:])
	for i := from; i < from+v.Len(); i++ {
		k := e.keys[i]
		e.key(k, indent, onLine && i == from)
		e.value(v.MapIndex(reflect.ValueOf(k).Convert(v.Type().Key())), indent)
	}
	e.keys = e.keys[:from]
}

// labels is mapping for the commonest type, without reflection.
func (e *encoder) labels(m map[string]string, indent int, onLine bool) {
	from := len(e.keys)
	for k := range m {
		e.keys = append(e.keys, k)
	}
	slices.Sort(e.keys[from:])
	for i, k := range e.keys[from:] {
		e.key(k, indent, onLine && i == 0)
		text := m[k]
		if strings.IndexByte(text, '\n') >= 0 {
			e.value(reflect.ValueOf(text), indent)
			continue
		}
		e.b = append(appendString(append(e.b, ' '), text), '\n')
	}
	e.keys = e.keys[:from]
}

func (e *encoder) node(n *yaml11.Node, indent int, onLine bool) {
	switch n.Kind {
	case yaml11.String:
		e.literal(n.Text, indent)
	case yaml11.List:
		for i, item := range n.Items {
			e.item(reflect.ValueOf(item), indent, onLine && i == 0)
		}
	case yaml11.Map:
		for i, p := range sortedPairs(n.Pairs) {
			if p.Key.Kind == yaml11.String {
				e.key(p.Key.Text, indent, onLine && i == 0)
			} else {
				e.pad(indent, onLine && i == 0)
				e.inlineNode(p.Key)
				e.b = append(e.b, ':')
			}
			e.value(reflect.ValueOf(p.Value), indent)
		}
	}
}

// sortedPairs orders a mapping by key, so that moving a key in the source changes no output.
func sortedPairs(pairs []yaml11.Pair) []yaml11.Pair {
	byKey := func(a, b yaml11.Pair) int { return strings.Compare(a.Key.Text, b.Key.Text) }
	if slices.IsSortedFunc(pairs, byKey) {
		return pairs
	}
	pairs = slices.Clone(pairs)
	slices.SortStableFunc(pairs, byKey)
	return pairs
}

func (e *encoder) literal(s string, indent int) {
	header, _ := literal(s)
	e.b = append(e.b, header...)
	e.b = append(e.b, '\n')
	for _, line := range strings.Split(strings.TrimSuffix(s, "\n"), "\n") {
		if line != "" {
			e.pad(max(indent, 2), false)
			e.b = append(e.b, line...)
		}
		e.b = append(e.b, '\n')
	}
}
