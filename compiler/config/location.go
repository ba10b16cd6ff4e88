package config

import (
	"slices"
	"strings"

	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

// Locations is where things are: the types of location, from general to specific, and which location holds which. From
// nail/etc/location_types.json and location_mapping.json. Yelp's environment_tools reads the same files.
type Locations struct {
	Types    []string // ecosystem, superregion, region, habitat
	inside   map[string][]string
	outside  map[string][]string
	system   *System
	declared bool
}

// Locations reads the cluster's location files; a location that neither holds nor lies in another does not count.
func (s *System) Locations() *Locations {
	l := &Locations{system: s, inside: map[string][]string{}, outside: map[string][]string{}}
	types := s.File("nail/etc/location_types.json")
	if types.IsList() {
		l.declared = true
		for _, t := range types.Items {
			if name, ok := t.Str(); ok {
				l.Types = append(l.Types, name)
			}
		}
	}
	l.visit(s.File("nail/etc/location_mapping.json"))
	return l
}

func (l *Locations) visit(mapping *yaml11.Node) {
	if !mapping.IsMap() {
		return
	}
	for _, p := range mapping.Pairs {
		root := p.Key.Text
		if p.Value.IsMap() {
			for _, child := range p.Value.Pairs {
				l.inside[root] = append(l.inside[root], child.Key.Text)
				l.outside[child.Key.Text] = append(l.outside[child.Key.Text], root)
			}
			l.visit(p.Value)
		}
	}
}

// Known tells whether the system directory says which types of location there are.
func (l *Locations) Known() bool { return l.declared }

// Depth is how specific a type is, 0 for the most general; -1 when it does not exist.
func (l *Locations) Depth(kind string) int { return slices.Index(l.Types, kind) }

// Here is the cluster's own location of a type: nail/etc/<type>, else what holds the cluster's region
// (kube_clusters.<cluster>.yelp_region); empty when unknown. environment_tools: get_current_location.
func (l *Locations) Here(cluster, kind string) string {
	if name, ok := l.system.File("nail/etc/" + kind).Str(); ok {
		return name
	}
	return l.OfCluster(cluster, kind)
}

// OfCluster is a cluster's location of a type by kube_clusters.<cluster>.yelp_region; empty when unknown or not one.
func (l *Locations) OfCluster(cluster, kind string) string {
	region, ok := l.system.Get("kube_clusters").Get(cluster).Get("yelp_region").Str()
	if !ok {
		return ""
	}
	if kind == "region" {
		return region
	}
	if found := l.Convert(region, "region", kind); len(found) == 1 {
		return found[0]
	}
	return ""
}

// Convert returns the locations of one type that hold, or lie in, a location of another type, sorted; none when the
// location or a type does not exist. environment_tools: convert_location_type.
func (l *Locations) Convert(location, from, to string) []string {
	start := location + "_" + from
	_, inside := l.inside[start]
	_, outside := l.outside[start]
	if l.Depth(from) < 0 || l.Depth(to) < 0 || !inside && !outside {
		return nil
	}
	next := l.inside
	if l.Depth(to) < l.Depth(from) {
		next = l.outside
	}
	seen := map[string]bool{start: true}
	queue := []string{start}
	var found []string
	for len(queue) > 0 {
		at := queue[0]
		queue = queue[1:]
		if name, ok := strings.CutSuffix(at, "_"+to); ok {
			found = append(found, name)
		}
		for _, n := range next[at] {
			if !seen[n] {
				seen[n] = true
				queue = append(queue, n)
			}
		}
	}
	slices.Sort(found)
	return found
}

// Exists tells whether <type>:<location> is one known location.
func (l *Locations) Exists(typed string) bool {
	kind, location, ok := strings.Cut(typed, ":")
	return ok && len(l.Convert(location, kind, kind)) == 1
}

// Near returns the <type>:<location> that is spelled almost like one that does not exist, "" when none is.
func (l *Locations) Near(typed string, nearest func(name string, candidates []string) string) string {
	var all []string
	for _, nodes := range []map[string][]string{l.inside, l.outside} {
		for node := range nodes {
			if at := strings.LastIndexByte(node, '_'); at > 0 && l.Depth(node[at+1:]) >= 0 {
				all = append(all, node[at+1:]+":"+node[:at])
			}
		}
	}
	slices.Sort(all)
	return nearest(typed, slices.Compact(all))
}

// Place is a location with its type.
type Place struct{ Kind, Location string }

// AdvertisedPlaces are where pods register that are in the locations that here names by type: their own locations of
// the advertised types, and what extra_advertise adds for them, turned into those types. A destination more specific
// than a type does not widen it. nerve-tools: configure_nerve.generate_subconfiguration.
func (n Namespace) AdvertisedPlaces(l *Locations, here func(kind string) string) []Place {
	var places []Place
	types := n.Advertise()
	for _, kind := range types {
		if own := here(kind); own != "" && l.Depth(kind) >= 0 {
			places = append(places, Place{kind, own})
		}
	}
	for _, extra := range n.ExtraAdvertise() {
		fromKind, from, _ := strings.Cut(extra.From, ":")
		toKind, to, _ := strings.Cut(extra.To, ":")
		if l.Depth(fromKind) < 0 || here(fromKind) != from {
			continue
		}
		for _, kind := range types {
			if l.Depth(toKind) > l.Depth(kind) {
				continue
			}
			for _, location := range l.Convert(to, toKind, kind) {
				places = append(places, Place{kind, location})
			}
		}
	}
	return places
}
