package config

import (
	"slices"
	"testing"
	"testing/fstest"

	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

func TestReadersFindEverySpelling(t *testing.T) {
	for _, test := range []struct {
		rule, file, text, name string
		want                   bool
	}{
		{"a plain name", "tron-c1.yaml", "job: {actions: {a: {service: other}}}", "other", true},
		{"a registration", "kubernetes-c1.yaml", "main: {registrations: [other.main]}", "other", true},
		{"a template of the whole service", "service.yaml", "registrations: [other.main]", "other", true},
		{"an autotuned default", "autotuned_defaults/kubernetes-c1.yaml", "main: {registrations: [other.main]}", "other", true},
		{"a custom resource", "queue-c1.yaml", "main: {registrations: [other.main]}", "other", true},
		{"an escape", "tron-c1.yaml", `job: {actions: {a: {service: "o\x74her"}}}`, "other", true},
		{"a text that goes on in the next line", "tron-c1.yaml", "service: \"ot\\\n  her\"", "other", true},
		{"a number, which Python may print otherwise", "kubernetes-c1.yaml", "main: {registrations: [1_00.5]}", "100", true},
		{"a Cassandra cluster, whose registration is longer than its name", "cassandracluster-c1.yaml", "ring: {}",
			"cassandra_ring", true},
		{"another name", "tron-c1.yaml", `job: {actions: {a: {command: "a\tb"}}}`, "other", false},
		{"an image, which is no configuration", "deployments.json", `{"x": "services-other:1"}`, "other", false},
	} {
		t.Run(test.rule, func(t *testing.T) {
			soa := fstest.MapFS{"web/" + test.file: {Data: []byte(test.text)}, "README.md": {Data: []byte(test.name)}}
			if got := slices.Contains(Readers(soa, []string{test.name}, nil), "web"); got != test.want {
				t.Errorf("Readers of %s contain web: %v, want %v", test.name, got, test.want)
			}
		})
	}
}

func TestReadsTellsOfOtherFoldersOnly(t *testing.T) {
	soa := fstest.MapFS{
		"web/service.yaml":   {Data: []byte("a: 1")},
		"db/smartstack.yaml": {Data: []byte("main: {proxy_port: 20001}")},
	}
	company := &Company{input: Input{SOA: soa}, limits: yaml11.DefaultLimits}
	f := company.Folder("web", nil)
	f.YAML("service.yaml")
	f.Namespace("web", "main")
	f.Namespace("db", "main")
	f.Other("db").Other("api").Exists("deployments.json")
	f.Other("db").List("secrets")
	if want := []string{"api/deployments.json", "db/secrets", "db/smartstack.yaml"}; !slices.Equal(f.Reads(), want) {
		t.Errorf("Reads() = %q, want %q", f.Reads(), want)
	}
}
