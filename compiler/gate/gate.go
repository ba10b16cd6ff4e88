// Package gate holds a change against rules that a company writes itself: gates.yaml in the system config.
//
// A gate is an expression in CEL, the language of Kubernetes' admission policies, that must be true of a change, of
// each changed object, or of each pool of nodes. A stranger may have written it: an expression has no access to
// anything but what it is handed, its cost is limited, and what it says is escaped like everything else.
package gate

import (
	"maps"
	"slices"

	"github.com/google/cel-go/cel"

	"github.com/paasta-render/paasta-render/compiler/diff"
	"github.com/paasta-render/paasta-render/compiler/diff/report"
	"github.com/paasta-render/paasta-render/compiler/finding"
)

// FileName is the file's name in the system config.
const FileName = "gates.yaml"

// Set is the gates of one file, or of several, in the order in which they are written.
type Set struct{ gates []gate }

// Len is how many gates there are.
func (s Set) Len() int { return len(s.gates) }

// And returns the gates of s, and those of other whose names s does not have: a change may add gates to those of its
// base and cannot weaken them.
func (s Set) And(other Set) Set {
	all := slices.Clone(s.gates)
	for _, g := range other.gates {
		if !slices.ContainsFunc(s.gates, func(own gate) bool { return own.name == g.name }) {
			all = append(all, g)
		}
	}
	return Set{all}
}

// gate is one rule.
type gate struct {
	name       string
	scope      scope
	severity   finding.Severity
	at         finding.Position // of its name
	message    string           // empty when there is an expression for it
	holds      expression
	when       *expression // which objects or pools the gate is about; nil for all
	say        *expression // the message as an expression; nil without one
	exemptions []exemption
	needs      needs
}

// exemption lets something pass until a day.
type exemption struct {
	ticket, reason string
	until          string // the last day, YYYY-MM-DD
	where          *expression
	at             finding.Position
}

// expression is a compiled text of CEL.
type expression struct {
	program cel.Program
	at      finding.Position
}

// scope is what a gate is asked of.
type scope string

const (
	ofChange scope = "change"
	ofObject scope = "object"
	ofPool   scope = "pool"
)

// needs are the parts of an object that cost something to make: they are made when an expression names them.
type needs struct{ contents, source bool }

// NeedsSource tells whether a gate asks for an instance's configuration.
func (s Set) NeedsSource() bool {
	return slices.ContainsFunc(s.gates, func(g gate) bool { return g.needs.source })
}

// NeedsContents tells whether a gate asks for whole objects.
func (s Set) NeedsContents() bool {
	return slices.ContainsFunc(s.gates, func(g gate) bool { return g.needs.contents })
}

// Input is what gates are held against.
type Input struct {
	Report *report.Report
	// Date is today, YYYY-MM-DD: from the day after its last one, an exemption does not count.
	Date string
	// Approvals are who approved the change: names as CODEOWNERS or monitoring.yaml have them.
	Approvals []string
	// Owners returns who owns a source file; nil when nobody knows.
	Owners func(file string) []string
	// Contents returns an object before and after as maps, lists and scalars, without secrets; nil when nobody knows
	// any object.
	Contents func(*diff.Change) (before, after map[string]any)
	// Source returns the effective configuration of the object's instance after the change; nil when nobody knows.
	Source func(*diff.Change) map[string]any
}

// ownersOf are the owners of what made a change, and the team of what it concerns.
func ownersOf(in *Input, c *diff.Change) []string {
	var all []string
	if in.Owners != nil {
		for _, cause := range c.Causes {
			all = append(all, in.Owners(cause.File)...)
		}
	}
	if c.Team != "" {
		all = append(all, c.Team)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

func filesAndOwners(in *Input) (files, owners []string) {
	seen := map[string]bool{}
	for i := range in.Report.Changes {
		for _, cause := range in.Report.Changes[i].Causes {
			seen[cause.File] = true
		}
	}
	files = sortedKeys(seen)
	if in.Owners != nil {
		for _, file := range files {
			owners = append(owners, in.Owners(file)...)
		}
	}
	slices.Sort(owners)
	return files, slices.Compact(owners)
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
