package effect

import "strings"

// Rule says what a change of a field does. Of several rules of a kind, the first that fits counts.
type Rule struct {
	// Field is a prefix of the field's path, by whole steps: spec.strategy, rules[].annotations.tip; empty for every
	// field.
	Field  string
	Effect Effect
	Why    string // one sentence for people
}

// Kind is what is known of the objects of one kind.
type Kind struct {
	// Kubernetes is true when the API server decodes the kind itself: null means absent, and quantities have values.
	Kubernetes bool
	// Added and Removed are what it does that an object comes or goes.
	Added, Removed Effect
	// Rules are what changes of its fields do. A field that no rule covers may restart pods.
	Rules []Rule
}

// Table holds kinds by name: Deployment, TronJob. A name with an API group after a dot, such as
// Kustomization.kustomize.toolkit.fluxcd.io, is of that group only and counts before the bare one.
type Table map[string]Kind

// Kind returns what is known of a kind. group is its API group; empty for the core group and for what is no Kubernetes
// object.
func (t Table) Kind(kind, group string) (known Kind, ok bool) {
	if group != "" {
		if known, ok = t[kind+"."+group]; ok {
			return known, true
		}
	}
	known, ok = t[kind]
	return known, ok
}

// Kubernetes returns the table of Kubernetes' own kinds. Nobody may change it.
func Kubernetes() Table { return kubernetes }

// Every returns the rules of a kind of which each change does the same.
func Every(effect Effect, why string) []Rule { return []Rule{{"", effect, why}} }

// Uniform returns a kind that has one effect whatever happens to its objects.
func Uniform(effect Effect, why string) Kind { return Kind{false, effect, effect, Every(effect, why)} }

// Field returns what a change of a field of an object does, and why.
func (t Table) Field(kind, group, path string) (Effect, string) {
	known, ok := t.Kind(kind, group)
	for _, r := range known.Rules {
		if below(path, r.Field) {
			return r.Effect, r.Why
		}
	}
	if !ok && below(path, "spec.template") {
		return Restart, templateRule.Why
	}
	return MayRestart, "no rule knows what this does to running pods"
}

// below tells whether path is the field or something in it. A step [] of the field is any entry of a list.
func below(path, field string) bool {
	if field == "" || path == field {
		return true
	}
	if list, entry, found := strings.Cut(field, "[]"); found {
		rest, inList := strings.CutPrefix(path, list+"[")
		end := strings.IndexByte(rest, ']')
		return inList && end >= 0 && below(strings.TrimPrefix(rest[end+1:], "."), strings.TrimPrefix(entry, "."))
	}
	return strings.HasPrefix(path, field) && (path[len(field)] == '.' || path[len(field)] == '[')
}

// Added returns what it does that an object of the kind comes.
func (t Table) Added(kind, group string) (Effect, string) {
	known, ok := t.Kind(kind, group)
	if !ok {
		return Create, "no rule knows the kind: it is taken to start pods"
	}
	return known.Added, "it is new"
}

// Removed returns what it does that an object of the kind goes. volumes is true when it is a workload with volumes.
func (t Table) Removed(kind, group string, volumes bool) (Effect, string) {
	known, ok := t.Kind(kind, group)
	switch {
	case volumes && kind != "HorizontalPodAutoscaler":
		return Delete, "its pods go, and nothing uses their volumes any more"
	case !ok:
		return Delete, "no rule knows the kind: what it controls is taken to go with it"
	case known.Removed == Delete:
		return Delete, "it goes, and what it holds"
	}
	return known.Removed, "it goes"
}
