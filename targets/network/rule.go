package network

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"

	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

// rule is one thing that a dependency lets pods call. PaaSTA: firewall.py's _well_known_rules, _smartstack_rules,
// _cidr_rules.
type rule struct {
	internet bool         // well-known: internet; every public address
	mesh     string       // smartstack: <service>.<namespace>
	cidr     netip.Prefix // cidr; IPv4
	ports    ports        // of the cidr
	at       finding.Position
}

// ports are a range of ports, for TCP and UDP alike; the zero value is every port of every protocol.
type ports struct{ first, last int32 }

func (p ports) all() bool { return p.first == 0 }

func (p ports) String() string {
	switch {
	case p.all():
		return "*"
	case p.first == p.last:
		return strconv.Itoa(int(p.first))
	}
	return fmt.Sprintf("%d-%d", p.first, p.last)
}

// String is how _calls.yaml names what the rule lets pods call.
func (r rule) String() string {
	switch {
	case r.internet:
		return "internet"
	case r.mesh != "":
		return r.mesh
	}
	return r.cidr.String() + ":" + r.ports.String()
}

// everything tells whether the rule lets every address and port be called.
func (r rule) everything() bool {
	return r.cidr.IsValid() && r.cidr.Bits() == 0 && (r.ports.all() || r.ports == ports{1, 65535})
}

// covers tells whether whatever the other rule allows is allowed by this one.
func (r rule) covers(o rule) bool {
	switch {
	case r.internet || r.mesh != "":
		return r.internet == o.internet && r.mesh == o.mesh
	case o.internet:
		return r.everything()
	case o.mesh != "":
		return false
	}
	return r.cidr.Bits() <= o.cidr.Bits() && r.cidr.Contains(o.cidr.Addr()) &&
		(r.ports.all() || !o.ports.all() && r.ports.first <= o.ports.first && r.ports.last >= o.ports.last)
}

// ruleKeys are the keys of a dependency that some rule reads.
var ruleKeys = []string{"well-known", "smartstack", "cidr", "port"}

// parse returns the rules of one dependency: one for each of its keys.
func parse(n *yaml11.Node, wrong func(at *yaml11.Node, message, suggestion string)) (rules []rule) {
	if !n.IsMap() {
		wrong(n, "a dependency is "+n.KindWithArticle()+
			", not one of {smartstack: …}, {cidr: …, port: …}, {well-known: internet}", "")
		return nil
	}
	if k := n.Get("well-known"); !k.IsNull() {
		if name, _ := k.Str(); name == "internet" {
			rules = append(rules, rule{internet: true, at: k.Position()})
		} else {
			wrong(k, fmt.Sprintf("there is no well-known %q: internet is the only one", k.Text), "internet")
		}
	}
	if k := n.Get("smartstack"); !k.IsNull() {
		name, _ := k.Str()
		if service, space, found := strings.Cut(name, "."); found && service != "" && space != "" {
			rules = append(rules, rule{mesh: strings.Clone(name), at: k.Position()})
		} else {
			wrong(k, fmt.Sprintf("%q names no mesh namespace: write <service>.<namespace>", k.Text), "")
		}
	}
	if k := n.Get("cidr"); !k.IsNull() {
		network, why := parseNetwork(k)
		ports, ok := parsePorts(n.Get("port"))
		switch {
		case why != "":
			wrong(k, why, suggested(network))
		case !ok:
			wrong(n.Get("port"), `port must be one port such as 443, or a range such as "1024:65535"`, "")
		default:
			rules = append(rules, rule{cidr: network, ports: ports, at: k.Position()})
		}
	} else if port := n.Get("port"); !port.IsNull() {
		wrong(port, "port says nothing without cidr", "")
	}
	return rules
}

// suggested is the network in which a wrong address lies, when that is what is wrong.
func suggested(network netip.Prefix) string {
	if !network.IsValid() {
		return ""
	}
	return network.String()
}

// parseNetwork reads an IPv4 network as Python's ipaddress.IPv4Network does: an address, with a number of bits, a
// netmask or a host mask behind a slash. why says what is wrong.
func parseNetwork(n *yaml11.Node) (network netip.Prefix, why string) {
	text, ok := n.Str()
	if !ok {
		return network, "cidr is " + n.KindWithArticle() + ", not an IPv4 network"
	}
	address, mask, found := strings.Cut(text, "/")
	ip, err := netip.ParseAddr(address)
	bits := 32
	if found {
		bits = maskBits(mask)
	}
	switch {
	case err != nil || !ip.Is4() || bits < 0:
		return network, fmt.Sprintf("%q is no IPv4 network", text)
	case netip.PrefixFrom(ip, bits).Masked().Addr() != ip:
		return netip.PrefixFrom(ip, bits).Masked(),
			fmt.Sprintf("%s is an address inside a network, not the network itself", text)
	}
	return netip.PrefixFrom(ip, bits), ""
}

// maskBits returns the number of bits that a mask leaves to the network; -1 when it is none.
func maskBits(mask string) int {
	if bits, err := strconv.Atoi(mask); err == nil && bits >= 0 && bits <= 32 && mask[0] != '+' {
		return bits
	}
	ip, err := netip.ParseAddr(mask)
	if err != nil || !ip.Is4() {
		return -1
	}
	b := ip.As4()
	value := uint32(b[0])<<24 | uint32(b[1])<<16 | uint32(b[2])<<8 | uint32(b[3])
	for bits := 0; bits <= 32; bits++ {
		if net := ^uint32(0) << (32 - bits); value == net || value == ^net && bits > 0 && bits < 32 {
			return bits
		}
	}
	return -1
}

// parsePorts reads port: nothing, a port, or "first:last".
func parsePorts(n *yaml11.Node) (p ports, ok bool) {
	if n.IsNull() {
		return ports{}, true
	}
	if n.Kind != yaml11.Int && n.Kind != yaml11.String {
		return ports{}, false
	}
	first, last, isRange := strings.Cut(n.Text, ":")
	if n.Kind == yaml11.Int {
		first, isRange = strconv.FormatInt(n.Int, 10), false
	}
	if !isRange {
		last = first
	}
	a, errA := strconv.Atoi(strings.TrimSpace(first))
	b, errB := strconv.Atoi(strings.TrimSpace(last))
	if errA != nil || errB != nil || a < 1 || b > 65535 || a > b {
		return ports{}, false
	}
	return ports{int32(a), int32(b)}, true
}
