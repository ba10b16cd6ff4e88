package gate

import (
	"fmt"
	"io/fs"
	"path"

	"github.com/google/cel-go/cel"

	"github.com/paasta-render/paasta-render/compiler/check"
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

// Read reads gates.yaml of a system config, which findings call shown. What is wrong is reported; then its gate is left
// out, and the run fails. There need not be such a file.
func Read(system fs.FS, shown string, report finding.Report) Set {
	for _, dir := range []string{".", "paasta"} {
		name := path.Join(dir, FileName)
		data, err := fs.ReadFile(system, name)
		if err != nil {
			continue
		}
		return Parse(path.Join(shown, name), data, report)
	}
	return Set{}
}

// Parse reads the text of a gates.yaml.
func Parse(name string, data []byte, report finding.Report) Set {
	r := reader{environments: map[scope]*cel.Env{}, text: string(data), report: report}
	root, ok := yaml11.Parse(name, data, func(finding.Finding) {})
	if ok && root.IsNull() {
		r.invalid(finding.Position{File: name}, "the file is empty", "gates: []")
		return Set{}
	}
	if !check.Text(name, "gates", data, report) {
		return Set{}
	}
	var set Set
	names := map[string]finding.Position{}
	for _, n := range root.Get("gates").Items {
		g, ok := r.gate(n)
		if first, twice := names[g.name]; twice {
			report(finding.Finding{Code: finding.GateInvalid, At: n.Get("name").Position(),
				Message: fmt.Sprintf("two gates are called %q", g.name), Notes: []finding.Note{{At: first, Message: "first here"}}})
			continue
		}
		names[g.name] = g.at
		if ok {
			set.gates = append(set.gates, g)
		}
	}
	return set
}

// reader reads one file, whose shape is right.
type reader struct {
	environments map[scope]*cel.Env
	text         string
	report       finding.Report
}

func (r *reader) gate(n *yaml11.Node) (g gate, ok bool) {
	g = gate{name: n.Get("name").Text, at: n.Get("name").Position(), scope: ofChange, severity: finding.Error}
	if s := n.Get("for"); s != nil {
		g.scope = scope(s.Text)
	}
	if s := n.Get("severity"); s != nil && s.Text == "warning" {
		g.severity = finding.Warning
	}
	if m := n.Get("message"); m != nil {
		g.message = m.Text
	}
	if when := n.Get("when"); when != nil && g.scope == ofChange {
		r.invalid(n.KeyPosition("when"), "when chooses objects or pools, and this gate is asked of the change as a whole",
			"for: object")
		return g, false
	}
	holds := r.compile(&g, n.Get("expression"), cel.BoolType)
	g.when, g.say = r.compile(&g, n.Get("when"), cel.BoolType), r.compile(&g, n.Get("messageExpression"), cel.StringType)
	ok = holds != nil && (g.when != nil || n.Get("when") == nil) && (g.say != nil || n.Get("messageExpression") == nil)
	if holds != nil {
		g.holds = *holds
	}
	if list := n.Get("exemptions"); list != nil {
		for _, e := range list.Items {
			x, good := r.exemption(&g, e)
			g.exemptions, ok = append(g.exemptions, x), ok && good
		}
	}
	return g, ok
}

func (r *reader) exemption(g *gate, n *yaml11.Node) (x exemption, ok bool) {
	x = exemption{ticket: n.Get("ticket").Text, until: n.Get("until").Text, at: n.Get("ticket").Position()}
	if reason := n.Get("reason"); reason != nil {
		x.reason = reason.Text
	}
	if until := n.Get("until"); until.Kind != yaml11.Date {
		r.invalid(until.Position(), "until is "+until.KindWithArticle()+", not a day",
			"a day without quotes, such as 2027-01-31")
		return x, false
	}
	x.where = r.compile(g, n.Get("where"), cel.BoolType)
	return x, x.where != nil || n.Get("where") == nil
}

func (r *reader) invalid(at finding.Position, message, suggestion string) {
	r.report(finding.Finding{Code: finding.GateInvalid, At: at, Message: message, Suggestion: suggestion})
}
