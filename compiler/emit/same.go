package emit

import (
	"maps"
	"math"
	"reflect"
	"slices"

	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

// Same tells that two values are written alike. It may say no of values that are: it looks at them as they are kept,
// and not as they are written.
func Same(a, b View) bool { return same(a.v, b.v) }

// Differing calls f with the keys of two mappings whose values are not the same, in the order of before, those that
// only after has behind them; a value that is not there is nil. It says no, and calls nothing, when it cannot walk the
// two side by side.
func Differing(before, after View, f func(key string, before, after *View)) bool {
	a, b := before.v, after.v
	if !a.IsValid() || !b.IsValid() || a.Type() != b.Type() {
		return false
	}
	switch a.Kind() {
	case reflect.Struct:
		p := planOf(a.Type())
		differingFields(a, b, p, f)
		addedFields(a, b, p, f)
		return true
	case reflect.Map:
		old, ok := a.Interface().(map[string]any)
		if !ok {
			return false
		}
		differingKeys(old, b.Interface().(map[string]any), f)
		return true
	}
	return false
}

func differingFields(a, b reflect.Value, p *plan, f func(string, *View, *View)) {
	for i := range p.fields {
		field := &p.fields[i]
		x, y := a.Field(field.index), b.Field(field.index)
		switch {
		case field.inline != nil:
			differingFields(x, y, field.inline, f)
		case field.omitEmpty && empty(x), field.same(x, y):
		case field.omitEmpty && empty(y):
			was := viewOf(x)
			f(field.name, &was, nil)
		default:
			was, is := viewOf(x), viewOf(y)
			f(field.name, &was, &is)
		}
	}
}

func addedFields(a, b reflect.Value, p *plan, f func(string, *View, *View)) {
	for i := range p.fields {
		field := &p.fields[i]
		x, y := a.Field(field.index), b.Field(field.index)
		switch {
		case field.inline != nil:
			addedFields(x, y, field.inline, f)
		case field.omitEmpty && empty(x) && !empty(y):
			is := viewOf(y)
			f(field.name, nil, &is)
		}
	}
}

func differingKeys(a, b map[string]any, f func(string, *View, *View)) {
	var changed, added []string
	for k, x := range a {
		if y, here := b[k]; !here || !sameAny(x, y) {
			changed = append(changed, k)
		}
	}
	for k := range b {
		if _, was := a[k]; !was {
			added = append(added, k)
		}
	}
	slices.Sort(changed)
	slices.Sort(added)
	for _, k := range changed {
		was := Of(a[k])
		if y, here := b[k]; here {
			is := Of(y)
			f(k, &was, &is)
			continue
		}
		f(k, &was, nil)
	}
	for _, k := range added {
		is := Of(b[k])
		f(k, nil, &is)
	}
}

func same(a, b reflect.Value) bool {
	if !a.IsValid() || !b.IsValid() {
		return a.IsValid() == b.IsValid()
	}
	if a.Type() != b.Type() {
		return false
	}
	switch a.Kind() {
	case reflect.Bool:
		return a.Bool() == b.Bool()
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return a.Int() == b.Int()
	case reflect.Float32, reflect.Float64:
		return sameFloats(a.Float(), b.Float())
	case reflect.String:
		return a.String() == b.String()
	case reflect.Slice, reflect.Array:
		return sameItems(a, b)
	case reflect.Map:
		return sameMaps(a, b)
	case reflect.Pointer:
		if a.Type() == nodeType {
			return sameNodes(a.Interface().(*yaml11.Node), b.Interface().(*yaml11.Node))
		}
		return a.Pointer() == b.Pointer() || !a.IsNil() && !b.IsNil() && same(a.Elem(), b.Elem())
	case reflect.Interface:
		return a.IsNil() && b.IsNil() || !a.IsNil() && !b.IsNil() && same(a.Elem(), b.Elem())
	case reflect.Struct:
		return sameStructs(a, b, planOf(a.Type()))
	}
	return false
}

func sameItems(a, b reflect.Value) bool {
	if a.Len() != b.Len() || a.Kind() == reflect.Slice && a.IsNil() != b.IsNil() {
		return false
	}
	for i := range a.Len() {
		if !same(a.Index(i), b.Index(i)) {
			return false
		}
	}
	return true
}

func sameMaps(a, b reflect.Value) bool {
	if a.Len() != b.Len() {
		return false
	}
	switch x := a.Interface().(type) {
	case map[string]string:
		return maps.Equal(x, b.Interface().(map[string]string))
	case map[string]any:
		return maps.EqualFunc(x, b.Interface().(map[string]any), sameAny)
	}
	for each := a.MapRange(); each.Next(); {
		if other := b.MapIndex(each.Key()); !other.IsValid() || !same(each.Value(), other) {
			return false
		}
	}
	return true
}

// sameAny is same for the values of labels: nearly all are strings.
func sameAny(a, b any) bool {
	if x, ok := a.(string); ok {
		y, also := b.(string)
		return also && x == y
	}
	return same(reflect.ValueOf(a), reflect.ValueOf(b))
}

func sameStructs(a, b reflect.Value, p *plan) bool {
	if a.Type() == quantityType {
		x, y := a.Interface().(resource.Quantity), b.Interface().(resource.Quantity)
		return x.String() == y.String()
	}
	if p.marshals && a.Type() != intOrStrType {
		return a.Comparable() && a.Equal(b)
	}
	return sameFields(a, b, p)
}

func sameFields(a, b reflect.Value, p *plan) bool {
	for i := range p.fields {
		f := &p.fields[i]
		if !f.same(a.Field(f.index), b.Field(f.index)) {
			return false
		}
	}
	return true
}

func (f *field) same(a, b reflect.Value) bool {
	switch {
	case f.inline != nil:
		return sameFields(a, b, f.inline)
	case f.own != nil:
		return sameStructs(a, b, f.own)
	}
	return same(a, b)
}

func sameFloats(a, b float64) bool { return math.Float64bits(a) == math.Float64bits(b) }

func sameNodes(a, b *yaml11.Node) bool {
	switch {
	case a == b:
		return true
	case a == nil || b == nil || a.Kind != b.Kind:
		return false
	}
	switch a.Kind {
	case yaml11.Null:
		return true
	case yaml11.Bool:
		return a.Bool == b.Bool
	case yaml11.Int:
		return a.Int == b.Int && (a.Big == b.Big || a.Big != nil && b.Big != nil && a.Big.Cmp(b.Big) == 0)
	case yaml11.Float:
		return sameFloats(a.Float, b.Float)
	case yaml11.List:
		return slices.EqualFunc(a.Items, b.Items, sameNodes)
	case yaml11.Map:
		return slices.EqualFunc(a.Pairs, b.Pairs, func(p, q yaml11.Pair) bool {
			return sameNodes(p.Key, q.Key) && sameNodes(p.Value, q.Value)
		})
	}
	return a.Text == b.Text
}
