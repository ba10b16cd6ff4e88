package tron

import (
	"strings"

	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/effect"
	"github.com/paasta-render/paasta-render/compiler/layout"
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
var files = []layout.Files{
	{
		Prefix: masterPrefix, Suffix: ".yaml", Delivery: layout.InConfigMap, Entries: &layout.Entries{Rest: "TronMaster"},
		ReadsInstances: isTron, Jobs: true,
	},
	{
		Prefix: "tron/", Suffix: ".yaml", Owner: layout.OwnedByFile, Delivery: layout.InConfigMap,
		Entries: &layout.Entries{At: []string{"jobs"}, Kind: "TronJob", Rest: "TronConfig", Owner: jobOwner,
			Qualified: true, Itself: true},
		Guards: "every Tron job", ReadsInstances: isTron, Jobs: true,
	},
	layout.ClusterManifests(),
}

// repeats returns Tron's own configuration of the cluster, which MASTER repeats.
func repeats(c *config.Cluster, path string) *yaml11.Node {
	if strings.HasPrefix(path, masterPrefix) {
		return c.TronMaster
	}
	return nil
}

// masterPrefix begins the path of MASTER.
const masterPrefix = "tron/MASTER"

func isTron(kind string) bool { return kind == "tron" }

// jobOwner calls a job an instance of the service whose namespace it is in.
func jobOwner(path, job string) (service, instance string) {
	service, _ = layout.OwnedByFile(path)
	return service, job
}

// effects say what a change of Tron's configuration does: running actions are never touched.
var effects = effect.Table{
	"TronJob":    effect.Uniform(effect.Schedule, "from its next run on; runs under way stay as they are"),
	"TronConfig": effect.Uniform(effect.Schedule, "from the next runs on"),
	"TronMaster": effect.Uniform(effect.Schedule, "from the next runs on"),
}
