package diff

import "strings"

// collection describes a file that holds many named things, each of which is an object of the report.
type collection struct {
	prefix, suffix string   // of the path below the cluster's folder
	at             []string // where the entries are: a mapping, or a list of mappings
	kind           string
	rest           string // kind of what else the file says
	names          string // key that names the entries of a list; several joined with +
	service        func(file, name string) (service, instance string)
}

var collections = []collection{
	{prefix: "tron/MASTER", suffix: ".yaml", kind: "", rest: "TronMaster"},
	{prefix: "tron/", suffix: ".yaml", at: []string{"jobs"}, kind: "TronJob", rest: "TronConfig", names: "name", service: ofFile},
	{prefix: "smartstack/services", suffix: ".yaml", kind: "SmartStackService", rest: "SmartStackServices", service: ofName},
	{prefix: "smartstack/nerve", suffix: ".json", at: []string{"services"}, kind: "NerveService", rest: "NerveConfig", service: ofName},
	{prefix: "smartstack/synapse", suffix: ".json", at: []string{"services"}, kind: "SynapseService", rest: "SynapseConfig", service: ofName},
	{prefix: "smartstack/", kind: "", rest: "SmartStackFile"},
	{prefix: "prometheus/adapter", suffix: ".yaml", at: []string{"rules"}, kind: "AdapterRule", rest: "AdapterConfig", names: "name.as"},
	{prefix: "prometheus/rules/", suffix: ".yaml", at: []string{"groups"}, kind: "RuleGroup", rest: "RuleFile", names: "name"},
	{prefix: "prometheus/alertmanager", rest: "AlertmanagerConfig"},
	{prefix: "prometheus/", rest: "PrometheusConfig"},
	{prefix: "envoy/", at: []string{"resources"}, kind: "EnvoyResource", rest: "EnvoyFile", names: "name", service: ofName},
	{prefix: "envoy/", kind: "", rest: "EnvoyFile"},
}

// ofName takes service and namespace from an entry's name: web.main, or web.main.region:10.0.0.1.
func ofName(_, name string) (service, instance string) {
	service, rest, found := strings.Cut(name, ".")
	if !found {
		return "", ""
	}
	instance, _, _ = strings.Cut(rest, ".")
	return service, instance
}

// ofFile takes the service from the file's name and calls the entry an instance.
func ofFile(file, name string) (service, instance string) {
	base := file[strings.LastIndexByte(file, '/')+1:]
	return strings.TrimSuffix(base, ".yaml"), name
}

// collectionOf returns the description of a file of entries, nil for other files.
func collectionOf(file string) *collection {
	for i := range collections {
		c := &collections[i]
		if strings.HasPrefix(file, c.prefix) && strings.HasSuffix(file, c.suffix) {
			return c
		}
	}
	return nil
}

// split turns a file into its entries and the rest.
func (c *collection) split(cluster, file string, doc *node) []*entity {
	rest := &entity{doc: doc}
	rest.Cluster, rest.Kind, rest.Name = cluster, c.rest, file
	entries := doc.path(c.at...)
	name := func(n *node) string { return joinName(n, splitName(first(c.names, "name"))) }
	switch {
	case c.kind == "":
		return []*entity{rest}
	case entries.is(list) && allMappings(entries.items) && tellsApart(entries.items, name):
	case !entries.is(mapping):
		return []*entity{rest}
	}
	rest.doc = without(doc, c.at)
	all := []*entity{rest}
	for _, p := range entries.pairs {
		all = append(all, c.entry(cluster, file, p.key, p.value))
	}
	for _, item := range entries.items {
		all = append(all, c.entry(cluster, file, name(item), item))
	}
	return all
}

func (c *collection) entry(cluster, file, name string, doc *node) *entity {
	e := &entity{doc: doc}
	e.Cluster, e.Kind, e.Name = cluster, c.kind, name
	if c.service != nil {
		e.Service, e.Instance = c.service(file, name)
		if c.kind == "TronJob" {
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
