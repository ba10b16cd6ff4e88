package prometheus

import (
	"strconv"
	"strings"

	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/monitoring"
	"github.com/paasta-render/paasta-render/compiler/python"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

// The alerts of a mesh namespace.
const (
	alertErrors           = "PaastaErrorRatio"
	alertEndpointErrors   = "PaastaEndpointErrorRatio"
	alertTimeouts         = "PaastaLatencyNearTimeout"
	alertEndpointTimeouts = "PaastaEndpointLatencyNearTimeout"
)

// Defaults of smartstack.yaml's `monitoring`. PaaSTA: docs/source/yelpsoa_configs.rst, "Error Alerting".
const (
	defaultErrorRatio   = 0.01 // of requests
	defaultErrorRPS     = 5.0  // errors a second
	defaultTimeoutRatio = 0.8  // of the timeout
	defaultTimeoutMS    = 1000
)

// namespaceRules makes the error and latency alerts of the mesh namespaces that have a `monitoring` block and that an
// instance of the service serves in this cluster.
func (c *compilation) namespaceRules() {
	settings, p := monitoring.OfService(c.service)
	if p != nil {
		return
	}
	for _, n := range c.service.Namespaces() {
		block := n.Get("monitoring")
		if !block.IsMap() || !c.serves(n.FullName()) {
			continue
		}
		m := meshAlerts{compilation: c, namespace: n, block: block}
		if m.settings = m.resolve(settings); !m.settings.Team().Truthy() {
			continue
		}
		c.addGroup(ruleGroup{Name: "mesh:" + n.FullName(), Rules: m.rules()})
	}
}

// serves tells whether a running instance of the service registers in the namespace.
func (c *compilation) serves(namespace string) bool {
	for _, i := range c.service.Instances() {
		if !i.RunsPods() || i.Branch == nil || i.Branch.DesiredState == "stop" {
			continue
		}
		registrations, _ := monitoring.Registrations(i)
		for _, r := range registrations {
			if r == namespace {
				return true
			}
		}
	}
	return false
}

// meshAlerts is one namespace's `monitoring` block.
type meshAlerts struct {
	*compilation
	namespace config.Namespace
	block     *yaml11.Node
	settings  monitoring.Settings
}

// resolve lays the block over the service's settings. team, project, ticket (default false), page (default true) fall
// back to monitoring.yaml; outside production page_nonprod, default false, decides.
func (m meshAlerts) resolve(s monitoring.Settings) monitoring.Settings {
	for _, key := range []string{"team", "project", "ticket", "page"} {
		if value := m.block.Get(key); !value.IsNull() {
			s = s.With(key, value)
		}
	}
	if s.Get("page").IsNull() {
		s = s.With("page", yaml11.NewBool(true))
	}
	if !monitoring.IsProduction(m.service.Cluster) {
		s = s.With("page", yaml11.NewBool(m.block.Get("page_nonprod").Truthy()))
	}
	return s.With("slack_channels", m.channel(s))
}

// channel is slack_channel, else the first of monitoring.yaml's slack_channels.
func (m meshAlerts) channel(s monitoring.Settings) *yaml11.Node {
	if own := m.block.Get("slack_channel"); !own.IsNull() {
		return own
	}
	all := s.Get("slack_channels")
	if all.IsList() && len(all.Items) > 0 {
		return all.Items[0]
	}
	if all.IsString() {
		return all // an endpoint's, from its namespace
	}
	return yaml11.NewNull()
}

func (m meshAlerts) rules() []alertRule {
	name := m.namespace.FullName()
	if m.namespace.Mode() == "tcp" {
		m.judge(finding.ThresholdNever, m.block, "no error or latency alert of "+name+" can fire: in mode tcp nobody counts requests", "")
		return nil
	}
	all := clusterRequests(m.service.Cluster.Name, m.service.Name, m.namespace.Name)
	ratio := m.number(m.block, "error_threshold_ratio", defaultErrorRatio)
	rps := m.number(m.block, "minimum_error_rps", defaultErrorRPS)
	rules := append([]alertRule{m.errorAlert(alertErrors, name, all, ratio, rps)}, m.errorBudget(m.block, name, all, "", rps)...)
	if m.block.Get("timeout_alerting").Truthy() {
		limit := m.timeoutRatio(m.block, defaultTimeoutRatio) * m.timeout(monitoring.Endpoint{})
		rules = append(rules, m.timeoutAlert(alertTimeouts, name, all.latency(limit)))
		rules = append(rules, m.latencyBudget(name, all, "", limit)...)
	}
	ratio = m.number(m.block, "endpoint_error_threshold_ratio", ratio)
	rps = m.number(m.block, "endpoint_minimum_error_rps", rps)
	return append(rules, m.endpoints(ratio, rps)...)
}

// endpoints: those listed inherit what they do not set; with default_endpoint_alerting the others that the file knows,
// by endpoint_timeouts, and the rest as one have the namespace's thresholds.
func (m meshAlerts) endpoints(ratio, rps float64) []alertRule {
	m.judgeEndpoints()
	endpoints := monitoring.Endpoints(m.namespace)
	if m.block.Get("default_endpoint_alerting").Truthy() {
		endpoints = append(endpoints, monitoring.Endpoint{Name: monitoring.OtherEndpoints, Stat: monitoring.OtherEndpoints})
	}
	var rules []alertRule
	for _, e := range endpoints {
		rules = append(rules, m.endpoint(e, ratio, rps)...)
	}
	return rules
}

// judgeEndpoints reports entries that match no request.
func (m meshAlerts) judgeEndpoints() {
	listed := m.block.Get("endpoints")
	if listed != nil && !listed.IsList() {
		m.wrong(listed, "endpoints is "+listed.KindWithArticle()+", not a list")
		return
	}
	if listed == nil {
		return
	}
	for _, item := range listed.Items {
		if name, ok := item.Get("name").Str(); !ok || name == "" {
			m.wrong(item, "an endpoint has no name")
		}
	}
	for _, e := range monitoring.Endpoints(m.namespace) {
		if e.Config != nil && e.Path == "" && e.Regex == "" {
			m.judge(finding.ThresholdNever, e.Config.Get("name"),
				"no request counts for the endpoint "+strconv.Quote(e.Name)+": it names no path", "GET /path")
		}
	}
}

// endpoint makes the alerts of one endpoint.
func (m meshAlerts) endpoint(e monitoring.Endpoint, ratio, rps float64) []alertRule {
	all := endpointRequests(m.service.Cluster.Name, m.service.Name, m.namespace.Name, e.Stat)
	what, sub := m.namespace.FullName()+" "+e.Name, m.of(e.Config)
	ratio, rps = m.number(e.Config, "error_threshold_ratio", ratio), m.number(e.Config, "minimum_error_rps", rps)
	rules := append([]alertRule{sub.errorAlert(alertEndpointErrors, what, all, ratio, rps)},
		sub.errorBudget(e.Config, what, all, e.Name, rps)...)
	if m.block.Get("timeout_alerting").Truthy() && e.Config.Has("timeout_threshold_ratio") {
		limit := m.timeoutRatio(e.Config, defaultTimeoutRatio) * m.timeout(e)
		rules = append(rules, sub.timeoutAlert(alertEndpointTimeouts, what, all.latency(limit)))
		rules = append(rules, sub.latencyBudget(what, all, e.Name, limit)...)
	}
	for n := range rules {
		if rules[n].Record == "" {
			rules[n].Labels["endpoint"] = escape(e.Name)
		}
	}
	return rules
}

// of lays an endpoint's team, project, ticket, page and slack_channel over the namespace's.
func (m meshAlerts) of(endpoint *yaml11.Node) meshAlerts {
	sub := m
	for _, key := range []string{"team", "project", "ticket", "page", "page_nonprod", "slack_channel"} {
		if value := endpoint.Get(key); !value.IsNull() {
			sub.block = sub.block.With(key, value)
		}
	}
	sub.settings = sub.resolve(m.settings)
	return sub
}

// timeout is the milliseconds that a request to the endpoint may take: its own in endpoint_timeouts, by path, else
// timeout_server_ms, default 1000.
func (m meshAlerts) timeout(e monitoring.Endpoint) float64 {
	for _, path := range []string{e.Path, "^" + e.Regex} {
		if ms, ok := m.namespace.Get("endpoint_timeouts").Get(path).Number(); ok {
			return ms
		}
	}
	if ms, ok := m.namespace.Get("timeout_server_ms").Number(); ok {
		return ms
	}
	return defaultTimeoutMS
}

func (m meshAlerts) alert(what string, when condition) alertRule {
	rule := m.rule(m.settings, what, when)
	rule.Labels["paasta_namespace"] = escape(m.namespace.Name)
	return rule
}

// errorAlert fires when the requests' errors are over both thresholds.
func (m meshAlerts) errorAlert(name, what string, all requests, ratio, rps float64) alertRule {
	return m.alert(what, condition{name, all.errors(ratio, rps), "2m", "answers too many requests with an error",
		"{{ $value | humanizePercentage }} of the requests fail, and at most " + decimal(ratio*100) + "% should."})
}

// timeoutSettings page with timeout_page and make a ticket with timeout_ticket, both false by default.
func (m meshAlerts) timeoutSettings() monitoring.Settings {
	return m.settings.With("page", yaml11.NewBool(m.block.Get("timeout_page").Truthy())).
		With("ticket", yaml11.NewBool(m.block.Get("timeout_ticket").Truthy()))
}

func (m meshAlerts) timeoutAlert(name, what, expr string) alertRule {
	m.settings = m.timeoutSettings()
	return m.alert(what, condition{name, expr, "5m", "takes nearly as long as its clients wait",
		"One request in a hundred takes {{ printf \"%.0f\" $value }} ms or longer."})
}

// number reads a threshold of the block or of an endpoint, and judges whether it can be passed.
func (m meshAlerts) number(n *yaml11.Node, key string, fallback float64) float64 {
	written := n.Get(key)
	if written.IsNull() {
		return fallback
	}
	value, ok := written.Number()
	switch isRatio := strings.HasSuffix(key, "ratio"); {
	case !ok:
		m.wrong(written, key+" is "+written.KindWithArticle()+", not a number")
		return fallback
	case value < 0:
		m.judge(finding.ThresholdAlways, written, key+" is "+python.Str(written)+": every rate is above it", "0")
	case isRatio && value >= 1 && key != "timeout_threshold_ratio":
		m.judge(finding.ThresholdNever, written,
			key+" is "+python.Str(written)+": at most all requests fail, and that is 1", "0.01")
	}
	return value
}

// timeoutRatio reads timeout_threshold_ratio: a request that takes longer than its timeout is an error, not slow.
func (m meshAlerts) timeoutRatio(n *yaml11.Node, fallback float64) float64 {
	value := m.number(n, "timeout_threshold_ratio", fallback)
	if value >= 1 {
		m.judge(finding.ThresholdNever, n.Get("timeout_threshold_ratio"), "no request takes longer than its timeout", "0.8")
	}
	return value
}

func (m meshAlerts) judge(code finding.Code, at *yaml11.Node, message, suggestion string) {
	m.report(m.namespace.Finding(finding.Finding{Code: code, Severity: finding.Warning, At: at.Position(),
		Cluster: m.service.Cluster.Name, Message: message, Suggestion: suggestion}))
}

func (m meshAlerts) wrong(at *yaml11.Node, message string) {
	m.judge(finding.AlertRuleImpossible, at, message, "")
}
