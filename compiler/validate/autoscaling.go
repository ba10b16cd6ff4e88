package validate

import (
	"fmt"

	"github.com/paasta-render/paasta-render/compiler/config"
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
	providers, wrong := config.Providers(i.config)
	if wrong != nil {
		c.crash(k, i, orElse(wrong.At, i.at), wrong.Message)
		return
	}
	seen := map[string]bool{}
	for n := range providers {
		p := &providers[n]
		if f := c.provider(k, i, p, len(providers), seen); f != nil {
			if f.At.File == "" {
				f.At = orElse(p.Config.Position(), i.at)
			}
			c.report(k.finding(i, *f))
		}
	}
}

// provider judges one provider; seen are the types before it, to which its own is added.
func (c *checker) provider(k *cluster, i *instance, p *config.Provider, count int, seen map[string]bool) *finding.Finding {
	kind := p.Type()
	fields, known := forbidden[kind]
	if !known {
		return &finding.Finding{Code: finding.Unreadable, At: p.Kind.Position(),
			Message: "PaaSTA has no metrics provider " + python.Repr(p.Kind)}
	}
	for _, key := range fields {
		if p.Config.Has(key) {
			return &finding.Finding{Code: finding.AutoscalingField, At: p.Config.KeyPosition(key),
				Message: fmt.Sprintf("metrics provider %s does not take %s", kind, key)}
		}
	}
	switch {
	case p.IsBespoke() && count > 1:
		return &finding.Finding{Code: finding.AutoscalingBespoke, At: p.Policy.Position(),
			Message: "bespoke scaling stands beside another metrics provider"}
	case seen[kind]:
		return &finding.Finding{Code: finding.AutoscalingTwice, At: p.Kind.Position(),
			Message: "metrics provider " + kind + " stands twice"}
	}
	seen[kind] = true
	switch {
	case kind == config.ActiveRequests:
		return activeRequests(i, p)
	case kind == config.ArbitraryPromQL:
		return arbitraryPromQL(p)
	case kind == config.CPUProvider && !p.IsBespoke() && !k.listed("skip_cpu_override_validation"):
		return c.cpuOverride(i, count)
	}
	return nil
}

func activeRequests(i *instance, p *config.Provider) *finding.Finding {
	if list := i.config.Get("registrations"); list.IsList() && len(list.Items) > 1 {
		return &finding.Finding{Code: finding.AutoscalingSetpoint, At: list.Position(),
			Message: "active-requests takes an instance with one registration"}
	}
	if setpoint := p.Setpoint; !python.Equal(setpoint, yaml11.NewFloat(0.8)) {
		return &finding.Finding{Code: finding.AutoscalingSetpoint, At: p.Config.KeyPosition("setpoint"),
			Suggestion: "desired_active_requests_per_replica",
			Message:    "active-requests does not take setpoint"}
	}
	return nil
}

func arbitraryPromQL(p *config.Provider) *finding.Finding {
	if !p.Get("metrics_query").Truthy() {
		return &finding.Finding{Code: finding.AutoscalingQuery, Message: "arbitrary-promql needs metrics_query"}
	}
	setpoint := p.Setpoint
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
		return &finding.Finding{Code: finding.CPUMissing, At: i.at,
			Suggestion: "cpus: 1  # override-cpu-setting (PROJ-1234)", Fix: finding.AddBelow,
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
