package envoy

import (
	"math"

	accesslog "github.com/envoyproxy/go-control-plane/envoy/config/accesslog/v3"
	core "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	listener "github.com/envoyproxy/go-control-plane/envoy/config/listener/v3"
	rbacconfig "github.com/envoyproxy/go-control-plane/envoy/config/rbac/v3"
	filelog "github.com/envoyproxy/go-control-plane/envoy/extensions/access_loggers/file/v3"
	commonfault "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/common/fault/v3"
	fault "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/http/fault/v3"
	router "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/http/router/v3"
	manager "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/network/http_connection_manager/v3"
	rbac "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/network/rbac/v3"
	tcpproxy "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/network/tcp_proxy/v3"
	matcher "github.com/envoyproxy/go-control-plane/envoy/type/v3"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

// listener takes the requests to proxy_port. Its name is <service>.<namespace>.listener, as Yelp's tools expect.
func (sp *space) listener() *listener.Listener {
	var filters []*listener.Filter
	if sp.drop {
		filters = append(filters, networkFilter("envoy.filters.network.rbac", denyAll(sp.name)))
	}
	if sp.tcp() {
		filters = append(filters, networkFilter("envoy.filters.network.tcp_proxy", sp.tcpProxy()))
	} else {
		filters = append(filters, networkFilter("envoy.filters.network.http_connection_manager", sp.manager()))
	}
	return &listener.Listener{
		Name:             sp.name + ".listener",
		Address:          socket(sp.listenAddress, uint32(sp.port)),
		FilterChains:     []*listener.FilterChain{{Filters: filters}},
		Freebind:         wrapperspb.Bool(true), // the address may come up after Envoy does
		TrafficDirection: core.TrafficDirection_OUTBOUND,
	}
}

func socket(address string, port uint32) *core.Address {
	return &core.Address{Address: &core.Address_SocketAddress{SocketAddress: &core.SocketAddress{
		Address: address, PortSpecifier: &core.SocketAddress_PortValue{PortValue: port},
	}}}
}

func networkFilter(name string, m proto.Message) *listener.Filter {
	return &listener.Filter{Name: name, ConfigType: &listener.Filter_TypedConfig{TypedConfig: resource(m)}}
}

// denyAll closes every connection: no policy allows any.
func denyAll(name string) *rbac.RBAC {
	return &rbac.RBAC{StatPrefix: name, Rules: &rbacconfig.RBAC{Action: rbacconfig.RBAC_ALLOW}}
}

// tcpProxy passes connections on. It tries as many pods as `retries` allows.
func (sp *space) tcpProxy() *tcpproxy.TcpProxy {
	return &tcpproxy.TcpProxy{
		StatPrefix:         sp.name,
		ClusterSpecifier:   &tcpproxy.TcpProxy_Cluster{Cluster: clusterName(sp.name)},
		IdleTimeout:        seconds(sp.tcpIdleS),
		MaxConnectAttempts: number(sp.retries + 1),
		AccessLog:          sp.accessLogs(""),
	}
}

// manager reads requests and holds their routes. The routes are no files of their own: Envoy opens an inotify instance
// for each file that it follows, Linux gives a user 128 of them, and Envoy aborts when it gets none. When routes
// change, Envoy exchanges the listener's filter chain and lets the requests on the old one finish.
func (sp *space) manager() *manager.HttpConnectionManager {
	m := &manager.HttpConnectionManager{
		StatPrefix:                   sp.name,
		RouteSpecifier:               &manager.HttpConnectionManager_RouteConfig{RouteConfig: sp.routes()},
		HttpFilters:                  sp.httpFilters(),
		ServerHeaderTransformation:   manager.HttpConnectionManager_PASS_THROUGH,
		NormalizePath:                wrapperspb.Bool(sp.normalize),
		MergeSlashes:                 sp.normalize,
		PathWithEscapedSlashesAction: manager.HttpConnectionManager_KEEP_UNCHANGED,
		AccessLog:                    sp.accessLogs("%REQ(:METHOD)% %REQ(:PATH)% %PROTOCOL% %RESPONSE_CODE% "),
	}
	if sp.websocket {
		m.UpgradeConfigs = []*manager.HttpConnectionManager_UpgradeConfig{{UpgradeType: "websocket"}}
	}
	return m
}

// fileSource follows a file in the mounted folder. The folder is watched, not the file: Kubernetes replaces its link.
func fileSource(path string) *core.ConfigSource {
	return &core.ConfigSource{
		ResourceApiVersion: core.ApiVersion_V3,
		ConfigSourceSpecifier: &core.ConfigSource_PathConfigSource{PathConfigSource: &core.PathConfigSource{
			Path:             configDir + path[len("envoy"):],
			WatchedDirectory: &core.WatchedDirectory{Path: configDir},
		}},
	}
}

func (sp *space) httpFilters() []*manager.HttpFilter {
	var filters []*manager.HttpFilter
	if sp.delay.percent > 0 || sp.abort {
		filters = append(filters, httpFilter("envoy.filters.http.fault", sp.fault()))
	}
	filters = append(sp.authorization(), filters...)
	return append(filters, httpFilter("envoy.filters.http.router", &router.Router{}))
}

func httpFilter(name string, m proto.Message) *manager.HttpFilter {
	return &manager.HttpFilter{Name: name, ConfigType: &manager.HttpFilter_TypedConfig{TypedConfig: resource(m)}}
}

// fault is fixed_delay and chaos.
func (sp *space) fault() *fault.HTTPFault {
	f := &fault.HTTPFault{}
	if sp.delay.percent > 0 {
		f.Delay = &commonfault.FaultDelay{
			FaultDelaySecifier: &commonfault.FaultDelay_FixedDelay{FixedDelay: milliseconds(sp.delay.ms)},
			Percentage:         &matcher.FractionalPercent{Numerator: sp.delay.percent},
		}
	}
	if sp.abort {
		f.Abort = &fault.FaultAbort{
			ErrorType:  &fault.FaultAbort_HttpStatus{HttpStatus: 503},
			Percentage: &matcher.FractionalPercent{Numerator: 100},
		}
	}
	return f
}

// accessLogs writes a line for each request, or connection.
func (sp *space) accessLogs(request string) []*accesslog.AccessLog {
	if !sp.logs.enabled {
		return nil
	}
	format := "%START_TIME% " + sp.name + " " + request +
		"%RESPONSE_FLAGS% %BYTES_RECEIVED% %BYTES_SENT% %DURATION% %UPSTREAM_HOST%\n"
	log := &accesslog.AccessLog{
		Name: "envoy.access_loggers.file",
		ConfigType: &accesslog.AccessLog_TypedConfig{TypedConfig: resource(&filelog.FileAccessLog{
			Path: sp.accessLog,
			AccessLogFormat: &filelog.FileAccessLog_LogFormat{LogFormat: &core.SubstitutionFormatString{
				Format: &core.SubstitutionFormatString_TextFormatSource{TextFormatSource: &core.DataSource{
					Specifier: &core.DataSource_InlineString{InlineString: format},
				}},
			}},
		})},
	}
	if rate := sp.logs.rate; rate < 1 {
		log.Filter = &accesslog.AccessLogFilter{FilterSpecifier: &accesslog.AccessLogFilter_RuntimeFilter{
			RuntimeFilter: &accesslog.RuntimeFilter{
				RuntimeKey: "access_log." + sp.name,
				PercentSampled: &matcher.FractionalPercent{
					Numerator: uint32(math.Round(rate * 1e6)), Denominator: matcher.FractionalPercent_MILLION,
				},
			},
		}}
	}
	return []*accesslog.AccessLog{log}
}

// logs says whether requests are logged, and the share of them.
type logs struct {
	enabled bool
	rate    float64 // sample_rate, 0 to 1
}

// readLogs has every namespace log when the system config names a log, else those whose logging plugin is enabled, at
// its sample_rate. The file is synapse-tools.conf.json.
func (sp *reader) readLogs(synapse *yaml11.Node) {
	own, all := sp.Get("plugins").Get("logging"), synapse.Get("logging")
	sp.logs = logs{enabled: true, rate: 1}
	var options *yaml11.Node
	switch {
	case own.Get("enabled").Truthy():
		options = own
	case all.Get("enabled").Truthy():
		options = all
	default:
		sp.logs.enabled = sp.logAll
	}
	if rate, ok := positive(options.Get("sample_rate")); ok {
		sp.logs.rate = rate
	}
}
