//go:build e2e

package network

import "net/netip"

// call is a connection that a pod of an instance opens: to a pod of another one, or to an address outside of all pods.
type call struct {
	from     *instance
	to       *instance  // nil for an address
	address  netip.Addr // of to's pod, or of whatever it is
	source   netip.Addr // of from's pod
	port     int32
	protocol string // TCP or UDP
}

// lets tells whether both the caller's and the callee's policy let a call through. It decides by the rules themselves
// and not by the NetworkPolicies that are made of them, so that each can be held against the other.
func (g *graph) lets(c call) bool {
	return (!g.outbound(c.from) || g.mayCall(c)) && (c.to == nil || g.mayBeCalled(c))
}

func (g *graph) mayCall(c call) bool {
	if c.port == dnsPort && (len(g.dns) == 0 || within(g.dns, c.address)) {
		return true
	}
	for _, r := range g.always {
		if r.cidr.Contains(c.address) && r.port == c.port && r.protocol == c.protocol {
			return true
		}
	}
	for _, r := range c.from.rules {
		if g.ruleLets(r, c) {
			return true
		}
	}
	return false
}

func (g *graph) ruleLets(r rule, c call) bool {
	switch {
	case r.internet:
		for _, p := range private {
			if netip.MustParsePrefix(p).Contains(c.address) {
				return false
			}
		}
		return true
	case r.mesh == "":
		return r.cidr.Contains(c.address) && (r.ports.all() || c.port >= r.ports.first && c.port <= r.ports.last)
	case c.protocol != "TCP":
		return false
	case int64(c.port) == g.ports[r.mesh] && g.mesh.Contains(c.address):
		return true
	}
	for _, b := range g.backends[r.mesh] {
		if c.to != nil && b.Service == c.to.service && b.Instance == c.to.name && int32(b.Port) == c.port {
			return true
		}
	}
	return false
}

func (g *graph) mayBeCalled(c call) bool {
	callers, ok := g.inbound(c.to)
	if !ok {
		return true
	}
	for _, caller := range callers {
		if caller == c.from && c.protocol == "TCP" && int64(c.port) == c.to.backends[0].Port {
			return true
		}
	}
	for _, s := range g.from {
		who := s.namespace != "" && s.namespace == c.from.namespace || s.cidr.IsValid() && s.cidr.Contains(c.source)
		if who && (s.port == 0 || s.port == c.port && c.protocol == "TCP") {
			return true
		}
	}
	return within(g.nodes, c.source)
}

func within(all []netip.Prefix, address netip.Addr) bool {
	for _, p := range all {
		if p.Contains(address) {
			return true
		}
	}
	return false
}
