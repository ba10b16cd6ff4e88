package envoy

import (
	"bytes"
	"fmt"
	"iter"
	"strconv"
	"strings"

	"github.com/paasta-render/paasta-render/compiler/config"
)

// encoder prints resources. To print a message takes a hundred times as long as to copy it, and most namespaces of a
// company are configured alike: what differs in name and port only is printed once, with stand-ins for both.
type encoder struct {
	settings *settings
	made     map[string][]byte // JSON in which the stand-ins are still to be replaced, by what it is made of
}

const (
	// nameStandIn is no namespace's name: plainName has no @.
	nameStandIn = "@namespace@"
	portStandIn = maxPort
)

// validate tells what Envoy would refuse of the namespace's resources.
func (sp *space) validate() error {
	messages := []message{sp.cluster()}
	if sp.proxy != "" {
		messages = append(messages, sp.proxiedCluster())
	}
	if sp.port > 0 {
		messages = append(messages, sp.listener())
	}
	for _, m := range messages {
		if err := m.Validate(); err != nil {
			return err
		}
	}
	return nil
}

// resource prints one resource of a namespace, which compile has found valid. kind and parts are all that it is made of
// beside name and port.
func (e *encoder) resource(sp *space, kind string, parts any, made func(*space) message) []byte {
	key := fmt.Sprintf("%s %#v", kind, parts)
	if strings.Contains(key, nameStandIn) {
		own := *sp
		own.settings = e.settings
		data, _ := encodeResource(made(&own))
		return data
	}
	data, ok := e.made[key]
	if !ok {
		alike := space{name: nameStandIn, port: portStandIn, shape: sp.shape, settings: e.settings}
		data, _ = encodeResource(made(&alike))
		e.made[key] = data
	}
	return bytes.ReplaceAll(data, []byte(nameStandIn), []byte(sp.name))
}

// clusters are those of the namespaces, in their order, with the addresses of their pods; a proxy's behind its own.
func (e *encoder) clusters(spaces []*space, endpoints map[string][]config.Endpoints) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		for _, sp := range spaces {
			here := endpoints[sp.name]
			if !sp.local {
				here = nil
			}
			data := e.resource(sp, "cluster", sp.back, func(sp *space) message { return sp.cluster() })
			if !yield(withEndpoints(data, sp.name, here)) {
				return
			}
			if sp.proxy == "" {
				continue
			}
			parts := []any{sp.proxy, sp.connectMS}
			if !yield(e.resource(sp, "proxied", parts, func(sp *space) message { return sp.proxiedCluster() })) {
				return
			}
		}
	}
}

// listeners are those of the namespaces that have a port; the first by name of those that share one.
func (e *encoder) listeners(spaces []*space) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		taken := map[int64]bool{}
		for _, sp := range spaces {
			if sp.port == 0 || taken[sp.port] {
				continue
			}
			taken[sp.port] = true
			parts := []any{sp.front, sp.mode, sp.health.path}
			data := e.resource(sp, "listener", parts, func(sp *space) message { return sp.listener() })
			port := strconv.AppendInt([]byte(`"port_value":`), sp.port, 10)
			if !yield(bytes.Replace(data, []byte(`"port_value":`+strconv.Itoa(portStandIn)), port, 1)) {
				return
			}
		}
	}
}

// withEndpoints adds the addresses to a cluster's JSON.
func withEndpoints(clusterJSON []byte, namespace string, endpoints []config.Endpoints) []byte {
	data, err := encode(assignment(namespace, endpoints))
	if err != nil {
		return clusterJSON
	}
	whole := append(clusterJSON[:len(clusterJSON)-1:len(clusterJSON)-1], `,"load_assignment":`...)
	whole = append(whole, data...)
	return append(whole, '}')
}
