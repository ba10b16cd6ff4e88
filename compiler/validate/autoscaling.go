package validate

import (
	"fmt"

	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/python"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

// promqlOnly are keys that only arbitrary-promql takes. PaaSTA: validate._PROMQL_ONLY_FIELDS.
var promqlOnly = []string{"metrics_query", "series_query", "target_type", "resources"}

// forbidden are the keys that a metrics provider does not take, by type. PaaSTA: validate.INVALID_AUTOSCALING_FIELDS.
var forbidden = func() map[string][]string {
	others := append([]string{"desired_active_requests_per_replica"}, promqlOnly...)
	fields := map[string][]string{"active-requests": promqlOnly, "arbitrary-promql": others[:1]}
	for _, kind := range []string{"cpu", "memory", "gunicorn", "piscina", "uwsgi", "uwsgi-v2", "worker-load"} {
		fields[kind] = others
	}
	return fields
}()

// autoscaling checks the metrics providers of an instance that scales. PaaSTA: validate_autoscaling_configs.
func (c *checker) autoscaling(k *cluster, i *instance) {
	if i.config.Get("max_instances").IsNull() || c.templated(k, i.kind) {
		return
	}
	providers, wrong := metricsProviders(i.config)
	if wrong != nil {
		c.crash(k, i, orElse(wrong.at, i.at), wrong.message)
		return
	}
	seen := map[string]bool{}
	for _, p := range providers {
		if f := c.provider(k, i, p, len(providers), seen); f != nil {
			if f.At.File == "" {
				f.At = orElse(p.Position(), i.at)
			}
			c.report(k.finding(i, *f))
		}
	}
}

// metricsProviders are the providers with PaaSTA's defaults under them; one of type cpu when none is given.
// PaaSTA: LongRunningServiceConfig.get_autoscaling_params.
func metricsProviders(config *yaml11.Node) ([]*yaml11.Node, *wrong) {
	defaults := func(setpoint float64) *yaml11.Node {
		return yaml11.NewMap(yaml11.Entry("type", yaml11.NewString("cpu")), yaml11.Entry("decision_policy",
			yaml11.NewString("proportional")),
			yaml11.Entry("setpoint", yaml11.NewFloat(setpoint)))
	}
	params := config.Get("autoscaling")
	if params != nil && !params.IsMap() {
		return nil, &wrong{params.Position(), "autoscaling is " + params.KindWithArticle() + ", not a mapping"}
	}
	list := params.Get("metrics_providers")
	switch {
	case list == nil || list.IsList() && len(list.Items) == 0 || list.IsMap() && len(list.Pairs) == 0:
		return []*yaml11.Node{defaults(0.8)}, nil
	case !list.IsList():
		return nil, &wrong{list.Position(), "metrics_providers is " + list.KindWithArticle() + ", not a list"}
	}
	var all []*yaml11.Node
	for _, own := range list.Items {
		if !own.IsMap() {
			return nil, &wrong{own.Position(), "a metrics provider is " + own.KindWithArticle() + ", not a mapping"}
		}
		setpoint := 0.8
		if kind, _ := own.Get("type").Str(); kind == "arbitrary-promql" {
			setpoint = 1
		}
		merged := *yaml11.DeepMerge(own, defaults(setpoint))
		all = append(all, &merged)
	}
	return all, nil
}

// provider judges one provider; seen are the types before it, to which its own is added.
func (c *checker) provider(k *cluster, i *instance, p *yaml11.Node, count int, seen map[string]bool) *finding.Finding {
	kind, _ := p.Get("type").Str()
	fields, known := forbidden[kind]
	if !known {
		return &finding.Finding{Code: finding.Unreadable, At: p.Get("type").Position(),
			Message: "PaaSTA has no metrics provider " + python.Repr(p.Get("type"))}
	}
	for _, key := range fields {
		if p.Has(key) {
			return &finding.Finding{Code: finding.AutoscalingField, At: p.KeyPosition(key),
				Message: fmt.Sprintf("metrics provider %s does not take %s", kind, key)}
		}
	}
	policy, _ := p.Get("decision_policy").Str()
	switch {
	case policy == "bespoke" && count > 1:
		return &finding.Finding{Code: finding.AutoscalingBespoke, At: p.Get("decision_policy").Position(),
			Message: "bespoke scaling stands beside another metrics provider"}
	case seen[kind]:
		return &finding.Finding{Code: finding.AutoscalingTwice, At: p.Get("type").Position(),
			Message: "metrics provider " + kind + " stands twice"}
	}
	seen[kind] = true
	switch {
	case kind == "active-requests":
		return activeRequests(i, p)
	case kind == "arbitrary-promql":
		return arbitraryPromQL(p)
	case kind == "cpu" && policy != "bespoke" && !k.listed("skip_cpu_override_validation"):
		return c.cpuOverride(i, count)
	}
	return nil
}

func activeRequests(i *instance, p *yaml11.Node) *finding.Finding {
	if list := i.config.Get("registrations"); list.IsList() && len(list.Items) > 1 {
		return &finding.Finding{Code: finding.AutoscalingSetpoint, At: list.Position(),
			Message: "active-requests takes an instance with one registration"}
	}
	if setpoint := p.Get("setpoint"); !python.Equal(setpoint, yaml11.NewFloat(0.8)) {
		return &finding.Finding{Code: finding.AutoscalingSetpoint, At: setpoint.Position(),
			Suggestion: "desired_active_requests_per_replica",
			Message:    "active-requests does not take setpoint"}
	}
	return nil
}

func arbitraryPromQL(p *yaml11.Node) *finding.Finding {
	if !p.Get("metrics_query").Truthy() {
		return &finding.Finding{Code: finding.AutoscalingQuery, Message: "arbitrary-promql needs metrics_query"}
	}
	setpoint := p.Get("setpoint")
	value, ok := setpoint.Number()
	switch {
	case !ok:
		return &finding.Finding{Code: finding.Unreadable, At: setpoint.Position(), Message: "setpoint is no number"}
	case value <= 0:
		return &finding.Finding{Code: finding.AutoscalingSetpoint, At: setpoint.Position(),
			Message: "setpoint of arbitrary-promql must be above 0"}
	}
	return nil
}

// cpuOverride wants an acknowledgement where a person sets the cpus of an instance that scales by them.
func (c *checker) cpuOverride(i *instance, count int) *finding.Finding {
	cpus := c.written(i, "cpus")
	switch {
	case cpus.IsNull() && count > 1:
		return &finding.Finding{Code: finding.CPUMissing, At: i.at, Suggestion: "cpus: 1  # override-cpu-setting (PROJ-1234)",
			Message: "scaling by CPU beside other metrics needs cpus to be set"}
	case cpus.IsNull() || acknowledged(c.commentsOf(i, "cpus"), cpuAcknowledgement):
		return nil
	}
	return &finding.Finding{Code: finding.CPUOverride, At: cpus.Position(),
		Suggestion: "# override-cpu-setting (PROJ-1234)",
		Message:    "cpus is set by hand on an instance that scales by CPU"}
}

// burstThreshold is how many cores of burst need no acknowledgement. PaaSTA: validate.CPU_BURST_THRESHOLD.
const burstThreshold = 2

// cpuBurst wants an acknowledgement of much burst. PaaSTA: validate_cpu_burst.
func (c *checker) cpuBurst(k *cluster, i *instance) {
	if c.burstExempt(k) {
		return
	}
	burst := c.written(i, "cpu_burst_add")
	if burst.IsNull() {
		return
	}
	value, ok := burst.Number()
	switch {
	case !ok:
		c.crash(k, i, burst.Position(), "cpu_burst_add is no number but "+python.Repr(burst))
	case value > burstThreshold && !acknowledged(c.commentsOf(i, "cpu_burst_add"), burstAcknowledgement):
		c.report(k.finding(i, finding.Finding{Code: finding.CPUBurst, At: burst.Position(),
			Suggestion: "# override-cpu-burst (PROJ-1234)",
			Message:    fmt.Sprintf("cpu_burst_add is %s, above %d", python.Str(burst), burstThreshold)}))
	}
}

// burstExempt tells whether nobody asks for acknowledgements of burst here.
func (c *checker) burstExempt(k *cluster) bool {
	return c.templated(k, "kubernetes") || c.templated(k, "eks") || k.listed("skip_cpu_burst_validation")
}

func orElse(at, other finding.Position) finding.Position {
	if at.File == "" {
		return other
	}
	return at
}
