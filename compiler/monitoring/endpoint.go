package monitoring

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/python"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

// Endpoint is a part of a mesh namespace's requests that is counted, and watched, on its own.
type Endpoint struct {
	Name   string // as written: GET /status, /reserve, ^/v2/\d
	Method string // GET; empty for any
	Path   string // what a request's path begins with; empty when the name holds none
	Regex  string // in place of Path, without its ^
	// Stat is its name in Envoy's statistics: GET_status.
	Stat   string
	Config *yaml11.Node // its entry in monitoring.endpoints; nil when that does not list it
}

// OtherEndpoints is the name under which Envoy counts the requests that belong to no endpoint.
const OtherEndpoints = "other"

// Endpoints are those that the namespace's monitoring lists, and with default_endpoint_alerting those that
// endpoint_timeouts names, in this order; each once. Entries without a name are left out.
func Endpoints(n config.Namespace) []Endpoint {
	block := n.Get("monitoring")
	var all []Endpoint
	add := func(name string, config *yaml11.Node) {
		e := endpoint(name, config)
		if e.Stat != "" && !slices.ContainsFunc(all, func(x Endpoint) bool { return x.Stat == e.Stat }) {
			all = append(all, e)
		}
	}
	if listed := block.Get("endpoints"); listed.IsList() {
		for _, item := range listed.Items {
			name, _ := item.Get("name").Str()
			add(name, item)
		}
	}
	if timeouts := n.Get("endpoint_timeouts"); timeouts.IsMap() && block.Get("default_endpoint_alerting").Truthy() {
		for _, p := range timeouts.Pairs {
			add(python.Str(p.Key), nil)
		}
	}
	return all
}

func endpoint(name string, config *yaml11.Node) Endpoint {
	e := Endpoint{Name: name, Config: config}
	word, rest, two := strings.Cut(strings.TrimSpace(name), " ")
	if !two {
		word, rest = "", word
	}
	e.Method, rest = strings.ToUpper(word), strings.TrimSpace(rest)
	if pattern, ok := strings.CutPrefix(rest, "^"); ok {
		if _, err := regexp.Compile(pattern); err == nil {
			e.Regex = pattern
		}
	} else if strings.HasPrefix(rest, "/") {
		e.Path = rest
	}
	e.Stat = strings.Join(strings.FieldsFunc(name, func(r rune) bool { return r == '_' || !isStat(r) }), "_")
	return e
}

// StatName is how a part of a name looks in Envoy's Prometheus metrics.
func StatName(name string) string {
	return strings.Map(func(r rune) rune {
		if isStat(r) {
			return r
		}
		return '_'
	}, name)
}

func isStat(r rune) bool {
	return r == '_' || '0' <= r && r <= '9' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z'
}

// ByPrecedence orders endpoints so that the first that takes a request is the one that says most about it: with a
// method, then patterns, then the longest path.
func ByPrecedence(a, b Endpoint) int {
	return cmp.Or(
		cmp.Compare(min(len(b.Method), 1), min(len(a.Method), 1)),
		cmp.Compare(min(len(b.Regex), 1), min(len(a.Regex), 1)),
		cmp.Compare(len(b.Path), len(a.Path)),
		cmp.Compare(a.Stat, b.Stat))
}
