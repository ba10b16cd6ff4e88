package envoy

import (
	bootstrapv3 "github.com/envoyproxy/go-control-plane/envoy/config/bootstrap/v3"
	cluster "github.com/envoyproxy/go-control-plane/envoy/config/cluster/v3"
	endpointv3 "github.com/envoyproxy/go-control-plane/envoy/config/endpoint/v3"
	listener "github.com/envoyproxy/go-control-plane/envoy/config/listener/v3"
	route "github.com/envoyproxy/go-control-plane/envoy/config/route/v3"
	router "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/http/router/v3"
	manager "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/network/http_connection_manager/v3"
)

// adminCluster is Envoy's own admin interface; the name collides with no namespace's, for it has no dot.
const adminCluster = "admin"

// metrics is a listener on every address that passes on two questions to the admin interface, and nothing else:
// /stats/prometheus and /ready.
func (s settings) metrics() *bootstrapv3.Bootstrap_StaticResources {
	host := &route.VirtualHost{Name: adminCluster, Domains: []string{"*"}}
	for _, path := range []string{"/stats/prometheus", "/ready"} {
		host.Routes = append(host.Routes, &route.Route{
			Match: &route.RouteMatch{PathSpecifier: &route.RouteMatch_Path{Path: path}},
			Action: &route.Route_Route{Route: &route.RouteAction{
				ClusterSpecifier: &route.RouteAction_Cluster{Cluster: adminCluster},
				Timeout:          seconds(metricsTimeoutS),
			}},
		})
	}
	m := &manager.HttpConnectionManager{
		StatPrefix: "metrics",
		RouteSpecifier: &manager.HttpConnectionManager_RouteConfig{RouteConfig: &route.RouteConfiguration{
			Name: "metrics", VirtualHosts: []*route.VirtualHost{host}}},
		HttpFilters: []*manager.HttpFilter{httpFilter("envoy.filters.http.router", &router.Router{})},
	}
	own := &endpointv3.LbEndpoint{HostIdentifier: &endpointv3.LbEndpoint_Endpoint{
		Endpoint: &endpointv3.Endpoint{Address: socket(loopback, s.adminPort)}}}
	return &bootstrapv3.Bootstrap_StaticResources{
		Listeners: []*listener.Listener{{
			Name: "metrics", Address: socket("0.0.0.0", s.statsPort), IgnoreGlobalConnLimit: true,
			FilterChains: []*listener.FilterChain{{Filters: []*listener.Filter{
				networkFilter("envoy.filters.network.http_connection_manager", m)}}},
		}},
		Clusters: []*cluster.Cluster{{
			Name:                 adminCluster,
			ClusterDiscoveryType: &cluster.Cluster_Type{Type: cluster.Cluster_STATIC},
			ConnectTimeout:       seconds(1),
			LoadAssignment: &endpointv3.ClusterLoadAssignment{ClusterName: adminCluster,
				Endpoints: []*endpointv3.LocalityLbEndpoints{{LbEndpoints: []*endpointv3.LbEndpoint{own}}}},
		}},
	}
}

// metricsTimeoutS is longer than any scrape may take, seconds.
const metricsTimeoutS = 30
