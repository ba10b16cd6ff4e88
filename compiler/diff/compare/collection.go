package compare

import (
	"github.com/paasta-render/paasta-render/compiler/diff/value"
	"github.com/paasta-render/paasta-render/compiler/layout"
)

// split turns a file of many named things into its entries and the rest, each of which is an object of the report.
func split(c *layout.Entries, cluster, file string, doc *value.Node) []*entity {
	rest := &entity{doc: doc}
	rest.Cluster, rest.Kind, rest.Name = cluster, c.Rest, file
	entries := doc.Path(c.At...)
	name := func(n *value.Node) string { return joinName(n, splitName(first(c.Key, "name"))) }
	switch {
	case c.Kind == "":
		return []*entity{rest}
	case entries.Is(value.List) && allMappings(entries.Items()) && tellsApart(entries.Items(), name):
	case !entries.Is(value.Map):
		return []*entity{rest}
	}
	rest.doc = without(doc, c.At)
	all := []*entity{rest}
	for _, p := range entries.Pairs() {
		all = append(all, entryOf(c, cluster, file, p.Key, p.Value))
	}
	for _, item := range entries.Items() {
		all = append(all, entryOf(c, cluster, file, name(item), item))
	}
	return all
}

func entryOf(c *layout.Entries, cluster, file, name string, doc *value.Node) *entity {
	e := &entity{doc: doc}
	e.Cluster, e.Kind, e.Name = cluster, c.Kind, name
	if c.Owner != nil {
		e.Service, e.Instance = c.Owner(file, name)
		if c.Qualified {
			e.Name = e.Service + "." + name
		}
	}
	return e
}

// without copies a mapping but for the value at the path; everything is left out when the path is empty.
func without(doc *value.Node, path []string) *value.Node {
	var kept []value.Pair
	if len(path) > 0 {
		for _, p := range doc.Pairs() {
			switch {
			case p.Key != path[0]:
				kept = append(kept, p)
			case len(path) > 1 && p.Value.Is(value.Map):
				kept = append(kept, value.Pair{Key: p.Key, Value: without(p.Value, path[1:])})
			}
		}
	}
	return value.NewMap(kept)
}
