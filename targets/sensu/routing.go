package sensu

import (
	"maps"
	"slices"

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
// realert_every-th; a resolved event after any that was let through.
const rate = `(function (c) {
  var a = c.annotations || {};
  var first = Math.floor(Number(a["paasta.yelp.com/alert_after_seconds"] || 0) / c.interval) + 1;
  if (c.status === 0) { return (c.occurrences_watermark || 0) >= first && c.occurrences === 1; }
  var n = c.occurrences - first + 1;
  var every = Number(a["paasta.yelp.com/realert_every"] || -1);
  if (n < 1) { return false; }
  if (every > 0) { return n === 1 || n % every === 0; }
  return (n & (n - 1)) === 0;
})(event.check)`

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
		pipe.Command = `sensu-email-handler -s "${SMTP_HOST:-localhost}" -f "${SMTP_FROM:-sensu@localhost}" -t ` + quote(h.To)
		pipe.RuntimeAssets = []string{"sensu/sensu-email-handler"}
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
