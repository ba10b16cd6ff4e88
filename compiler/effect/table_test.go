package effect

import "testing"

func TestBelow(t *testing.T) {
	for _, test := range []struct {
		path, field string
		want        bool
	}{
		{"spec.replicas", "spec", true},
		{"spec.replicas", "spec.replicas", true},
		{"specification", "spec", false},
		{"spec[a]", "spec", true},
		{"anything", "", true},
		{"rules[Down].annotations.tip", "rules[].annotations.tip", true},
		{"rules[Down].annotations.tips", "rules[].annotations.tip", false},
		{"rules[Down]", "rules[].annotations.tip", false},
		{"rules", "rules[].annotations.tip", false},
	} {
		if got := below(test.path, test.field); got != test.want {
			t.Errorf("below(%q, %q) = %t", test.path, test.field, got)
		}
	}
}

// Every field that the API server refuses to change comes with a way out.
func TestEveryRefusalHasAWayOut(t *testing.T) {
	for kind, known := range kubernetes {
		for _, r := range known.Rules {
			if r.Effect == Refuse && len(WayOut(kind, r.Field)) == 0 {
				t.Errorf("%s of %s has no way out", r.Field, kind)
			}
		}
	}
}
