package tron

import (
	"strconv"
	"strings"

	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/paasta"
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
	"spark.master": true, "spark.app.id": true, "spark.ui.port": true, "spark.mesos.principal": true,
	"spark.mesos.secret":                true,
	"spark.mesos.executor.docker.image": true, "spark.mesos.executor.docker.parameters": true,
	"spark.executorEnv.PAASTA_SERVICE":  true,
	"spark.executorEnv.PAASTA_INSTANCE": true, "spark.executorEnv.PAASTA_CLUSTER": true,
	"spark.executorEnv.SPARK_EXECUTOR_DIRS": true,
	"spark.executorEnv.AWS_ACCESS_KEY_ID":   true, "spark.executorEnv.AWS_SECRET_ACCESS_KEY": true,
	"spark.executorEnv.AWS_SESSION_TOKEN":  true,
	"spark.executorEnv.AWS_DEFAULT_REGION": true, "spark.kubernetes.pyspark.pythonVersion": true,
	"spark.kubernetes.container.image": true,
	"spark.kubernetes.namespace":       true, "spark.kubernetes.authenticate.caCertFile": true,
	"spark.kubernetes.authenticate.clientKeyFile":  true,
	"spark.kubernetes.authenticate.clientCertFile": true, "spark.kubernetes.container.image.pullPolicy": true,
	"spark.kubernetes.executor.label.yelp.com/paasta_service":  true,
	"spark.kubernetes.executor.label.yelp.com/paasta_instance": true,
	"spark.kubernetes.executor.label.yelp.com/paasta_cluster":  true,
	"spark.kubernetes.executor.label.paasta.yelp.com/service":  true,
	"spark.kubernetes.executor.label.paasta.yelp.com/instance": true,
	"spark.kubernetes.executor.label.paasta.yelp.com/cluster":  true,
	"spark.kubernetes.executor.label.spark.yelp.com/user":      true,
}

// sparkJob is what a Spark configuration is made from.
type sparkJob struct {
	cluster, image, base string
	named                bool // by spark.app.name of spark_args
	user                 []sparkEntry
	pool, address, force *yaml11.Node
	volumes              []*yaml11.Node
}

// buildSpark computes the Spark configuration. PaaSTA: TronActionConfig.build_spark_config.
func (a *action) buildSpark() bool {
	job, ok := a.sparkJob()
	if !ok {
		return false
	}
	c := a.newSparkConf()
	if c == nil {
		return false
	}
	for _, e := range job.user {
		if !notConfigurable[e.key] {
			c.setFrom(e.key, e.value, e.source)
		}
	}
	a.configure(c, job)
	a.configureTron(c, job)
	c.sizeDriver()
	if c.err != nil {
		a.refuse(finding.TronSparkConfig, c.errAt, "the Spark configuration cannot be computed: "+c.err.Error(), "")
		return false
	}
	a.spark = c
	return true
}

// sparkJob collects what the configuration is made from; ok is false when PaaSTA stops.
func (a *action) sparkJob() (job sparkJob, ok bool) {
	job = sparkJob{pool: a.executorPool(), force: a.config.Get("force_spark_resource_configs")}
	if job.cluster, ok = a.aliasedCluster(); !ok {
		return job, false
	}
	if job.pool.IsList() || job.pool.IsMap() {
		a.fail(job.pool, "pool is a name, not "+job.pool.KindWithArticle(), "")
		return job, false
	}
	if !a.checkPool(job.cluster, job.pool) {
		return job, false
	}
	args := a.config.Get("spark_args")
	if args != nil && !args.IsMap() {
		a.fail(args, "spark_args is a mapping, not "+args.KindWithArticle(), "")
		return job, false
	}
	job.base = "tron_spark_" + python.Str(a.service) + "_" + a.instance
	if args != nil {
		for _, p := range args.Pairs {
			e := sparkEntry{key: python.Str(p.Key), value: sparkValue(p.Value), source: p.Value}
			job.user = append(job.user, e)
			if e.key == "spark.app.name" {
				job.base, job.named = e.value, true
			}
		}
	}
	registry, ok := a.registry()
	if !ok {
		return job, false
	}
	job.image = registry + "/$PAASTA_DOCKER_IMAGE"
	if job.address, ok = a.server(job.cluster); !ok {
		return job, false
	}
	if job.volumes, ok = a.volumeList(); !ok {
		return job, false
	}
	job.volumes = append(job.volumes, passwd, group)
	return job, true
}

// configure makes what every Spark job on Kubernetes has. service_configuration_lib: SparkConfBuilder.get_spark_conf.
func (a *action) configure(c *sparkConf, job sparkJob) {
	port := c.uiPort()
	// The name that Spark jobs get elsewhere has a time and a random ending, of these lengths.
	passing := paasta.LimitSize(job.base+"_"+port+"_0000000000_0000", 63)
	c.set("spark.app.name", passing)
	c.set("spark.ui.port", port)
	c.sizeExecutors(a, python.Str(job.pool), job.force.Truthy())
	a.sparkOnKubernetes(c, job, port)
	c.dynamicAllocation(strings.Contains(passing, "jupyterhub"))
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
	if strings.Contains(job.base, "jupyterhub") {
		c.setDefault("spark.ui.showConsoleProgress", "true")
	}
	account, hasAccount := c.get("aws_account_id")
	c.remove("aws_account_id")
	c.scs = scsConf{sparkJob: job, service: a.service, instance: a.instance, port: port, account: account,
		hasAccount: hasAccount}.json()
}

// configureTron makes what only Tron's drivers have: a name that does not change, and an account for the executors.
func (a *action) configureTron(c *sparkConf, job sparkJob) {
	name := job.base
	if !job.named {
		name += "_" + a.name
	}
	c.set("spark.app.name", paasta.LimitSize(name, 63))
	c.setDefault("spark.kubernetes.executor.podTemplateFile", "/nail/srv/configs/spark_dns_pod_template.yaml")
	c.set("spark.hadoop.fs.s3a.aws.credentials.provider", awsCredentialsProvider)
	c.set("spark.driver.host", "$PAASTA_POD_IP")
	account, ok := accountName(a.role())
	if !ok || !a.role().Truthy() {
		c.fail(a.role(), "a Spark action needs an IAM role: "+
			"iam_role, or spark_run_config.default_spark_driver_iam_role in the system config")
	}
	c.set("spark.kubernetes.authenticate.executor.serviceAccountName", account)
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
	c := &sparkConf{index: make(map[string]int, 96), entries: make([]sparkEntry, 0, 96), constants: constants,
		defaults: constants.Get("defaults")}
	if !constants.IsMap() || !c.defaults.IsMap() || !constants.Get("mandatory_defaults").IsMap() ||
		!constants.Get("cost_factor").IsMap() {
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

func (c *sparkConf) uiPort() string {
	port := c.constants.Get("preferred_spark_ui_port_start")
	if port == nil {
		return strconv.Itoa(defaultUIPort)
	}
	return python.Str(port)
}

// eventLog says where Spark writes its events, by the host's environment. service_configuration_lib:
// _append_event_log_conf.
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
	c.plain(c.constant("high_cost_threshold_daily"))
}
