package tron

import (
	"math"
	"strings"

	"github.com/paasta-render/paasta-render/compiler/python"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

// sizeExecutors settles how many executors there are and how large, from spark_args and the defaults of spark.yaml.
// service_configuration_lib: SparkConfBuilder._adjust_spark_requested_resources.
func (c *sparkConf) sizeExecutors(a *action, pool string, force bool) {
	threshold := c.constant("adjust_executor_res_ratio_thresh")
	if !c.has("spark.executor.cores") {
		c.set("spark.executor.cores", c.standard("spark.executor.cores").String())
	}
	cores := c.whole("spark.executor.cores", number{})
	instances := c.executorInstances(cores)
	c.setDefault("spark.executor.instances", instances.String())
	if overhead, ok := c.get("spark.mesos.executor.memoryOverhead"); ok {
		c.setDefault("spark.executor.memoryOverhead", overhead)
	}
	c.setDefault("spark.kubernetes.executor.limit.cores", cores.String())
	scaling := c.constant("default_clusterman_observed_scaling_time")
	perExecutor := c.constant("default_resources_waiting_time_per_executor")
	c.plain(scaling, perExecutor)
	waiting := scaling.plus(instances.times(perExecutor).over(whole(60)))
	c.setDefault("spark.scheduler.maxRegisteredResourcesWaitingTime", waiting.String()+"min")
	if instances.times(cores).value < cores.value {
		c.fail(c.source("spark.executor.instances"), "%s executors of %s cores are fewer cores than one executor has",
			instances, cores)
	}
	gpus := c.whole("spark.mesos.gpus.max", whole(0))
	tasks := c.whole("spark.task.cpus", whole(1))
	if gpus.value != 0 && (tasks.value == 1 || cores.value == 1) {
		c.sizeGPUs(a, pool, gpus)
	}
	if c.err == nil {
		c.fitExecutors(pool, force, threshold)
	}
}

// executorInstances is spark.executor.instances, or what spark.cores.max or the defaults come to.
// service_configuration_lib: compute_executor_instances_k8s.
func (c *sparkConf) executorInstances(cores number) number {
	if c.has("spark.executor.instances") {
		return c.whole("spark.executor.instances", number{})
	}
	if cores.value == 0 {
		c.fail(c.source("spark.executor.cores"), "spark.executor.cores cannot be 0")
		return number{}
	}
	if c.has("spark.cores.max") {
		return c.whole("spark.cores.max", number{}).over(cores)
	}
	standard, standardCores := c.standard("spark.executor.instances"), c.standard("spark.executor.cores")
	c.plain(standard, standardCores)
	return standard.times(standardCores).over(cores).atLeast(standard)
}

// sizeGPUs settles the executors of a job on GPUs, by the pool's machines.
func (c *sparkConf) sizeGPUs(a *action, pool string, gpus number) {
	at := c.source("spark.mesos.gpus.max")
	const hardLimit = 15
	if gpus.value > hardLimit {
		c.fail(at, "spark.mesos.gpus.max is %s, the limit is %d", gpus, hardLimit)
		return
	}
	machine := a.ns.system.YAML("nail/srv/configs/gpu_pools.yaml").Get(pool)
	perGPU := c.number(machine.Get("gpus_per_instance"),
		"gpus_per_instance of pool "+pool+" in gpu_pools.yaml").truncated()
	perCPU := c.number(machine.Get("cpus_per_instance"),
		"cpus_per_instance of pool "+pool+" in gpu_pools.yaml").truncated()
	if perGPU.value == 0 || perCPU.value == 0 {
		c.fail(at, "the pool %q has no GPUs or no CPUs", pool)
		return
	}
	if math.Mod(gpus.value, perGPU.value) != 0 {
		c.fail(at, "spark.mesos.gpus.max is %s, not a multiple of the %s GPUs of a machine", gpus, perGPU)
		return
	}
	each := perCPU.over(perGPU)
	c.set("spark.mesos.containerizer", "mesos")
	c.set("spark.default.parallelism", gpus.String())
	c.set("spark.task.cpus", each.String())
	c.set("spark.executor.cores", each.times(perGPU).String())
	c.set("spark.cores.max", each.times(gpus).String())
}

// fleet is what fitExecutors settles: cores of one executor, how many there are, cores of one task.
type fleet struct{ cores, instances, tasks number }

// fitExecutors fits executors to the machines of the batch pools. service_configuration_lib:
// _recalculate_executor_resources.
func (c *sparkConf) fitExecutors(pool string, force bool, threshold number) {
	e := fleet{
		cores:     c.whole("spark.executor.cores", c.standard("spark.executor.cores")),
		instances: c.whole("spark.executor.instances", c.standard("spark.executor.instances")),
		tasks:     c.whole("spark.task.cpus", c.standard("spark.task.cpus")),
	}
	memory, ok := c.get("spark.executor.memory")
	if !ok {
		memory = python.Str(c.defaults.Get("spark.executor.memory")) + "g"
	}
	mebibytes := c.memory(memory)
	gibibytes := whole(int64(math.Ceil(mebibytes / 1024)))
	recommended, medium := c.resource("recommended", "mem"), c.resource("medium", "mem")
	mediumCores, maxCores, maxMemory := c.resource("medium", "cpu"), c.resource("max", "cpu"), c.resource("max", "mem")
	batch := pool == "batch" || pool == "stable_batch"
	if batch {
		c.plain(maxMemory, maxCores)
	}
	switch {
	case !batch:
	case gibibytes.value > maxMemory.value || e.cores.value > maxCores.value:
		if mebibytes > maxMemory.value*1024 {
			memory = maxMemory.String() + "g"
		}
		if e.cores.value > maxCores.value {
			e.cores = maxCores
		}
	case force:
	case gibibytes.value >= medium.value || e.cores.value > mediumCores.value:
		memory = c.fit(&e, gibibytes, medium, threshold)
	default:
		memory = c.fit(&e, gibibytes, recommended, threshold)
	}
	c.set("spark.executor.cores", e.cores.String())
	c.set("spark.kubernetes.executor.limit.cores", e.cores.String())
	c.set("spark.executor.memory", memory)
	c.set("spark.executor.instances", e.instances.String())
	c.set("spark.task.cpus", e.tasks.String())
	if c.has("spark.cores.max") {
		c.set("spark.cores.max", e.instances.times(e.cores).String())
	}
}

// fit spreads the same memory over executors of the target's size, and returns the memory of one.
func (c *sparkConf) fit(e *fleet, memory, target, threshold number) string {
	c.plain(c.resource("medium", "mem"), c.resource("medium", "cpu"), threshold)
	if memory.value > threshold.value {
		return memory.String() + "g"
	}
	ratio := c.constant("target_mem_cpu_ratio")
	c.plain(target, ratio)
	if ratio.value == 0 || target.value == 0 {
		c.fail(c.constants, "nail/srv/configs/spark.yaml: sizes and ratios cannot be 0")
		return ""
	}
	e.instances = e.instances.times(memory).over(target)
	if e.instances.value > 0 {
		e.cores, memory = number{value: math.Trunc(target.value / ratio.value)}, target
	} else {
		e.instances = whole(1)
		e.cores = memory.over(ratio).atLeast(whole(1))
		memory = e.cores.times(ratio)
	}
	if e.cores.value < e.tasks.value {
		e.tasks = e.cores
	}
	return memory.String() + "g"
}

// memory reads "28g" or a number of MiB. service_configuration_lib: parse_memory_string.
func (c *sparkConf) memory(text string) float64 {
	digits, inGibibytes := strings.CutSuffix(text, "g")
	value, err := python.ParseInt(digits, 10)
	if err != nil {
		c.fail(c.source("spark.executor.memory"), "spark.executor.memory is %q, not a whole number of g or of MiB", text)
		return 0
	}
	f, _ := value.Float64()
	if inGibibytes {
		return f * 1024
	}
	return f
}

// dynamicAllocation turns on executors that come and go, unless spark_args turn it off.
// service_configuration_lib: get_dra_configs.
func (c *sparkConf) dynamicAllocation(jupyter bool) {
	const prefix = "spark.dynamicAllocation."
	if enabled, ok := c.get(prefix + "enabled"); ok && enabled != "true" {
		return
	}
	c.setDefault(prefix+"enabled", "true")
	c.setDefault(prefix+"shuffleTracking.enabled", "true")
	ratio, timeout := c.defaults.Get(prefix+"executorAllocationRatio"), c.defaults.Get(prefix+"cachedExecutorIdleTimeout")
	if ratio == nil || timeout == nil {
		c.fail(c.defaults, "nail/srv/configs/spark.yaml has no default for "+
			"executorAllocationRatio or cachedExecutorIdleTimeout")
		return
	}
	c.setDefault(prefix+"executorAllocationRatio", python.Str(ratio))
	if !c.has(prefix + "cachedExecutorIdleTimeout") {
		c.set(prefix+"cachedExecutorIdleTimeout", c.idleTimeout(timeout, jupyter))
	}
	initial := c.whole(prefix+"initialExecutors", c.whole(prefix+"minExecutors", whole(0)))
	if !c.has(prefix + "maxExecutors") {
		c.set(prefix+"maxExecutors", c.whole("spark.executor.instances",
			c.standard("spark.executor.instances")).atLeast(initial).String())
	}
	c.set("spark.executor.instances", initial.String())
}

// idleTimeout is the default, and 15 minutes more for a notebook.
func (c *sparkConf) idleTimeout(n *yaml11.Node, jupyter bool) string {
	text := python.Str(n)
	if !jupyter {
		return text
	}
	value, err := python.ParseInt(strings.TrimSuffix(text, "s"), 10)
	if err != nil {
		c.fail(n, "cachedExecutorIdleTimeout is %q, not a number of seconds such as 900s", text)
		return ""
	}
	return whole(value.Int64()+900).String() + "s"
}

// partitions sets how many partitions shuffles have. service_configuration_lib: _append_sql_partitions_conf.
func (c *sparkConf) partitions() {
	const key = "spark.sql.shuffle.partitions"
	if c.has(key) {
		count := c.whole(key, number{})
		c.setDefault("spark.sql.files.minPartitionNum", count.String())
		c.setDefault("spark.default.parallelism", count.String())
		return
	}
	cores := c.standard("spark.executor.cores")
	count := c.whole("spark.cores.max", whole(0))
	if count.value == 0 {
		count = c.whole("spark.executor.instances", whole(0)).times(c.whole("spark.executor.cores", cores))
	}
	count = count.times(whole(3))
	most, ok := c.get("spark.dynamicAllocation.maxExecutors")
	if enabled, _ := c.get("spark.dynamicAllocation.enabled"); enabled == "true" && ok && most != "infinity" {
		count = count.atLeast(c.whole("spark.dynamicAllocation.maxExecutors",
			whole(0)).times(c.whole("spark.executor.cores", cores)).times(whole(3)))
	}
	if count.value == 0 {
		count = c.standard(key)
	}
	for _, k := range []string{key, "spark.sql.files.minPartitionNum", "spark.default.parallelism"} {
		c.setDefault(k, count.String())
	}
}
