package finding

// N codes: pools of nodes, and whether pods fit on them.
const (
	PoolWrong   Code = "N001"
	PoolUnknown Code = "N002"
	PoolMissing Code = "N003"
	PoolImage   Code = "N004"
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
}
