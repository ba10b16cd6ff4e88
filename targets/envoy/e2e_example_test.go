//go:build e2e

package envoy_test

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/paasta-render/paasta-render/examples"
)

// TestExample runs Envoy on the example company: every port of west-prod reaches the pods of its own namespace.
func TestExample(t *testing.T) {
	binary(t)
	files := fstest.MapFS{}
	must(t, fs.WalkDir(examples.Company, "company", func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		data, err := examples.Company.ReadFile(name)
		files[strings.TrimPrefix(name, "company/")] = &fstest.MapFile{Data: data, Mode: 0o644}
		return err
	}))
	files["_system/zz-e2e.json"] = &fstest.MapFile{Mode: 0o644,
		Data: []byte(fmt.Sprintf(`{"envoy_listen_address": "127.0.0.1", "envoy_admin_port": %d, "envoy_stats_port": %d}`, adminPort, statsPort))}
	system, err := fs.Sub(files, "_system")
	must(t, err)
	rendered := render(t, files, system)["west-prod"]

	dns := newDNS(t)
	names := map[string]string{} // DNS name to pod
	ports := map[string]bool{}
	var mountedPods []*pod
	for _, c := range resourcesOf(t, rendered["cds.json"]) {
		for _, e := range c.hosts() {
			if names[e.host] == "" {
				ip := fmt.Sprintf("127.0.10.%d", len(names)+1)
				names[e.host] = ip
				dns.set(e.host, ip)
			}
			if address := fmt.Sprintf("%s:%d", names[e.host], e.port); !ports[address] {
				ports[address] = true
				mountedPods = append(mountedPods, newPod(t, c.Name, address, kindOf(c)))
			}
		}
	}
	m := &mount{dir: t.TempDir()}
	m.write(t, rendered, dns.address())
	envoy := start(t, m, adminPort)
	reached := 0
	for _, l := range resourcesOf(t, rendered["lds.json"]) {
		want := strings.TrimSuffix(l.Name, ".listener") + ".egress_cluster"
		if !slices.ContainsFunc(mountedPods, func(p *pod) bool { return p.name == want }) {
			continue // no instance in this cluster
		}
		reached++
		envoy.eventually(t, l.Name+" reaches "+want, func() bool {
			_, a, _ := ask(t, l.Address.SocketAddress.PortValue, "/hello")
			return a.Pod == want
		})
	}
	if reached == 0 {
		t.Error("the example has no port with pods behind it")
	}
	envoy.noneRejected(t)
}

// xds is what the tests read of a resource.
type xds struct {
	Name    string `json:"name"`
	Address struct {
		SocketAddress struct {
			Address   string `json:"address"`
			PortValue int    `json:"port_value"`
		} `json:"socket_address"`
	} `json:"address"`
	TransportSocket json.RawMessage            `json:"transport_socket"`
	Options         map[string]json.RawMessage `json:"typed_extension_protocol_options"`
	Load            struct {
		Endpoints []struct {
			LB []struct {
				Endpoint struct {
					Address struct {
						SocketAddress struct {
							Address   string `json:"address"`
							PortValue int    `json:"port_value"`
						} `json:"socket_address"`
					} `json:"address"`
				} `json:"endpoint"`
			} `json:"lb_endpoints"`
		} `json:"endpoints"`
	} `json:"load_assignment"`
}

type hostPort struct {
	host string
	port int
}

func (x xds) hosts() []hostPort {
	var all []hostPort
	for _, e := range x.Load.Endpoints {
		for _, lb := range e.LB {
			all = append(all, hostPort{lb.Endpoint.Address.SocketAddress.Address, lb.Endpoint.Address.SocketAddress.PortValue})
		}
	}
	return all
}

func kindOf(x xds) podKind {
	switch {
	case x.TransportSocket != nil:
		return tlsPod
	case x.Options != nil:
		return http2Pod
	}
	return plainPod
}

func resourcesOf(t *testing.T, file []byte) []xds {
	t.Helper()
	var f struct{ Resources []xds }
	must(t, json.Unmarshal(file, &f))
	return f.Resources
}
