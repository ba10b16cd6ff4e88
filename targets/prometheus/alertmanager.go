package prometheus

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/python"
	"github.com/paasta-render/paasta-render/compiler/target"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

// Where Alertmanager finds what is no configuration: keys and hooks are files that a Secret mounts, one a team.
const (
	secretDir = "/etc/alertmanager/secrets/"
	ticketURL = "http://jiralert.monitoring.svc:9097/alert"
)

// routeFact is a way that some alert takes.
type routeFact struct {
	Team         string
	Slack, Email string // in place of the team's own; none: nowhere
}

func (r routeFact) compare(other routeFact) int {
	return cmp.Or(cmp.Compare(r.Team, other.Team), cmp.Compare(r.Slack, other.Slack), cmp.Compare(r.Email, other.Email))
}

func (c *compilation) addRoute(r routeFact) {
	if at, found := slices.BinarySearchFunc(c.facts.Routes, r, routeFact.compare); !found {
		c.facts.Routes = slices.Insert(c.facts.Routes, at, r)
	}
}

type alertmanagerConfig struct {
	Global    map[string]string `json:"global"`
	Receivers []receiver        `json:"receivers"`
	Route     route             `json:"route"`
}

type route struct {
	Receiver       string   `json:"receiver,omitempty"`
	GroupBy        []string `json:"group_by,omitempty"`
	GroupWait      string   `json:"group_wait,omitempty"`
	RepeatInterval string   `json:"repeat_interval,omitempty"`
	Matchers       []string `json:"matchers,omitempty"`
	Continue       bool     `json:"continue,omitempty"`
	Routes         []route  `json:"routes,omitempty"`
}

type receiver struct {
	Name      string            `json:"name"`
	Email     []emailConfig     `json:"email_configs,omitempty"`
	PagerDuty []pagerDutyConfig `json:"pagerduty_configs,omitempty"`
	Slack     []slackConfig     `json:"slack_configs,omitempty"`
	Webhook   []webhookConfig   `json:"webhook_configs,omitempty"`
}

type emailConfig struct {
	To           string `json:"to"`
	SendResolved bool   `json:"send_resolved"`
}

type pagerDutyConfig struct {
	RoutingKeyFile string `json:"routing_key_file"`
}

type slackConfig struct {
	Channel      string `json:"channel"`
	SendResolved bool   `json:"send_resolved"`
}

type webhookConfig struct {
	URL string `json:"url"`
}

// linkAlertmanager makes the routing tree: by team, then each way that an alert's labels ask for.
func linkAlertmanager(c *config.Cluster, services []target.Linked) *target.File {
	var routes []routeFact
	for _, s := range services {
		if f, ok := s.Facts.(*facts); ok {
			routes = append(routes, f.Routes...)
		}
	}
	if len(routes) == 0 {
		return nil
	}
	slices.SortFunc(routes, routeFact.compare)
	routes = slices.Compact(routes)
	b := router{teams: c.System.File("sensu/team_data.json").Get("team_data"), made: map[string]bool{}}
	b.receive(receiver{Name: nobody})
	top := route{Receiver: nobody,
		GroupBy:   []string{"alertname", "paasta_cluster", "paasta_service", "paasta_instance", "paasta_namespace"},
		GroupWait: "30s", RepeatInterval: "4h"}
	for start := 0; start < len(routes); {
		end := start
		for end < len(routes) && routes[end].Team == routes[start].Team {
			end++
		}
		top.Routes = append(top.Routes, b.team(routes[start:end]))
		start = end
	}
	slices.SortFunc(b.receivers, func(x, y receiver) int { return cmp.Compare(x.Name, y.Name) })
	return &target.File{Path: "prometheus/alertmanager.yaml", Docs: []any{alertmanagerConfig{
		Global: map[string]string{"smtp_from": "alertmanager@localhost", "smtp_smarthost": "localhost:25",
			"slack_api_url_file": secretDir + "slack"},
		Receivers: b.receivers, Route: top,
	}}}
}

// router collects receivers.
type router struct {
	teams     *yaml11.Node
	receivers []receiver
	made      map[string]bool
}

func (b *router) receive(r receiver) string {
	if !b.made[r.Name] {
		b.made[r.Name] = true
		b.receivers = append(b.receivers, r)
	}
	return r.Name
}

// team makes the branch of one team: pages, tickets, chat and mail go their ways side by side.
func (b *router) team(ways []routeFact) route {
	team := ways[0].Team
	data := b.teams.Get(team)
	branch := route{Receiver: nobody, Matchers: []string{matcher("team", team)}}
	add := func(r receiver, matchers ...string) {
		branch.Routes = append(branch.Routes, route{Receiver: b.receive(r), Matchers: matchers, Continue: true})
	}
	if data.Get("pagerduty_api_key").Truthy() {
		pages := []pagerDutyConfig{{secretDir + "pagerduty-" + fileName(team)}}
		add(receiver{Name: team + " page", PagerDuty: pages}, matcher("page", "true"))
	}
	add(receiver{Name: "ticket", Webhook: []webhookConfig{{ticketURL}}}, matcher("ticket", "true"))
	if channels := own(data.Get("slack_channels")); channels != "" && channels != nobody {
		add(slack(team+" slack", channels), matcher("slack_channel", ""))
	}
	if address := own(data.Get("notification_email")); address != "" && address != nobody {
		add(email(team+" email", address), matcher("notification_email", ""))
	}
	seen := map[string]bool{}
	for _, way := range ways {
		if way.Slack != "" && way.Slack != nobody && !seen["slack "+way.Slack] {
			seen["slack "+way.Slack] = true
			add(slack("slack "+way.Slack, way.Slack), matcher("slack_channel", way.Slack))
		}
		if way.Email != "" && way.Email != nobody && !seen["email "+way.Email] {
			seen["email "+way.Email] = true
			add(email("email "+way.Email, way.Email), matcher("notification_email", way.Email))
		}
	}
	return branch
}

func slack(name, channels string) receiver {
	r := receiver{Name: name}
	for _, channel := range strings.Split(channels, ",") {
		channel = strings.TrimSpace(channel)
		if !strings.HasPrefix(channel, "#") && !strings.HasPrefix(channel, "@") {
			channel = "#" + channel
		}
		r.Slack = append(r.Slack, slackConfig{channel, true})
	}
	return r
}

func email(name, addresses string) receiver {
	return receiver{Name: name, Email: []emailConfig{{addresses, true}}}
}

// matcher is Alertmanager's: label="value".
func matcher(label, value string) string {
	return label + "=" + strconv.Quote(python.Strip(value))
}
