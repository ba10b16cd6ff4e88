package envoy

import (
	"slices"

	route "github.com/envoyproxy/go-control-plane/envoy/config/route/v3"
	matcher "github.com/envoyproxy/go-control-plane/envoy/type/matcher/v3"

	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/monitoring"
)

// virtualClusters count the requests of each endpoint that the namespace's monitoring watches; alerts read them.
// smartstack.yaml: monitoring.endpoints, monitoring.default_endpoint_alerting.
func (sp *space) virtualClusters() []*route.VirtualCluster {
	var all []*route.VirtualCluster
	for _, e := range sp.counted {
		var path *matcher.StringMatcher
		switch {
		case e.Regex != "":
			path = &matcher.StringMatcher{MatchPattern: &matcher.StringMatcher_SafeRegex{
				SafeRegex: &matcher.RegexMatcher{Regex: "(?:" + e.Regex + ").*"}}}
		case e.Path != "":
			path = &matcher.StringMatcher{MatchPattern: &matcher.StringMatcher_Prefix{Prefix: e.Path}}
		default:
			continue
		}
		headers := []*route.HeaderMatcher{{Name: ":path", HeaderMatchSpecifier: &route.HeaderMatcher_StringMatch{StringMatch: path}}}
		if e.Method != "" {
			headers = append(headers, &route.HeaderMatcher{Name: ":method", HeaderMatchSpecifier: &route.HeaderMatcher_StringMatch{
				StringMatch: &matcher.StringMatcher{MatchPattern: &matcher.StringMatcher_Exact{Exact: e.Method}}}})
		}
		all = append(all, &route.VirtualCluster{Name: e.Stat, Headers: headers})
	}
	return all
}

func counted(n config.Namespace) []monitoring.Endpoint {
	endpoints := monitoring.Endpoints(n)
	slices.SortStableFunc(endpoints, monitoring.ByPrecedence)
	for i := range endpoints {
		endpoints[i].Config = nil // facts hold no configuration
	}
	return endpoints
}
