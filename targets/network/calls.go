package network

import (
	"fmt"
	"strings"
)

// callsFile is _calls.yaml's entry of an instance, for people and for diff: a line that goes is a call that stops.
type callsFile struct {
	Outbound string            `json:"outbound"`
	To       map[string]string `json:"to,omitempty"`
	Inbound  string            `json:"inbound"`
	From     map[string]string `json:"from,omitempty"`
}

const (
	everything = "everything"
	listed     = "listed"
)

// calls is what the policies of an instance let through; nil when it has none.
func (g *graph) calls(i *instance) *callsFile {
	c := callsFile{Outbound: everything, Inbound: everything}
	if g.outbound(i) {
		c.Outbound, c.To = listed, map[string]string{}
		for _, r := range i.rules {
			c.To[r.String()] = g.means(r)
		}
	}
	if callers, ok := g.inbound(i); ok {
		c.Inbound, c.From = listed, map[string]string{}
		for _, caller := range callers {
			c.From[caller.fullName()] = fmt.Sprintf("TCP %d", i.backends[0].Port)
		}
	}
	if c.Outbound == everything && c.Inbound == everything {
		return nil
	}
	return &c
}

// means says by which addresses a rule's calls go.
func (g *graph) means(r rule) string {
	switch {
	case r.internet:
		return "every public address"
	case r.mesh == "" && r.ports.all():
		return "every port"
	case r.mesh == "":
		return "TCP and UDP " + r.ports.String()
	}
	var ways []string
	if p := g.ports[r.mesh]; p > 0 {
		ways = append(ways, fmt.Sprintf("the mesh on %s:%d", g.mesh.Addr(), p))
	}
	for _, b := range g.backends[r.mesh] {
		ways = append(ways, fmt.Sprintf("pods of %s.%s on TCP %d", b.Service, b.Instance, b.Port))
	}
	if len(ways) == 0 {
		return "nothing: nobody serves it"
	}
	return strings.Join(ways, ", ")
}
