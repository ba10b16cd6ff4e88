package envoy

import (
	bootstrapv3 "github.com/envoyproxy/go-control-plane/envoy/config/bootstrap/v3"
	core "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	metricsv3 "github.com/envoyproxy/go-control-plane/envoy/config/metrics/v3"
	overload "github.com/envoyproxy/go-control-plane/envoy/config/overload/v3"
	connections "github.com/envoyproxy/go-control-plane/envoy/extensions/resource_monitors/downstream_connections/v3"
	matcher "github.com/envoyproxy/go-control-plane/envoy/type/matcher/v3"

	"github.com/paasta-render/paasta-render/compiler/config"
)

// bootstrap points Envoy at the files. The admin interface, which can stop Envoy, answers on the host itself alone;
// metrics have a listener of their own.
func bootstrap(c *config.Cluster) *bootstrapv3.Bootstrap {
	l, s := c.System.Locations(), newSettings(c)
	b := &bootstrapv3.Bootstrap{
		Node: &core.Node{
			Id: "paasta-mesh", Cluster: c.Name,
			Locality: &core.Locality{Region: l.Here(c.Name, "region"), Zone: l.Here(c.Name, "habitat")},
		},
		Admin: &bootstrapv3.Admin{Address: socket(loopback, s.adminPort), IgnoreGlobalConnLimit: true},
		DynamicResources: &bootstrapv3.Bootstrap_DynamicResources{
			LdsConfig: fileSource("envoy/lds.json"),
			CdsConfig: fileSource("envoy/cds.json"),
		},
		StatsConfig: kept(),
	}
	if s.statsPort > 0 {
		b.StaticResources = s.metrics()
	}
	if s.maxDownstream > 0 {
		b.OverloadManager = &overload.OverloadManager{ResourceMonitors: []*overload.ResourceMonitor{{
			Name: "envoy.resource_monitors.global_downstream_max_connections",
			ConfigType: &overload.ResourceMonitor_TypedConfig{TypedConfig: resource(
				&connections.DownstreamConnectionsConfig{MaxActiveDownstreamConnections: s.maxDownstream})},
		}}}
	}
	return b
}

const loopback = "127.0.0.1"

// Statistics that alerts, dashboards and the end of a pod read. All others are never made: with 2,500 namespaces they
// are 35 MB in each scrape. They are told apart by how they begin or end, for Envoy tries each of some hundred
// statistics of every namespace when it starts, and regular expressions would take it seconds.
var (
	keptBeginnings = []string{"server.", "listener_manager.", "cluster_manager.", "overload."}
	keptEnds       = []string{ // of clusters, and of the virtual clusters of routes
		".upstream_rq_1xx", ".upstream_rq_2xx", ".upstream_rq_3xx", ".upstream_rq_4xx", ".upstream_rq_5xx",
		".upstream_rq_active", ".upstream_rq_time", ".upstream_rq_timeout", ".upstream_rq_retry", ".upstream_rq_retry_overflow",
		".upstream_rq_pending_overflow", ".upstream_cx_active", ".upstream_cx_connect_fail", ".upstream_cx_overflow",
		".membership_healthy", ".membership_total", ".outlier_detection.ejections_active",
	}
)

func kept() *metricsv3.StatsConfig {
	list := &matcher.ListStringMatcher{}
	for _, beginning := range keptBeginnings {
		list.Patterns = append(list.Patterns, &matcher.StringMatcher{MatchPattern: &matcher.StringMatcher_Prefix{Prefix: beginning}})
	}
	for _, end := range keptEnds {
		list.Patterns = append(list.Patterns, &matcher.StringMatcher{MatchPattern: &matcher.StringMatcher_Suffix{Suffix: end}})
	}
	return &metricsv3.StatsConfig{StatsMatcher: &metricsv3.StatsMatcher{
		StatsMatcher: &metricsv3.StatsMatcher_InclusionList{InclusionList: list}}}
}
