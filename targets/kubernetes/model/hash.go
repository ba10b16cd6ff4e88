package model

import (
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/paasta-render/paasta-render/compiler/python"
	"github.com/paasta-render/paasta-render/compiler/spelling"
)

// AppendHashText appends json.dumps(object.to_dict(), sort_keys=True) of a model struct of this client: the text that
// config_sha hashes.
//
// Keys are the client's attribute names, sorted; every attribute of a model is there, null when unset; dicts that users
// wrote keep their own keys. PaaSTA: sanitize_for_config_hash and get_config_hash.
func (c Client) AppendHashText(b []byte, object any) []byte {
	return c.appendValue(b, reflect.ValueOf(object))
}

// step writes one attribute: constant text (its key, and the unset attributes before it), then the field.
type step struct {
	text  string
	index int
	write writer
}

type writer func([]byte, reflect.Value) []byte

// hashPlan is how one struct type is written.
type hashPlan struct {
	steps []step
	tail  string
}

// hashPlans caches one *hashPlan for each client and struct type.
var hashPlans [len(clients)]sync.Map

func (c Client) hashPlanOf(t reflect.Type) *hashPlan {
	if p, ok := hashPlans[c].Load(t); ok {
		return p.(*hashPlan)
	}
	p := c.makeHashPlan(t)
	hashPlans[c].Store(t, p)
	return p
}

func (c Client) makeHashPlan(t reflect.Type) *hashPlan {
	attributes := c.Attributes(t)
	p := &hashPlan{}
	text := "{"
	for i, name := range slices.Sorted(maps.Keys(attributes)) {
		if i > 0 {
			text += ", "
		}
		text += strconv.Quote(name) + ": "
		index := attributes[name]
		if index < 0 {
			text += "null"
			continue
		}
		p.steps = append(p.steps, step{text, index, c.writerOf(t.Field(index))})
		text = ""
	}
	p.tail = text + "}"
	return p
}

// NearAttribute returns the attribute that is spelled most like a name; empty when none is like it.
func NearAttribute(name string, attributes map[string]int) string {
	return spelling.Nearest(name, slices.Sorted(maps.Keys(attributes)))
}

// Attributes returns the attributes of this client's model that a struct type stands for, each with the index of its
// field; -1 when PaaSTA never sets it, or the hash does not show it.
func (c Client) Attributes(t reflect.Type) map[string]int {
	attributes := map[string]int{}
	for i := range t.NumField() {
		f := t.Field(i)
		if !c.knows(f) {
			continue
		}
		for _, name := range strings.Fields(f.Tag.Get("unset")) {
			attributes[name] = -1
		}
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch as := f.Tag.Get("hash"); {
		case as == "-", as == "" && (name == "-" || name == ""):
		case as == "null":
			attributes[snakeCase(name)] = -1
		case as != "":
			attributes[as] = i
		default:
			attributes[snakeCase(name)] = i
		}
	}
	return attributes
}

// snakeCase turns Kubernetes' field name into the Python client's: hostIPC is host_ipc, exec is _exec.
func snakeCase(name string) string {
	if name == "exec" {
		return "_exec"
	}
	var b strings.Builder
	for i := range len(name) {
		c := name[i]
		if upper(c) && i > 0 && (!upper(name[i-1]) || i+1 < len(name) && !upper(name[i+1])) {
			b.WriteByte('_')
		}
		b.WriteByte(c)
	}
	return strings.ToLower(b.String())
}

func upper(c byte) bool { return c >= 'A' && c <= 'Z' }

// writerOf returns how a field's value is written.
func (c Client) writerOf(f reflect.StructField) writer {
	if f.Tag.Get("optional") != "" {
		return func(b []byte, v reflect.Value) []byte {
			if v.Len() == 0 {
				return append(b, "null"...)
			}
			return python.AppendJSONString(b, v.String())
		}
	}
	return c.writerOfType(f.Type)
}

// writerOfType plans what can be planned; models hold no models of their own type.
func (c Client) writerOfType(t reflect.Type) writer {
	switch {
	case t == reflect.TypeFor[Value]():
		return func(b []byte, v reflect.Value) []byte {
			n := v.Interface().(Value)
			if n == nil {
				return append(b, "null"...)
			}
			return python.AppendJSON(b, n, true)
		}
	case t.Kind() == reflect.Struct:
		return c.hashPlanOf(t).write
	case t.Kind() == reflect.Pointer && t.Elem().Kind() == reflect.Struct:
		write := c.writerOfType(t.Elem())
		return func(b []byte, v reflect.Value) []byte {
			if v.IsNil() {
				return append(b, "null"...)
			}
			return write(b, v.Elem())
		}
	case t.Kind() == reflect.Slice:
		write := c.writerOfType(t.Elem())
		return func(b []byte, v reflect.Value) []byte { return appendSlice(b, v, write) }
	}
	return c.appendValue
}

func (c Client) appendValue(b []byte, v reflect.Value) []byte {
	switch v.Kind() {
	case reflect.String:
		return python.AppendJSONString(b, v.String())
	case reflect.Bool:
		return strconv.AppendBool(b, v.Bool())
	case reflect.Int64:
		return strconv.AppendInt(b, v.Int(), 10)
	case reflect.Struct:
		return c.hashPlanOf(v.Type()).write(b, v)
	case reflect.Slice:
		return appendSlice(b, v, c.appendValue)
	case reflect.Map:
		return c.appendMap(b, v)
	case reflect.Pointer, reflect.Interface:
		if v.IsNil() {
			return append(b, "null"...)
		}
		if node, ok := v.Interface().(Value); ok {
			return python.AppendJSON(b, node, true)
		}
		return c.appendValue(b, v.Elem())
	}
	panic("model: a field has a type that the hash does not know: " + v.Type().String())
}

func (p *hashPlan) write(b []byte, v reflect.Value) []byte {
	for i := range p.steps {
		s := &p.steps[i]
		b = append(b, s.text...)
		b = s.write(b, v.Field(s.index))
	}
	return append(b, p.tail...)
}

func appendSlice(b []byte, v reflect.Value, write writer) []byte {
	if v.IsNil() {
		return append(b, "null"...)
	}
	b = append(b, '[')
	for i := range v.Len() {
		if i > 0 {
			b = append(b, ", "...)
		}
		b = write(b, v.Index(i))
	}
	return append(b, ']')
}

func (c Client) appendMap(b []byte, v reflect.Value) []byte {
	if v.IsNil() {
		return append(b, "null"...)
	}
	labels, ok := v.Interface().(Labels)
	if !ok {
		panic("model: a map has a type that the hash does not know: " + v.Type().String())
	}
	b = append(b, '{')
	var room [32]string
	keys := room[:0]
	for key := range labels {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	for i, key := range keys {
		if i > 0 {
			b = append(b, ", "...)
		}
		b = python.AppendJSONString(b, key)
		b = append(b, ": "...)
		switch value := labels[key].(type) {
		case string:
			b = python.AppendJSONString(b, value)
		case Value:
			b = python.AppendJSON(b, value, true)
		default:
			b = c.appendValue(b, reflect.ValueOf(value))
		}
	}
	return append(b, '}')
}
