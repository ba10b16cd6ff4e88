package smartstack

import "testing"

// What prometheus_client prints; its floatToGoString was asked.
func TestSample(t *testing.T) {
	for _, test := range []struct {
		rule string
		ms   float64
		want string
	}{
		{"a whole number has a decimal", 1000, "1000.0"},
		{"six digits stay", 999999, "999999.0"},
		{"from a million on there is an exponent", 86400000, "8.64e+07"},
		{"a million has no decimals left", 1000000, "1e+06"},
		{"zero", 0, "0.0"},
		{"decimals stay", 15000.5, "15000.5"},
	} {
		t.Run(test.rule, func(t *testing.T) {
			if got := sample(test.ms); got != test.want {
				t.Errorf("sample(%g) = %s, want %s", test.ms, got, test.want)
			}
		})
	}
}

func TestExtend(t *testing.T) {
	for _, test := range []struct {
		rule  string
		front bool
		want  string
	}{
		{"lines that are there are not repeated", false, "a b c"},
		{"a plugin may go first", true, "c a b"},
	} {
		t.Run(test.rule, func(t *testing.T) {
			got := ""
			for i, line := range extend([]string{"a", "b"}, []string{"b", "c"}, test.front) {
				if i > 0 {
					got += " "
				}
				got += line
			}
			if got != test.want {
				t.Errorf("extend = %q, want %q", got, test.want)
			}
		})
	}
}
