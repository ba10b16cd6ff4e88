package tron

import (
	"slices"
	"strconv"
	"strings"

	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/python"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

const (
	awsCredentialsProvider = "com.amazonaws.auth.WebIdentityTokenCredentialsProvider"
	sparkUser              = "TRON"
	defaultUIPort          = 49152
)

// notConfigurable are what spark_args cannot set. service_configuration_lib: NON_CONFIGURABLE_SPARK_OPTS.
var notConfigurable = map[string]bool{
	"spark.master": true, "spark.app.id": true, "spark.ui.port": true, "spark.mesos.principal": true, "spark.mesos.secret": true,
	"spark.mesos.executor.docker.image": true, "spark.mesos.executor.docker.parameters": true, "spark.executorEnv.PAASTA_SERVICE": true,
	"spark.executorEnv.PAASTA_INSTANCE": true, "spark.executorEnv.PAASTA_CLUSTER": true, "spark.executorEnv.SPARK_EXECUTOR_DIRS": true,
	"spark.executorEnv.AWS_ACCESS_KEY_ID": true, "spark.executorEnv.AWS_SECRET_ACCESS_KEY": true, "spark.executorEnv.AWS_SESSION_TOKEN": true,
	"spark.executorEnv.AWS_DEFAULT_REGION": true, "spark.kubernetes.pyspark.pythonVersion": true, "spark.kubernetes.container.image": true,
	"spark.kubernetes.namespace": true, "spark.kubernetes.authenticate.caCertFile": true, "spark.kubernetes.authenticate.clientKeyFile": true,
	"spark.kubernetes.authenticate.clientCertFile": true, "spark.kubernetes.container.image.pullPolicy": true,
	"spark.kubernetes.executor.label.yelp.com/paasta_service": true, "spark.kubernetes.executor.label.yelp.com/paasta_instance": true,
	"spark.kubernetes.executor.label.yelp.com/paasta_cluster": true, "spark.kubernetes.executor.label.paasta.yelp.com/service": true,
	"spark.kubernetes.executor.label.paasta.yelp.com/instance": true, "spark.kubernetes.executor.label.paasta.yelp.com/cluster": true,
	"spark.kubernetes.executor.label.spark.yelp.com/user": true,
}

// buildSpark computes the Spark configuration. PaaSTA: TronActionConfig.build_spark_config and, in
// service_configuration_lib, SparkConfBuilder.get_spark_conf.
func (a *action) buildSpark() bool {
	cluster := aliased(a.ns, a.ns.cluster)
	pool := a.executorPool()
	if !a.checkPool(cluster, pool) {
		return false
	}
	args := a.config.Get("spark_args")
	if args != nil && !args.IsMap() {
		a.fail(args, "spark_args is a mapping, not a "+args.Kind.String(), "")
		return false
	}
	c := a.newSparkConf()
	if c == nil {
		return false
	}
	var user []sparkEntry
	base := "tron_spark_" + python.Str(a.service) + "_" + a.instance
	if args != nil {
		for _, p := range args.Pairs {
			e := sparkEntry{key: python.Str(p.Key), value: sparkValue(p.Value), source: p.Value}
			user = append(user, e)
			if !notConfigurable[e.key] {
				c.setFrom(e.key, e.value, e.source)
			}
		}
	}
	ownName, named := c.get("spark.app.name")
	if named {
		base = ownName
	}
	volumes, ok := a.volumeList()
	registry, found := a.registry()
	if !ok || !found {
		return false
	}
	image := registry + "/$PAASTA_DOCKER_IMAGE"
	port := c.uiPort()
	appName := limitSize(base+"_"+port+"_0000000000_0000", 63)
	jupyter := strings.Contains(base, "jupyterhub")
	c.set("spark.app.name", appName)
	c.set("spark.ui.port", port)
	force := a.config.Get("force_spark_resource_configs")
	c.sizeExecutors(a, python.Str(pool), force.Truthy())
	volumes = append(volumes, passwd, group)
	address := serverOf(a.ns, cluster)
	a.sparkOnKubernetes(c, cluster, python.Str(pool), image, port, address, volumes)
	c.dynamicAllocation(strings.Contains(appName, "jupyterhub"))
	c.checkCost()
	c.set("spark.ui.prometheus.enabled", "true")
	c.set("spark.metrics.conf.*.sink.prometheusServlet.class", "org.apache.spark.metrics.sink.PrometheusServlet")
	c.set("spark.metrics.conf.*.sink.prometheusServlet.path", "/metrics/prometheus")
	c.eventLog(a.ns)
	c.partitions()
	for _, p := range c.constants.Get("mandatory_defaults").Pairs {
		if key := python.Str(p.Key); !c.has(key) {
			c.setFrom(key, python.Str(p.Value), p.Value)
		}
	}
	if jupyter {
		c.setDefault("spark.ui.showConsoleProgress", "true")
	}
	account, hasAccount := c.get("aws_account_id")
	c.remove("aws_account_id")
	c.scs = scsConf{base: base, image: image, user: user, cluster: cluster, pool: pool, service: a.service, instance: a.instance,
		volumes: volumes, force: force, address: address, port: port, account: account, hasAccount: hasAccount}.json()
	if named {
		c.set("spark.app.name", limitSize(ownName, 63))
	} else {
		c.set("spark.app.name", limitSize(base+"_"+a.name, 63))
	}
	c.setDefault("spark.kubernetes.executor.podTemplateFile", "/nail/srv/configs/spark_dns_pod_template.yaml")
	c.set("spark.hadoop.fs.s3a.aws.credentials.provider", awsCredentialsProvider)
	c.set("spark.driver.host", "$PAASTA_POD_IP")
	executorAccount, ok := accountName(a.role())
	if !ok || !a.role().Truthy() {
		c.fail(a.role(), "a Spark action needs an IAM role: iam_role, or spark_run_config.default_spark_driver_iam_role in the system config")
	}
	c.set("spark.kubernetes.authenticate.executor.serviceAccountName", executorAccount)
	c.sizeDriver()
	if c.err != nil {
		a.refuse(finding.TronSparkConfig, c.errAt, "the Spark configuration cannot be computed: "+c.err.Error(), "")
		return false
	}
	a.spark = c
	return true
}

// sparkValue is how PaaSTA turns a value of spark_args into a string.
func sparkValue(n *yaml11.Node) string {
	if n.Kind == yaml11.Bool {
		return strconv.FormatBool(n.Bool)
	}
	return python.Str(n)
}

// newSparkConf opens spark.yaml, without which PaaSTA cannot make a Spark action.
func (a *action) newSparkConf() *sparkConf {
	root := a.ns.system.File("nail/srv/configs/spark.yaml")
	constants := root.Get("spark_constants")
	c := &sparkConf{index: make(map[string]int, 96), entries: make([]sparkEntry, 0, 96), constants: constants, defaults: constants.Get("defaults")}
	if !constants.IsMap() || !c.defaults.IsMap() || !constants.Get("mandatory_defaults").IsMap() || !constants.Get("cost_factor").IsMap() {
		a.refuse(finding.TronSparkConfig, nil, "a Spark action needs nail/srv/configs/spark.yaml in the system directory, "+
			"with spark_constants: defaults, mandatory_defaults and cost_factor", "")
		return nil
	}
	return c
}

// executorPool is where the executors run; default batch. PaaSTA: get_spark_executor_pool.
func (a *action) executorPool() *yaml11.Node {
	if pool := a.config.Get("pool"); pool != nil {
		return pool
	}
	return yaml11.NewString("batch")
}

// checkPool holds the executors' pool against allowed_pools of the system config.
func (a *action) checkPool(cluster string, pool *yaml11.Node) bool {
	allowed := a.ns.system.Get("allowed_pools").Get(cluster)
	if !pool.Truthy() || !allowed.Truthy() {
		return true
	}
	var names []string
	for _, item := range a.items("allowed_pools", allowed) {
		if python.Equal(item, pool) {
			return true
		}
		names = append(names, python.Str(item))
	}
	a.refuse(finding.TronSparkPool, pool, "cluster "+cluster+" has no pool "+python.Str(pool), strings.Join(names, ", "))
	return false
}

// aliased resolves eks_cluster_aliases of the system config.
func aliased(ns *namespace, cluster string) string {
	if alias := ns.system.Get("eks_cluster_aliases").Get(cluster); alias != nil {
		return python.Str(alias)
	}
	return cluster
}

// serverOf is the API server of a cluster by kube_clusters of the system config, nil when it names none.
func serverOf(ns *namespace, cluster string) *yaml11.Node {
	server := ns.system.Get("kube_clusters").Get(cluster).Get("server")
	if server.IsNull() {
		return yaml11.NewNull()
	}
	return server
}

func (c *sparkConf) uiPort() string {
	port := c.constants.Get("preferred_spark_ui_port_start")
	if port == nil {
		return strconv.Itoa(defaultUIPort)
	}
	return python.Str(port)
}

func hostVolume(path string) *yaml11.Node {
	return yaml11.NewMap(yaml11.Entry("containerPath", yaml11.NewString(path)), yaml11.Entry("hostPath", yaml11.NewString(path)),
		yaml11.Entry("mode", yaml11.NewString("RO")))
}

// passwd and group are mounted into every executor.
var (
	passwd = hostVolume("/etc/passwd")
	group  = hostVolume("/etc/group")
)

// sparkOnKubernetes sets what executors in Kubernetes need. service_configuration_lib: _get_k8s_spark_env.
func (a *action) sparkOnKubernetes(c *sparkConf, cluster, pool, image, port string, address *yaml11.Node, volumes []*yaml11.Node) {
	service := python.Str(a.service)
	shortCluster, shortService, shortInstance := limitSize(cluster, 63), limitSize(service, 63), limitSize(a.instance, 63)
	const label, annotation = "spark.kubernetes.executor.label.", "spark.kubernetes.executor.annotation."
	for _, e := range [][2]string{
		{"spark.master", "k8s://" + python.Str(address)},
		{"spark.executorEnv.PAASTA_SERVICE", service},
		{"spark.executorEnv.PAASTA_INSTANCE", a.instance},
		{"spark.executorEnv.PAASTA_CLUSTER", cluster},
		{"spark.executorEnv.PAASTA_INSTANCE_TYPE", "spark"},
		{"spark.executorEnv.SPARK_EXECUTOR_DIRS", "/tmp"},
		{"spark.kubernetes.pyspark.pythonVersion", "3"},
		{"spark.kubernetes.container.image", image},
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

// eventLog says where Spark writes its events, by the host's environment. service_configuration_lib: _append_event_log_conf.
func (c *sparkConf) eventLog(ns *namespace) {
	c.setDefault("spark.eventLog.enabled", "true")
	if enabled, _ := c.get("spark.eventLog.enabled"); strings.ToLower(enabled) != "true" || c.has("spark.eventLog.dir") {
		return
	}
	environment := ns.runtimeEnvironment()
	settings := ns.system.File("nail/srv/configs/spark.yaml").Get("environments").Get(environment)
	if !settings.Truthy() {
		c.set("spark.eventLog.enabled", "false")
		return
	}
	dir := settings.Get("default_event_log_dir")
	if dir == nil {
		c.fail(settings, "nail/srv/configs/spark.yaml has no default_event_log_dir for %s", environment)
	}
	c.set("spark.eventLog.enabled", "true")
	c.setFrom("spark.eventLog.dir", python.Str(dir), dir)
}

// runtimeEnvironment is what nail/etc/runtimeenv says, to the byte. service_configuration_lib: utils.get_runtime_env.
func (ns *namespace) runtimeEnvironment() string {
	if ns.environment == "" {
		ns.environment = "unknown"
		if data, ok := ns.system.ReadText("nail/etc/runtimeenv"); ok {
			ns.environment = string(data)
		}
	}
	return ns.environment
}

// checkCost makes sure of the numbers from which PaaSTA estimates the cost; a bad one stops it.
// service_configuration_lib: compute_approx_hourly_cost_dollars.
func (c *sparkConf) checkCost() {
	c.whole("spark.executor.cores", whole(0))
	c.whole("spark.executor.instances", whole(0))
	if enabled, _ := c.get("spark.dynamicAllocation.enabled"); enabled == "true" {
		c.whole("spark.dynamicAllocation.maxExecutors", whole(0))
		c.whole("spark.dynamicAllocation.minExecutors", whole(0))
	}
	c.constant("high_cost_threshold_daily")
}
