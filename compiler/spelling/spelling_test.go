package spelling

import (
	"strings"
	"testing"
)

func TestNearestKey(t *testing.T) {
	keys := []string{"max_instances", "min_instances", "mem", "cmd", "cpus", "instances", "container_port",
		"deploy_group"}
	for _, test := range []struct{ rule, name, want string }{
		{"a letter is missing", "max_instance", "max_instances"},
		{"two letters are swapped", "nim_instances", "min_instances"},
		{"humps and hyphens are no difference", "maxInstances", "max_instances"},
		{"nor is case", "MEM", "mem"},
		{"what Kubernetes calls memory", "memory", "mem"},
		{"what Kubernetes calls instances", "replicas", "instances"},
		{"what Kubernetes calls a port", "ports", "container_port"},
		{"what Kubernetes calls cmd", "command", "cmd"},
		{"the image comes from the deploy group", "image", "deploy_group"},
		{"a letter alone means nothing", "m", ""},
		{"nothing means nothing", "", ""},
		{"a long name is no typing error", strings.Repeat("max_instances", 100), ""},
	} {
		t.Run(test.rule, func(t *testing.T) {
			if got := NearestKey(test.name, keys); got != test.want {
				t.Errorf("NearestKey(%q) = %q, want %q", test.name, got, test.want)
			}
		})
	}
}

func TestNumber(t *testing.T) {
	for _, test := range []struct {
		text  string
		unit  Unit
		whole bool
		want  string
	}{
		{"1e-1", Cores, false, "0.1"},
		{"100m", Cores, false, "0.1"},
		{"2 cores", Cores, false, "2"},
		{"512Mi", Mebibytes, false, "512"},
		{"512m", Mebibytes, false, "512"},
		{"2GB", Mebibytes, true, "2048"},
		{"1Gi", Gibibytes, true, "1"},
		{"3s", Secs, true, "3"},
		{"1h30m", Secs, true, "5400"},
		{"1h 30m", Secs, true, "5400"},
		{"500ms", Secs, true, ""},
		{"500ms", Millisecs, true, "500"},
		{"3s", Millisecs, true, "3000"},
		{"80%", AnyUnit, false, "0.8"},
		{"3s", AnyUnit, false, "3"},
		{"512Mi", AnyUnit, false, "512"},
		{"2000", AnyUnit, true, "2000"},
		{"a lot", AnyUnit, false, ""},
		{"", AnyUnit, false, ""},
		{"5 parsecs", Secs, false, ""},
		{"inf", AnyUnit, false, ""},
	} {
		if got := Number(test.text, test.unit, test.whole); got != test.want {
			t.Errorf("Number(%q, %d, %t) = %q, want %q", test.text, test.unit, test.whole, got, test.want)
		}
	}
}
