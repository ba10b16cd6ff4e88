package rules

import (
	"math/big"
	"regexp"
	"slices"
	"strings"

	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

// Master is what namespaces need to know of MASTER.yaml.
type Master struct {
	Context *yaml11.Node // command_context; nil when there is none
	// TimeZone is where jobs without a zone of their own run; empty when the clock of Tron's host counts.
	TimeZone string
	nodes    []string
}

func (m *Master) hasNode(name string) bool { return slices.Contains(m.nodes, name) }

// nodeList is the end of a sentence that names all nodes, "" when there are too many.
func (m *Master) nodeList() string {
	if len(m.nodes) > 12 || len(m.nodes) == 0 {
		return ""
	}
	return ", only " + strings.Join(m.nodes, ", ")
}

// ReadMaster judges MASTER.yaml as Tron gets it. What depends on Tron's host, such as whether output_stream_dir exists,
// is not judged. Tron: config_parse.ValidateConfig.
func ReadMaster(n *yaml11.Node) (*Master, []Refusal) {
	c := court{namespace: "MASTER"}
	masterShape.check(&c, spot{key: "MASTER"}, n)
	m := &Master{Context: n.Get("command_context")}
	m.TimeZone, _ = n.Get("time_zone").Str()
	if nodes := n.Get("nodes"); nodes == nil {
		m.nodes = []string{"localhost"}
	} else {
		m.add(&c, nodes, "hostname")
	}
	known := slices.Clone(m.nodes)
	pools := n.Get("node_pools")
	m.add(&c, pools, "")
	if p := named(pools); p.IsMap() {
		for _, pool := range p.Pairs {
			poolNodes(&c, pool.Value, known)
		}
	}
	c.master = m
	c.jobs(spot{key: "jobs", at: n.Position()}, n.Get("jobs"))
	return m, c.refusals
}

// add collects names, which must be unique among nodes and pools. fallback is the key that names what has no name.
func (m *Master) add(c *court, n *yaml11.Node, fallback string) {
	take := func(name *yaml11.Node) {
		if name == nil || !name.IsString() {
			return
		}
		if m.hasNode(name.Text) {
			c.refuse(spot{}, name, finding.TronMaster, "the node or node pool "+quote(name.Text)+" is named twice", "")
			return
		}
		m.nodes = append(m.nodes, name.Text)
	}
	switch {
	case n.IsMap():
		for _, p := range n.Pairs {
			take(p.Key)
		}
	case n.IsList():
		for _, item := range n.Items {
			switch {
			case item.IsString():
				take(item)
			case item.Has("name"):
				take(item.Get("name"))
			case fallback != "":
				take(item.Get(fallback))
			default:
				take(joinedNames(item.Get("nodes")))
			}
		}
	}
}

// joinedNames is the name of a pool that has none: its nodes' names, joined.
func joinedNames(n *yaml11.Node) *yaml11.Node {
	if !n.IsList() {
		return nil
	}
	var names []string
	for _, item := range n.Items {
		names = append(names, item.Text)
	}
	return yaml11.NewString(strings.Join(names, "_"))
}

func poolNodes(c *court, pool *yaml11.Node, known []string) {
	nodes := pool.Get("nodes")
	if !nodes.IsList() {
		return
	}
	for _, item := range nodes.Items {
		if item.IsString() && !slices.Contains(known, item.Text) {
			c.refuse(spot{at: pool.Position()}, item, finding.TronMaster,
				"a node pool holds nodes; there is no node "+quote(item.Text), "")
		}
	}
}

var (
	masterShape = shape{kind: "MASTER", fields: []field{
		{"action_runner", runnerShape.check},
		{"output_stream_dir", textOrEmpty},
		{"command_context", mappingOrEmpty},
		{"ssh_options", sshShape.check},
		{"time_zone", timeZone},
		{"state_persistence", stateShape.check},
		{"nodes", eachOf(node)},
		{"node_pools", eachOf(poolShape.check)},
		{"mesos_options", mesosShape.check},
		{"k8s_options", kubernetesShape.check},
		{"eventbus_enabled", boolean},
		{"read_json", boolean},
		{"jobs", nil},
	}}
	runnerShape = shape{kind: "an action runner", optional: true, fields: []field{
		{"runner_type", oneOf("none", "subprocess")}, {"remote_status_path", text}, {"remote_exec_path", text}}}
	sshShape = shape{kind: "SSH options", optional: true, fields: []field{
		{"agent", boolean}, {"identities", listOf(text, true)}, {"known_hosts_file", text}, {"connect_timeout", integer},
		{"idle_connection_timeout", integer}, {"jitter_min_load", integer}, {"jitter_max_delay",
			integer}, {"jitter_load_factor", integer}}}
	stateShape = shape{kind: "state persistence", required: []string{"name", "store_type"}, fields: []field{
		{"name", text}, {"store_type", oneOf("shelve", "yaml", "dynamodb")}, {"buffer_size", integer}, {"dynamodb_region",
			text},
		{"table_name", text}, {"max_transact_write_items", integer}}, after: dynamo}
	nodeShape = shape{kind: "a node", required: []string{"hostname"}, fields: []field{
		{"name", identifier}, {"username", text}, {"hostname", text}, {"port", integer}}}
	poolShape = shape{kind: "a node pool", required: []string{"nodes"}, fields: []field{
		{"name", identifier}, {"nodes", listOf(identifier, false)}}}
	mesosShape = shape{kind: "Mesos options", fields: []field{
		{"master_address", masterAddress}, {"master_port", integer}, {"secret_file", nil}, {"principal", nil}, {"role", text},
		{"enabled", boolean}, {"default_volumes", listOf(volumeShape.check, true)}, {"dockercfg_location",
			text}, {"offer_timeout", integer}}}
	kubernetesShape = shape{kind: "Kubernetes options", optional: true, fields: []field{
		{"kubeconfig_path", text}, {"enabled", boolean}, {"non_retryable_exit_codes", listOf(exitCode, true)},
		{"default_volumes", listOf(volumeShape.check, true)}, {"watcher_kubeconfig_paths", listOf(text, true)}}}
)

// eachOf judges the items of a list, or the values of a mapping by name.
func eachOf(item judge) judge {
	return func(c *court, s spot, n *yaml11.Node) {
		switch {
		case !n.Truthy():
		case n.IsMap():
			for _, p := range n.Pairs {
				value := p.Value
				if value.IsMap() && !value.Has("name") {
					value = value.With("name", p.Key)
				}
				if !value.IsMap() {
					mapping(c, spot{key: p.Key.Text, at: place(p.Key, s.at)}, value)
					continue
				}
				item(c, spot{key: p.Key.Text, at: place(p.Key, s.at)}, value)
			}
		default:
			listOf(item, true)(c, s, n)
		}
	}
}

// node takes a mapping, or a host's name alone.
func node(c *court, s spot, n *yaml11.Node) {
	if !n.IsString() {
		nodeShape.check(c, s, n)
	}
}

func textOrEmpty(c *court, s spot, n *yaml11.Node) {
	if n.Truthy() {
		text(c, s, n)
	}
}

func mappingOrEmpty(c *court, s spot, n *yaml11.Node) {
	if n.Truthy() {
		mapping(c, s, n)
	}
}

// dynamo judges the state store. Tron: ValidateStatePersistence.post_validation.
func dynamo(c *court, s spot, n *yaml11.Node) {
	if store, _ := n.Get("store_type").Str(); store != "dynamodb" {
		return
	}
	for _, key := range []string{"table_name", "dynamodb_region"} {
		if !n.Get(key).Truthy() {
			c.refuse(s, n, finding.TronMissing, "state persistence in dynamodb needs "+quote(key), "")
		}
	}
	if items := n.Get("max_transact_write_items"); items != nil {
		if v, _ := toInt(items); v.Sign() < 1 || v.Cmp(big.NewInt(100)) > 0 {
			c.refuse(s.in(n, "max_transact_write_items"), items, finding.TronValue,
				"max_transact_write_items is 1 to 100, not "+show(items), "")
		}
	}
}

// masterAddress takes a host alone, or a host and port after http://. Tron: valid_master_address.
func masterAddress(c *court, s spot, n *yaml11.Node) {
	address, ok := n.Str()
	if !ok {
		text(c, s, n)
		return
	}
	if !isMasterAddress(address) {
		c.refuse(s, n, finding.TronValue,
			"the Mesos master's address is a host, by HTTP, without a path; not "+quote(address), "http://host:port")
	}
}

// schemePattern is a scheme as Python's urlparse cuts it off, so that the port of a bare host:port makes the host one.
var schemePattern = regexp.MustCompile(`^([A-Za-z0-9+.-]+):`)

func isMasterAddress(address string) bool {
	if m := schemePattern.FindStringSubmatch(address); m != nil {
		if !strings.EqualFold(m[1], "http") {
			return false
		}
		address = address[len(m[0]):]
	}
	address, fragment, _ := strings.Cut(address, "#")
	address, query, _ := strings.Cut(address, "?")
	host, path := "", address
	if rest, ok := strings.CutPrefix(address, "//"); ok {
		host, path = rest, ""
		if slash := strings.IndexByte(rest, '/'); slash >= 0 {
			host, path = rest[:slash], rest[slash:]
		}
	}
	path, params, _ := strings.Cut(path, ";")
	path = strings.TrimRight(path, "/")
	return fragment == "" && query == "" && params == "" && !strings.Contains(path, "/") && (host == "") != (path == "")
}
