package monitoring

import (
	"strings"

	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/paasta"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

// AtMaxInstances: the autoscaler wants all the replicas it may have, and a metric is above its alert threshold or
// cannot be read. As in PaaSTA utilisation is setpoint times the current value over the target; unlike there every
// provider counts, not the last alone. The value is the number of replicas that it wants.
// PaaSTA: check_autoscaler_max_instances.
func AtMaxInstances(i *config.Instance, providers []config.Provider) (string, *Problem) {
	maximum := i.Get("max_instances")
	if !maximum.IsNumber() {
		return "", mismatch(maximum, "max_instances", "a number")
	}
	var loads []string
	for _, p := range providers {
		for _, n := range []*yaml11.Node{p.Setpoint, AlertAbove(&p)} {
			if !n.IsNumber() {
				return "", mismatch(n, "a setpoint or max_instances_alert_threshold", "a number")
			}
		}
		metric := autoscaler(i) + "," + is("metric_name", MetricName(i, &p)) + "," + is("metric_target_type", targetType(&p))
		loads = append(loads, number(p.Setpoint)+" * max(kube_horizontalpodautoscaler_status_target_metric{"+metric+
			"}) / max(kube_horizontalpodautoscaler_spec_target_metric{"+metric+"}) > "+number(AlertAbove(&p)))
	}
	loads = append(loads, autoscalerCondition(i, "ScalingActive"))
	return "max(kube_horizontalpodautoscaler_status_desired_replicas{" + autoscaler(i) + "}) >= " + number(maximum) +
		"\nand on () (\n  " + strings.Join(loads, "\n  or\n  ") + "\n)", nil
}

// AutoscalerStuck: the autoscaler cannot read any metric or cannot scale, or the replicas that it wants have not been
// there for a quarter of an hour in which their number did not move.
func AutoscalerStuck(i *config.Instance) string {
	replicas := func(metric string) string {
		return "kube_horizontalpodautoscaler_status_" + metric + "_replicas{" + autoscaler(i) + "}"
	}
	return either(
		autoscalerCondition(i, "ScalingActive"),
		autoscalerCondition(i, "AbleToScale"),
		"max("+replicas("desired")+") != max("+replicas("current")+") and max(changes("+replicas("current")+"[15m])) == 0")
}

// autoscaler selects the instance's HorizontalPodAutoscaler.
func autoscaler(i *config.Instance) string {
	return in(i) + "," + is("horizontalpodautoscaler", paasta.AppName(i.Service.Name, i.Name))
}

func autoscalerCondition(i *config.Instance, condition string) string {
	return "max(kube_horizontalpodautoscaler_status_condition{" + autoscaler(i) + "," + is("condition", condition) +
		`,status="false"}) == 1`
}

// RolloutStuck: a Deployment is past its progress deadline; a StatefulSet has replicas of two revisions and none of
// them has changed for ten minutes; or no controller has looked at what was last asked of either.
func RolloutStuck(i *config.Instance) string {
	unseen := "max(" + workloadMetric(i, "status_observed_generation") + ") < max(" + workloadMetric(i, "metadata_generation") + ")"
	if !i.IsStateful() {
		late := "max(kube_deployment_status_condition{" + workload(i) + `,condition="Progressing",status="false"}) == 1`
		return either(late, unseen)
	}
	updated := workloadMetric(i, "status_replicas_updated")
	between := "max(" + workloadMetric(i, "replicas") + ") > max(" + updated + ") and max(changes(" + updated + "[10m])) == 0"
	return either(between, unseen)
}
