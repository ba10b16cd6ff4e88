package sensu

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/paasta-render/paasta-render/compiler/config"
)

// routing collects the resources that all checks of a cluster share.
type routing struct {
	cluster   *config.Cluster
	namespace string
	docs      []any
}

func (r *routing) add(kind, name string, spec any) {
	m := metadata{Name: resourceName(name), Namespace: r.namespace}
	if kind == "Namespace" {
		m.Namespace = ""
	}
	r.docs = append(r.docs, resource{Type: kind, APIVersion: "core/v2", Metadata: m, Spec: spec})
}

// entities: each source of events is a proxy entity, since no agent is it.
func (r *routing) entities(sources map[string]bool) {
	for _, source := range slices.Sorted(maps.Keys(sources)) {
		r.add("Entity", source, entitySpec{EntityClass: "proxy"})
	}
}

// The filters of Yelp's sensu_handlers, as JavaScript over the annotations.
const (
	pageFilter   = "paasta_page"
	ticketFilter = "paasta_ticket"
	rateFilter   = "paasta_rate"
)

// rate lets an event through after alert_after, then the 1st, 2nd, 4th, 8th … one when realert_every is -1, else every
// realert_every-th; a resolved event after any that was let through. A status of 3 is no news of the instance: it
// passes nothing, and does not begin the count anew. Sensu itself counts equal states only, so the count is over the
// history, or over the time since the check was well where the history is too short. An event that happens at a moment,
// such as an eviction, is told once.
const rate = `(function (event) {
  var c = event.check, a = c.annotations || {}, h = c.history || [];
  var first = Math.floor(Number(a["paasta.yelp.com/alert_after_seconds"] || 0) / c.interval) + 1;
  if (c.status === 3) { return false; }
  var bad = 0, ended = false, i = h.length - 1;
  if (c.status === 0) { i = i - 1; }
  for (; i >= 0 && !ended; i--) {
    if (h[i].status === 0) { ended = true; } else if (h[i].status !== 3) { bad++; }
  }
  if (c.status === 0) {
    if (!ended && bad > 0) { bad = Math.max(bad, c.occurrences_watermark || 0); }
    return c.occurrences === 1 && bad >= first;
  }
  if (!ended && c.last_ok > 0 && event.timestamp > 0) {
    bad = Math.max(bad, Math.floor((event.timestamp - c.last_ok) / c.interval));
  }
  var n = Math.max(bad, c.occurrences || 0) - first + 1;
  var every = Number(a["paasta.yelp.com/realert_every"] || -1);
  if (n < 1) { return false; }
  if (a["paasta.yelp.com/once"] === "true") { return n === 1; }
  if (every > 0) { return n === 1 || n % every === 0; }
  return (n & (n - 1)) === 0;
})(event)`

func (r *routing) filters() {
	is := func(key string) []string {
		return []string{`event.check.annotations["paasta.yelp.com/` + key + `"] === "true"`}
	}
	r.add("EventFilter", pageFilter, filterSpec{"allow", is("page")})
	r.add("EventFilter", rateFilter, filterSpec{"allow", []string{rate}})
	r.add("EventFilter", ticketFilter, filterSpec{"allow", is("ticket")})
}

// handlers: a set for each team, a pipe for each destination. Keys and hooks come from Sensu secrets by name.
func (r *routing) handlers(used map[handlerFact]bool) {
	made := map[string]bool{}
	for _, h := range slices.SortedFunc(maps.Keys(used), handlerFact.compare) {
		if made[h.name()] {
			continue
		}
		made[h.name()] = true
		r.add("Handler", h.name(), r.handler(h))
	}
}

func (r *routing) handler(h handlerFact) handlerSpec {
	pipe := handlerSpec{Type: "pipe", Filters: []string{"is_incident", "not_silenced", rateFilter}, Timeout: 30}
	switch h.Kind {
	case "page":
		pipe.Command = "sensu-pagerduty-handler"
		pipe.Filters = append(pipe.Filters, pageFilter)
		pipe.RuntimeAssets = []string{"sensu/sensu-pagerduty-handler"}
		pipe.Secrets = []secret{{"PAGERDUTY_TOKEN", "pagerduty-" + resourceName(h.To)}}
	case "email":
		r.mail(&pipe, h.To)
	case "slack":
		pipe.Command = "sensu-slack-handler --channel " + quote(h.To)
		pipe.RuntimeAssets = []string{"sensu/sensu-slack-handler"}
		pipe.Secrets = []secret{{"SLACK_WEBHOOK_URL", "slack"}}
	case "ticket":
		pipe.Command = `curl -fsS -m 20 -H "Content-Type: application/json" -H ` + quote("X-Project: "+h.To) +
			` --data-binary @- "$TICKET_URL"`
		pipe.Filters = append(pipe.Filters, ticketFilter)
		pipe.Secrets = []secret{{"TICKET_URL", "tickets"}}
	default:
		set := handlerSpec{Type: "set"}
		for _, to := range destinations(h.To, teamData(r.cluster, h.To), nil, nil, nil) {
			set.Handlers = append(set.Handlers, to.name())
		}
		return set
	}
	return pipe
}

// mail sends by the mail server of alerting.smtp in the system config, else by that of the backend's environment. The
// handler asks for a user's password unless it is told that there is no user.
func (r *routing) mail(pipe *handlerSpec, to string) {
	smtp := r.cluster.System.Get("alerting").Get("smtp")
	text := func(key string) string {
		value, _ := smtp.Get(key).Str()
		return value
	}
	host, port, from := `"${SMTP_HOST:-localhost}"`, `"${SMTP_PORT:-25}"`, `"${SMTP_FROM:-sensu@localhost}"`
	if server := text("smarthost"); server != "" {
		name, number, found := strings.Cut(server, ":")
		if !found {
			number = "25"
		}
		host, port = quote(name), quote(number)
	}
	if address := text("from"); address != "" {
		from = quote(address)
	}
	login := "none"
	if user := text("username"); user != "" {
		login = "plain -u " + quote(user)
		pipe.Secrets = []secret{{"SMTP_PASSWORD", "smtp-password"}}
	}
	pipe.Command = "sensu-email-handler -a " + login + " -s " + host + " -P " + port + " -f " + from + " -t " + quote(to)
	pipe.RuntimeAssets = []string{"sensu/sensu-email-handler"}
}

// blind is the check that Prometheus answers and has metrics of the cluster: without them no other check knows
// anything, and those page nobody then. It goes to the team of alerting.team in the system config, and pages; without
// one it goes to every team that has checks, and does not.
func (r *routing) blind(teams []string) {
	cluster := r.cluster.Name
	team, paged := r.cluster.System.Get("alerting").Get("team").Str()
	if paged {
		teams = []string{team}
	}
	handlers := make([]string, len(teams))
	for n, name := range teams {
		handlers[n] = handlerFact{"team", name}.name()
	}
	query := `absent(kube_deployment_status_replicas_ready{paasta_cluster="` + cluster + `"})`
	name := "paasta-monitoring-blind." + resourceName(cluster)
	annotations := map[string]string{attribute + "check_name": name, attribute + "page": strconv.FormatBool(paged),
		attribute + "alert_after_seconds": "300", attribute + "realert_every": "-1"}
	r.docs = append(r.docs, resource{Type: "CheckConfig", APIVersion: "core/v2",
		Metadata: metadata{Name: name, Namespace: r.namespace, Annotations: annotations, Labels: map[string]string{"paasta_cluster": cluster}},
		Spec: checkSpec{Command: blindCommand(query), Handlers: handlers, Interval: 60, Publish: true, RoundRobin: true,
			ProxyEntityName: "paasta-" + r.namespace, Subscriptions: []string{"paasta-" + r.namespace}, Timeout: 30}})
}
