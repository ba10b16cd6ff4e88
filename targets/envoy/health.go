package envoy

import (
	"encoding/hex"
	"strings"

	core "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	rawbuffer "github.com/envoyproxy/go-control-plane/envoy/extensions/transport_sockets/raw_buffer/v3"
	matcher "github.com/envoyproxy/go-control-plane/envoy/type/v3"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/paasta-render/paasta-render/compiler/python"
)

const (
	healthTimeoutS  = 1  // healthcheck_timeout_s's default, seconds
	healthPauseS    = 1  // between two checks, beside the time that a check may take, seconds
	healthJitter    = 50 // percent of the interval, so that hosts do not ask at once
	healthRise      = 1
	healthFall      = 2
	identityHeader  = "x-smartstack-target-identity"
	expectedFirst   = 200
	expectedBeyond  = 400
	responseMaxSize = 65536 // bytes of the answer in which healthcheck_body_expect is looked for
)

// health is how pods are checked.
type health struct {
	mode     string // healthcheck_mode
	path     string // healthcheck_uri
	timeoutS float64
	port     uint32 // healthcheck_port; 0: the pod's own
	host     string
	headers  []header // extra_healthcheck_headers
	expect   string   // healthcheck_body_expect
}

func (sp *reader) readHealth() {
	h := health{mode: strings.Clone(sp.HealthcheckMode()), path: strings.Clone(sp.HealthcheckURI()), timeoutS: healthTimeoutS}
	if !strings.HasPrefix(h.path, "/") {
		h.path = "/" + h.path
	}
	if v, ok := positive(sp.Get("healthcheck_timeout_s")); ok && v > 0 {
		h.timeoutS = v
	}
	if port, ok := positive(sp.Get("healthcheck_port")); ok && port >= 1 && port <= maxPort {
		h.port = uint32(port)
	}
	if extra := sp.Get("extra_healthcheck_headers"); extra.IsMap() {
		for _, p := range extra.Pairs {
			name, value := strings.Clone(python.Str(p.Key)), strings.Clone(python.Str(p.Value))
			if strings.EqualFold(name, "host") {
				h.host = value
				continue
			}
			h.headers = append(h.headers, header{name, value})
		}
	}
	if expect := sp.Get("healthcheck_body_expect"); expect.Truthy() {
		h.expect = strings.Clone(python.Str(expect))
	}
	sp.health = h
}

// healthChecks asks each pod as nerve does: on healthcheck_port (default the pod's own), at intervals of
// healthcheck_timeout_s plus one second, up after one good answer and down after two bad ones.
func (sp *space) healthChecks() []*core.HealthCheck {
	check := &core.HealthCheck{
		Timeout:               seconds(sp.health.timeoutS),
		Interval:              seconds(sp.health.timeoutS + healthPauseS),
		IntervalJitterPercent: healthJitter,
		UnhealthyThreshold:    number(healthFall),
		HealthyThreshold:      number(healthRise),
	}
	if sp.health.port > 0 {
		check.AltPort = number(sp.health.port)
	}
	switch sp.health.mode {
	case "http", "https", "http2", "grpc":
		check.HealthChecker = &core.HealthCheck_HttpHealthCheck_{HttpHealthCheck: sp.httpCheck()}
	default:
		check.HealthChecker = &core.HealthCheck_TcpHealthCheck_{TcpHealthCheck: &core.HealthCheck_TcpHealthCheck{}}
	}
	return []*core.HealthCheck{check}
}

// httpCheck asks for healthcheck_uri with extra_healthcheck_headers; any 2xx or 3xx that holds healthcheck_body_expect
// will do.
func (sp *space) httpCheck() *core.HealthCheck_HttpHealthCheck {
	h := &core.HealthCheck_HttpHealthCheck{
		Path: sp.health.path, Host: sp.health.host,
		ExpectedStatuses:    []*matcher.Int64Range{{Start: expectedFirst, End: expectedBeyond}},
		RequestHeadersToAdd: addHeaders(append([]header{{identityHeader, sp.name}}, sp.health.headers...)),
	}
	if sp.health.expect != "" {
		h.Receive = []*core.HealthCheck_Payload{{
			Payload: &core.HealthCheck_Payload_Text{Text: hex.EncodeToString([]byte(sp.health.expect))},
		}}
		h.ResponseBufferSize = wrapperspb.UInt64(responseMaxSize)
	}
	if mode := sp.health.mode; mode == "http2" || mode == "grpc" {
		h.CodecClientType = matcher.CodecClientType_HTTP2
	}
	return h
}

func plaintext() *core.TransportSocket {
	return &core.TransportSocket{Name: "envoy.transport_sockets.raw_buffer",
		ConfigType: &core.TransportSocket_TypedConfig{TypedConfig: resource(&rawbuffer.RawBuffer{})}}
}
