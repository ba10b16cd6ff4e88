package sensu

import (
	"strconv"
	"strings"

	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/monitoring"
	"github.com/paasta-render/paasta-render/compiler/python"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

// attribute is the prefix of the annotations that hold an event's attributes.
const attribute = "paasta.yelp.com/"

// event is one check with what PaaSTA would send.
type event struct {
	name     string // as PaaSTA calls it
	settings monitoring.Settings
	instance *config.Instance // nil when the check concerns the service
	source   string           // the entity that the event is of
	query    string           // PromQL that has a result while something is wrong
	problem  string           // what a result means, one line
	disabled bool             // PaaSTA reports it as well, whatever happens
	warning  bool             // exit status 1, not 2
	once     bool             // told once, not again and again while it is so
}

// add makes the CheckConfig of an event; without a team PaaSTA sends none. PaaSTA: monitoring_tools.send_event, which
// reads runbook, alert_after, check_every and realert_every from the overrides alone.
func (c *compilation) add(e event) {
	team := e.settings.Team()
	if !team.Truthy() || c.names[e.name] {
		return
	}
	c.names[e.name] = true
	annotations := map[string]string{attribute + "check_name": e.name, attribute + "source": e.source}
	set := func(key string, value *yaml11.Node) {
		if !value.IsNull() && !(value.IsList() && len(value.Items) == 0) && !(value.IsMap() && len(value.Pairs) == 0) {
			annotations[attribute+key] = annotation(value)
		}
	}
	for _, key := range []string{"team", "page", "tip", "notification_email", "irc_channels", "slack_channels", "ticket",
		"project", "priority", "tags", "component", "description"} {
		set(key, e.settings.Get(key))
	}
	every := monitoring.Or(e.settings.Own("check_every"), yaml11.NewString("1m"))
	after := monitoring.Or(e.settings.Own("alert_after"), yaml11.NewString("5m"))
	realert := monitoring.Or(e.settings.Own("realert_every"), yaml11.NewInt(-1))
	if after.Kind == yaml11.Int || after.Kind == yaml11.Bool {
		after = yaml11.NewString(python.Str(after) + "s")
	}
	set("runbook", monitoring.Or(e.settings.Own("runbook"), yaml11.NewString("http://y/paasta-troubleshooting")))
	set("check_every", every)
	set("alert_after", after)
	set("realert_every", realert)

	c.sources[e.source] = true
	interval := max(c.seconds(e, "check_every", every), 1)
	if every.IsNull() {
		interval = 60
	}
	if e.once {
		annotations[attribute+"once"] = "true"
	}
	annotations[attribute+"alert_after_seconds"] = strconv.FormatInt(c.seconds(e, "alert_after", after), 10)
	if _, ok := monitoring.Integer(realert); !ok {
		c.wrong(e, "realert_every", realert, "is no integer")
	}
	c.checkName(e)
	cluster := c.service.Cluster.Name
	labels := map[string]string{"paasta_cluster": cluster, "paasta_service": c.service.Name, "team": python.Str(team)}
	if e.instance != nil {
		labels["paasta_instance"] = e.instance.Name
	}
	c.checks = append(c.checks, resource{Type: "CheckConfig", APIVersion: "core/v2",
		Metadata: metadata{Name: resourceName(e.name), Namespace: resourceName(cluster), Labels: labels, Annotations: annotations},
		Spec: checkSpec{
			Command: command(e), Handlers: c.route(e.settings, python.Str(team)), Interval: interval,
			ProxyEntityName: resourceName(e.source), Publish: !e.disabled, RoundRobin: true,
			Subscriptions: []string{"paasta-" + resourceName(cluster)}, Timeout: 30,
		}})
}

// annotation prints an attribute: strings as they are, all else as JSON.
func annotation(n *yaml11.Node) string {
	switch n.Kind {
	case yaml11.String, yaml11.Date, yaml11.DateTime, yaml11.Bytes:
		return python.Str(n)
	}
	return python.JSON(n, true)
}

// seconds reads a duration that pysensu_yelp converts; what it cannot convert is reported and counts as 0.
func (c *compilation) seconds(e event, key string, n *yaml11.Node) int64 {
	text, ok := n.Str()
	if !ok {
		if n.Truthy() {
			c.wrong(e, key, n, "is "+n.KindWithArticle()+", not a duration such as 10m")
		}
		return 0
	}
	seconds, why := monitoring.Seconds(text)
	if why != "" {
		c.wrong(e, key, n, why)
	}
	return seconds
}

// wrong reports an attribute on which pysensu_yelp raises.
func (c *compilation) wrong(e event, key string, n *yaml11.Node, why string) {
	at := n.Position()
	if at.File == "" {
		at = e.settings.Own(key).Position()
	}
	f := finding.Finding{Code: finding.SensuCheckImpossible, At: at, Message: key + " " + why + "; PaaSTA's check stops here"}
	c.say(e, f)
}

func (c *compilation) say(e event, f finding.Finding) {
	if e.instance != nil {
		c.report(e.instance.Finding(f))
		return
	}
	f.Service, f.Cluster = c.service.Name, c.service.Cluster.Name
	if f.At.File == "" {
		f.At = finding.Position{File: c.service.Name + "/monitoring.yaml"}
	}
	c.report(f)
}

// checkName reports a name that pysensu_yelp.send_event refuses.
func (c *compilation) checkName(e event) {
	if resourceName(e.name) != e.name {
		c.say(e, finding.Finding{Code: finding.SensuCheckName, Suggestion: resourceName(e.name), Fix: finding.Advice,
			Message: "Sensu takes no check of the name " + strconv.Quote(e.name)})
	}
}

// command asks Prometheus: no result is well, a result is not, no answer is unknown. It is plain sh and curl, and finds
// Prometheus by $PROMETHEUS_URL in the agent's environment.
func command(e event) string {
	status, word := "2", "CRITICAL"
	if e.warning {
		status, word = "1", "WARNING"
	}
	return sensuText("r=$(curl -fsSG -m 20 \"${PROMETHEUS_URL:-http://localhost:9090}/api/v1/query\" --data-urlencode " +
		quote("query="+e.query) + ") || { echo \"UNKNOWN: Prometheus does not answer\"; exit 3; }; " +
		"case \"$r\" in *'\"result\":[]'*) echo OK;; *) echo " + quote(word+": "+e.problem) + "; exit " + status + ";; esac")
}

// blindCommand is command for a query about what all other checks rely on: no answer is as bad as a result.
func blindCommand(query string) string {
	return sensuText("r=$(curl -fsSG -m 20 \"${PROMETHEUS_URL:-http://localhost:9090}/api/v1/query\" --data-urlencode " +
		quote("query="+query) + ") || { echo \"CRITICAL: Prometheus does not answer\"; exit 2; }; " +
		"case \"$r\" in *'\"result\":[]'*) echo OK;; *) echo \"CRITICAL: Prometheus has no metrics of the cluster\"; exit 2;; esac")
}

// quote makes one word of a shell command.
func quote(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }

// sensuText keeps the agent from taking braces for its own tokens.
func sensuText(s string) string { return strings.ReplaceAll(s, "{{", `{{"{{"}}`) }
