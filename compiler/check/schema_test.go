package check

import (
	"bytes"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v5"
	"gopkg.in/yaml.v3"

	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
	"github.com/paasta-render/paasta-render/schema"
)

func parse(t *testing.T, text string) *yaml11.Node {
	t.Helper()
	root, ok := yaml11.Parse("file.yaml", []byte(text), func(f finding.Finding) { t.Log(f.Message) })
	if !ok {
		t.Fatalf("not YAML: %s", text)
	}
	return root
}

// verdicts are PaaSTA's. Where editors must differ, for JSON Schema knows no Python, editor says so.
var verdicts = []struct {
	rule, schema, text string
	want               bool
	differs            bool
}{
	{"an instance has a key at least", "kubernetes", "main: {}", false, false},
	{"a file has an instance at least", "kubernetes", "{}", false, false},
	{"Tron's file may be empty", "tron", "{}", true, false},
	{"a name may end in a letter or digit only", "kubernetes", "main-: {mem: 64}", false, false},
	{"a name may end in a line break, for Python", "kubernetes", "\"main\\n\": {mem: 64}", true, true},
	{"an upper case name is none", "kubernetes", "Main: {mem: 64}", false, false},
	{"a template may have any key", "kubernetes", "_t: {x: 1}\nmain: {mem: 64}", true, false},
	{"a template is a mapping", "kubernetes", "_t:\nmain: {mem: 64}", false, false},
	{"a boolean is no number", "kubernetes", "main: {cpus: yes}", false, false},
	{"2.0 is no integer", "kubernetes", "main: {instances: 2.0}", false, true},
	{"NaN is below no bound", "kubernetes", "main: {cpus: .nan}", true, true},
	{"0 cpus are too few", "kubernetes", "main: {cpus: 0}", false, false},
	{"32 MiB are enough for an instance", "kubernetes", "main: {mem: 32}", true, false},
	{"32 MiB are not enough for an adhoc instance", "adhoc", "main: {mem: 32}", false, false},
	{"a key that is no string stops patterns", "kubernetes", "main: {env: {on: a}}", false, true},
	{"cmd is a string or a list", "kubernetes", "main: {cmd: {a: b}}", false, false},
	{"true and 1 are two items", "kubernetes", "main: {constraints: [[true], [2]]}", true, false},
	{"1 and 1.0 are one item", "kubernetes", "main: {extra_volumes: [{a: 1}, {a: 1.0}]}", false, false},
	{"healthcheck_cmd alone is ambiguous", "kubernetes", "main: {healthcheck_cmd: a}", false, false},
	{"healthcheck_cmd goes with another mode", "kubernetes", "main: {healthcheck_cmd: a, healthcheck_mode: tcp}", true,
		false},
	{"mode cmd needs its command", "kubernetes", "main: {healthcheck_mode: cmd}", false, false},
	{"four drain parameters alone are ambiguous", "kubernetes",
		"main: {drain_method_params: {drain: {}, stop_draining: {}, is_draining: {}, is_safe_to_kill: {}}}", false, false},
	{"three drain parameters are not", "kubernetes",
		"main: {drain_method_params: {drain: {}, stop_draining: {}, is_draining: {}}}", true, false},
	{"drain by http needs four", "kubernetes", "main: {drain_method: http, drain_method_params: {drain: {}}}", false,
		false},
	{"fs_group_change_policy needs fs_group", "kubernetes", "main: {fs_group_change_policy: Always}", false, false},
	{"a role and a service account exclude each other", "kubernetes",
		"main: {service_account_name: a, iam_role: 'arn:aws:iam::1:role/a'}", false, false},
	{"kubernetes has no cost_owner", "kubernetes", "main: {cost_owner: a}", false, false},
	{"eks has", "eks", "main: {cost_owner: a}", true, false},
	{"match_label_keys leaves the instance out", "eks",
		"main: {topology_spread_constraints: [{match_label_keys: [paasta.yelp.com/instance]}]}", false, false},
	{"an operator takes its own keys", "kubernetes", "main: {node_selectors: {az: [{operator: In, value: 1}]}}", false,
		false},
	{"operators may be mixed", "kubernetes",
		"main: {node_selectors: {az: [{operator: Exists}, {operator: Gt, value: 1}]}}", true, false},
	{"actions may be a list", "tron", "job: {schedule: daily, actions: [{command: a}]}", true, false},
	{"an action needs a command", "tron", "job: {schedule: daily, actions: {a: {}}}", false, false},
	{"-1.0 is -1", "tron",
		"job: {schedule: daily, actions: {a: {command: b, spark_args: {spark.sql.autoBroadcastJoinThreshold: -1.0}}}}", true, false},
	{"any digit is a digit, for Python", "tron", "job: {schedule: daily, max_runtime: '١m', actions: {}}", true, true},
	{"a namespace needs a proxy_port", "smartstack", "main: {}", false, false},
	{"which may be null", "smartstack", "main: {proxy_port: }", true, false},
	{"rollback takes no other source", "rollback", "conditions: {graphite: []}", false, false},
	{"service.yaml takes any further key", "service", "description: a\nexternal_link: b\nfoo: 1", true, false},
}

func TestVerdicts(t *testing.T) {
	for _, test := range verdicts {
		t.Run(test.rule, func(t *testing.T) {
			rules, root := compiled()[test.schema], parse(t, test.text)
			if got := rules.valid(root); got != test.want {
				t.Errorf("valid is %v, want %v", got, test.want)
			}
			said := 0
			(&evaluation{report: func(violation) { said++ }}).value(rules, root, root.Position())
			if (said == 0) != test.want {
				t.Errorf("%d violations are reported", said)
			}
		})
	}
}

// Editors evaluate the same files with a library of their own.
func TestEditorsAgree(t *testing.T) {
	for _, test := range verdicts {
		if test.differs {
			continue
		}
		t.Run(test.rule, func(t *testing.T) {
			data, _ := schema.Bundle(test.schema)
			c := jsonschema.NewCompiler()
			if err := c.AddResource("schema.json", bytes.NewReader(data)); err != nil {
				t.Fatal(err)
			}
			s, err := c.Compile("schema.json")
			if err != nil {
				t.Fatal(err)
			}
			var value any
			if err := yaml.Unmarshal([]byte(test.text), &value); err != nil {
				t.Fatal(err)
			}
			if err := s.Validate(value); (err == nil) != test.want {
				t.Errorf("an editor says %v, want valid %v", err, test.want)
			}
		})
	}
}

func TestViolationsNamePlaceAndRemedy(t *testing.T) {
	for _, test := range []struct{ rule, schema, text, message, suggestion string }{
		{"the nearest key", "kubernetes", "main: {max_instance: 1}", `unknown key "max_instance"`, "max_instances"},
		{"no key is near", "kubernetes", "main: {zzz: 1}", `unknown key "zzz"`, ""},
		{"the number without its quotes", "kubernetes", "main: {mem: \"64\"}", "mem is a string, not a number", "64"},
		{"the string in quotes", "kubernetes", "main: {env: {A: yes}}", "A is a boolean, not a string", `"yes"`},
		{"the integer without its fraction", "kubernetes", "main: {instances: 2.0}", "instances is a number, not an integer",
			"2"},
		{"the list around the string", "kubernetes", "main: {args: a}", "args is a string, not a list", "[a]"},
		{"the item by its index", "kubernetes", "main: {args: [a, 1]}", "args[1] is an integer, not a string", `"1"`},
		{"every form it may have", "kubernetes", "main: {cmd: 5}", "cmd is an integer, not a string or a list", `"5"`},
		{"the bound", "kubernetes", "main: {mem: 1}", "mem is 1, less than 32", "32"},
		{"the near name", "kubernetes", "Main: {mem: 64}",
			`the name "Main" does not match ^([a-z0-9]|[a-z0-9][a-z0-9_-]*[a-z0-9])*$`, "main"},
		{"what asks for the key", "kubernetes", "main: {healthcheck_mode: cmd}",
			`main lacks the key "healthcheck_cmd": healthcheck_mode cmd runs it`, "healthcheck_cmd: \"…\""},
	} {
		t.Run(test.rule, func(t *testing.T) {
			root := parse(t, test.text)
			var got violation
			(&evaluation{report: func(v violation) { got = v }}).value(compiled()[test.schema], root, root.Position())
			if got.message != test.message || got.suggestion != test.suggestion {
				t.Errorf("got  %q, try %q\nwant %q, try %q", got.message, got.suggestion, test.message, test.suggestion)
			}
			if got.at.Line == 0 {
				t.Error("no place")
			}
		})
	}
}

func BenchmarkInstance(b *testing.B) {
	root, _ := yaml11.Parse("file.yaml", []byte(`main:
  cpus: 0.5
  mem: 512
  disk: 2048
  min_instances: 2
  max_instances: 20
  deploy_group: prod.main
  env: {LOG_LEVEL: info, REGION: west, TOKEN: SECRET(token)}
  registrations: [web.main, web.all]
  node_selectors: {instance_type: [m5.large, m6i.large], zone: {operator: Exists}}
  monitoring: {team: core, page: true, alert_after: 10m}
  autoscaling: {metrics_providers: [{type: uwsgi, setpoint: 0.7}]}
  extra_volumes: [{containerPath: /a, hostPath: /a, mode: RO}]
`), func(finding.Finding) {})
	rules := compiled()["kubernetes"]
	b.ReportAllocs()
	for b.Loop() {
		rules.valid(root)
	}
}
