package apiserver

import (
	"strings"
	"testing"
)

func TestNames(t *testing.T) {
	for _, test := range []struct {
		rule  string
		check func(string) string
		text  string
		ok    bool
	}{
		{"a label value may be empty", LabelValue, "", true},
		{"a label value may have capitals, dots and underscores", LabelValue, "Up_per.x-1", true},
		{"a label value ends in a letter or digit", LabelValue, "trailing-", false},
		{"a label value has 63 characters", LabelValue, strings.Repeat("a", 63), true},
		{"a label value has not 64", LabelValue, strings.Repeat("a", 64), false},
		{"a label value has no blank", LabelValue, "a b", false},
		{"a label key may have a domain", LabelKey, "paasta.yelp.com/service", true},
		{"a label key has a name after the domain", LabelKey, "paasta.yelp.com/", false},
		{"a label key's domain has no capitals", LabelKey, "Paasta.yelp.com/x", false},
		{"a label key has one slash", LabelKey, "a/b/c", false},
		{"a DNS label has no dot", Label, "a.b", false},
		{"a DNS label has no capitals", Label, "Web", false},
		{"a DNS label may begin with a digit", Label, "1-web", true},
		{"a subdomain may have dots", Subdomain, "a.b-c", true},
		{"a subdomain has no empty part", Subdomain, "a..b", false},
		{"a subdomain has 253 characters at most", Subdomain, strings.Repeat("a", 254), false},
	} {
		t.Run(test.rule, func(t *testing.T) {
			if got := test.check(test.text); (got == "") != test.ok {
				t.Errorf("%q: %q, want ok %v", test.text, got, test.ok)
			}
		})
	}
}

func TestVariableNames(t *testing.T) {
	for name, want := range map[string]bool{
		"A_B": true, "1.x-y": true, "with blank": true, "": false, "a=b": false, "é": false, "a\n": false,
	} {
		if got := variable(name); got != want {
			t.Errorf("variable(%q) = %v, want %v", name, got, want)
		}
	}
}
