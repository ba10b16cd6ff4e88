package model

import (
	"encoding/json"
	"math"
	"reflect"
	"strconv"
	"strings"
	"sync"

	"k8s.io/apimachinery/pkg/api/resource"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/paasta-render/paasta-render/compiler/python"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

// Mismatch is a value that does not fit the Kubernetes type of its field: a fraction where Kubernetes has integers, a
// number where it has strings, nothing where something must be.
type Mismatch struct {
	Value   Value // has the place, when somebody wrote it
	Path    string
	Problem string // "an integer, not the number 12.5"
}

// Mismatches holds an object against the k8s.io/api type that the API server decodes it into.
func Mismatches(object any, api reflect.Type) []Mismatch {
	var c wireCheck
	c.value(reflect.ValueOf(object), api, wirePlan(element(reflect.TypeOf(object)), api))
	for i := range c.found {
		c.found[i].Path = strings.TrimPrefix(c.found[i].Path, ".")
	}
	return c.found
}

type wireCheck struct{ found []Mismatch }

// wireField is a field that can hold what a user wrote, with the type that Kubernetes gives it.
type wireField struct {
	index    int
	name     string
	api      reflect.Type
	required bool
	value    bool        // the field is a Value
	fields   []wireField // of a struct, or of what a list or pointer of structs holds
}

// wirePlans caches a *[]wireField a struct type: wherever a struct stands, its fields have the same types for
// Kubernetes.
var wirePlans sync.Map

func wirePlan(ours, theirs reflect.Type) []wireField {
	if p, ok := wirePlans.Load(ours); ok {
		return *p.(*[]wireField)
	}
	var fields []wireField
	for i := range ours.NumField() {
		f := ours.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if name == "" || name == "-" || !holdsValues(f.Type) {
			continue
		}
		api, _ := apiField(theirs, name)
		field := wireField{index: i, name: name, api: api, required: f.Tag.Get("required") != "",
			value: f.Type == reflect.TypeFor[Value]()}
		if inner := element(f.Type); !field.value && inner.Kind() == reflect.Struct {
			field.fields = wirePlan(inner, element(api))
		}
		fields = append(fields, field)
	}
	wirePlans.Store(ours, &fields)
	return fields
}

// element is what a pointer or list holds in the end; any other type is itself.
func element(t reflect.Type) reflect.Type {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	return t
}

// holdsValues tells whether a type can hold a Value.
func holdsValues(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Interface, reflect.Map:
		return true
	case reflect.Pointer, reflect.Slice:
		return t == reflect.TypeFor[Value]() || holdsValues(t.Elem())
	case reflect.Struct:
		for i := range t.NumField() {
			if f := t.Field(i); f.Name != "_" && f.Tag.Get("json") != "-" && holdsValues(f.Type) {
				return true
			}
		}
	}
	return false
}

// apiField returns the type of a field of a k8s.io/api struct by its JSON name; embedded structs are searched, too.
func apiField(t reflect.Type, name string) (reflect.Type, bool) {
	for i := range t.NumField() {
		f := t.Field(i)
		got, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if got == name {
			return f.Type, true
		}
		if got == "" && f.Anonymous {
			if found, ok := apiField(f.Type, name); ok {
				return found, true
			}
		}
	}
	return nil, false
}

// under prefixes the paths of what was found since there were `before` mismatches.
func (c *wireCheck) under(before int, name string) {
	for i := before; i < len(c.found); i++ {
		c.found[i].Path = name + c.found[i].Path
	}
}

// value holds a value against a type; plan is of the structs in it, nil where only the value knows them.
func (c *wireCheck) value(v reflect.Value, api reflect.Type, plan []wireField) {
	for v.Kind() == reflect.Pointer || v.Kind() == reflect.Interface {
		if v.IsNil() {
			return
		}
		if n, ok := v.Interface().(Value); ok {
			c.node(n, api)
			return
		}
		v = v.Elem()
	}
	if api.Kind() == reflect.Pointer {
		api = api.Elem()
	}
	switch v.Kind() {
	case reflect.Struct:
		if plan == nil {
			plan = wirePlan(v.Type(), api)
		}
		c.fields(v, plan)
	case reflect.Slice:
		for i := range v.Len() {
			before := len(c.found)
			c.value(v.Index(i), api.Elem(), plan)
			if before < len(c.found) {
				c.under(before, "["+strconv.Itoa(i)+"]")
			}
		}
	case reflect.Map:
		c.labels(v, api)
	}
}

func (c *wireCheck) fields(v reflect.Value, plan []wireField) {
	for i := range plan {
		f := &plan[i]
		field := v.Field(f.index)
		before := len(c.found)
		switch {
		case !f.value:
			c.value(field, f.api, f.fields)
		case field.IsNil() && !f.required:
		default:
			c.raw(field.Interface().(Value), f)
		}
		if before < len(c.found) {
			c.under(before, "."+f.name)
		}
	}
}

// raw holds the Value of a field against its type.
func (c *wireCheck) raw(n Value, f *wireField) {
	if f.required && n.IsNull() {
		c.found = append(c.found, Mismatch{n, "", "a value, not null"})
		return
	}
	c.node(n, f.api)
}

func (c *wireCheck) labels(v reflect.Value, api reflect.Type) {
	labels, ok := v.Interface().(Labels)
	if !ok {
		return
	}
	for key, value := range labels {
		if n, ok := value.(Value); ok {
			before := len(c.found)
			c.node(n, api.Elem())
			c.under(before, "."+key)
		}
	}
}

func (c *wireCheck) fail(n Value, want string) {
	c.found = append(c.found, Mismatch{n, "", want + ", not " + describe(n)})
}

// describe is how a message calls a value.
func describe(n Value) string {
	switch n.Kind {
	case yaml11.List, yaml11.Map, yaml11.Null:
		return n.KindWithArticle()
	case yaml11.String:
		return "the string " + strconv.Quote(n.Text)
	}
	return "the " + n.Kind.String() + " " + python.Str(n)
}

var unmarshaler = reflect.TypeFor[json.Unmarshaler]()

// node holds a raw value against a type, as the API server's strict decoding does.
func (c *wireCheck) node(n Value, api reflect.Type) {
	if n.IsNull() {
		return
	}
	if api.Kind() == reflect.Pointer {
		api = api.Elem()
	}
	if api.Kind() == reflect.Struct && c.special(n, api) {
		return
	}
	switch api.Kind() {
	case reflect.String:
		if !n.IsString() {
			c.fail(n, "a string")
		}
	case reflect.Bool:
		if n.Kind != yaml11.Bool {
			c.fail(n, "true or false")
		}
	case reflect.Int32:
		c.integer(n, math.MinInt32, math.MaxInt32, "an integer")
	case reflect.Int64:
		c.integer(n, math.MinInt64, math.MaxInt64, "an integer")
	case reflect.Slice:
		c.list(n, api.Elem())
	case reflect.Map:
		c.mapping(n, func(string) (reflect.Type, bool) { return api.Elem(), true })
	case reflect.Struct:
		c.mapping(n, func(key string) (reflect.Type, bool) { return apiField(api, key) })
	}
}

// special takes the types with a JSON form of their own.
func (c *wireCheck) special(n Value, api reflect.Type) bool {
	switch {
	case api == reflect.TypeFor[resource.Quantity]():
		c.quantity(n)
	case api == reflect.TypeFor[intstr.IntOrString]():
		if !n.IsString() {
			c.integer(n, math.MinInt32, math.MaxInt32, "an integer or a string")
		}
	case reflect.PointerTo(api).Implements(unmarshaler):
		if reflect.New(api).Interface().(json.Unmarshaler).UnmarshalJSON(python.AppendJSON(nil, n, true)) != nil {
			c.fail(n, "a "+api.Name())
		}
	default:
		return false
	}
	return true
}

// integer takes whole floats, too: YAML readers turn 5.0 into 5 on the way to the API server.
func (c *wireCheck) integer(n Value, low, high int64, want string) {
	switch {
	case n.Kind == yaml11.Int && n.Big == nil && n.Int >= low && n.Int <= high:
	case n.Kind == yaml11.Float && n.Float == math.Trunc(n.Float) && n.Float >= float64(low) && n.Float < float64(high)+1:
	default:
		c.fail(n, want)
	}
}

func (c *wireCheck) quantity(n Value) {
	text := n.Text
	switch n.Kind {
	case yaml11.Int:
		return
	case yaml11.Float:
		text = python.Float(n.Float)
	case yaml11.String:
	default:
		c.fail(n, "a quantity such as 500m or 2Gi")
		return
	}
	if _, err := resource.ParseQuantity(strings.TrimSpace(text)); err != nil {
		c.fail(n, "a quantity such as 500m or 2Gi")
	}
}

func (c *wireCheck) list(n Value, element reflect.Type) {
	if !n.IsList() {
		c.fail(n, "a list")
		return
	}
	for i, item := range n.Items {
		before := len(c.found)
		c.node(item, element)
		if before < len(c.found) {
			c.under(before, "["+strconv.Itoa(i)+"]")
		}
	}
}

func (c *wireCheck) mapping(n Value, field func(key string) (reflect.Type, bool)) {
	if !n.IsMap() {
		c.fail(n, "a mapping")
		return
	}
	for _, p := range n.Pairs {
		before := len(c.found)
		if t, ok := field(p.Key.Text); ok && p.Key.IsString() {
			c.node(p.Value, t)
		} else {
			c.found = append(c.found, Mismatch{p.Key, "", "a field of its own, not " + strconv.Quote(p.Key.Text)})
		}
		c.under(before, "."+p.Key.Text)
	}
}
