package config

// The keys below are ours. They let a cluster go without parts that only Yelp's clusters have.
const (
	// PoolLabelKey names the label of nodes by which pods select their pool.
	PoolLabelKey = "pool_label"
	// SecretsKey says who makes the Secrets that pods name.
	SecretsKey = "secrets"
)

// PoolLabel returns the label of nodes that says in which pool a node is: pool_label; default yelp.com/pool, PaaSTA's
// own. It is empty where pods select no pool. PaaSTA: kubernetes_tools.get_node_selector.
func (s *System) PoolLabel() string {
	n := s.Get(PoolLabelKey)
	if n == nil {
		return "yelp.com/pool"
	}
	label, _ := n.Str()
	return label
}

// SyncsSecrets tells whether PaaSTA's own sync makes the Secrets, from files below secrets/. It does unless
// secrets.from says otherwise. PaaSTA: kubernetes/bin/paasta_secrets_sync.
func (s *System) SyncsSecrets() bool {
	from, ok := s.Get(SecretsKey).Get("from").Str()
	return !ok || from == "paasta"
}
