package finding

// N codes: pools of nodes, and whether pods fit on them.
const (
	PoolWrong   Code = "N001"
	PoolUnknown Code = "N002"
	PoolMissing Code = "N003"
	PoolImage   Code = "N004"
	PodTooLarge Code = "N005"
	PoolOver    Code = "N006"
	SpreadUnmet Code = "N007"
	LimitedPool Code = "N008"
	PriceWrong  Code = "N009"
	FitUnknown  Code = "N010"
)

var capacityDocs = []Doc{
	{PoolWrong, "a pool of nodes is described wrongly",
		"The key `pools` of the system config describes the nodes of each pool. Karpenter's definitions, or " +
			"AWS, would refuse the value.",
		"pools: {default: {expire_after: 14d}}",
		"Correct the value at the place that the finding names; schema/README.md lists the keys."},
	{PoolUnknown, "an instance names a pool that the cluster does not have",
		"The pods select nodes with the label yelp.com/pool. No pool of the cluster makes such nodes, so the " +
			"pods wait for ever.",
		"pool: defualt",
		"Name a pool of the cluster, or describe the pool in the system config."},
	{PoolMissing, "an allowed pool is not described",
		"allowed_pools lets instances use the pool, and `pools` does not say which nodes it has. That is " +
			"right only where somebody else makes them.",
		"allowed_pools: {west-prod: [default, gpu]}",
		"Describe the pool in `pools`, or remove it from allowed_pools."},
	{PoolImage, "a pool's machine image changes by itself",
		"The alias ends in @latest. When a new image is published, Karpenter replaces every node of the " +
			"pool, and no reviewed change says so.",
		"ami: al2023@latest",
		"Name a version, or an id."},
	{PodTooLarge, "no node of its pool takes a pod",
		"Every type of machine that the pool may buy has too little CPU, memory, disk or GPUs for the pod, its " +
			"sidecars and the daemons of the node, or lacks a label that the pod needs, or has a taint that it does not " +
			"tolerate. The pods wait for ever. The key `prices` of the system config says which types there are.",
		"cpus: 200",
		"Ask for less, name another pool, or let the pool have larger machines."},
	{PoolOver, "the pods of a pool may pass its limit",
		"Together, the pods ask for more than the limits of the pool allow it to buy. With the greatest number of " +
			"replicas, that is a warning: when every autoscaler is at its maximum, some pods wait. With the least " +
			"number, some pods always wait, so it is an error.",
		"pools: {default: {limits: {cpus: 100}}}",
		"Raise the limit, or lower max_instances."},
	{SpreadUnmet, "the pods cannot be spread as they say",
		"A constraint with DoNotSchedule spreads the pods over all values of a label, such as the zones. Karpenter counts " +
			"the zones of all pools, also those in which the pod finds no node; the other zones may have only max_skew " +
			"pods more than none.",
		"topology_spread_constraints: [{topology_key: topology.kubernetes.io/zone, when_unsatisfiable: DoNotSchedule}]",
		"Select the zones in node_selectors, let the pool have machines in each zone, or use ScheduleAnyway."},
	{LimitedPool, "pool_limits names a pool that is not described",
		"pool_limits says from which size on an instance does not belong into a pool, and which pool is recommended " +
			"then. `pools` does not describe that pool, so no instance can use it.",
		"pool_limits: {west-prod: {default: {max_cpus: 30, recommended_pool: bgi}}}",
		"Name a pool of the cluster, or describe the pool in `pools`."},
	{PriceWrong, "the price file is wrong",
		"The key `prices` says which types of machines there are, how large they are, and what they cost. A type that " +
			"is described wrongly is left out.",
		"prices: {types: {m6i.large: {cpus: two}}}",
		"Make the file anew with examples/capacity/prices.py, or correct the value; schema/README.md lists the keys."},
	{FitUnknown, "nobody can tell whether the pods fit",
		"The price file does not say enough of the machines: the pool requires a label that it does not know, or the " +
			"pod asks for a resource of which it says nothing, or it knows no machine that the pool may have.",
		"requirements: [{key: karpenter.k8s.aws/instance-hypervisor, operator: In, values: [nitro]}]",
		"Add the label to the types in the price file, under the key labels."},
}
