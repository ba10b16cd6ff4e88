package tron

import (
	"slices"

	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

// object is a mapping while it is made.
type object struct {
	slab  *slab
	pairs []yaml11.Pair
}

// put adds an entry; nothing when the value is nil.
func (o *object) put(key string, value *yaml11.Node) {
	if value != nil {
		o.pairs = append(o.pairs, yaml11.Pair{Key: o.slab.text(key), Value: value})
	}
}

// putSet adds an entry unless the value is nil or null: Tron's default applies then.
func (o *object) putSet(key string, value *yaml11.Node) {
	if !value.IsNull() {
		o.put(key, value)
	}
}

func (o *object) text(key, value string) { o.put(key, o.slab.text(value)) }

// replace adds an entry, or puts it in the place of the one with the same key.
func (o *object) replace(key, value *yaml11.Node) {
	for i := range o.pairs {
		if o.pairs[i].Key.Text == key.Text && o.pairs[i].Key.Kind == key.Kind {
			o.pairs[i] = yaml11.Pair{Key: key, Value: value}
			return
		}
	}
	o.pairs = append(o.pairs, yaml11.Pair{Key: key, Value: value})
}

// node returns the mapping with its keys sorted, as PaaSTA dumps it.
func (o object) node() *yaml11.Node {
	sortPairs(o.pairs)
	n := o.slab.node(yaml11.Map)
	n.Pairs = o.pairs
	return n
}

// sortPairs sorts by key. Most mappings are short, and partly sorted already.
func sortPairs(pairs []yaml11.Pair) {
	if len(pairs) > 48 {
		slices.SortStableFunc(pairs, comparePairs)
		return
	}
	for i := 1; i < len(pairs); i++ {
		p, j := pairs[i], i
		for ; j > 0 && pairs[j-1].Key.Text > p.Key.Text; j-- {
			pairs[j] = pairs[j-1]
		}
		pairs[j] = p
	}
}

func comparePairs(a, b yaml11.Pair) int {
	switch {
	case a.Key.Text < b.Key.Text:
		return -1
	case a.Key.Text > b.Key.Text:
		return 1
	}
	return 0
}

// sorted returns a value in which the keys of all mappings are sorted; the same node when they were.
func sorted(n *yaml11.Node) *yaml11.Node {
	if n == nil || n.Kind != yaml11.List && n.Kind != yaml11.Map {
		return n
	}
	out := *n
	changed := false
	if n.Kind == yaml11.List {
		for i, item := range n.Items {
			s := sorted(item)
			if s != item && !changed {
				out.Items, changed = slices.Clone(n.Items), true
			}
			if changed {
				out.Items[i] = s
			}
		}
	}
	for i, p := range n.Pairs {
		s := sorted(p.Value)
		if s != p.Value && !changed {
			out.Pairs, changed = slices.Clone(n.Pairs), true
		}
		if changed {
			out.Pairs[i].Value = s
		}
	}
	if !slices.IsSortedFunc(out.Pairs, comparePairs) {
		if !changed {
			out.Pairs, changed = slices.Clone(n.Pairs), true
		}
		sortPairs(out.Pairs)
	}
	if !changed {
		return n
	}
	return &out
}

// positioned makes a string that stands where another value was written.
func positioned(text string, where *yaml11.Node) *yaml11.Node {
	out := yaml11.Node{}
	if where != nil {
		out = *where
	}
	out.Kind, out.Text, out.Items, out.Pairs, out.Comment = yaml11.String, text, nil, nil, ""
	return &out
}

// texts makes a list of strings.
func texts(values ...string) *yaml11.Node {
	items := make([]*yaml11.Node, len(values))
	for i, v := range values {
		items[i] = word(v)
	}
	return yaml11.NewList(items...)
}

// word returns a string node. Those that every action has are made once: nodes never change, so all share them.
func word(text string) *yaml11.Node {
	if n := words[text]; n != nil {
		return n
	}
	return yaml11.NewString(text)
}

var words = wordsOf(
	"actions", "annotations", "app.kubernetes.io/managed-by", "cap_add", "cap_drop", "cleanup_action", "command",
	"container_path", "cpus",
	"default_mode", "disk", "docker_image", "env", "executor", "expected_runtime", "extra_volumes", "field_path",
	"field_selector_env",
	"host_path", "idempotent", "items", "jobs", "key", "kubernetes", "label_selector", "labels", "max_skew", "mem",
	"mode", "monitoring",
	"node", "node_affinities", "node_selectors", "on_upstream_rerun", "operator", "path", "ports",
	"projected_sa_volumes", "requires",
	"retries", "retries_delay", "schedule", "secret_env", "secret_name", "secret_volume_name", "secret_volumes",
	"service_account_name",
	"topology_key", "topology_spread_constraints", "trigger_downstreams", "trigger_timeout", "triggered_by", "tron",
	"value",
	"when_unsatisfiable", "yelp.com/owner", "yelp.com/cost_owner", "yelp.com/pool", "compute_infra_platform_experience",
	"paasta.yelp.com/cluster", "paasta.yelp.com/instance", "paasta.yelp.com/pool", "paasta.yelp.com/routable_ip",
	"paasta.yelp.com/service",
	"tron.yelp.com/idempotent-action", "true", "false", "1", "ScheduleAnyway", "topology.kubernetes.io/zone",
	"status.podIP",
	"AWS_SDK_UA_APP_ID", "ENABLE_PER_INSTANCE_LOGSPOUT", "PAASTA_CLUSTER", "PAASTA_DEPLOY_GROUP", "PAASTA_DOCKER_IMAGE",
	"PAASTA_GIT_SHA",
	"PAASTA_IMAGE_VERSION", "PAASTA_INSTANCE", "PAASTA_INSTANCE_TYPE", "PAASTA_MONITORING_TEAM", "PAASTA_POD_IP",
	"PAASTA_RESOURCE_CPUS",
	"PAASTA_RESOURCE_DISK", "PAASTA_RESOURCE_MEM", "PAASTA_SERVICE",
	"SETPCAP", "MKNOD", "AUDIT_WRITE", "CHOWN", "NET_RAW", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "SETGID", "SETUID",
	"NET_BIND_SERVICE", "SYS_CHROOT", "SETFCAP",
)

func wordsOf(texts ...string) map[string]*yaml11.Node {
	m := make(map[string]*yaml11.Node, len(texts))
	for _, text := range texts {
		m[text] = yaml11.NewString(text)
	}
	return m
}

// Values that every action may have.
var (
	defaultNode = yaml11.NewString("paasta")
	emptyList   = yaml11.NewList()
	falsehood   = yaml11.NewBool(false)
	// droppedCapabilities is the whole list: unlike services, actions do not get back what cap_add names.
	// PaaSTA: utils.CAPS_DROP.
	droppedCapabilities = texts("SETPCAP", "MKNOD", "AUDIT_WRITE", "CHOWN", "NET_RAW", "DAC_OVERRIDE", "FOWNER",
		"FSETID", "KILL", "SETGID",
		"SETUID", "NET_BIND_SERVICE", "SYS_CHROOT", "SETFCAP")
	podIP = yaml11.NewMap(yaml11.Pair{Key: word("PAASTA_POD_IP"),
		Value: yaml11.NewMap(yaml11.Pair{Key: word("field_path"), Value: word("status.podIP")})})
	oneNode          = yaml11.NewInt(1)
	standardMemory   = yaml11.NewInt(4096) // MiB, and the disk's default, too
	sparkDiskDefault = yaml11.NewInt(5120) // MiB
)
