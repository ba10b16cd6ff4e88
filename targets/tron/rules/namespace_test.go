package rules

import (
	"strings"
	"testing"

	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

func parse(t *testing.T, text string) *yaml11.Node {
	t.Helper()
	n, ok := yaml11.Parse("web.yaml", []byte(text), func(f finding.Finding) { t.Fatal(f) })
	if !ok {
		t.Fatal(text)
	}
	return n
}

func codes(refusals []Refusal) string {
	var all []string
	for _, r := range refusals {
		all = append(all, string(r.Code))
	}
	return strings.Join(all, " ")
}

// An action is judged inside of an otherwise good job; want lists the codes of its refusals.
func TestActions(t *testing.T) {
	master, _ := ReadMaster(parse(t, "nodes: [paasta]"))
	for _, test := range []struct{ rule, action, want string }{
		{"a command is all that Tron asks for", "command: x", ""},
		{"and it asks for that", "cpus: 1", "T010"},
		{"numbers may be strings", "command: x, retries: '3', cpus: '1.5'", ""},
		{"integers are cut, not refused", "command: x, retries: 2.9", ""},
		{"nothing is negative", "command: x, retries: -1, cpus: -0.5", "T009 T009"},
		{"null has no number", "command: x, retries: null", "T009"},
		{"an empty list may be false", "command: x, requires: null, ports: ''", ""},
		{"executors are four", "command: x, executor: paasta", "T009"},
		{"an unknown key refuses all", "command: x, pool: y", "T011"},
		{"labels of an action are not looked at", "command: x, labels: 5", ""},
		{"annotations are", "command: x, annotations: 5", "T009"},
		{"NotExists is Tron's word", "command: x, node_affinities: [{key: a, operator: NotExists, value: []}]", ""},
		{"DoesNotExist is not", "command: x, node_affinities: [{key: a, operator: DoesNotExist, value: []}]", "T013"},
		{"a mode is octal", "command: x, secret_volumes: [{secret_volume_name: a, secret_name: b, container_path: c, default_mode: '0888'}]", "T009"},
		{"an unquoted mode is a decimal of another value",
			"command: x, secret_volumes: [{secret_volume_name: a, secret_name: b, container_path: c, default_mode: 0400}]", ""},
		{"a volume may be null", "command: x, secret_volumes: [null]", ""},
		{"an extra volume may not", "command: x, extra_volumes: [null]", "T009"},
	} {
		t.Run(test.rule, func(t *testing.T) {
			root := parse(t, "jobs: {j: {node: paasta, schedule: daily, actions: {a: {"+test.action+"}}}}")
			if got := Namespace("web", root, master); codes(got) != test.want {
				t.Errorf("{%s} is refused with %+v, want %q", test.action, got, test.want)
			}
		})
	}
}

func TestRequirements(t *testing.T) {
	for _, test := range []struct {
		rule, actions string
		want          []string
	}{
		{"a diamond is no circle",
			"{a: {command: x}, b: {command: x, requires: [a]}, c: {command: x, requires: [a]}, d: {command: x, requires: [b, c]}}", nil},
		{"an action cannot require itself", "{a: {command: x, requires: [a]}}", []string{"a -> a"}},
		{"a circle is told once",
			"{a: {command: x, requires: [c]}, b: {command: x, requires: [a]}, c: {command: x, requires: [b]}}", []string{"a -> c -> b -> a"}},
		{"what is missing is named", "{a: {command: x, requires: [zzz]}}", []string{`requires "zzz"`}},
	} {
		t.Run(test.rule, func(t *testing.T) {
			root := parse(t, "jobs: {j: {node: paasta, schedule: daily, actions: "+test.actions+"}}")
			refusals := Namespace("web", root, nil)
			if len(refusals) != len(test.want) {
				t.Fatalf("refusals are %+v, want %d", refusals, len(test.want))
			}
			for i, want := range test.want {
				if !strings.Contains(refusals[i].Message, want) || refusals[i].Code != finding.TronRequires {
					t.Errorf("refused with %+v, want %q", refusals[i], want)
				}
			}
		})
	}
}

func TestMaster(t *testing.T) {
	for _, test := range []struct{ rule, master, want string }{
		{"an empty one runs on localhost", "{}", ""},
		{"a node may be a name", "nodes: [paasta, {hostname: h}]", ""},
		{"names are unique among nodes and pools", "nodes: [paasta]\nnode_pools: [{name: paasta, nodes: [paasta]}]", "T014"},
		{"a pool holds nodes only", "nodes: [paasta]\nnode_pools: [{name: p, nodes: [q]}]", "T014"},
		{"dynamodb needs a table and a region", "state_persistence: {name: a, store_type: dynamodb}", "T010 T010"},
		{"writes have a limit",
			"state_persistence: {name: a, store_type: dynamodb, table_name: t, dynamodb_region: r, max_transact_write_items: 101}", "T009"},
		{"exit codes may be negative", "k8s_options: {non_retryable_exit_codes: [-12]}", ""},
		{"jobs of MASTER are judged",
			"nodes: [paasta]\njobs: [{name: j, node: zzz, schedule: daily, actions: [{name: a, command: x}]}]", "T007"},
		{"an unknown key refuses all", "bogus: 1", "T011"},
	} {
		t.Run(test.rule, func(t *testing.T) {
			if _, got := ReadMaster(parse(t, test.master)); codes(got) != test.want {
				t.Errorf("%s is refused with %+v, want %q", test.master, got, test.want)
			}
		})
	}
}

func TestPlaceholders(t *testing.T) {
	context := parse(t, "{DIR: /data, SIZE: 5, PATHS: {a: b, list: [x]}}")
	for command, taken := range map[string]bool{
		"{shortdate-1} {ymdhm+5} {unixtime} {last_success#shortdate}": true,
		"{name} {runid} {node} {manual} {cleanup_job_status}":         true,
		"{DIR} {SIZE:03d} {PATHS[a]} {PATHS[list][0]}":                true,
		"{{literal}} %(shortdate)s":                                   true,
		"{shortdate!r:>20} {shortdate:{SIZE}}":                        true,
		"{name.any.thing}":                                            true, // known at run time only
		"{items}":                                                     true, // an attribute of Tron's own objects
		"{unixtime\u22121} {shortdate:{daynumber}}":                   true, // what is no word ends a name
		"{shortdate:{name}}":                                          false,
		"{runid-1}":                                                   false,
		"{namespace}":                                                 false,
		"{}":                                                          false,
		"{0}":                                                         false,
		"{PATHS[z]}":                                                  false,
		"{shortdate:d}":                                               false,
		"{name:>5}":                                                   false,
		"{year-3000}":                                                 false,
		"a}b":                                                         false,
		"{open":                                                       false,
	} {
		if err := Placeholders(command, context); (err == nil) != taken {
			t.Errorf("Placeholders(%q) = %v, Tron takes it: %t", command, err, taken)
		}
	}
}

// The verdicts are those of Tron's valid_master_address.
func TestMasterAddress(t *testing.T) {
	for address, want := range map[string]bool{
		"mesos.example.com": true, "http://mesos:5050/": true, "HTTP://a": true, "a/": true, "//a": true, "http:a": true,
		"http://a;b": true, "http://a?": true, "a b": true,
		"mesos:5050": false, "10.0.0.1:5050": false, "https://a": false, "a/b": false, "http:/a": false, "http://": false,
		"": false, "a?b": false, "a#b": false, "a;b": false, "http://a/;x": false, "//a/b": false,
	} {
		if got := isMasterAddress(address); got != want {
			t.Errorf("isMasterAddress(%q) = %t, want %t", address, got, want)
		}
	}
}
