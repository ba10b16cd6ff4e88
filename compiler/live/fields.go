package live

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
)

// A set is a fieldsV1 of metadata.managedFields: which fields of an object one manager owns. A key is f:NAME for
// the field of a mapping, k:{…} for the entry of a list that has these fields, v:VALUE for an entry of a list of
// scalars, and "." for the mapping or the entry itself. Kubernetes: FieldsV1 of structured-merge-diff.
type set = map[string]any

// entry is one manager in metadata.managedFields.
type entry struct {
	index                           int // in metadata.managedFields
	manager, operation, subresource string
	apiVersion, time                string
	fields                          set
	raw                             map[string]any
}

// managers returns metadata.managedFields, in order.
func (o *Object) managers() []entry {
	list, _ := mapping(o.doc["metadata"])["managedFields"].([]any)
	var all []entry
	for i, item := range list {
		raw := mapping(item)
		text := func(key string) string { s, _ := raw[key].(string); return s }
		all = append(all, entry{i, text("manager"), text("operation"), text("subresource"), text("apiVersion"), text("time"),
			mapping(raw["fieldsV1"]), raw})
	}
	return all
}

// steps are the keys of a set that name something below it, in order.
func steps(s set) []string {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(s)), func(key string) bool { return key == "." })
}

// union adds a set to another one.
func union(into, from set) set {
	all := maps.Clone(into)
	if all == nil {
		all = set{}
	}
	for key, value := range from {
		all[key] = union(mapping(all[key]), mapping(value))
	}
	return all
}

// without returns a set less one path; what is empty then goes, too.
func without(s set, path ...string) set {
	below, found := s[path[0]]
	if !found {
		return s
	}
	rest := maps.Clone(s)
	delete(rest, path[0])
	if len(path) > 1 {
		if kept := without(mapping(below), path[1:]...); len(steps(kept)) > 0 {
			rest[path[0]] = kept
		}
	}
	return rest
}

// has tells whether a set owns a path.
func has(s set, path ...string) bool {
	for _, step := range path {
		below, found := s[step]
		if !found {
			return false
		}
		s = mapping(below)
	}
	return true
}

// selected returns the entry of a list that a step k:{…} or v:… means, and its index; -1 when there is none.
func selected(list []any, step string) (any, int) {
	kind, text, _ := strings.Cut(step, ":")
	var want any
	if json.Unmarshal([]byte(text), &want) != nil {
		return nil, -1
	}
	want = integers(want)
	for i, item := range list {
		switch {
		case kind == "k" && matches(mapping(item), mapping(want)), kind == "v" && item == want:
			return item, i
		}
	}
	return nil, -1
}

func matches(item, want map[string]any) bool {
	for key, value := range want {
		if item[key] != value {
			return false
		}
	}
	return item != nil
}
