package monitoring

import (
	"strings"

	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/paasta"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

// SharedProviders are the providers that one rule a moving average window serves. PaaSTA: TEMPLATEABLE_PROVIDERS.
var SharedProviders = []string{"gunicorn", "piscina", "uwsgi", "uwsgi-v2", "worker-load"}

// AlertAbove is the utilisation above which an instance at max_instances alerts. Key: max_instances_alert_threshold,
// default the setpoint. PaaSTA: check_autoscaler_max_instances.
func AlertAbove(p *config.Provider) *yaml11.Node {
	return Or(p.Get("max_instances_alert_threshold"), p.Setpoint)
}

// MetricName is the metric that the instance's HorizontalPodAutoscaler asks for.
func MetricName(i *config.Instance, p *config.Provider) string {
	return p.MetricName(paasta.AppName(i.Service.Name, i.Name))
}

// targetType is how the HorizontalPodAutoscaler compares the metric, as kube-state-metrics calls it: utilization, value
// or average.
func targetType(p *config.Provider) string {
	kind := strings.ToLower(p.TargetType())
	return strings.Replace(kind, "averagevalue", "average", 1)
}
