package diff

import "github.com/paasta-render/paasta-render/compiler/target"

// split turns a file of many named things into its entries and the rest, each of which is an object of the report.
func split(c *target.Entries, cluster, file string, doc *node) []*entity {
	rest := &entity{doc: doc}
	rest.Cluster, rest.Kind, rest.Name = cluster, c.Rest, file
	entries := doc.path(c.At...)
	name := func(n *node) string { return joinName(n, splitName(first(c.Key, "name"))) }
	switch {
	case c.Kind == "":
		return []*entity{rest}
	case entries.is(list) && allMappings(entries.items) && tellsApart(entries.items, name):
	case !entries.is(mapping):
		return []*entity{rest}
	}
	rest.doc = without(doc, c.At)
	all := []*entity{rest}
	for _, p := range entries.pairs {
		all = append(all, entryOf(c, cluster, file, p.key, p.value))
	}
	for _, item := range entries.items {
		all = append(all, entryOf(c, cluster, file, name(item), item))
	}
	return all
}

func entryOf(c *target.Entries, cluster, file, name string, doc *node) *entity {
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
func without(doc *node, path []string) *node {
	out := &node{kind: mapping, opened: true}
	if len(path) == 0 {
		return out
	}
	for _, p := range doc.pairs {
		switch {
		case p.key != path[0]:
			out.pairs = append(out.pairs, p)
		case len(path) > 1 && p.value.is(mapping):
			out.pairs = append(out.pairs, pair{p.key, without(p.value, path[1:])})
		}
	}
	return out
}
