package tron

import (
	"os"
	"strings"
	"testing"

	"github.com/paasta-render/paasta-render/compiler/yaml11"
	"github.com/paasta-render/paasta-render/targets/tron/schedule"
)

func TestCroniter(t *testing.T) {
	for _, test := range []struct {
		rule, expression string
		taken            bool
	}{
		{"the old one takes a list", "1,5 3 * * 1-5", true},
		{"but no range that goes round", "0 22-2 * * *", false},
		{"nor on days of the week", "0 0 * * fri-mon", false},
		{"unless they end on Sunday", "0 0 * * fri-sun", true},
		{"nor a question mark", "0 0 ? * 1", false},
		{"one value may be a range", "5-5 * * * *", true},
	} {
		t.Run(test.rule, func(t *testing.T) {
			if err := (croniter{old: true}).check(test.expression); (err == nil) != test.taken {
				t.Errorf("croniter 1.3.4 of %q = %v, PaaSTA takes it: %t", test.expression, err, test.taken)
			}
		})
	}
}

func TestCroniter7(t *testing.T) {
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
			if err := (croniter{}).check(test.expression); (err == nil) != test.taken {
				t.Errorf("croniter(%q) = %v, PaaSTA takes it: %t", test.expression, err, test.taken)
			}
		})
	}
}

// TestCroniterAnswers holds both versions against their own answers; see testdata/croniter.py. What Tron refuses itself
// is not looked at.
func TestCroniterAnswers(t *testing.T) {
	data, err := os.ReadFile("testdata/croniter.tsv")
	if err != nil {
		t.Fatal(err)
	}
	compared := 0
	for line := range strings.Lines(string(data)) {
		answer := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if _, err := schedule.Parse(yaml11.NewString("cron " + answer[0])); err != nil {
			continue
		}
		compared++
		for i, c := range []croniter{{old: true}, {}} {
			if err := c.check(answer[0]); (err == nil) != (answer[i+1] == "taken") {
				t.Errorf("croniter %s of %q: %v, its own answer is %s", CroniterVersions()[i], answer[0], err, answer[i+1])
			}
		}
	}
	if compared < 100 {
		t.Errorf("only %d expressions were compared", compared)
	}
}
