package prometheus

import (
	"cmp"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/monitoring"
	"github.com/paasta-render/paasta-render/compiler/paasta"
	"github.com/paasta-render/paasta-render/compiler/promql"
	"github.com/paasta-render/paasta-render/compiler/python"
	"github.com/paasta-render/paasta-render/compiler/target"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

// adapterConfig is the file that prometheus-adapter mounts as config.yaml.
type adapterConfig struct {
	Rules []rule `json:"rules"`
}

// rule tells the adapter how to answer for one metric; see its docs/config.md.
type rule struct {
	MetricsQuery string   `json:"metricsQuery"`
	Name         ruleName `json:"name"`
	Resources    any      `json:"resources"`
	SeriesQuery  string   `json:"seriesQuery"`
}

type ruleName struct {
	As string `json:"as"`
}

// kubeLabels maps the labels kube_<resource> of a series to Kubernetes resources.
var kubeLabels = map[string]string{"template": "kube_<<.Resource>>"}

// promqlLabels is for series of kube-state-metrics, whose labels have no prefix.
var promqlLabels = map[string]any{"overrides": map[string]any{
	"namespace":  map[string]string{"resource": "namespace"},
	"deployment": map[string]string{"group": "apps", "resource": "deployments"},
}}

// sharedFact is a use of a rule that all instances with the provider and window share.
type sharedFact struct {
	Provider string
	Window   string  // seconds, as Python prints it
	Number   float64 // 1800 and 1800.0 are one window to PaaSTA; NaN when the window is no number
	Instance string
	At       finding.Position
}

// requestsFact is an instance that scales on the requests in flight.
type requestsFact struct {
	Instance, Namespace  string
	MeshInstance, Target string
	Window               string // seconds
}

// adapterRules collects the rules of an instance that is deployed, be it autoscaled or not.
// PaaSTA: setup_prometheus_adapter_config.create_prometheus_adapter_config.
func (c *compilation) adapterRules(i *config.Instance) {
	if !i.RunsPods() || i.Branch == nil {
		return
	}
	providers, p := config.Providers(i.Config)
	if p != nil {
		c.impossible(i, p)
		return
	}
	for _, kind := range monitoring.SharedProviders {
		if provider := config.ProviderOf(providers, kind); provider != nil {
			c.shared(i, *provider)
		}
	}
	if provider := config.ProviderOf(providers, config.ActiveRequests); provider != nil {
		c.activeRequests(i, *provider)
	}
	if provider := config.ProviderOf(providers, config.ArbitraryPromQL); provider != nil {
		c.arbitrary(i, *provider)
	}
	c.unserved(i, providers)
}

func (c *compilation) impossible(i *config.Instance, p *config.Problem) {
	c.report(i.Finding(finding.Finding{Code: finding.AdapterRuleImpossible, At: p.At,
		Message: p.Message + "; PaaSTA's adapter configuration stops here for the whole cluster", Suggestion: p.Suggestion}))
}

func (c *compilation) shared(i *config.Instance, p config.Provider) {
	window := p.Window()
	if window.IsList() || window.IsMap() {
		c.impossible(i, &config.Problem{At: window.Position(),
			Message: "moving_average_window_seconds is " + window.KindWithArticle() + ", not a number of seconds"})
		return
	}
	fact := sharedFact{Provider: p.Type(), Window: python.Str(window), Instance: i.Name, At: window.Position(), Number: nan}
	if number, ok := window.Number(); ok {
		fact.Number = number
	}
	if fact.At.File == "" {
		fact.At = i.Position()
	}
	c.facts.Shared = append(c.facts.Shared, fact)
}

// activeRequests: the load is counted where the mesh counts it, by the one registration's namespace.
func (c *compilation) activeRequests(i *config.Instance, p config.Provider) {
	registrations, why := monitoring.Registrations(i)
	if why != nil {
		c.impossible(i, why)
		return
	}
	c.facts.Requests = append(c.facts.Requests, requestsFact{
		Instance: i.Name, Namespace: i.PodNamespace(), MeshInstance: meshInstance(i, registrations),
		Window: python.Str(p.Window()),
		Target: python.Str(monitoring.Or(p.Get("desired_active_requests_per_replica"), yaml11.NewInt(1)))})
}

// arbitrary: with series_query the two queries are the user's own; without it metrics_query is any number, to which the
// labels of the Deployment are added.
func (c *compilation) arbitrary(i *config.Instance, p config.Provider) {
	query := p.Get("metrics_query")
	if query == nil {
		c.impossible(i, &config.Problem{At: p.Config.Position(), Message: "arbitrary-promql has no metrics_query"})
		return
	}
	r := rule{Name: ruleName{monitoring.MetricName(i, &p)}, Resources: promqlLabels}
	if resources := p.Get("resources"); resources != nil {
		c.judgeResources(i, resources)
		r.Resources = plain(resources)
	}
	series := p.Get("series_query")
	if series == nil {
		deployment, namespace := paasta.AppName(c.service.Name, i.Name), i.PodNamespace()
		r.SeriesQuery = "kube_deployment_labels{ deployment='" + deployment + "', paasta_cluster='" + c.service.Cluster.Name +
			"', namespace='" + namespace + "' }"
		r.MetricsQuery = minify("label_replace(\nlabel_replace(\n" + python.Str(query) + ",\n'deployment', '" + deployment +
			"', '', '' ), 'namespace', '" + namespace + "', '', '' )")
		if c.parse(i, query, python.Str(query), "") {
			c.parse(i, query, r.MetricsQuery, "with the labels of the Deployment put around it, on one line: ")
		}
		c.facts.Queries = append(c.facts.Queries, r)
		return
	}
	for _, n := range []*yaml11.Node{series, query} {
		if !n.IsString() {
			c.impossible(i, &config.Problem{At: n.Position(),
				Message: "the query is " + n.KindWithArticle() + ", not PromQL"})
			return
		}
	}
	r.SeriesQuery, r.MetricsQuery = minify(series.Text), minify(query.Text)
	c.parse(i, series, r.SeriesQuery, "")
	c.parse(i, query, r.MetricsQuery, "")
	c.facts.Queries = append(c.facts.Queries, r)
}

// parse reports a query that Prometheus would refuse; it tells whether there is nothing to report.
func (c *compilation) parse(i *config.Instance, at *yaml11.Node, query, how string) bool {
	why := promql.CheckTemplate(query)
	if why != "" {
		c.report(i.Finding(finding.Finding{Code: finding.PromQLSyntax, Severity: finding.Warning, At: at.Position(),
			Message: "Prometheus cannot read this query: " + how + why}))
	}
	return why == ""
}

// unserved reports metrics that the instance's autoscaler asks for and that no rule answers.
func (c *compilation) unserved(i *config.Instance, providers []config.Provider) {
	if !i.HasAutoscaler(providers) {
		return
	}
	for n := range providers {
		p := &providers[n]
		own := p.Type() == config.ActiveRequests || p.Type() == config.ArbitraryPromQL
		switch first := config.ProviderOf(providers, p.Type()); {
		case p.Type() == "cpu" || p.Type() == "memory":
		case monitoring.MetricName(i, first) != monitoring.MetricName(i, p):
			c.unservedMetric(i, p.Config.Position(), monitoring.MetricName(i, p),
				"PaaSTA makes a rule of the first "+p.Type()+" provider only")
		case first != p && p.Type() == config.ArbitraryPromQL:
			c.unservedMetric(i, p.Config.Position(), monitoring.MetricName(i, p),
				"its name is taken by the first arbitrary-promql provider")
		case !own && !slices.Contains(monitoring.SharedProviders, p.Type()):
			c.unservedMetric(i, p.Config.Get("type").Position(), monitoring.MetricName(i, p), "there is no such metrics provider")
		}
	}
}

func (c *compilation) unservedMetric(i *config.Instance, at finding.Position, metric, why string) {
	c.report(i.Finding(finding.Finding{Code: finding.MetricWithoutRule, Severity: finding.Warning, At: at,
		Message: "no adapter rule serves the metric " + metric + ": " + why}))
}

// minify joins the stripped lines of a query with one space. PaaSTA: _minify_promql.
func minify(query string) string {
	lines := strings.Split(query, "\n")
	for n := range lines {
		lines[n] = python.Strip(lines[n])
	}
	return python.Strip(strings.Join(lines, " "))
}

// linkAdapter joins the services' rules, in order of metric; no file when there is none, as PaaSTA refuses to write it.
func linkAdapter(c *config.Cluster, services []target.Linked, report finding.Report) *target.File {
	var rules []rule
	var windows []sharedFact
	q := queriesOf(c)
	for _, s := range services {
		f, ok := s.Facts.(*facts)
		if !ok {
			continue
		}
		for _, r := range f.Requests {
			rules = append(rules, q.requestsRule(s.Service, r))
		}
		rules = append(rules, f.Queries...)
		for _, w := range f.Shared {
			if first := findWindow(windows, w); first == nil {
				windows = append(windows, w)
				rules = append(rules, q.sharedRule(w.Provider, w.Window))
			} else if first.Window != w.Window {
				report(finding.Finding{Code: finding.MetricWithoutRule, Severity: finding.Warning, At: w.At, Service: s.Service,
					Instance: w.Instance, Cluster: c.Name, Suggestion: first.Window,
					Message: "no adapter rule serves the metric " + w.Provider + "-prom-" + w.Window + ": PaaSTA takes the window " +
						w.Window + " for " + first.Window + ", whose rule has another name"})
			}
		}
	}
	if len(rules) == 0 {
		return nil
	}
	slices.SortStableFunc(rules, func(a, b rule) int { return cmp.Compare(a.Name.As, b.Name.As) })
	return &target.File{Path: "prometheus/adapter.yaml", Docs: []any{adapterConfig{rules}}}
}

// adapterNamespace is where the adapter runs and mounts its configuration from. PaaSTA:
// kubernetes_tools.ensure_namespace.
func adapterNamespace() target.File {
	const name = "custom-metrics"
	return target.File{Path: "kubernetes/_cluster/namespace-" + name + ".yaml", Docs: []any{&corev1.Namespace{
		TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Namespace"},
		ObjectMeta: metav1.ObjectMeta{Name: name, Labels: map[string]string{
			"name": name, "yelp.com/owner": "compute_infra_platform_experience", "paasta.yelp.com/managed": "true"}},
	}}}
}

// findWindow returns the first use of the same provider and window; numbers are compared as numbers.
func findWindow(windows []sharedFact, w sharedFact) *sharedFact {
	for n := range windows {
		if x := &windows[n]; x.Provider == w.Provider && (x.Number == w.Number || x.Window == w.Window) {
			return x
		}
	}
	return nil
}
