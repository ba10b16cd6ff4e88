package tron

import (
	"slices"
	"strconv"
	"strings"

	"github.com/paasta-render/paasta-render/compiler/paasta"
	"github.com/paasta-render/paasta-render/compiler/python"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

func hostVolume(path string) *yaml11.Node {
	return yaml11.NewMap(yaml11.Entry("containerPath", yaml11.NewString(path)), yaml11.Entry("hostPath",
		yaml11.NewString(path)),
		yaml11.Entry("mode", yaml11.NewString("RO")))
}

// passwd and group are mounted into every executor.
var (
	passwd = hostVolume("/etc/passwd")
	group  = hostVolume("/etc/group")
)

// sparkOnKubernetes sets what executors in Kubernetes need. service_configuration_lib: _get_k8s_spark_env.
func (a *action) sparkOnKubernetes(c *sparkConf, job sparkJob, port string) {
	service, pool := python.Str(a.service), python.Str(job.pool)
	shortCluster, shortService, shortInstance := paasta.LimitSize(job.cluster, 63), paasta.LimitSize(service,
		63), paasta.LimitSize(a.instance, 63)
	const label, annotation = "spark.kubernetes.executor.label.", "spark.kubernetes.executor.annotation."
	for _, e := range [][2]string{
		{"spark.master", "k8s://" + python.Str(job.address)},
		{"spark.executorEnv.PAASTA_SERVICE", service},
		{"spark.executorEnv.PAASTA_INSTANCE", a.instance},
		{"spark.executorEnv.PAASTA_CLUSTER", job.cluster},
		{"spark.executorEnv.PAASTA_INSTANCE_TYPE", "spark"},
		{"spark.executorEnv.SPARK_EXECUTOR_DIRS", "/tmp"},
		{"spark.kubernetes.pyspark.pythonVersion", "3"},
		{"spark.kubernetes.container.image", job.image},
		{"spark.kubernetes.namespace", "paasta-spark"},
		{label + "yelp.com/paasta_service", shortService},
		{label + "yelp.com/paasta_instance", shortInstance},
		{label + "yelp.com/paasta_cluster", shortCluster},
		{label + "paasta.yelp.com/service", shortService},
		{label + "paasta.yelp.com/instance", shortInstance},
		{label + "paasta.yelp.com/cluster", shortCluster},
		{annotation + "paasta.yelp.com/service", service},
		{annotation + "paasta.yelp.com/instance", a.instance},
		{label + "spark.yelp.com/user", sparkUser},
		{label + "spark.yelp.com/driver_ui_port", port},
		{"spark.kubernetes.node.selector.yelp.com/pool", pool},
		{label + "yelp.com/pool", pool},
		{label + "paasta.yelp.com/pool", pool},
		{label + "yelp.com/owner", "core_ml"},
	} {
		c.set(e[0], e[1])
	}
	c.mount(job.volumes)
}

// mount gives executors host paths by number; a host path that is mounted already is left out.
// service_configuration_lib: _get_k8s_docker_volumes_conf.
func (c *sparkConf) mount(volumes []*yaml11.Node) {
	var mounted []string
	for _, v := range volumes {
		host, mode := v.Get("hostPath").Text, v.Get("mode")
		if !mode.IsString() {
			c.fail(v, "a volume needs a mode, RO or RW")
			return
		}
		if slices.Contains(mounted, host) {
			continue
		}
		prefix := "spark.kubernetes.executor.volumes.hostPath." + strconv.Itoa(len(mounted))
		c.set(prefix+".mount.path", v.Get("containerPath").Text)
		c.set(prefix+".options.path", host)
		c.set(prefix+".mount.readOnly", strconv.FormatBool(strings.ToLower(mode.Text) == "ro"))
		mounted = append(mounted, host)
	}
}
