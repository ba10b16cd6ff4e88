package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/explain"
	"github.com/paasta-render/paasta-render/compiler/target"
)

// named is what SERVICE.NAME means: instances, Tron jobs and a namespace of the mesh may all have the name.
type named struct {
	service, name string
	instances     []*config.Instance // one a cluster
	entries       []explain.Entry    // jobs, one a cluster; a namespace once, for it is the same in all
}

// find looks a name up in the selected clusters.
func find(services []*config.Service, service, name string) (named, error) {
	found := named{service: service, name: name}
	var names []string
	for _, s := range services {
		for _, i := range s.Instances() {
			names = append(names, i.Name)
			if i.Name == name {
				found.instances = append(found.instances, i)
			}
		}
		for _, e := range explain.Entries(s) {
			names = append(names, e.Name)
			same := func(o explain.Entry) bool { return o.Type == e.Type }
			if twice := e.Type == "smartstack" && slices.ContainsFunc(found.entries, same); e.Name == name && !twice {
				found.entries = append(found.entries, e)
			}
		}
	}
	if len(found.instances)+len(found.entries) == 0 {
		return named{}, unknown("instance, job or namespace", name, names)
	}
	return found, nil
}

// effective is one block of explain SERVICE.NAME.
type effective struct {
	Cluster  string            `json:"cluster"`
	Type     string            `json:"type"`
	Settings []explain.Setting `json:"settings"`
	title    string
}

func (n *named) effective() []effective {
	var all []effective
	title := func(cluster, kind string, at fmt.Stringer) string {
		return fmt.Sprintf("%s.%s in %s (%s), %s", n.service, n.name, cluster, kind, at)
	}
	for _, i := range n.instances {
		cluster := i.Service.Cluster.Name
		all = append(all, effective{cluster, i.Type, explain.Effective(i), title(cluster, i.Type, i.Position())})
	}
	for _, e := range n.entries {
		cluster := e.Service.Cluster.Name
		all = append(all, effective{cluster, e.Type, e.Effective(), title(cluster, e.Type, e.Position())})
	}
	return all
}

// below keeps the settings below a key.
func (e effective) below(key string) effective {
	elsewhere := func(s explain.Setting) bool { return !strings.HasPrefix(s.Key, key+".") }
	e.Settings = slices.DeleteFunc(slices.Clone(e.Settings), elsewhere)
	e.title += ": " + key
	return e
}

func (c *common) printEffective(all []effective) error {
	if c.format == "json" {
		return writeJSON(c.out, all)
	}
	for _, e := range all {
		if err := say(c.out, "%s\n", e.title); err != nil {
			return err
		}
		table := [][]string{}
		for _, s := range e.Settings {
			table = append(table, []string{"  " + s.Key, short80(s.Value), s.Layer, place(s.File, s.Line)})
			for _, h := range s.Hides {
				table = append(table, []string{"    hides", short80(h.Value), h.Layer, place(h.File, h.Line)})
			}
		}
		if err := columns(c.out, table); err != nil {
			return err
		}
	}
	return nil
}

// traced is whom a key was asked of: in the first cluster where it is written, else the first that may have it.
type traced struct {
	in    effective
	feeds func() ([]explain.Fed, error)
	also  []string // clusters where it is written, too
}

// trace finds out whose key is meant.
func (n *named) trace(path []string, targets []target.Target) (*traced, error) {
	var written, possible []traced
	var keys []string
	add := func(t traced, isWritten, isKnown bool) {
		switch {
		case isWritten:
			written = append(written, t)
		case isKnown:
			possible = append(possible, t)
		}
	}
	blocks := n.effective()
	for at, i := range n.instances {
		own := explain.Keys(i.Type)
		keys = append(keys, own...)
		feeds := func() ([]explain.Fed, error) { return explain.Feeds(i, path, experiments(targets)) }
		add(traced{in: blocks[at], feeds: feeds}, i.Config.Path(path...) != nil, slices.Contains(own, path[0]))
	}
	for at, e := range n.entries {
		keys = append(keys, e.Keys()...)
		feeds := func() ([]explain.Fed, error) { return e.Feeds(path, experiments(targets)) }
		add(traced{in: blocks[len(n.instances)+at], feeds: feeds}, e.Config.Path(path...) != nil, e.Knows(path))
	}
	all := slices.Concat(written, possible)
	if len(all) == 0 {
		return nil, unknown("key", strings.Join(path, "."), keys)
	}
	t := &all[0]
	for _, other := range written {
		if other.in.Cluster != t.in.Cluster {
			t.also = append(t.also, other.in.Cluster)
		}
	}
	return t, nil
}

// action turns JOB.ACTION and JOB.ACTION.KEY into the path of the action; other paths stay.
func (n *named) action(path []string) (full []string, whole bool) {
	for _, e := range n.entries {
		if e.Type == "tron" && e.Config.Get(path[0]) == nil && e.Config.Path("actions", path[0]) != nil {
			path = append([]string{"actions"}, path...)
		}
		if e.Type == "tron" && len(path) == 2 && path[0] == "actions" && e.Config.Path(path...).IsMap() {
			return path, true
		}
	}
	return path, false
}
