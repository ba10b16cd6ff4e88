package tron

import "testing"

func TestCroniter(t *testing.T) {
	for _, test := range []struct {
		rule, expression string
		taken            bool
	}{
		{"five fields", "15 3 * * 1-5", true},
		{"names and the last day", "30 6 L jan,Feb *", true},
		{"a range may go round", "0 22-2 * * fri-mon", true},
		{"a predefined name has no space before it", "@daily", true},
		{"so PaaSTA refuses what follows cron", " @daily", false},
		{"a question mark stands alone", "0 0 * * 1,?", false},
		{"names do not join", "0 0 * janfeb *", false},
		{"a star begins no range", "*-5 0 * * *", false},
		{"29 February comes", "0 0 29 2 *", true},
		{"30 February does not", "0 0 30 2 *", false},
		{"nor 31 April", "0 0 31 4,6 *", false},
		{"the last day of February does", "0 0 30,L 2 *", true},
	} {
		t.Run(test.rule, func(t *testing.T) {
			if err := croniter(test.expression); (err == nil) != test.taken {
				t.Errorf("croniter(%q) = %v, PaaSTA takes it: %t", test.expression, err, test.taken)
			}
		})
	}
}
