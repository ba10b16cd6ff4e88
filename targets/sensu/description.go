package sensu

import (
	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/monitoring"
	"github.com/paasta-render/paasta-render/compiler/python"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

// The texts are PaaSTA's, to the character: they are an attribute of its events.

// descriptions are what the parts of a replication check say when not one replica is up. PaaSTA:
// monitoring_tools.check_under_replication, check_replication_for_instance; check_flink_services_health.
func descriptions(i *config.Instance, r monitoring.Replication, mesh bool) []string {
	one := yaml11.NewInt(1)
	switch {
	case i.IsFlink():
		alone := podDescription(i, r, one)
		return []string{alone, alone, podDescription(i, r, r.Expected), dashboardDescription(i)}
	case mesh:
		return []string{meshDescription(i, r)}
	}
	return []string{podDescription(i, r, r.Expected)}
}

func podDescription(i *config.Instance, r monitoring.Replication, expected *yaml11.Node) string {
	if !r.Under(0, expected) {
		return wellDescription(i, r)
	}
	return "This replication alert means that PaaSTA can't keep the\n" +
		"requested number of replicas up and healthy in the cluster for the instance " + i.Service.Name + "." + i.Name + ".\n" +
		"\nReasons this might be happening:\n\n" +
		"  The service may simply be unhealthy. There also may not be enough resources\n" +
		"  in the cluster to support the requested instance count.\n" +
		"\nThings you can do:\n\n" +
		"  * Increase the instance count\n" +
		"  * Fix the cause of the unhealthy service. Try running:\n\n" +
		"      paasta status" + selector(i) + " -vv\n"
}

func wellDescription(i *config.Instance, r monitoring.Replication) string {
	return i.Service.Name + "." + i.Name + " is well-replicated because it has over " + python.Str(r.Threshold) +
		"% of its expected replicas up."
}

// meshDescription: the mesh counts whole replicas, so a fraction of one is none.
func meshDescription(i *config.Instance, r monitoring.Replication) string {
	expected, _ := monitoring.Integer(r.Expected)
	if !r.Under(0, yaml11.NewInt(expected)) {
		return wellDescription(i, r)
	}
	const provider = "smartstack"
	return "This replication alert means that a " + provider + " powered loadbalancer\n" +
		"doesn't have enough healthy backends. Not having enough healthy backends\n" +
		"means that clients of that service will get 503s (http) or connection refused\n" +
		"(tcp) when trying to connect to it.\n" +
		"\nReasons this might be happening:\n\n" +
		"  The service may simply not have enough copies or it could simply be\n" +
		"  unhealthy in that location. There also may not be enough resources\n" +
		"  in the cluster to support the requested instance count.\n" +
		"\nThings you can do:\n\n" +
		"  * You can view the logs for the job with:\n" +
		"      paasta logs" + selector(i) + "\n\n" +
		"  * Fix the cause of the unhealthy service. Try running:\n\n" +
		"      paasta status" + selector(i) + " -vv\n\n" +
		"  * Widen " + provider + " discovery settings\n" +
		"  * Increase the instance count\n\n"
}

func dashboardDescription(i *config.Instance) string {
	return "\nThis alert means that the Flink dashboard is not reporting the expected\n" +
		"number of taskmanagers.\n" +
		"\nReasons this might be happening:\n\n" +
		"  The service may simply be unhealthy. There also may not be enough resources\n" +
		"  in the cluster to support the requested instance count.\n" +
		"\nThings you can do:\n\n" +
		"  * Fix the cause of the unhealthy service. Try running:\n\n" +
		"     paasta status" + selector(i) + " -vv\n\n"
}

// selector names the instance to PaaSTA's commands.
func selector(i *config.Instance) string {
	return " -s " + i.Service.Name + " -i " + i.Name + " -c " + i.Service.Cluster.Name
}
