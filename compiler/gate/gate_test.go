package gate_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/paasta-render/paasta-render/compiler/diff"
	"github.com/paasta-render/paasta-render/compiler/diff/report"
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/gate"
)

// said joins findings: place, code, message, suggestion.
func said(findings []finding.Finding) string {
	var b strings.Builder
	for _, f := range findings {
		b.WriteString(f.At.String() + " " + string(f.Code) + " " + f.Message)
		if f.Suggestion != "" {
			b.WriteString("; " + f.Suggestion)
		}
		b.WriteString("\n")
	}
	return b.String()
}

func parse(text string) (gate.Set, string) {
	var found finding.List
	set := gate.Parse("_system/gates.yaml", []byte(text), found.Add)
	return set, said(found.All())
}

// What is wrong with the file is said where it is.
func TestFaultsOfTheFile(t *testing.T) {
	for _, test := range []struct{ fault, text, want string }{
		{"an empty file", "", `_system/gates.yaml G002 the file is empty; gates: []`},
		{"a key that does not exist", "gates:\n- name: a\n  expresion: 'true'\n  message: m\n",
			`_system/gates.yaml:3:3 V001 unknown key "expresion"; expression`},
		{"no message", "gates:\n- name: a\n  expression: 'true'\n", `a gate needs message or messageExpression`},
		{"a name that is none", "gates:\n- {name: A b, expression: 'true', message: m}\n", `_system/gates.yaml:2:10 V005`},
		{"two of one name", "gates:\n- {name: a, expression: 'true', message: m}\n- {name: a, expression: 'true', message: m}\n",
			`_system/gates.yaml:3:10 G002 two gates are called "a"`},
		{"a variable that does not exist", "gates:\n- name: a\n  message: m\n  expression: size(chnage.restarts) < 3\n",
			`_system/gates.yaml:4:20 G002 undeclared reference to 'chnage' (in container ''); change`},
		{"a field that does not exist, in the second line of a folded text",
			"gates:\n- name: a\n  message: m\n  expression: >-\n    change.objects > 3 ||\n    change.restats.size() < 3\n",
			`_system/gates.yaml:6:12 G002 undefined field 'restats'; restarts`},
		{"the same in a literal text", "gates:\n- name: a\n  message: m\n  expression: |\n    change.objects > 3 ||\n      change.restats.size() < 3\n",
			`_system/gates.yaml:6:14 G002 undefined field 'restats'; restarts`},
		{"the same in quotes", "gates:\n- name: a\n  message: m\n  expression: \"change.objects > 3 || change.restats.size() < 3\"\n",
			`_system/gates.yaml:4:45 G002 undefined field 'restats'; restarts`},
		{"no end", "gates:\n- {name: a, message: m, expression: 'size(change.restarts'}\n", `_system/gates.yaml:2:`},
		{"no boolean", "gates:\n- {name: a, message: m, expression: change.objects}\n",
			`_system/gates.yaml:2:37 G002 the expression gives a int, not a bool`},
		{"a wrong regular expression", "gates:\n- {name: a, message: m, expression: \"change.head.matches('[')\"}\n", `G002 invalid matches argument`},
		{"the object of a gate for the change", "gates:\n- {name: a, message: m, expression: object.kind == ''}\n",
			`G002 undeclared reference to 'object' (in container '')`},
		{"a choice for a gate for the change", "gates:\n- {name: a, message: m, expression: 'true', when: 'true'}\n",
			`_system/gates.yaml:2:45 G002 when chooses objects or pools, and this gate is asked of the change as a whole; for: object`},
		{"a last day that is none", "gates:\n- name: a\n  message: m\n  expression: 'true'\n  exemptions:\n  - {ticket: T-1, until: soon}\n",
			`_system/gates.yaml:6:26 G002 until is a string, not a day; a day without quotes, such as 2027-01-31`},
		{"an exemption without a ticket", "gates:\n- name: a\n  message: m\n  expression: 'true'\n  exemptions:\n  - {until: 2027-01-31}\n", `ticket`},
		{"too long", "gates:\n- {name: a, message: m, expression: '" + strings.Repeat("true || ", 5000) + "true'}\n", `G002`},
		{"too deep", "gates:\n- {name: a, message: m, expression: '" + strings.Repeat("(", 400) + "true" + strings.Repeat(")", 400) + "'}\n", `G002`},
	} {
		if _, got := parse(test.text); !strings.Contains(got, test.want) {
			t.Errorf("%s: said is %s\nwithout %s", test.fault, got, test.want)
		}
	}
}

// sample is a change of two Deployments, which one line made.
func sample() *report.Report {
	cause := []diff.Cause{{Key: "cpus", Layer: "instance", File: "web/kubernetes-test.yaml", Line: 3, Column: 9}}
	workload := func(name string) diff.Change {
		pods := diff.Workload{Kind: "Deployment", Namespace: "web", Name: name, Min: 3, Max: 5, Pool: "default", Pod: diff.Resources{CPU: 1}}
		more := pods
		more.Pod.CPU = 3
		return diff.Change{
			Object: diff.Object{Cluster: "test", Kind: "Deployment", Group: "apps", Namespace: "web", Name: name, Service: "web", Instance: name,
				Pool: "default", File: "test/kubernetes/web/" + name + ".yaml"},
			Op: diff.Changed, Effect: diff.Restart, Old: &pods, New: &more, Causes: cause,
			Edits: []diff.Edit{{Path: "spec.template.spec.containers[main].resources", Op: diff.Changed, Effect: diff.Restart}},
		}
	}
	return report.New([]diff.Change{workload("a"), workload("b")})
}

func hold(t *testing.T, text string, in gate.Input) string {
	t.Helper()
	set, wrong := parse(text)
	if wrong != "" {
		t.Fatal(wrong)
	}
	if in.Report == nil {
		in.Report = sample()
	}
	if in.Date == "" {
		in.Date = "2027-01-31"
	}
	return said(set.Hold(in))
}

func TestHold(t *testing.T) {
	content := map[string]any{"spec": map[string]any{"replicas": int64(3), "template": map[string]any{"spec": map[string]any{
		"containers": []any{map[string]any{"name": "main", "image": "x:latest"}}}}}}
	in := gate.Input{
		Owners:   func(string) []string { return []string{"@org/web"} },
		Contents: func(*diff.Change) (before, after map[string]any) { return nil, content },
		Source:   func(*diff.Change) map[string]any { return map[string]any{"cpus": 1.5} },
	}
	const at = "web/kubernetes-test.yaml:3:9 G001 a: "
	const both = " (test Deployment web/a), and 1 more object because of the same line\n"
	for _, test := range []struct{ rule, gate, want string }{
		{"what is true is silent", "expression: change.restarts.size() == 2, message: m", ""},
		{"a change is held at its cause", "expression: change.restarts.size() < 2, message: m", at + "m\n"},
		{"a message may be an expression", "expression: 'false', messageExpression: string(change.objects) + ' objects'", at + "2 objects\n"},
		{"an object is held at its cause, with those of the same line", "for: object, expression: object.effect != 'restart', message: m", at + "m" + both},
		{"when chooses", "for: object, when: object.name == 'b', expression: 'false', message: m", at + "m (test Deployment web/b)\n"},
		{"a pool adds up", "for: pool, expression: pool.cpu.max < 20.0 && pool.name == 'default', message: m", at + "m\n"},
		{"numbers compare with numbers", "for: pool, expression: pool.cpu.min > 11 && pool.cpu.min == 12.0, message: m", ""},
		{"the object itself", "for: object, expression: after.spec.replicas == 3 && before.size() == 0, message: m", ""},
		{"its images", "for: object, expression: \"!object.images.exists(i, i.endsWith(':latest'))\", message: m", at + "m" + both},
		{"its source", "for: object, expression: source.cpus < 1, message: m", at + "m" + both},
		{"its owners", "for: object, expression: \"'@org/web' in object.owners && change.owners == ['@org/web']\", message: m", ""},
		{"a field that is not there", "for: object, expression: after.spec.strategy == 'x', message: m",
			"_system/gates.yaml:2:38 G003 the gate a cannot be evaluated of test Deployment web/a: no such key: strategy; " +
				"ask with has() or .? for what need not be there\n"},
		{"an exemption lets pass on its last day", "expression: 'false', message: m, exemptions: [{ticket: T-1, until: 2027-01-31, reason: soon}]",
			"_system/gates.yaml:2:68 G004 T-1 lets the gate a pass once until 2027-01-31: soon\n"},
		{"and not after it", "expression: 'false', message: m, exemptions: [{ticket: T-1, until: 2027-01-30}]", at + "m\n"},
		{"an exemption is for what it names", "for: object, expression: 'false', message: m, exemptions: [{ticket: T-1, until: 2027-01-31, where: object.name == 'a'}]",
			"_system/gates.yaml:2:81 G004 T-1 lets the gate a pass once until 2027-01-31\n" + at + "m (test Deployment web/b)\n"},
	} {
		if got := hold(t, "gates:\n- {name: a, "+test.gate+"}\n", in); got != test.want {
			t.Errorf("%s: said is %swant %s", test.rule, got, test.want)
		}
	}
}

// An expression that would run for minutes or fill the memory ends by its cost.
func TestAnExpressionIsBounded(t *testing.T) {
	many := "[" + strings.Repeat("1,", 400) + "1]"
	for _, bomb := range []string{
		many + ".all(a, " + many + ".all(b, " + many + ".all(c, a + b + c > 0)))",
		"size(" + many + ".map(a, " + many + ".map(b, " + many + ".map(c, '" + strings.Repeat("x", 500) + "')))) > 0",
		"lists.range(100000000).size() > 0",
	} {
		if got := hold(t, "gates:\n- name: a\n  message: m\n  expression: |\n    "+bomb+"\n", gate.Input{}); !strings.Contains(got, "G003") {
			t.Errorf("said is %s", got)
		}
	}
}

// The gates of the base count whatever the change makes of them.
func TestAChangeCannotWeakenItsGates(t *testing.T) {
	strict, _ := parse("gates: [{name: a, expression: 'false', message: strict}]")
	weak, _ := parse("gates: [{name: a, expression: 'true', message: weak}, {name: b, expression: 'false', message: added}]")
	got := said(strict.And(weak).Hold(gate.Input{Report: sample(), Date: "2027-01-31"}))
	if !strings.Contains(got, "a: strict") || !strings.Contains(got, "b: added") || strings.Contains(got, "weak") {
		t.Errorf("said is %s", got)
	}
}

func TestReadLooksBesideTheSystemConfig(t *testing.T) {
	text := &fstest.MapFile{Data: []byte("gates: [{name: a, expression: 'true', message: m}]")}
	for _, name := range []string{"gates.yaml", "paasta/gates.yaml"} {
		var found finding.List
		if n := gate.Read(fstest.MapFS{name: text}, "_system", found.Add).Len(); n != 1 || len(found.All()) > 0 {
			t.Errorf("%s: %d gates, said is %s", name, n, said(found.All()))
		}
	}
	if n := gate.Read(fstest.MapFS{}, "_system", nil).Len(); n != 0 {
		t.Errorf("%d gates without a file", n)
	}
}

// A stranger writes the file: nothing in it panics.
func FuzzParse(f *testing.F) {
	f.Add("gates:\n- name: a\n  message: m\n  expression: >-\n    change.objects > 3 ||\n    change.restats.size() < 3\n")
	f.Add("gates: [{name: a, for: object, expression: 'after.x', messageExpression: 'object.name'}]")
	f.Fuzz(func(t *testing.T, text string) {
		set, _ := parse(text)
		set.Hold(gate.Input{Report: sample(), Date: "2027-01-31"})
	})
}
