package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/paasta-render/paasta-render/compiler/diff"
	"github.com/paasta-render/paasta-render/compiler/diff/group"
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/paasta"
)

// Expectation is what the author of a change means it to do.
type Expectation struct {
	kind     string // none, no-restart, any, only
	services []string
}

// ParseExpectation reads none, no-restart, any, or "only SERVICE…" with services separated by commas or spaces.
func ParseExpectation(s string) (Expectation, error) {
	words := strings.FieldsFunc(s, func(r rune) bool { return r == ' ' || r == ',' || r == '=' })
	switch {
	case len(words) == 1 && slices.Contains([]string{"none", "no-restart", "any"}, words[0]):
		return Expectation{kind: words[0]}, nil
	case len(words) > 1 && words[0] == "only":
		return Expectation{"only", words[1:]}, nil
	}
	return Expectation{}, fmt.Errorf("unknown expectation %q: none, no-restart, any, or \"only SERVICE…\"", s)
}

// Counterexample is the smallest change that an expectation did not allow.
type Counterexample struct {
	Change  *diff.Change
	Edit    *diff.Edit // the field that breaks it
	Message string
	Others  int // further changes that break it, too
}

// Check returns nil when the report is as expected.
func (e Expectation) Check(r *Report) *Counterexample {
	var against []*diff.Change
	for i := range r.Changes {
		if !e.allows(&r.Changes[i]) {
			against = append(against, &r.Changes[i])
		}
	}
	if len(against) == 0 {
		return nil
	}
	smallest := slices.MinFunc(against, func(a, b *diff.Change) int {
		return cmp.Or(cmp.Compare(len(a.Edits), len(b.Edits)), cmp.Compare(len(e.breaking(a).Path), len(e.breaking(b).Path)))
	})
	x := &Counterexample{Change: smallest, Edit: e.breaking(smallest), Others: len(against) - 1}
	x.Message = e.message(x)
	return x
}

// Finding is the counterexample as a finding, at the source line that made it.
func (x *Counterexample) Finding() finding.Finding {
	f := finding.Finding{
		Code: finding.Unexpected, Message: x.Message,
		Service: x.Change.Service, Instance: x.Change.Instance, Cluster: x.Change.Cluster,
	}
	for i, c := range x.Change.Causes {
		at := finding.Position{File: c.File, Line: c.Line, Column: c.Column}
		if i == 0 {
			f.At = at
			continue
		}
		f.Notes = append(f.Notes, finding.Note{At: at, Message: "and " + cmp.Or(c.Key, "this file")})
	}
	return f
}

func (e Expectation) allows(c *diff.Change) bool {
	switch e.kind {
	case "any":
		return true
	case "no-restart":
		return !c.Effect.Restarts()
	case "only":
		return c.Kind == "Kustomization" || slices.ContainsFunc(e.services, func(service string) bool { return belongsTo(c, service) })
	}
	return false
}

// belongsTo tells whether the object is the service's: by its name, its namespace, or because all that made the change
// is in the service's folder.
func belongsTo(c *diff.Change, service string) bool {
	if c.Service != "" {
		return c.Service == service
	}
	const prefix = "paastasvc-" // PaaSTA: KubernetesDeploymentConfig.get_namespace
	if own := prefix + paasta.KubernetesName(service); c.Namespace == own || c.Kind == "Namespace" && c.Name == own {
		return true
	}
	return len(c.Causes) > 0 && !slices.ContainsFunc(c.Causes, func(cause diff.Cause) bool {
		return !strings.HasPrefix(cause.File, service+"/")
	})
}

// breaking is the edit that matters: the one with the change's gravest effect, and of those the one that others follow
// from rather than repeat.
func (e Expectation) breaking(c *diff.Change) *diff.Edit {
	follows := func(e *diff.Edit) int {
		if e.Derived {
			return 3
		}
		return group.Rank(e.Path)
	}
	at := 0
	for i := range c.Edits {
		if cmp.Or(cmp.Compare(c.Edits[i].Effect, c.Edits[at].Effect), cmp.Compare(follows(&c.Edits[i]), follows(&c.Edits[at]))) < 0 {
			at = i
		}
	}
	return &c.Edits[at]
}

func (e Expectation) message(x *Counterexample) string {
	field := group.ClassEdit{Edit: *x.Edit}
	path, change := what(&field)
	var b strings.Builder
	switch e.kind {
	case "none":
		b.WriteString("nothing was to change, but ")
	case "no-restart":
		b.WriteString("nothing was to restart, but ")
	default:
		b.WriteString("only " + strings.Join(e.services, ", ") + " was to change, but ")
	}
	b.WriteString(x.Change.Object.String() + ": " + strings.TrimSpace(path+" "+change))
	if x.Edit.Effect.Restarts() {
		b.WriteString(" (" + x.Edit.Effect.String() + ": " + x.Edit.Why + ")")
	}
	if x.Others > 0 {
		b.WriteString("; " + plural(x.Others, "more object") + " like it")
	}
	return b.String()
}
