package tron

import (
	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/effect"
	"github.com/paasta-render/paasta-render/compiler/target"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

// systemKeys are the keys of the system config that the target reads.
var systemKeys = []string{
	CroniterKey,
	"allowed_pools", "default_spark_driver_env", "default_spark_driver_pool_override", "docker_registry",
	"eks_cluster_aliases", "enable_cost_owner_label", "enable_tron_tsc",
	"pool_node_affinities", "service_auth_token_settings", "spark_kubeconfig", "spark_run_config",
	"tron_default_pool_override", "tron_k8s_cluster_overrides", "volumes",
}

// files are the kinds of files that the target makes: a namespace for each service, and MASTER.
var files = []target.Files{
	{
		Prefix: "tron/MASTER", Suffix: ".yaml", Delivery: target.InConfigMap, Entries: &target.Entries{Rest: "TronMaster"},
		ReadsInstances: isTron, Jobs: true,
		Repeats: func(c *config.Cluster) *yaml11.Node { return c.TronMaster },
	},
	{
		Prefix: "tron/", Suffix: ".yaml", Owner: target.OwnedByFile, Delivery: target.InConfigMap,
		Entries: &target.Entries{At: []string{"jobs"}, Kind: "TronJob", Rest: "TronConfig", Owner: jobOwner,
			Qualified: true, Itself: true},
		Guards: "every Tron job", ReadsInstances: isTron, Jobs: true,
	},
	target.ClusterManifests(),
}

func isTron(kind string) bool { return kind == "tron" }

// jobOwner calls a job an instance of the service whose namespace it is in.
func jobOwner(path, job string) (service, instance string) {
	service, _ = target.OwnedByFile(path)
	return service, job
}

// effects say what a change of Tron's configuration does: running actions are never touched.
var effects = effect.Table{
	"TronJob":    effect.Uniform(effect.Schedule, "from its next run on; runs under way stay as they are"),
	"TronConfig": effect.Uniform(effect.Schedule, "from the next runs on"),
	"TronMaster": effect.Uniform(effect.Schedule, "from the next runs on"),
}
