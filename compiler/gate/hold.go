package gate

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/paasta-render/paasta-render/compiler/diff"
	"github.com/paasta-render/paasta-render/compiler/finding"
)

// maxNotes is how many further source lines a finding names.
const maxNotes = 5

// Hold returns what the gates say of a change, a finding for each gate and source line that breaks it, in order of
// place.
func (s Set) Hold(in Input) []finding.Finding {
	if len(s.gates) == 0 {
		return nil
	}
	h := holding{Input: &in, change: changeOf(&in)}
	for i := range s.gates {
		h.hold(&s.gates[i])
	}
	finding.Sort(h.found)
	return h.found
}

// holding is one run of all gates.
type holding struct {
	*Input
	change *Change
	found  []finding.Finding
	// of the gate that is being held:
	cost    uint64
	stopped bool
	broken  []breach
	exempt  map[int]int // by exemption: how much it lets pass
}

// breach is one thing that a gate is asked of and that breaks it.
type breach struct {
	message string
	object  *diff.Object // nil when it is about more than one
	causes  []diff.Cause
	file    string // in the output tree, for what has no causes; empty when there is none
}

func (h *holding) hold(g *gate) {
	h.cost, h.stopped, h.broken, h.exempt = 0, false, nil, map[int]int{}
	switch g.scope {
	case ofChange:
		h.ask(g, map[string]any{"change": h.change}, breach{causes: h.causes(nil)})
	case ofPool:
		for i := range h.change.Pools {
			p := &h.change.Pools[i]
			vars := map[string]any{"change": h.change, "pool": p}
			h.ask(g, vars, breach{causes: h.causes(func(c *diff.Change) bool { return inPool(c, p) })})
		}
	case ofObject:
		for i := range h.Report.Changes {
			c := &h.Report.Changes[i]
			if c.Kind == "Kustomization" && c.Group == "kustomize.config.k8s.io" {
				continue // the list of files; what they hold is asked by itself
			}
			vars := objectVariables(h.Input, c, g.needs)
			vars["change"] = h.change
			h.ask(g, vars, breach{object: &c.Object, causes: c.Causes, file: c.File})
		}
	}
	h.sum(g)
}

// inPool tells whether what an object changes is counted in a pool.
func inPool(c *diff.Change, p *Pool) bool {
	return c.Cluster == p.Cluster && (c.New != nil && c.New.Pool == p.Name || c.Old != nil && c.Old.Pool == p.Name)
}

// ask evaluates a gate once.
func (h *holding) ask(g *gate, vars map[string]any, b breach) {
	if h.stopped {
		return
	}
	if g.when != nil && h.eval(g, *g.when, vars) != true || h.stopped {
		return
	}
	if h.eval(g, g.holds, vars) != false || h.stopped {
		return
	}
	for i := range g.exemptions {
		x := &g.exemptions[i]
		if h.Date <= x.until && (x.where == nil || h.eval(g, *x.where, vars) == true) {
			h.exempt[i]++
			return
		}
	}
	b.message = g.message
	if g.say != nil {
		if said, ok := h.eval(g, *g.say, vars).(string); ok {
			b.message = said
		}
	}
	if !h.stopped {
		h.broken = append(h.broken, b)
	}
}

// eval runs an expression. When it cannot be evaluated the gate stops there, and the finding says so.
func (h *holding) eval(g *gate, e expression, vars map[string]any) any {
	value, details, err := e.program.Eval(vars)
	if details != nil && details.ActualCost() != nil {
		h.cost += *details.ActualCost()
	}
	switch {
	case err != nil:
		h.fail(g, e, "cannot be evaluated"+about(vars)+": "+oneLine(err.Error()))
		return nil
	case h.cost > maxAllCost:
		h.fail(g, e, fmt.Sprintf("costs more than %d in all: it asks too much of each %s", maxAllCost, g.scope))
		return nil
	}
	switch v := value.Value().(type) {
	case bool, string:
		return v
	}
	h.fail(g, e, fmt.Sprintf("gives a %s%s", value.Type().TypeName(), about(vars)))
	return nil
}

// about names what an expression was asked of.
func about(vars map[string]any) string {
	switch v := vars["object"].(type) {
	case *Object:
		o := diff.Object{Cluster: v.Cluster, Kind: v.Kind, Namespace: v.Namespace, Name: v.Name}
		return " of " + o.String()
	}
	if p, ok := vars["pool"].(*Pool); ok {
		return " of the pool " + p.Name + " in " + p.Cluster
	}
	return ""
}

// fail says that a gate could not be asked; it counts as broken, and is not asked of anything else.
func (h *holding) fail(g *gate, e expression, message string) {
	if h.stopped {
		return
	}
	h.stopped = true
	h.found = append(h.found, finding.Finding{Code: finding.GateUnanswered, At: e.at,
		Message: "the gate " + g.name + " " + message, Suggestion: "ask with has() or .? for what need not be there"})
}

// sum makes findings of what breaks a gate: one for each source line.
func (h *holding) sum(g *gate) {
	for i, x := range g.exemptions {
		if n := h.exempt[i]; n > 0 {
			h.found = append(h.found, finding.Finding{Code: finding.GateExempt, Severity: finding.Warning, At: x.at,
				Message: fmt.Sprintf("%s lets the gate %s pass %s until %s%s", x.ticket, g.name, times(n), x.until,
					because(x.reason))})
		}
	}
	rows := map[string]int{}
	var found []finding.Finding
	more := map[int]int{}
	for i := range h.broken {
		f := h.finding(g, &h.broken[i])
		key := f.At.String()
		if g.scope == ofPool {
			key += f.Message
		}
		if at, ok := rows[key]; ok {
			more[at]++
			continue
		}
		rows[key] = len(found)
		found = append(found, f)
	}
	for i := range found {
		switch n := more[i]; {
		case n == 1:
			found[i].Message += ", and 1 more object because of the same line"
		case n > 1:
			found[i].Message += fmt.Sprintf(", and %d more objects because of the same line", n)
		}
	}
	h.found = append(h.found, found...)
}

func because(reason string) string {
	if reason == "" {
		return ""
	}
	return ": " + oneLine(reason)
}

func times(n int) string {
	if n == 1 {
		return "once"
	}
	return fmt.Sprintf("%d times", n)
}

// finding is a breach as a finding: at the source line that made it, else at the file of the output.
func (h *holding) finding(g *gate, b *breach) finding.Finding {
	f := finding.Finding{Code: finding.GateClosed, Severity: g.severity, Message: g.name + ": " + oneLine(b.message)}
	if b.object != nil {
		f.Service, f.Instance, f.Cluster = b.object.Service, b.object.Instance, b.object.Cluster
		f.Message += " (" + b.object.String() + ")"
		f.At.File = b.file
	}
	for i, c := range b.causes {
		at := finding.Position{File: c.File, Line: c.Line, Column: c.Column}
		switch {
		case i == 0:
			f.At = at
		case i <= maxNotes:
			f.Notes = append(f.Notes, finding.Note{At: at, Message: "and " + cmp.Or(c.Key, "this file")})
		}
	}
	if f.At.File == "" {
		f.At = g.at
	}
	for _, x := range g.exemptions {
		if x.until < h.Date {
			f.Notes = append(f.Notes, finding.Note{At: x.at, Message: "the exemption for " + x.ticket + " ended on " + x.until})
		}
	}
	return f
}

// causes are the places that made the changes that fit, the gravest changes first, then the places that made most.
func (h *holding) causes(fits func(*diff.Change) bool) []diff.Cause {
	type row struct {
		diff.Cause
		effect  diff.Effect
		objects int
	}
	rows := map[string]*row{}
	for i := range h.Report.Changes {
		c := &h.Report.Changes[i]
		if fits != nil && !fits(c) {
			continue
		}
		for _, cause := range c.Causes {
			key := cause.String()
			if rows[key] == nil {
				rows[key] = &row{Cause: cause, effect: c.Effect}
			}
			rows[key].objects++
			rows[key].effect = min(rows[key].effect, c.Effect)
		}
	}
	all := make([]*row, 0, len(rows))
	for _, key := range sortedKeys(rows) {
		all = append(all, rows[key])
	}
	slices.SortStableFunc(all, func(a, b *row) int {
		return cmp.Or(cmp.Compare(a.effect, b.effect), cmp.Compare(b.objects, a.objects))
	})
	causes := make([]diff.Cause, len(all))
	for i, r := range all {
		causes[i] = r.Cause
	}
	return causes
}
