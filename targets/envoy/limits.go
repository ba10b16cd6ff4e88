package envoy

import (
	"cmp"
	"math"

	cluster "github.com/envoyproxy/go-control-plane/envoy/config/cluster/v3"
	core "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	envoytype "github.com/envoyproxy/go-control-plane/envoy/type/v3"
	"google.golang.org/protobuf/types/known/wrapperspb"
)

const (
	dnsJitterShare   = 4   // hosts do not all ask at once: up to a quarter of the time between two questions is added
	retryPercent     = 20  // of the requests in flight may be retries
	retriesAlways    = 100 // that many may be, however few requests there are
	ejectAfter       = 5   // failures in a row
	ejectionS        = 30  // how long a pod is left alone at first; longer when it fails again, seconds
	ejectedPercent   = 30  // of a namespace's pods at most
	noLimit          = math.MaxUint32
	neverEjectedRate = 0
)

// circuitBreakers are off unless the system config names envoy_max_requests. Envoy's own default, 1,024 requests at
// once to a namespace and 3 retries, answers 503 to a busy service that is well; HAProxy has limits for each pod only.
func (s settings) circuitBreakers() *cluster.CircuitBreakers {
	limit := number(cmp.Or(s.maxRequests, noLimit))
	return &cluster.CircuitBreakers{Thresholds: []*cluster.CircuitBreakers_Thresholds{{
		Priority:       core.RoutingPriority_DEFAULT,
		MaxConnections: limit, MaxPendingRequests: limit, MaxRequests: limit,
		RetryBudget: &cluster.CircuitBreakers_Thresholds_RetryBudget{
			BudgetPercent:       &envoytype.Percent{Value: retryPercent},
			MinRetryConcurrency: number(retriesAlways),
		},
	}}}
}

// outlierDetection leaves a pod alone that does not take connections or answers like a gateway whose own server is gone
// (502, 503, 504), five times in a row. A 500 is the service's own answer, and other pods would give it, too. It is
// quicker than health checks and DNS, which notice a dead node after many seconds.
func (s settings) outlierDetection() *cluster.OutlierDetection {
	if !s.outliers {
		return nil
	}
	return &cluster.OutlierDetection{
		ConsecutiveGatewayFailure:          number(ejectAfter),
		EnforcingConsecutiveGatewayFailure: number(100),
		EnforcingConsecutive_5Xx:           number(neverEjectedRate),
		EnforcingSuccessRate:               number(neverEjectedRate),
		SplitExternalLocalOriginErrors:     true,
		ConsecutiveLocalOriginFailure:      number(ejectAfter),
		EnforcingLocalOriginSuccessRate:    number(neverEjectedRate),
		BaseEjectionTime:                   seconds(ejectionS),
		MaxEjectionPercent:                 number(ejectedPercent),
		AlwaysEjectOneHost:                 wrapperspb.Bool(true),
	}
}
