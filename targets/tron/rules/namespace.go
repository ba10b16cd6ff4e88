// Package rules says what Tron's config parser says to a configuration, before Tron sees it.
//
// Where Tron stops at the first error, everything wrong is collected here. It judges the generated configuration, so
// what PaaSTA changes on the way is judged as Tron gets it; places are those of the source. It renders nothing.
package rules

import (
	"slices"
	"strings"

	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/spelling"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

// Refusal is one reason for which Tron takes no part of a namespace.
type Refusal struct {
	Job, Action string // empty when it concerns no single one
	Code        finding.Code
	At          finding.Position // the zero Position when the value was not written by anyone
	Message     string
	Suggestion  string
}

// Namespace judges {jobs: …} as Tron's API gets it. Without a master, Tron checks forms only: neither nodes nor the
// placeholders of commands. Tron: config_parse.validate_fragment.
func Namespace(name string, root *yaml11.Node, master *Master) []Refusal {
	c := court{namespace: name, master: master}
	c.jobs(spot{key: "jobs"}, root.Get("jobs"))
	return c.refusals
}

// court collects refusals and knows what is being judged.
type court struct {
	namespace   string
	master      *Master
	job, action string
	refusals    []Refusal
}

// spot is where a value stands: its key, and the nearest place that somebody wrote.
type spot struct {
	key string
	at  finding.Position
}

// in returns the spot of a value below n: n's own place is the fallback for what has none.
func (s spot) in(n *yaml11.Node, key string) spot {
	return spot{key: key, at: place(n, s.at)}
}

func place(n *yaml11.Node, fallback finding.Position) finding.Position {
	if p := n.Position(); p.File != "" {
		return p
	}
	return fallback
}

func (c *court) refuse(s spot, n *yaml11.Node, code finding.Code, message, suggestion string) {
	c.refusals = append(c.refusals, Refusal{Job: c.job, Action: c.action, Code: code, At: place(n, s.at),
		Message: message, Suggestion: suggestion})
}

// judge judges one value.
type judge func(c *court, s spot, n *yaml11.Node)

// field is a key that an object may have; a nil judge lets every value pass.
type field struct {
	key   string
	check judge
}

// shape is an object with a fixed set of keys. Tron: config_utils.Validator.
type shape struct {
	kind     string // as people call it
	optional bool   // null is taken, too
	required []string
	fields   []field
	// after judges what concerns several keys; it sees only objects whose keys are right.
	after func(c *court, s spot, n *yaml11.Node)
}

func (x *shape) check(c *court, s spot, n *yaml11.Node) {
	switch {
	case x.optional && n.IsNull():
		return
	case !n.IsMap():
		c.refuse(s, n, finding.TronValue, quote(s.key)+": "+x.kind+" is a mapping, not a "+kindOf(n), "")
		return
	}
	before := len(c.refusals)
	for _, key := range x.required {
		if !n.Has(key) && !x.misspells(n, key) {
			c.refuse(s, n, finding.TronMissing, x.kind+" lacks "+quote(key), key+": …")
		}
	}
	next := 0 // both are sorted, as a rule
	for _, p := range n.Pairs {
		f := x.find(p.Key, &next)
		if f == nil {
			c.refuse(spot{at: place(p.Key, place(n, s.at))}, nil, finding.TronUnknownKey,
				"Tron knows no key "+quote(p.Key.Text)+" in "+x.kind, x.likely(p.Key.Text, n))
			continue
		}
		if f.check != nil {
			f.check(c, spot{key: f.key, at: place(p.Key, place(n, s.at))}, p.Value)
		}
	}
	if x.after != nil && len(c.refusals) == before {
		x.after(c, s, n)
	}
}

// likely is the key that is meant by one that Tron does not know.
func (x *shape) likely(name string, n *yaml11.Node) string {
	var free []string
	for _, f := range x.fields {
		if !n.Has(f.key) {
			free = append(free, f.key)
		}
	}
	return spelling.NearestKey(name, free)
}

// misspells tells whether the object has an unknown key that means the one that it lacks.
func (x *shape) misspells(n *yaml11.Node, key string) bool {
	return slices.ContainsFunc(n.Pairs, func(p yaml11.Pair) bool {
		at := 0
		return x.find(p.Key, &at) == nil && x.likely(p.Key.Text, n) == key
	})
}

// byKey sorts the fields of a shape, so that sorted objects find them one after the other.
func byKey(fields []field) []field {
	slices.SortFunc(fields, func(a, b field) int { return strings.Compare(a.key, b.key) })
	return fields
}

// find looks a key up from *next on, and then before it.
func (x *shape) find(key *yaml11.Node, next *int) *field {
	if key.Kind != yaml11.String {
		return nil
	}
	for n := range x.fields {
		i := (*next + n) % len(x.fields)
		if x.fields[i].key == key.Text {
			*next = i + 1
			return &x.fields[i]
		}
	}
	return nil
}
