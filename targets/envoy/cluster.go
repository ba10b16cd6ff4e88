package envoy

import (
	"encoding/json"
	"slices"

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
		ClusterDiscoveryType:      &cluster.Cluster_ClusterType{ClusterType: sp.settings.byDNS()},
		ConnectTimeout:            milliseconds(sp.connectMS),
		LbPolicy:                  sp.balancer(),
		IgnoreHealthOnHostRemoval: true, // a pod that is gone from DNS is gone, however healthy it was
		HealthChecks:              sp.healthChecks(),
		CircuitBreakers:           sp.settings.circuitBreakers(),
		OutlierDetection:          sp.settings.outlierDetection(),
	}
	if choices, ok := positive(sp.Get("choice_count")); ok && choices >= 2 && c.LbPolicy == cluster.Cluster_LEAST_REQUEST {
		c.LbConfig = &cluster.Cluster_LeastRequestLbConfig_{LeastRequestLbConfig: &cluster.Cluster_LeastRequestLbConfig{
			ChoiceCount: number(uint32(min(choices, 1000))),
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

// byDNS looks the pods up every envoy_dns_refresh_s (default 20) seconds and up to a quarter more: within the time that a
// pod which is told to stop still answers, and seldom enough for the cluster's DNS servers, which each host asks about
// each namespace.
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
	secure := sp.HealthcheckMode() == "https"
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

// balancer is lb_policy; default ROUND_ROBIN. checkSpace tells of those that do something else here.
func (sp *space) balancer() cluster.Cluster_LbPolicy {
	name, _ := sp.Get("lb_policy").Str()
	if slices.Contains([]string{"LEAST_REQUEST", "RING_HASH", "RANDOM", "MAGLEV"}, name) {
		return cluster.Cluster_LbPolicy(cluster.Cluster_LbPolicy_value[name])
	}
	return cluster.Cluster_ROUND_ROBIN
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

// withEndpoints adds the addresses to a cluster's JSON. Pods of weight 0 get nothing, as in HAProxy.
func withEndpoints(clusterJSON []byte, namespace string, endpoints []config.Endpoints) json.RawMessage {
	var lb []*endpointv3.LbEndpoint
	for _, e := range endpoints {
		if e.Weight < 1 || e.Port < 1 || e.Port > 65535 {
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
	assignment := &endpointv3.ClusterLoadAssignment{ClusterName: clusterName(namespace)}
	if len(lb) > 0 {
		assignment.Endpoints = []*endpointv3.LocalityLbEndpoints{{LbEndpoints: lb}}
	}
	data, err := encode(assignment)
	if err != nil {
		return clusterJSON
	}
	whole := slices.Clone(clusterJSON[:len(clusterJSON)-1])
	whole = append(whole, `,"load_assignment":`...)
	whole = append(whole, data...)
	return append(whole, '}')
}

// absolute ends a DNS name with a dot, so that the resolver does not try it below each of its search domains first.
func absolute(host string) string { return host + "." }
