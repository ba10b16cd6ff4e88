package prometheus

import (
	"strconv"
	"strings"

	"github.com/paasta-render/paasta-render/compiler/monitoring"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

// The alerts that say how fast a budget is spent. A budget is the part of all requests of 30 days that may fail
// (error_threshold_ratio) or be slow (one in a hundred, where timeout_alerting is true).
const (
	alertErrorBurn   = "PaastaErrorBudgetBurn"
	alertLatencyBurn = "PaastaLatencyBudgetBurn"
)

// slowBudget is the part of all requests that may be slow: the latency alerts look at the 99th percentile.
const slowBudget = 0.01

// burnWindow fires when a budget is spent factor times faster than it lasts 30 days, over the long time and over the
// short one. The long time keeps a short disturbance from firing; the short one ends the alert soon after its cause.
type burnWindow struct {
	long, short string
	factor      float64
}

// fastBurn spends 2 % of the budget in an hour or 5 % in six hours: that pages where the settings say so. slowBurn
// spends 10 % in a day or in three days: that is worth a ticket. The numbers are those of Google's workbook for site
// reliability engineers, as Sloth and Pyrra have them.
var (
	fastBurn = []burnWindow{{"1h", "5m", 14.4}, {"6h", "30m", 6}}
	slowBurn = []burnWindow{{"1d", "2h", 3}, {"3d", "6h", 1}}
)

// budget is what may be spent of a namespace's or an endpoint's requests.
type budget struct {
	alert    string
	what     string  // the subject of the summary
	spent    string  // the recorded rate of requests that failed or were slow, in requests a second
	all      string  // the recorded rate of all requests, in requests a second
	selector string  // of both recorded series
	ratio    float64 // between 0 and 1
	minimum  float64 // requests a second that spend it, on the average of the long time, below which nothing fires
	spends   string  // what such requests do: "fail"
}

// errorBudget makes the alerts on the budget of errors, which exists where error_threshold_ratio is written.
func (m meshAlerts) errorBudget(owner *yaml11.Node, what string, all requests, endpoint string, rps float64) []alertRule {
	ratio, ok := owner.Get("error_threshold_ratio").Number()
	if !ok {
		return nil
	}
	total := all.sum("_xx", "", "")
	b := budget{alert: alertErrorBurn, what: what, ratio: ratio, minimum: rps, spends: "fail",
		spent: "paasta:mesh_requests_failed:rate5m", all: "paasta:mesh_requests:rate5m"}
	return m.burn(b, endpoint, []string{all.sum("_xx", `,envoy_response_code_class="5"`, "") + " or 0 * " + total, total})
}

// latencyBudget makes the alerts on the budget of requests that take longer than limit milliseconds.
func (m meshAlerts) latencyBudget(what string, all requests, endpoint string, limit float64) []alertRule {
	slow, ok := all.slower(limit)
	if !ok {
		return nil
	}
	m.settings = m.timeoutSettings()
	b := budget{alert: alertLatencyBurn, what: what, ratio: slowBudget, spends: "take longer than " + decimal(limit) + " ms",
		spent: "paasta:mesh_requests_slow:rate5m", all: "paasta:mesh_requests_timed:rate5m"}
	return m.burn(b, endpoint, []string{slow, all.sum("_time_count", "", "")})
}

// burn records the rates of spent and of all requests, and makes the alerts on them. No budget of nothing or of
// everything can be spent.
func (m meshAlerts) burn(b budget, endpoint string, rates []string) []alertRule {
	if b.ratio <= 0 || b.ratio >= 1 {
		return nil
	}
	labels := map[string]string{"paasta_cluster": m.service.Cluster.Name, "paasta_service": m.service.Name,
		"paasta_namespace": m.namespace.Name, "endpoint": endpoint}
	var matchers []string
	for _, name := range []string{"paasta_cluster", "paasta_service", "paasta_namespace", "endpoint"} {
		matchers = append(matchers, name+"="+strconv.Quote(labels[name]))
	}
	b.selector = "{" + strings.Join(matchers, ",") + "}"
	rules := []alertRule{
		{Record: b.spent, Expr: rates[0], Labels: recordLabels(labels)},
		{Record: b.all, Expr: rates[1], Labels: recordLabels(labels)},
	}
	if expr := b.burns(fastBurn); expr != "" {
		rules = append(rules, m.burnAlert(m.settings, b, "fast", expr, "2m"))
	}
	slow := m.settings.With("page", yaml11.NewBool(false))
	return append(rules, m.burnAlert(slow, b, "slow", b.burns(slowBurn), "15m"))
}

// recordLabels leaves out the label endpoint of what is no endpoint: Prometheus has no empty labels.
func recordLabels(all map[string]string) map[string]string {
	kept := map[string]string{}
	for name, value := range all {
		if value != "" {
			kept[name] = value
		}
	}
	return kept
}

func (m meshAlerts) burnAlert(s monitoring.Settings, b budget, speed, expr, wait string) alertRule {
	m.settings = s
	rule := m.alert(b.what, condition{b.alert, expr, wait,
		"spends its budget of requests that " + b.spends + " too fast",
		"{{ $value | humanizePercentage }} of the requests " + b.spends + ", and at most " + decimal(b.ratio*100) + "% may in 30 days."})
	rule.Labels["burn"] = speed
	return rule
}

// burns is true in one of the windows; its value is the part of the requests that spends the budget in the long time.
// Windows in which more than all requests would have to are left out; empty when all are.
func (b budget) burns(windows []burnWindow) string {
	var either []string
	for _, w := range windows {
		limit := w.factor * b.ratio
		if limit >= 1 {
			continue
		}
		over := " > " + strconv.FormatFloat(limit, 'g', 10, 64) // 14.4 times 0.02 is 0.28800000000000003
		condition := b.share(w.long) + over + "\n  and " + b.share(w.short) + over
		if b.minimum > 0 {
			condition += "\n  and " + b.average(b.spent, w.long) + " >= " + decimal(b.minimum)
		}
		either = append(either, condition)
	}
	return strings.Join(either, "\nor\n")
}

func (b budget) share(window string) string {
	return b.average(b.spent, window) + " / " + b.average(b.all, window)
}

func (b budget) average(series, window string) string {
	return "avg_over_time(" + series + b.selector + "[" + window + "])"
}
