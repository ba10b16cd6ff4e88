package kubernetes

import (
	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
	"github.com/paasta-render/paasta-render/targets/kubernetes/model"
)

// value is a value as the user wrote it; nil when absent.
type value = model.Value

// builder makes the objects of one instance. What PaaSTA cannot use is reported and remembered: building goes on, so
// that all of it is said, and the objects are thrown away.
type builder struct {
	*config.Instance
	service   *compilation
	system    *settings
	name      string // of the workload and all that belongs to it
	namespace string
	mesh      mesh
	image     image
	env       []envEntry
	providers []config.Provider
	needs     []need      // Secrets that the pods name, unless PaaSTA's sync makes them
	job       *JobOptions // set when a Job is made of the instance
	refused   bool
}

// refuse reports a value on which PaaSTA fails; the place is the instance's own when nobody wrote the value.
func (b *builder) refuse(at value, message, suggestion string) {
	b.refuseAt(at.Position(), message, suggestion)
}

func (b *builder) refuseAt(at finding.Position, message, suggestion string) {
	b.refused = true
	b.service.report(b.Finding(finding.Finding{Code: finding.PaaSTARefuses, At: at, Message: message,
		Suggestion: suggestion}))
}

// warn reports a value that PaaSTA takes and that does not do what it seems to.
func (b *builder) warn(code finding.Code, at value, message, suggestion string) {
	b.service.report(b.Finding(finding.Finding{Code: code, Severity: finding.Warning, At: at.Position(),
		Message: message, Suggestion: suggestion}))
}

// or is Python's config.get(key, standard): the standard stands in for an absent key, not for null.
func (b *builder) or(key string, standard value) value { return getOr(b.Config, key, standard) }

func getOr(n value, key string, standard value) value {
	if v := n.Get(key); v != nil {
		return v
	}
	return standard
}

// given drops null: the Kubernetes client leaves out what is None.
func given(n value) value {
	if n.IsNull() {
		return nil
	}
	return n
}

// mapping returns a key that PaaSTA uses as a dict; nil when absent.
func (b *builder) mapping(key string) value { return b.mappingIn(b.Config, key) }

func (b *builder) mappingIn(n value, key string) value {
	v := n.Get(key)
	if v != nil && !v.IsMap() {
		b.refuse(v, key+" is "+v.KindWithArticle()+", not a mapping", "")
		return nil
	}
	return v
}

// items returns the elements of a value over which PaaSTA iterates; nil when absent. An empty string or mapping has
// none, null cannot be iterated.
func (b *builder) items(n value, key string) []*yaml11.Node {
	if n == nil || n.IsList() {
		if n == nil {
			return nil
		}
		return n.Items
	}
	if (n.IsString() || n.IsMap()) && !n.Truthy() {
		return nil
	}
	b.refuse(n, key+" is "+n.KindWithArticle()+", not a list", "")
	return nil
}

// elements returns what Python's for loop sees: the characters of a string, the keys of a mapping.
func (b *builder) elements(n value, key string) []*yaml11.Node {
	var all []*yaml11.Node
	switch {
	case n.IsString():
		for _, r := range n.Text {
			all = append(all, stringAt(n, string(r)))
		}
		return all
	case n.IsMap():
		for _, p := range n.Pairs {
			all = append(all, p.Key)
		}
		return all
	}
	return b.items(n, key)
}

// mappings returns the elements of a list of mappings.
func (b *builder) mappings(n value, key string) []*yaml11.Node {
	items := b.items(n, key)
	for _, item := range items {
		if !item.IsMap() {
			b.refuse(item, "an element of "+key+" is "+item.KindWithArticle()+", not a mapping", "")
			return nil
		}
	}
	return items
}

// need returns a key that PaaSTA takes without asking whether it is there.
func (b *builder) need(n value, key string) value {
	v := n.Get(key)
	if v == nil {
		b.refuse(n, key+" is missing", key+": …")
	}
	return v
}

// text returns a key that must be there and be a string.
func (b *builder) text(n value, key string) string {
	v := b.need(n, key)
	s, ok := v.Str()
	if v != nil && !ok {
		b.refuse(v, key+" is "+v.KindWithArticle()+", not a string", "")
	}
	return s
}

// number returns a value with which PaaSTA calculates.
func (b *builder) number(n value, key string) (number, bool) {
	v, ok := numberOf(n)
	if !ok {
		b.refuse(n, key+" is "+n.KindWithArticle()+", not a number", "")
	}
	return v, ok
}
