package prometheus

import (
	"regexp"
	"strconv"
)

// envoyCluster selects the Envoy cluster by which clients reach a mesh namespace.
func envoyCluster(namespace string) string {
	return "envoy_cluster_name=~" + strconv.Quote(regexp.QuoteMeta(namespace)+`(\.egress_cluster)?`)
}

// requests is a set of requests that Envoy counts.
type requests struct {
	metric, selector string
	by               string // the label that alerts are split by, if any
}

func (r requests) sum(metric, extra, also string) string {
	by := r.by
	if also != "" {
		by = also
	}
	if by != "" {
		by = "by (" + by + ") "
	}
	return "sum " + by + "(rate(" + metric + "{" + r.selector + extra + "}[5m]))"
}

// errors: more than ratio of the requests, and at least perSecond of them, are answered with a 5xx.
func (r requests) errors(ratio, perSecond float64) string {
	failed := r.sum(r.metric+"_xx", `,envoy_response_code_class="5"`, "")
	all := r.sum(r.metric+"_xx", "", "")
	return failed + " / " + all + " > " + decimal(ratio) + " and " + failed + " >= " + decimal(perSecond)
}

// latency: one in a hundred requests takes longer than limit milliseconds.
func (r requests) latency(limit float64) string {
	return "histogram_quantile(0.99, " + r.sum(r.metric+"_time_bucket", "", "le") + ") > " + decimal(limit)
}

func decimal(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }
