package prometheus

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/python"
	"github.com/paasta-render/paasta-render/compiler/target"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

// The receivers of what reaches nobody else.
const (
	lastResort     = "last resort"
	lastResortPage = "last resort page"
)

// routeFact is a way that some alert takes.
type routeFact struct {
	Team         string
	Slack, Email string // in place of the team's own; none: nowhere
	Realert      int64  // realert_every, as a multiple of a minute; 0 when it is not set
	Page         bool
}

func (r routeFact) compare(other routeFact) int {
	return cmp.Or(cmp.Compare(r.Team, other.Team), cmp.Compare(r.Slack, other.Slack), cmp.Compare(r.Email, other.Email),
		cmp.Compare(r.Realert, other.Realert), cmp.Compare(fmt.Sprint(r.Page), fmt.Sprint(other.Page)))
}

func (c *compilation) addRoute(r routeFact) {
	if at, found := slices.BinarySearchFunc(c.facts.Routes, r, routeFact.compare); !found {
		c.facts.Routes = slices.Insert(c.facts.Routes, at, r)
	}
}

type alertmanagerConfig struct {
	Global       map[string]any `json:"global"`
	InhibitRules []inhibition   `json:"inhibit_rules"`
	Receivers    []receiver     `json:"receivers"`
	Route        route          `json:"route"`
}

// inhibition mutes the targets while a source fires.
type inhibition struct {
	SourceMatchers []string `json:"source_matchers"`
	TargetMatchers []string `json:"target_matchers"`
	Equal          []string `json:"equal"`
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
	URL            string `json:"url,omitempty"`
}

type slackConfig struct {
	Channel      string `json:"channel"`
	SendResolved bool   `json:"send_resolved"`
}

type webhookConfig struct {
	URL string `json:"url"`
}

// linkAlertmanager makes the routing tree: by team, then each way that an alert's labels ask for. What takes no way
// goes to the last resort.
func linkAlertmanager(c *config.Cluster, services []target.Linked, report finding.Report) *target.File {
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
	b := router{alerting: alertingOf(c), made: map[string]bool{}, cluster: c, report: report,
		teams: c.System.File("sensu/team_data.json").Get("team_data")}
	b.receive(b.lastReceiver(false))
	b.receive(b.lastReceiver(true))
	top := route{Receiver: lastResort,
		GroupBy:   []string{"alertname", "paasta_cluster", "paasta_service", "paasta_instance", "paasta_namespace"},
		GroupWait: "30s", RepeatInterval: "4h"}
	if b.WatchdogURL != "" {
		watchdog := receiver{Name: "watchdog", Webhook: []webhookConfig{{b.WatchdogURL}}}
		top.Routes = append(top.Routes, route{Receiver: b.receive(watchdog), RepeatInterval: "5m",
			Matchers: []string{matcher("alertname", alertWatchdog)}})
	}
	for start := 0; start < len(routes); {
		end := start
		for end < len(routes) && routes[end].Team == routes[start].Team {
			end++
		}
		top.Routes = append(top.Routes, b.team(routes[start:end]))
		start = end
	}
	top.Routes = append(top.Routes, route{Receiver: lastResortPage, Matchers: []string{matcher("page", "true")}})
	slices.SortFunc(b.receivers, func(x, y receiver) int { return cmp.Compare(x.Name, y.Name) })
	return &target.File{Path: "prometheus/alertmanager.yaml", Docs: []any{alertmanagerConfig{
		Global: b.global(), InhibitRules: []inhibition{blindness(), burning()}, Receivers: b.receivers, Route: top}}}
}

// blindness mutes what kube-state-metrics alone tells of while it is away: what still fires is of before.
func blindness() inhibition {
	names := []string{alertReplication, alertMax, alertAutoscaler, alertCrash, alertStart, alertRollout}
	return inhibition{SourceMatchers: []string{matcher("alertname", alertBlind)},
		TargetMatchers: []string{`alertname=~"` + strings.Join(names, "|") + `"`}, Equal: []string{"paasta_cluster"}}
}

// burning mutes what says that a budget is spent too fast while a louder alert says the same of the last minutes.
func burning() inhibition {
	return inhibition{
		SourceMatchers: []string{`alertname=~"` + strings.Join([]string{alertErrors, alertEndpointErrors, alertTimeouts, alertEndpointTimeouts}, "|") + `"`},
		TargetMatchers: []string{`alertname=~"` + alertErrorBurn + "|" + alertLatencyBurn + `"`},
		Equal:          []string{"paasta_cluster", "paasta_service", "paasta_namespace", "endpoint"}}
}

// router collects receivers.
type router struct {
	alerting
	cluster   *config.Cluster
	report    finding.Report
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

// lastReceiver reaches the team of alerting.team by mail and chat, and pages it when it is for pages; without such a
// team it has no way.
func (b *router) lastReceiver(pages bool) receiver {
	r := receiver{Name: lastResort}
	data := b.teams.Get(b.Team)
	if pages {
		r.Name = lastResortPage
	}
	if pages && data.Get("pagerduty_api_key").Truthy() {
		r.PagerDuty = b.pagerDuty(b.Team)
	}
	if channels := own(data.Get("slack_channels")); channels != "" && channels != nobody {
		r.Slack = slack("", channels).Slack
	}
	if address := own(data.Get("notification_email")); address != "" && address != nobody {
		r.Email = email("", address).Email
	}
	return r
}

func (r receiver) reaches() bool {
	return len(r.PagerDuty)+len(r.Slack)+len(r.Email)+len(r.Webhook) > 0
}

func (b *router) pagerDuty(team string) []pagerDutyConfig {
	return []pagerDutyConfig{{RoutingKeyFile: b.SecretDir + "/pagerduty-" + fileName(team), URL: b.PagerDutyURL}}
}

// team makes the branch of one team: pages, tickets, chat and mail go their ways side by side. What takes none of them
// stays with the last resort: pages of a team that has no PagerDuty go there beside chat and mail, too.
func (b *router) team(ways []routeFact) route {
	team := ways[0].Team
	data := b.teams.Get(team)
	branch := route{Receiver: lastResort, Matchers: []string{matcher("team", team)}}
	add := func(receiver string, matchers ...string) {
		branch.Routes = append(branch.Routes, route{Receiver: receiver, Matchers: matchers, Continue: true})
	}
	if data.Get("pagerduty_api_key").Truthy() {
		add(b.receive(receiver{Name: team + " page", PagerDuty: b.pagerDuty(team)}), matcher("page", "true"))
	} else {
		add(lastResortPage, matcher("page", "true"))
		b.judgePages(ways, data)
	}
	add(b.receive(receiver{Name: "ticket", Webhook: []webhookConfig{{b.TicketURL}}}), matcher("ticket", "true"))
	if channels := own(data.Get("slack_channels")); channels != "" && channels != nobody {
		add(b.receive(slack(team+" slack", channels)), matcher("slack_channel", ""))
	}
	if address := own(data.Get("notification_email")); address != "" && address != nobody {
		add(b.receive(email(team+" email", address)), matcher("notification_email", ""))
	}
	seen := map[string]bool{}
	for _, way := range ways {
		if way.Slack != "" && way.Slack != nobody && !seen["slack "+way.Slack] {
			seen["slack "+way.Slack] = true
			add(b.receive(slack("slack "+way.Slack, way.Slack)), matcher("slack_channel", way.Slack))
		}
		if way.Email != "" && way.Email != nobody && !seen["email "+way.Email] {
			seen["email "+way.Email] = true
			add(b.receive(email("email "+way.Email, way.Email)), matcher("notification_email", way.Email))
		}
	}
	branch.Routes = repeating(branch.Routes, ways)
	return branch
}

// repeating lays realert_every over the ways: Sensu repeats an event every so many checks, which are a minute apart.
func repeating(routes []route, ways []routeFact) []route {
	var intervals []int64
	for _, way := range ways {
		if way.Realert > 0 && !slices.Contains(intervals, way.Realert) {
			intervals = append(intervals, way.Realert)
		}
	}
	slices.Sort(intervals)
	for n := range routes {
		for _, minutes := range intervals {
			every := strconv.FormatInt(minutes, 10)
			routes[n].Routes = append(routes[n].Routes, route{Matchers: []string{matcher("realert_every", every)}, RepeatInterval: every + "m"})
		}
	}
	return routes
}

// judgePages reports a team whose pages reach nobody: it has no PagerDuty, mail or chat, and there is no last resort.
// Where no team is known at all, Alertmanager is not set up yet.
func (b *router) judgePages(ways []routeFact, data *yaml11.Node) {
	if !b.teams.IsMap() || len(b.teams.Pairs) == 0 || b.lastReceiver(true).reaches() {
		return
	}
	set := func(way, team string) bool { return way != nobody && (way != "" || team != "" && team != nobody) }
	slack, email := own(data.Get("slack_channels")), own(data.Get("notification_email"))
	lost := slices.ContainsFunc(ways, func(w routeFact) bool { return w.Page && !set(w.Slack, slack) && !set(w.Email, email) })
	if !lost {
		return
	}
	b.report(finding.Finding{Code: finding.PageReachesNobody, Cluster: b.cluster.Name, At: b.teams.Position(),
		Message: "alerts of the team " + strconv.Quote(ways[0].Team) + " page, and sensu/team_data.json knows no " +
			"pagerduty_api_key, notification_email or slack_channels of it; no alerting.team of the system config takes its pages",
		Suggestion: "alerting: {team: …}"})
}

// global are the defaults of all receivers.
func (b *router) global() map[string]any {
	text := func(key, fallback string) string {
		if value, ok := b.SMTP.Get(key).Str(); ok && value != "" {
			return value
		}
		return fallback
	}
	smarthost := text("smarthost", "localhost:25")
	host, _, _ := strings.Cut(smarthost, ":")
	global := map[string]any{"smtp_from": text("from", "alertmanager@localhost"), "smtp_smarthost": smarthost,
		"smtp_require_tls": host != "localhost" && host != "127.0.0.1", "slack_api_url_file": b.SlackFile}
	if tls := b.SMTP.Get("require_tls"); !tls.IsNull() {
		global["smtp_require_tls"] = tls.Truthy()
	}
	for key, name := range map[string]string{"hello": "smtp_hello", "username": "smtp_auth_username",
		"password_file": "smtp_auth_password_file"} {
		if value := text(key, ""); value != "" {
			global[name] = value
		}
	}
	return global
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
