package envoy

import (
	"slices"
	"strings"

	cluster "github.com/envoyproxy/go-control-plane/envoy/config/cluster/v3"
	core "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	endpointv3 "github.com/envoyproxy/go-control-plane/envoy/config/endpoint/v3"
	aggregate "github.com/envoyproxy/go-control-plane/envoy/extensions/clusters/aggregate/v3"
	dnscommon "github.com/envoyproxy/go-control-plane/envoy/extensions/clusters/common/dns/v3"
	dns "github.com/envoyproxy/go-control-plane/envoy/extensions/clusters/dns/v3"
	tls "github.com/envoyproxy/go-control-plane/envoy/extensions/transport_sockets/tls/v3"
	upstreamhttp "github.com/envoyproxy/go-control-plane/envoy/extensions/upstreams/http/v3"
	"google.golang.org/protobuf/types/known/anypb"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/paasta-render/paasta-render/compiler/config"
)

const (
	tlsSocket   = "envoy.transport_sockets.tls"
	httpOptions = "envoy.extensions.upstreams.http.v3.HttpProtocolOptions"
)

// clusterName is what Yelp's tools and metrics call a namespace's pods.
func clusterName(namespace string) string { return namespace + ".egress_cluster" }

func proxiedName(namespace string) string { return namespace + ".proxied_cluster" }

// cluster is the namespace's pods, without their addresses: those are for Link to add.
func (sp *space) cluster() *cluster.Cluster {
	c := &cluster.Cluster{
		Name:                      clusterName(sp.name),
		ClusterDiscoveryType:      &cluster.Cluster_ClusterType{ClusterType: sp.byDNS()},
		ConnectTimeout:            milliseconds(sp.connectMS),
		LbPolicy:                  cluster.Cluster_LbPolicy(cluster.Cluster_LbPolicy_value[sp.balancer]), // 0: ROUND_ROBIN
		IgnoreHealthOnHostRemoval: true,                                                                  // a pod that is gone from DNS is gone, however healthy it was
		HealthChecks:              sp.healthChecks(),
		CircuitBreakers:           sp.circuitBreakers(),
		OutlierDetection:          sp.outlierDetection(),
	}
	if sp.choices > 0 {
		c.LbConfig = &cluster.Cluster_LeastRequestLbConfig_{LeastRequestLbConfig: &cluster.Cluster_LeastRequestLbConfig{
			ChoiceCount: number(sp.choices),
		}}
	}
	switch sp.mode {
	case "http2", "grpc":
		c.TypedExtensionProtocolOptions = map[string]*anypb.Any{httpOptions: resource(&upstreamhttp.HttpProtocolOptions{
			UpstreamProtocolOptions: &upstreamhttp.HttpProtocolOptions_ExplicitHttpConfig_{
				ExplicitHttpConfig: &upstreamhttp.HttpProtocolOptions_ExplicitHttpConfig{
					ProtocolConfig: &upstreamhttp.HttpProtocolOptions_ExplicitHttpConfig_Http2ProtocolOptions{
						Http2ProtocolOptions: &core.Http2ProtocolOptions{},
					},
				},
			},
		})}
	case "https":
		c.TransportSocket = sp.tls()
	}
	sp.addHealthSockets(c)
	return c
}

// byDNS looks the pods up every envoy_dns_refresh_s (default 20) seconds and up to a quarter more: within the time that
// a pod which is told to stop still answers, and seldom enough for the cluster's DNS servers, which each host asks
// about each namespace.
func (s settings) byDNS() *cluster.Cluster_CustomClusterType {
	return &cluster.Cluster_CustomClusterType{
		Name: "envoy.cluster.dns",
		TypedConfig: resource(&dns.DnsCluster{
			DnsRefreshRate:  seconds(s.dnsRefreshS),
			DnsJitter:       seconds(s.dnsRefreshS / dnsJitterShare),
			DnsLookupFamily: dnscommon.DnsLookupFamily_V4_PREFERRED,
		}),
	}
}

// tls speaks TLS to the pods under the namespace's name. Nothing in smartstack.yaml names a CA, so that certificates
// are not verified; checkSpace says so.
func (sp *space) tls() *core.TransportSocket {
	return &core.TransportSocket{Name: tlsSocket, ConfigType: &core.TransportSocket_TypedConfig{
		TypedConfig: resource(&tls.UpstreamTlsContext{Sni: sp.name}),
	}}
}

// addHealthSockets lets health checks differ from requests in whether they are encrypted.
func (sp *space) addHealthSockets(c *cluster.Cluster) {
	secure := sp.health.mode == "https"
	if secure == (sp.mode == "https") {
		return
	}
	checks := &structpb.Struct{Fields: map[string]*structpb.Value{"health_check": structpb.NewBoolValue(true)}}
	m := &cluster.Cluster_TransportSocketMatch{Name: "health_check", Match: checks}
	if secure {
		m.TransportSocket = sp.tls()
	} else {
		m.TransportSocket = plaintext()
	}
	c.TransportSocketMatches = []*cluster.Cluster_TransportSocketMatch{m}
	for _, h := range c.HealthChecks {
		h.TransportSocketMatchCriteria = checks
	}
}

// readBalancer takes lb_policy; default ROUND_ROBIN. checkSpace tells of those that do something else here.
func (sp *reader) readBalancer() {
	name, _ := sp.Get("lb_policy").Str()
	if slices.Contains([]string{"LEAST_REQUEST", "RING_HASH", "RANDOM", "MAGLEV"}, name) {
		sp.balancer = strings.Clone(name)
	}
	if choices, ok := positive(sp.Get("choice_count")); ok && choices >= 2 && name == "LEAST_REQUEST" {
		sp.choices = uint32(min(choices, 1000))
	}
}

// proxiedCluster is the proxy's pods, and the namespace's own when none of those is there.
func (sp *space) proxiedCluster() *cluster.Cluster {
	return &cluster.Cluster{
		Name:           proxiedName(sp.name),
		ConnectTimeout: milliseconds(sp.connectMS),
		LbPolicy:       cluster.Cluster_CLUSTER_PROVIDED,
		ClusterDiscoveryType: &cluster.Cluster_ClusterType{ClusterType: &cluster.Cluster_CustomClusterType{
			Name: "envoy.clusters.aggregate",
			TypedConfig: resource(&aggregate.ClusterConfig{
				Clusters: []string{clusterName(sp.proxy), clusterName(sp.name)},
			}),
		}},
	}
}

// assignment is the addresses of a cluster. Pods of weight 0 get nothing, as in HAProxy.
func assignment(namespace string, endpoints []config.Endpoints) *endpointv3.ClusterLoadAssignment {
	var lb []*endpointv3.LbEndpoint
	for _, e := range endpoints {
		if e.Weight < 1 || e.Port < 1 || e.Port > maxPort {
			continue
		}
		pods := &endpointv3.Endpoint{Address: socket(absolute(e.Host()), uint32(e.Port))}
		lb = append(lb, &endpointv3.LbEndpoint{
			HostIdentifier:      &endpointv3.LbEndpoint_Endpoint{Endpoint: pods},
			LoadBalancingWeight: number(uint32(min(e.Weight, 1<<20))),
		})
	}
	if len(lb) == 1 {
		lb[0].LoadBalancingWeight = nil // all pods alike
	}
	a := &endpointv3.ClusterLoadAssignment{ClusterName: clusterName(namespace)}
	if len(lb) > 0 {
		a.Endpoints = []*endpointv3.LocalityLbEndpoints{{LbEndpoints: lb}}
	}
	return a
}

// absolute ends a DNS name with a dot, so that the resolver does not try it below each of its search domains first.
func absolute(host string) string { return host + "." }
