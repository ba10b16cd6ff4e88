package network

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/spelling"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

// settingsKey is the key of the system config.
const settingsKey = "network"

// settings are the key network of the system config.
type settings struct {
	mesh    netip.Prefix   // where pods reach the mesh: envoy_listen_address; default 169.254.255.254
	dns     []netip.Prefix // dns: addresses of DNS servers as pods' packets arrive there; default every address
	always  []reach        // always: what every pod may call; default meshPorts on mesh
	ingress bool           // ingress is there: policies for callers are made
	nodes   []netip.Prefix // ingress.nodes: addresses of the nodes, whose mesh proxies and hacheck call pods
	from    []source       // ingress.from: who else may call every pod, such as Prometheus
}

// reach is an address with a port that every pod may call.
type reach struct {
	cidr     netip.Prefix
	port     int32
	protocol string // TCP or UDP
}

// source is a namespace, or a network.
type source struct {
	namespace string
	cidr      netip.Prefix
	port      int32 // 0 for every port
}

// meshPorts are what every pod may call on the mesh's address. PaaSTA: firewall.py's _ensure_common_chain.
var meshPorts = []struct {
	port     int32
	protocol string
}{{1463, "TCP"}, {3030, "TCP"}, {8125, "UDP"}}

// defaultMesh is the address that every host of PaaSTA has.
var defaultMesh = netip.MustParsePrefix("169.254.255.254/32")

// settingsReader reads the key and reports what is wrong at its place.
type settingsReader struct {
	cluster string
	report  finding.Report
	failed  bool
}

func (r *settingsReader) wrong(n *yaml11.Node, message, suggestion string) {
	r.failed = true
	r.report(finding.Finding{Code: SettingsWrong, At: n.Position(), Message: message, Suggestion: suggestion,
		Cluster: r.cluster})
}

func (r *settingsReader) known(n *yaml11.Node, what string, keys ...string) bool {
	if !n.IsMap() {
		r.wrong(n, what+" must be keys and values, of "+strings.Join(keys, ", "), "")
		return false
	}
	for _, p := range n.Pairs {
		if !slices.Contains(keys, p.Key.Text) {
			r.wrong(p.Key, fmt.Sprintf("unknown key %q of %s; known are %s", p.Key.Text, what, strings.Join(keys, ", ")),
				spelling.NearestBut(n.Has)(p.Key.Text, keys))
		}
	}
	return true
}

// readSettings returns what the system config says; ok is false when a fault was reported.
func readSettings(c *config.Cluster, report finding.Report) (set settings, ok bool) {
	r := &settingsReader{cluster: c.Name, report: report}
	set.mesh = defaultMesh
	if address, found := c.System.Get("envoy_listen_address").Str(); found {
		if ip, err := netip.ParseAddr(address); err == nil && ip.Is4() && !ip.IsUnspecified() {
			set.mesh = netip.PrefixFrom(ip, 32)
		}
	}
	for _, p := range meshPorts {
		set.always = append(set.always, reach{set.mesh, p.port, p.protocol})
	}
	root := c.System.Get(settingsKey)
	if root.IsNull() || !r.known(root, settingsKey, "always", "dns", "ingress") {
		return set, !r.failed
	}
	set.dns = r.networks(root.Get("dns"), "dns")
	if always := root.Get("always"); !always.IsNull() {
		set.always = r.always(always)
	}
	if in := root.Get("ingress"); !in.IsNull() && r.known(in, "network.ingress", "from", "nodes") {
		set.ingress = true
		set.nodes = r.networks(in.Get("nodes"), "nodes")
		if len(set.nodes) == 0 && !r.failed {
			r.wrong(in, "nodes must list the networks of the nodes: the mesh's proxies there call the pods",
				"nodes: [10.0.0.0/16]")
		}
		set.from = r.sources(in.Get("from"))
	}
	return set, !r.failed
}

func (r *settingsReader) network(n *yaml11.Node) netip.Prefix {
	network, why := parseNetwork(n)
	if why != "" {
		r.wrong(n, why, suggested(network))
	}
	return network
}

func (r *settingsReader) networks(n *yaml11.Node, key string) (all []netip.Prefix) {
	if !n.IsNull() && !n.IsList() {
		r.wrong(n, key+" must be a list of IPv4 networks", "")
	}
	for _, item := range items(n) {
		all = append(all, r.network(item))
	}
	return all
}

// port reads the port of an entry.
func (r *settingsReader) port(entry *yaml11.Node) int32 {
	n := entry.Get("port")
	if n == nil {
		r.wrong(entry, "the entry needs a port from 1 to 65535", "")
		return 0
	}
	if n.Kind != yaml11.Int || n.Big != nil || n.Int < 1 || n.Int > 65535 {
		r.wrong(n, "port must be a number from 1 to 65535", "")
		return 0
	}
	return int32(n.Int)
}

// always reads what every pod may call.
func (r *settingsReader) always(n *yaml11.Node) (all []reach) {
	if !n.IsList() {
		r.wrong(n, "always must be a list of {cidr: …, port: …, protocol: …}", "")
	}
	for _, item := range items(n) {
		if !r.known(item, "an entry of network.always", "cidr", "port", "protocol") {
			continue
		}
		one := reach{r.network(item.Get("cidr")), r.port(item), "TCP"}
		if p := item.Get("protocol"); !p.IsNull() {
			one.protocol, _ = p.Str()
			if one.protocol != "TCP" && one.protocol != "UDP" {
				r.wrong(p, "protocol must be TCP or UDP", spelling.Nearest(strings.ToUpper(one.protocol), []string{"TCP", "UDP"}))
			}
		}
		all = append(all, one)
	}
	return all
}

// sources reads who may call every pod.
func (r *settingsReader) sources(n *yaml11.Node) (all []source) {
	if !n.IsNull() && !n.IsList() {
		r.wrong(n, "from must be a list of {namespace: …} and {cidr: …}, with a port or without", "")
	}
	for _, item := range items(n) {
		if !r.known(item, "an entry of network.ingress.from", "cidr", "namespace", "port") {
			continue
		}
		var one source
		name, named := item.Get("namespace").Str()
		switch cidr := item.Get("cidr"); {
		case named == (cidr != nil):
			r.wrong(item, "an entry of network.ingress.from has either a namespace or a cidr", "")
		case named:
			one.namespace = name
		default:
			one.cidr = r.network(cidr)
		}
		if item.Has("port") {
			one.port = r.port(item)
		}
		all = append(all, one)
	}
	return all
}

// items are the items of a list; none of anything else.
func items(n *yaml11.Node) []*yaml11.Node {
	if !n.IsList() {
		return nil
	}
	return n.Items
}
