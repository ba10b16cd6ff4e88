package kubernetes

import (
	"testing"

	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

func TestPercentages(t *testing.T) {
	for margin, want := range map[float64]string{0.95: "5%", 0.9: "9%", 0.8: "19%", 0.7: "30%", 0.5: "50%",
		0.99: "1%", 1: "0%", 0.33: "67%", 0: "100%"} {
		x, _ := numberOf(yaml11.NewFloat(margin))
		whole, _ := integer(1).minus(x).times(100).truncate()
		if got := whole.percent(); got != want {
			t.Errorf("a margin of %g gives %s, want %s", margin, got, want)
		}
	}
}

func TestArithmeticKeepsPythonsTypes(t *testing.T) {
	for _, test := range []struct {
		rule string
		a, b value
		want string
	}{
		{"int and int is int", yaml11.NewInt(1), yaml11.NewInt(1), "2"},
		{"int and float is float", yaml11.NewInt(1), yaml11.NewFloat(1), "2.0"},
		{"a boolean counts", yaml11.NewBool(true), yaml11.NewInt(1), "2"},
		{"floats are doubles", yaml11.NewFloat(0.1), yaml11.NewFloat(0.2), "0.30000000000000004"},
	} {
		t.Run(test.rule, func(t *testing.T) {
			a, _ := numberOf(test.a)
			b, _ := numberOf(test.b)
			if got := a.plus(b).String(); got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}
