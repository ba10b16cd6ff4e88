package envoy

import (
	"regexp"
	"testing"
)

func TestFullMatch(t *testing.T) {
	for _, test := range []struct{ rule, regex, path, want string }{
		{"it matches where the path begins", `^/a/[0-9]+`, "/a/7/b", "yes"},
		{"it does not match further on", `^/a/[0-9]+`, "/x/a/7", "no"},
		{"a dollar ends it", `^/a/[0-9]+$`, "/a/7/b", "no"},
		{"a dollar is no part of the path", `^/a/[0-9]+$`, "/a/7", "yes"},
		{"an escaped dollar is one", `^/cost\$`, "/cost$/x", "yes"},
		{"alternatives all begin at the front", `^/a|/b`, "/x/b", "no"},
		{"alternatives all go on", `^/a|/b`, "/a/x", "yes"},
	} {
		t.Run(test.rule, func(t *testing.T) {
			got := "no"
			if regexp.MustCompile(`^(?:` + fullMatch(test.regex) + `)$`).MatchString(test.path) {
				got = "yes"
			}
			if got != test.want {
				t.Errorf("fullMatch(%q) = %q on %q: %s, want %s", test.regex, fullMatch(test.regex), test.path, got, test.want)
			}
		})
	}
}

func TestTakesAll(t *testing.T) {
	for _, test := range []struct {
		rule, regex, prefix string
		want                bool
	}{
		{"an expression that is done within the prefix", `^/api/v[0-9]/`, "/api/v1/x", true},
		{"an expression that needs more than the prefix", `^/api/v[0-9]/export`, "/api/v1", false},
		{"an expression that must end", `^/api/v[0-9]$`, "/api/v1", false},
		{"another path", `^/other/[a-z]+`, "/api", false},
	} {
		t.Run(test.rule, func(t *testing.T) {
			if got := takesAll(fullMatch(test.regex), test.prefix); got != test.want {
				t.Errorf("takesAll(%q, %q) = %t", test.regex, test.prefix, got)
			}
		})
	}
}

func TestHAProxyTime(t *testing.T) {
	for _, test := range []struct {
		text string
		want float64
	}{
		{"100ms", 100}, {"100", 100}, {"2s", 2000}, {"1m", 60000}, {"500us", 1}, {"0", -1}, {"soon", -1}, {"1.5s", -1},
	} {
		t.Run(test.text, func(t *testing.T) {
			got, ok := haproxyTime(test.text)
			if !ok {
				got = -1
			}
			if got != test.want {
				t.Errorf("haproxyTime(%q) = %g, want %g", test.text, got, test.want)
			}
		})
	}
}
