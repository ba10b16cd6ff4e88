package sensu

import (
	"maps"
	"slices"
	"strings"

	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/monitoring"
	"github.com/paasta-render/paasta-render/compiler/python"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

// home is the entity of checks that know the cluster they are for.
func (c *compilation) home() string { return "paasta-" + c.service.Cluster.Name }

// systemHome is the entity of checks that take the cluster from the host's system config. Key: cluster, default
// localhost. PaaSTA: monitoring_tools.send_event.
func (c *compilation) systemHome() string {
	return "paasta-" + python.Str(monitoring.Or(c.service.Cluster.System.Get("cluster"), yaml11.NewString("localhost")))
}

// oom: every instance has the check, and check_oom_events: false only makes it always well.
// PaaSTA: check_oom_events.send_sensu_event.
func (c *compilation) oom(i *config.Instance, s monitoring.Settings) {
	watched := s.WatchesOOM()
	s, p := s.ForOOM(i.Get("mem"))
	if p != nil {
		c.impossible(i, p)
		return
	}
	c.add(event{name: "oom-killer." + c.service.Name + "." + i.Name, settings: s, instance: i, source: c.systemHome(),
		query: monitoring.OOMKilled(i), disabled: !watched,
		problem: "the kernel killed processes of " + c.service.Name + "." + i.Name + " for lack of memory"})
}

// tronOOM: an action of a Tron job has the check, too. PaaSTA names a Spark driver's memory in the tip; here it is the
// action's mem.
func (c *compilation) tronOOM(a monitoring.TronAction) {
	watched := a.Settings.WatchesOOM()
	s, p := a.Settings.ForOOM(a.Config.Get("mem"))
	if p != nil {
		return // Tron refuses the action
	}
	name := a.Service + "." + a.Name
	c.add(event{name: "oom-killer." + name, settings: s, source: c.systemHome(),
		query: monitoring.TronOOMKilled(a), disabled: !watched,
		problem: "the kernel killed processes of " + name + " for lack of memory"})
}

// maxInstances: the autoscaler wants more than it may have. PaaSTA passes a canary whose bounds are equal.
// PaaSTA: check_autoscaler_max_instances.check_max_instances.
func (c *compilation) maxInstances(i *config.Instance, s monitoring.Settings) {
	providers, p := config.Providers(i.Config)
	if p != nil || !i.HasAutoscaler(providers) {
		return // the adapter's rules say what is wrong
	}
	query, p := monitoring.AtMaxInstances(i, providers)
	if p != nil {
		c.impossible(i, p)
		return
	}
	name := c.service.Name + "." + i.Name
	c.add(event{name: "check_autoscaler_max_instances." + name, settings: s.ForMaxInstances(), instance: i, source: c.home(),
		query: query, disabled: monitoring.IsPinnedCanary(i),
		problem: name + " is at max_instances, and a metric is above its alert threshold"})
}

// movedStatefulSet: PaaSTA cannot move a StatefulSet to another namespace. PaaSTA: cleanup_kubernetes_jobs.
func (c *compilation) movedStatefulSet(i *config.Instance) {
	s, p := monitoring.OfService(c.service)
	if p != nil || !i.IsStateful() {
		return
	}
	name := c.service.Name + "." + i.Name
	s = s.With("page", yaml11.NewBool(true)).With("alert_after", yaml11.NewInt(0)).With("ticket", yaml11.NewBool(true)).
		With("runbook", yaml11.NewString("y/rb-paasta-namespace")).
		With("tip", yaml11.NewString("Revert "+name+" in soa-configs to not include the namespace key."))
	c.add(event{name: "statefulset_bounce_" + name, settings: s, instance: i, source: c.systemHome(),
		query:   monitoring.MovedStatefulSet(i),
		problem: "unsupported bounce: " + name + " is a StatefulSet in another namespace than its own"})
}

// serviceChecks are the checks that concern a service as a whole. PaaSTA: kubernetes_remove_evicted_pods,
// check_spark_jobs.
func (c *compilation) serviceChecks() {
	settings, p := monitoring.OfService(c.service)
	if p != nil {
		return // said of the instances
	}
	namespaces := map[string]bool{}
	for _, i := range c.service.Instances() {
		if i.RunsPods() && i.Branch != nil {
			namespaces[i.PodNamespace()] = true
		}
	}
	if len(namespaces) > 0 {
		s := settings.With("page", yaml11.NewBool(false)).With("alert_after", yaml11.NewString("0m")).
			With("realert_every", yaml11.NewInt(1)).
			With("tip", yaml11.NewString("Pods can be Evicted if they go over the allowed quota for a given resource. "+
				"Check the Eviction message to figure out which resource quota was breached"))
		c.add(event{name: "pod-eviction." + c.service.Name, settings: s, source: c.systemHome(), once: true,
			query:   monitoring.Evicted(c.service.Cluster.Name, slices.Sorted(maps.Keys(namespaces))),
			problem: "pods of " + c.service.Name + " have been evicted"})
	}
	s := settings.With("page", yaml11.NewBool(false)).With("alert_after", yaml11.NewInt(0)).
		With("ticket", yaml11.NewBool(true)).
		With("runbook", yaml11.NewString("http://y/spark-debug")).
		With("tip", yaml11.NewString("Ask the user to check the job UI and terminate the job if appropriate."))
	c.add(event{name: "long_running_spark_jobs." + c.service.Name, settings: s, source: c.systemHome(), warning: true,
		query:   monitoring.SparkRunning(c.service.Cluster.Name, c.service.Name),
		problem: "Spark drivers of " + c.service.Name + " have run for more than a day"})
}

// replication: enough replicas of the instance, counted in the mesh when PaaSTA counts them there. Its description is
// that of the failing check. PaaSTA: check_kubernetes_pod_replication, check_flink_service_health,
// send_replication_event.
func (c *compilation) replication(i *config.Instance, s monitoring.Settings) {
	r, p := monitoring.ReplicationOf(i)
	mesh := false
	if p == nil && !i.IsFlink() {
		mesh, p = monitoring.MeshOnly(i)
	}
	if p != nil {
		c.impossible(i, p)
		return
	}
	c.judgeThreshold(i, r)
	name := c.service.Name + "." + i.Name
	s = s.ForReplication(i, r).With("description", yaml11.NewString(strings.Join(descriptions(i, r, mesh), "\n########\n")))
	c.add(event{name: "check_paasta_services_replication." + name, settings: s, instance: i, source: c.home(),
		query:   monitoring.UnderReplicated(i, r, s.AlertAfter()),
		problem: name + " has too few replicas (threshold: " + python.Str(r.Threshold) + "%)"})
}
