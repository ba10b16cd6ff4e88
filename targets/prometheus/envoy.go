package prometheus

import (
	"slices"
	"strconv"
	"strings"

	"github.com/paasta-render/paasta-render/compiler/monitoring"
)

// Envoy's own tags cut a statistic's name at the first dot: cluster.booking.main.egress_cluster.upstream_rq_xx is
// envoy_cluster_main_egress_cluster_upstream_rq_xx{envoy_cluster_name="booking"}, and so with virtual hosts.

// requests is a set of requests that Envoy counts.
type requests struct {
	metric   string // what the metrics' names begin with
	selector string
}

// clusterRequests are the requests of all clients to a mesh namespace.
func clusterRequests(cluster, service, namespace string) requests {
	return requests{"envoy_cluster_" + monitoring.StatName(namespace) + "_egress_cluster_upstream_rq",
		"paasta_cluster=" + strconv.Quote(cluster) + ",envoy_cluster_name=" + strconv.Quote(service)}
}

// endpointRequests are those to one endpoint, which is a virtual cluster of Envoy's virtual host.
func endpointRequests(cluster, service, namespace, stat string) requests {
	return requests{"envoy_vhost_" + monitoring.StatName(namespace) + "_vcluster_" + stat + "_upstream_rq",
		"paasta_cluster=" + strconv.Quote(cluster) + ",envoy_virtual_host=" + strconv.Quote(service)}
}

func (r requests) sum(metric, extra, by string) string {
	if by != "" {
		by = " by (" + by + ") "
	}
	return "sum" + by + "(rate(" + r.metric + metric + "{" + r.selector + extra + "}[5m]))"
}

// errors: more than ratio of the requests, and at least perSecond of them, are answered with a 5xx.
func (r requests) errors(ratio, perSecond float64) string {
	failed := r.sum("_xx", `,envoy_response_code_class="5"`, "")
	return failed + " / " + r.sum("_xx", "", "") + " > " + decimal(ratio) + " and " + failed + " >= " + decimal(perSecond)
}

// latency: one in a hundred requests takes longer than limit milliseconds.
func (r requests) latency(limit float64) string {
	return "histogram_quantile(0.99, " + r.sum("_time_bucket", "", "le") + ") > " + decimal(limit)
}

// histogramBounds are the upper bounds of Envoy's own histograms, in milliseconds. Envoy: ConstSupportedBuckets.
var histogramBounds = []float64{0.5, 1, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10000, 30000, 60000, 300000, 600000,
	1800000, 3600000}

// slower is the rate of the requests that take longer than limit milliseconds. Between two bounds of the histogram the
// requests are taken to be spread evenly, as histogram_quantile does. ok is false beyond the last bound.
func (r requests) slower(limit float64) (expr string, ok bool) {
	n, _ := slices.BinarySearch(histogramBounds, limit)
	if n == len(histogramBounds) {
		return "", false
	}
	above, all := histogramBounds[n], r.sum("_time_count", "", "")
	if above == limit {
		return all + " - " + r.within(above), true
	}
	below, within := 0.0, ""
	if n > 0 {
		below = histogramBounds[n-1]
		within = " - " + decimal((above-limit)/(above-below)) + " * " + r.within(below)
	}
	return all + within + " - " + decimal((limit-below)/(above-below)) + " * " + r.within(above), true
}

// within is the rate of the requests that take at most a bound of the histogram. Prometheus 3 writes 500 as 500.0.
func (r requests) within(bound float64) string {
	number := strings.ReplaceAll(decimal(bound), ".", `\\.`)
	return r.sum("_time_bucket", `,le=~"`+number+`(\\.0)?"`, "")
}

// active is the number of requests in flight.
func (r requests) active() string { return "sum(" + r.metric + "_active{" + r.selector + "})" }

func decimal(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }
