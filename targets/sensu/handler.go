package sensu

import (
	"cmp"
	"slices"
	"strings"

	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/monitoring"
	"github.com/paasta-render/paasta-render/compiler/python"
	"github.com/paasta-render/paasta-render/compiler/target"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

// handlerFact names a handler that some check uses.
type handlerFact struct {
	Kind string // team, page, email, slack, ticket
	To   string // team, address, channel, project
}

func (h handlerFact) name() string { return h.Kind + "_" + resourceName(strings.TrimPrefix(h.To, "#")) }

func (h handlerFact) compare(other handlerFact) int {
	return cmp.Or(cmp.Compare(h.Kind, other.Kind), cmp.Compare(h.To, other.To))
}

// route returns the handlers of a check: the team's, unless its monitoring names an address, channel or project of its
// own, which then take the place of the team's. PaaSTA leaves this to Yelp's sensu_handlers.
func (c *compilation) route(s monitoring.Settings, team string) []string {
	handlers := []handlerFact{{"team", team}}
	email, slack, project := s.Get("notification_email"), s.Get("slack_channels"), s.Get("project")
	if !email.IsNull() || !slack.IsNull() || !project.IsNull() {
		handlers = destinations(team, teamData(c.service.Cluster, team), email, slack, project)
	}
	names := make([]string, 0, len(handlers))
	for _, h := range handlers {
		c.handlers[h] = true
		names = append(names, h.name())
	}
	return names
}

// teamData is the team in sensu/team_data.json, nil when it is unknown. PaaSTA: get_sensu_team_data.
func teamData(c *config.Cluster, team string) *yaml11.Node {
	return c.System.File("sensu/team_data.json").Get("team_data").Get(team)
}

// destinations are where a team's events go; what is not null takes the place of the team's own. A false or empty value
// silences that way.
func destinations(team string, data, email, slack, project *yaml11.Node) []handlerFact {
	var to []handlerFact
	if data.Get("pagerduty_api_key").Truthy() {
		to = append(to, handlerFact{"page", team})
	}
	for _, address := range words(either(email, data.Get("notification_email"))) {
		to = append(to, handlerFact{"email", address})
	}
	for _, channel := range words(either(slack, data.Get("slack_channels"))) {
		to = append(to, handlerFact{"slack", channel})
	}
	for _, key := range words(either(project, data.Get("project"))) {
		to = append(to, handlerFact{"ticket", key})
	}
	return slices.Compact(to)
}

func either(own, team *yaml11.Node) *yaml11.Node {
	if own.IsNull() {
		return team
	}
	return own
}

// words are the strings of a list, or the comma-separated parts of a string.
func words(n *yaml11.Node) []string {
	var all []string
	switch {
	case n.IsString():
		for _, word := range strings.Split(n.Text, ",") {
			all = append(all, strings.TrimSpace(word))
		}
	case n.IsList():
		for _, item := range n.Items {
			all = append(all, python.Str(item))
		}
	}
	return slices.DeleteFunc(all, func(word string) bool { return word == "" })
}

// link writes what the checks of all services share.
func link(c *config.Cluster, services []target.Linked, _ finding.Report) []target.File {
	used := map[handlerFact]bool{}
	sources := map[string]bool{}
	for _, s := range services {
		f, ok := s.Facts.(*facts)
		if !ok {
			continue
		}
		for _, h := range f.Handlers {
			used[h] = true
			if h.Kind == "team" {
				for _, to := range destinations(h.To, teamData(c, h.To), nil, nil, nil) {
					used[to] = true
				}
			}
		}
		for _, source := range f.Sources {
			sources[source] = true
		}
	}
	if len(sources) == 0 || target.AnyUnread(services) {
		return nil
	}
	sources["paasta-"+resourceName(c.Name)] = true
	var teams []string
	if team, ok := c.System.Get("alerting").Get("team").Str(); ok {
		used[handlerFact{"team", team}] = true
		for _, to := range destinations(team, teamData(c, team), nil, nil, nil) {
			used[to] = true
		}
	}
	for h := range used {
		if h.Kind == "team" {
			teams = append(teams, h.To)
		}
	}
	slices.Sort(teams)
	b := routing{cluster: c, namespace: resourceName(c.Name)}
	b.add("Namespace", c.Name, namespaceSpec{b.namespace})
	b.entities(sources)
	b.filters()
	b.handlers(used)
	b.blind(teams)
	return []target.File{{Path: "sensu/_handlers.yaml", Docs: b.docs}}
}
