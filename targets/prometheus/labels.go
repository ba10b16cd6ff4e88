package prometheus

import (
	"strconv"
	"strings"

	"github.com/paasta-render/paasta-render/compiler/monitoring"
	"github.com/paasta-render/paasta-render/compiler/python"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

// nobody is the label of an address or channel that the configuration switches off.
const nobody = "none"

// labels are what an alert carries for Alertmanager and the one who is woken. Only what is set, but page and ticket
// always. slack_channel and notification_email stand there when they are not the team's own.
func (c *compilation) labels(s monitoring.Settings) map[string]string {
	team := python.Str(s.Team())
	labels := map[string]string{
		"paasta_cluster": c.service.Cluster.Name, "paasta_service": c.service.Name, "team": team,
		"page": flag(s.Get("page")), "ticket": flag(s.Get("ticket")),
	}
	if text := labelText(s.GetOr("priority", nil)); text != "" {
		labels["priority"] = text
	}
	project := s.Get("project")
	if project.IsNull() {
		project = c.team(team).Get("project")
	}
	if text := labelText(project); text != "" {
		labels["project"] = text
	}
	route := routeFact{Team: team, Slack: own(s.Get("slack_channels")), Email: own(s.Get("notification_email")),
		Page: s.Get("page").Truthy()}
	if every, ok := monitoring.Integer(s.Own("realert_every")); ok && every > 0 {
		route.Realert = every
		labels["realert_every"] = strconv.FormatInt(every, 10)
	}
	if route.Slack != "" {
		labels["slack_channel"] = route.Slack
	}
	if route.Email != "" {
		labels["notification_email"] = route.Email
	}
	c.addRoute(route)
	return labels
}

// own prints an address or a list of channels that takes the place of the team's; empty when there is none.
func own(n *yaml11.Node) string {
	switch {
	case n.IsNull():
		return ""
	case !n.Truthy():
		return nobody
	case n.IsList():
		var all []string
		for _, item := range n.Items {
			all = append(all, python.Str(item))
		}
		return strings.Join(all, ",")
	}
	return labelText(n)
}

func flag(n *yaml11.Node) string {
	if n.Truthy() {
		return "true"
	}
	return "false"
}

// labelText prints a value in a label: strings as they are, null not at all, the rest as JSON.
func labelText(n *yaml11.Node) string {
	if n.IsNull() {
		return ""
	}
	if text, ok := n.Str(); ok {
		return text
	}
	return python.JSON(n, true)
}

// team is the team in sensu/team_data.json, nil when it is unknown.
func (c *compilation) team(name string) *yaml11.Node {
	return c.service.Cluster.System.File("sensu/team_data.json").Get("team_data").Get(name)
}

// escape keeps Prometheus from taking braces in a label for its own templates.
func escape(s string) string { return strings.ReplaceAll(s, "{{", `{{"{{"}}`) }

func escapeAll(labels map[string]string) map[string]string {
	for key, value := range labels {
		labels[key] = escape(value)
	}
	return labels
}
