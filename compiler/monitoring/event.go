package monitoring

import (
	"math"
	"strconv"

	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/python"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

// ForReplication lays PaaSTA's defaults for too few replicas under the settings: alert after 10 minutes, 20 when there
// is to be one replica and no autoscaler, 2 for Flink; a runbook and a tip of its own.
// PaaSTA: check_kubernetes_pod_replication, send_replication_event.
func (s Settings) ForReplication(i *config.Instance, r Replication) Settings {
	after := "10m"
	expected, _ := r.Expected.Number()
	switch {
	case i.IsFlink():
		after = "2m"
	case !i.IsAutoscaled() && expected == 1:
		after = "20m"
	}
	status := "Check the instance with: `paasta status -s " + i.Service.Name + " -i " + i.Name + " -c " +
		i.Service.Cluster.Name + " -vv`"
	return s.With("alert_after", Or(s.Own("alert_after"), yaml11.NewString(after))).
		With("check_every", yaml11.NewString("1m")).
		With("runbook", s.GetOr("runbook", yaml11.NewString("y/unhealthy-paasta-instances"))).
		With("tip", s.GetOr("tip", yaml11.NewString(status)))
}

// ForOOM lays what PaaSTA says of processes that the kernel killed over the settings: it never pages, and alerts at
// once. PaaSTA: check_oom_events.send_sensu_event.
func (s Settings) ForOOM(mem *yaml11.Node) (Settings, *Problem) {
	memory, p := memoryText(mem)
	return s.With("page", yaml11.NewBool(false)).With("alert_after", yaml11.NewString("0m")).
		With("realert_every", yaml11.NewInt(-1)).With("runbook", yaml11.NewString("y/check-oom-events")).
		With("tip", yaml11.NewString("Follow the runbook to investigate and rightsize memory usage (curr: "+memory+")")), p
}

// AlertAfter is how long something must be wrong before somebody is told, in seconds; 0 for at once, also where the
// value is no duration. Key: alert_after, default 5m. PaaSTA: send_event.
func (s Settings) AlertAfter() int64 {
	value := Or(s.Own("alert_after"), yaml11.NewString("5m"))
	if text, isText := value.Str(); isText {
		seconds, _ := Seconds(text)
		return max(seconds, 0)
	}
	seconds, _ := Integer(value)
	return max(seconds, 0)
}

// WatchesOOM tells whether OOM kills matter. Key: monitoring.check_oom_events, default true.
func (s Settings) WatchesOOM() bool {
	enabled := s.Own("check_oom_events")
	return enabled == nil || enabled.Truthy()
}

// memoryText is the limit as the tip names it. Key: mem, MiB, default 4096.
func memoryText(mem *yaml11.Node) (string, *Problem) {
	memory := Or(mem, yaml11.NewInt(4096))
	if !memory.IsString() && !memory.IsNumber() {
		return "", mismatch(memory, "mem", "a number")
	}
	if f, _ := memory.Number(); math.IsInf(f, 0) {
		return "", problem(memory, "mem is infinite")
	}
	if n, ok := Integer(memory); ok {
		return strconv.FormatInt(n, 10) + "MB", nil
	}
	return python.Str(memory), nil
}

// ForMaxInstances lays what PaaSTA says of an instance at max_instances over the settings: it never pages.
// PaaSTA: check_autoscaler_max_instances.
func (s Settings) ForMaxInstances() Settings {
	return s.With("page", yaml11.NewBool(false)).With("realert_every", yaml11.NewInt(60)).
		With("runbook", yaml11.NewString("y/check-autoscaler-max-instances")).
		With("tip", yaml11.NewString("The autoscaler wants to scale up to handle additional load because your service is overloaded, "+
			"but cannot scale any higher because of max_instances. You may want to bump max_instances. To make this alert quieter, "+
			"adjust autoscaling.metrics_providers[n].max_instances_alert_threshold in yelpsoa-configs."))
}
