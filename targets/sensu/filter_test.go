package sensu_test

import (
	"encoding/json"
	"fmt"
	"os/exec"
	"strings"
	"testing"
)

// TestRateFilter has JavaScript run the filter over a day of results, one a minute, as Sensu's backend would: which of
// them are notices?
func TestRateFilter(t *testing.T) {
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("SKIPPED: there is no node here: apt-get install nodejs")
	}
	checks, _ := render(t, "team: shop", "{}")
	expression := checks["paasta_rate"].Spec.Expressions[0]
	repeat := func(n int, statuses string) string { return strings.Repeat(statuses, n) }
	for _, c := range []struct {
		name, annotations, statuses string // a digit a minute
		want                        []int  // minutes at which there is a notice
	}{
		{"alert_after, then less and less often, then well again", `"alert_after_seconds": "120"`, "0" + repeat(12, "2") + "0", []int{3, 4, 6, 10, 13}},
		{"a short fault", `"alert_after_seconds": "600"`, "0" + repeat(9, "2") + "0", nil},
		{"no answer at every tenth minute", `"alert_after_seconds": "600"`, "0" + repeat(2, "2222222223"), []int{12, 13, 15, 19}},
		{"no answer at all", `"alert_after_seconds": "0"`, "0" + repeat(60, "3"), nil},
		{"no answer between well and well", `"alert_after_seconds": "0"`, "00300300", nil},
		{"every hour", `"alert_after_seconds": "0", "paasta.yelp.com/realert_every": "60"`, "0" + repeat(130, "2"), []int{1, 60, 120}},
		{"an evicted pod, for a day", `"alert_after_seconds": "0", "paasta.yelp.com/realert_every": "1", "paasta.yelp.com/once": "true"`, "0" + repeat(1440, "2"), []int{1}},
		{"recovery after a fault with no answer in it", `"alert_after_seconds": "600"`, "0222222322222220", []int{12, 13, 15}},
	} {
		t.Run(c.name, func(t *testing.T) {
			script := fmt.Sprintf(`var notices = [], history = [], occurrences = 0, watermark = 0, lastOK = 0, before = -1;
%q.split("").forEach(function (digit, minute) {
  var status = Number(digit), now = 1000000 + minute * 60;
  occurrences = status === before ? occurrences + 1 : 1;
  if (before === 0 || before === -1) { watermark = 0; }
  watermark = status === 0 ? watermark : Math.max(watermark, occurrences);
  before = status;
  if (status === 0) { lastOK = now; }
  history.push({status: status, executed: now}); history = history.slice(-21);
  var event = {timestamp: now, check: {interval: 60, status: status, occurrences: occurrences, occurrences_watermark: watermark,
    last_ok: lastOK, history: history, annotations: {"paasta.yelp.com/%s}}};
  if (%s) { notices.push(minute); }
});
console.log(JSON.stringify(notices));`, c.statuses, strings.TrimPrefix(c.annotations, `"`), expression)
			out, err := exec.Command(node, "-e", script).CombinedOutput()
			var got []int
			if err != nil || json.Unmarshal(out, &got) != nil {
				t.Fatalf("%v: %s", err, out)
			}
			if fmt.Sprint(got) != fmt.Sprint(c.want) {
				t.Errorf("notices at %v, want %v", got, c.want)
			}
		})
	}
}

func TestMailHandlerNeedsNoUser(t *testing.T) {
	checks, _ := render(t, "team: shop", "{}")
	command := checks["email_shop_example.com"].Spec.Command
	if !strings.Contains(command, "-a none ") || !strings.Contains(command, "-P ") {
		t.Errorf("the handler asks for a user: %s", command)
	}
}
