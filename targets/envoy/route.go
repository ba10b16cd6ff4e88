package envoy

import (
	"strings"

	core "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	route "github.com/envoyproxy/go-control-plane/envoy/config/route/v3"
	previoushosts "github.com/envoyproxy/go-control-plane/envoy/extensions/retry/host/previous_hosts/v3"
	matcher "github.com/envoyproxy/go-control-plane/envoy/type/matcher/v3"
	"google.golang.org/protobuf/types/known/wrapperspb"
)

// routes are the endpoints with timeouts of their own, longest first, then everything else. Each is tried in up to
// three ways: a request with X-Ctx-Vip goes to vip_upgrade; one that comes from the proxy, or asks for the health
// check, goes to the pods; any other goes through the proxy when there is one.
func (sp *space) routes() *route.RouteConfiguration {
	host := &route.VirtualHost{
		Name: sp.name, Domains: []string{"*"}, RetryPolicy: sp.retryPolicy(), RequestHeadersToAdd: addHeaders(sp.headers),
		VirtualClusters: sp.virtualClusters(),
	}
	if sp.proxy != "" || sp.isProxy {
		status, _, _ := strings.Cut(sp.health.path, "?")
		match := &route.RouteMatch{PathSpecifier: &route.RouteMatch_Path{Path: status}}
		host.Routes = append(host.Routes, sp.to(sp.name, match, sp.serverMS))
	}
	for _, e := range sp.routesTo {
		host.Routes = append(host.Routes, sp.ways(e.match, e.ms)...)
	}
	everything := func() *route.RouteMatch {
		return &route.RouteMatch{PathSpecifier: &route.RouteMatch_Prefix{Prefix: "/"}}
	}
	host.Routes = append(host.Routes, sp.ways(everything, sp.serverMS)...)
	return &route.RouteConfiguration{
		Name: sp.name, VirtualHosts: []*route.VirtualHost{host},
		ValidateClusters: wrapperspb.Bool(false), // listeners may arrive before the clusters that a change brings
	}
}

// match is a prefix, a regular expression, or for "/" that path alone, as SmartStack has it.
func (e endpoint) match() *route.RouteMatch {
	switch {
	case e.regex != "":
		return &route.RouteMatch{PathSpecifier: &route.RouteMatch_SafeRegex{SafeRegex: &matcher.RegexMatcher{Regex: e.regex}}}
	case e.path == "/":
		return &route.RouteMatch{PathSpecifier: &route.RouteMatch_Path{Path: "/"}}
	}
	return &route.RouteMatch{PathSpecifier: &route.RouteMatch_Prefix{Prefix: e.path}}
}

func (sp *space) ways(match func() *route.RouteMatch, ms float64) []*route.Route {
	var ways []*route.Route
	if sp.vip != "" {
		m := match()
		m.Headers = []*route.HeaderMatcher{{Name: "x-ctx-vip",
			HeaderMatchSpecifier: &route.HeaderMatcher_PresentMatch{PresentMatch: true}}}
		ways = append(ways, sp.to(sp.vip, m, ms))
	}
	if sp.proxy == "" {
		r := sp.to(sp.name, match(), ms)
		if sp.isProxy {
			r.RequestHeadersToAdd = addHeaders([]header{{"X-Smartstack-Source", sp.name}})
		}
		return append(ways, r)
	}
	m := match()
	m.Headers = []*route.HeaderMatcher{{Name: "x-smartstack-source",
		HeaderMatchSpecifier: &route.HeaderMatcher_StringMatch{StringMatch: &matcher.StringMatcher{
			MatchPattern: &matcher.StringMatcher_Prefix{Prefix: sp.proxy}, IgnoreCase: true,
		}}}}
	through := sp.to(sp.name, match(), ms)
	through.Action.(*route.Route_Route).Route.ClusterSpecifier = &route.RouteAction_Cluster{Cluster: proxiedName(sp.name)}
	marks := []header{{"X-Smartstack-Destination", sp.name}}
	if sp.source {
		marks = append(marks, header{"X-Smartstack-Source", sp.proxy})
	}
	through.RequestHeadersToAdd = addHeaders(marks)
	return append(ways, sp.to(sp.name, m, ms), through)
}

// to sends requests to a namespace's pods. timeout_server_ms or the endpoint's timeout is the time for the whole
// answer.
func (sp *space) to(name string, match *route.RouteMatch, ms float64) *route.Route {
	action := &route.RouteAction{
		ClusterSpecifier: &route.RouteAction_Cluster{Cluster: clusterName(name)},
		Timeout:          milliseconds(ms),
		IdleTimeout:      seconds(sp.idle(ms)),
	}
	if sp.host != "" {
		action.HostRewriteSpecifier = &route.RouteAction_HostRewriteLiteral{HostRewriteLiteral: sp.host}
	}
	return &route.Route{Match: match, Action: &route.Route_Route{Route: action}}
}

// idle is the seconds after which a silent request ends: idle_timeout; default 60, or the request's own timeout when
// that is longer, for it would never be reached otherwise.
func (sp *space) idle(ms float64) float64 {
	switch {
	case sp.idleS != unset:
		return sp.idleS
	case ms == 0:
		return 0
	}
	return max(idleDefaultS, ms/1000)
}

// retryPolicy tries other pods when a connection fails, and never when a request does.
func (sp *space) retryPolicy() *route.RetryPolicy {
	if sp.retries == 0 {
		return nil
	}
	return &route.RetryPolicy{
		RetryOn: "connect-failure", NumRetries: number(sp.retries),
		RetryHostPredicate: []*route.RetryPolicy_RetryHostPredicate{{
			Name: "envoy.retry_host_predicates.previous_hosts",
			ConfigType: &route.RetryPolicy_RetryHostPredicate_TypedConfig{
				TypedConfig: resource(&previoushosts.PreviousHostsPredicate{}),
			},
		}},
		HostSelectionRetryMaxAttempts: 3,
	}
}

// addHeaders sets headers, whatever the client sent. A percent sign would begin one of Envoy's variables.
func addHeaders(headers []header) []*core.HeaderValueOption {
	var options []*core.HeaderValueOption
	for _, h := range headers {
		options = append(options, &core.HeaderValueOption{
			Header:       &core.HeaderValue{Key: h.name, Value: strings.ReplaceAll(h.value, "%", "%%")},
			AppendAction: core.HeaderValueOption_OVERWRITE_IF_EXISTS_OR_ADD,
		})
	}
	return options
}
