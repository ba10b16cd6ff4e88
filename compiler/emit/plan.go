// Package emit turns objects into bytes: deterministic, and fast because each Go type is planned once.
//
// It writes YAML that a YAML 1.1 parser and a YAML 1.2 parser read alike, and JSON. It takes what targets hand over:
// k8s.io/api structs, other structs with json tags, *yaml11.Node, maps with string keys, slices and scalars.
package emit

import (
	"encoding/json"
	"reflect"
	"strings"
	"sync"

	"k8s.io/apimachinery/pkg/api/resource"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

// field is one field of a planned struct. Fields keep their order in the Go type, which for k8s.io/api is the API's
// own.
type field struct {
	name      string // the YAML key
	index     int
	omitEmpty bool
	inline    *plan // fields of an inlined struct stand in its place
	own       *plan // of a field that is a struct
}

type plan struct {
	fields   []field
	marshals bool // the type has a JSON form of its own
}

// plans caches one *plan a struct type.
var plans sync.Map

func planOf(t reflect.Type) *plan {
	if p, ok := plans.Load(t); ok {
		return p.(*plan)
	}
	p := makePlan(t)
	plans.Store(t, p)
	return p
}

func makePlan(t reflect.Type) *plan {
	p := &plan{marshals: t.Implements(marshalerType)}
	for i := range t.NumField() {
		f := t.Field(i)
		tag := f.Tag.Get("json")
		name, options, _ := strings.Cut(tag, ",")
		if name == "-" || !f.IsExported() {
			continue
		}
		if name == "" && (f.Anonymous || strings.Contains(options, "inline")) && f.Type.Kind() == reflect.Struct {
			p.fields = append(p.fields, field{index: i, inline: planOf(f.Type)})
			continue
		}
		if name == "" {
			name = f.Name
		}
		omit := strings.Contains(options, "omitempty") || strings.Contains(options, "omitzero")
		planned := field{name: name, index: i, omitEmpty: omit}
		if f.Type.Kind() == reflect.Struct {
			planned.own = planOf(f.Type)
		}
		p.fields = append(p.fields, planned)
	}
	return p
}

var (
	nodeType      = reflect.TypeFor[*yaml11.Node]()
	quantityType  = reflect.TypeFor[resource.Quantity]()
	intOrStrType  = reflect.TypeFor[intstr.IntOrString]()
	marshalerType = reflect.TypeFor[json.Marshaler]()
)

// empty tells whether omitempty leaves the value out. Unlike encoding/json it also drops structs without content, as
// the Kubernetes API does with status and strategy; and unlike it, it keeps what an interface or pointer holds.
func empty(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		return v.IsNil()
	case reflect.Slice, reflect.Map:
		return v.Len() == 0
	}
	return v.IsZero()
}
