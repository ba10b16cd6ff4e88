//go:build e2e

package network

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"os"
	"os/exec"
	"testing"
	"testing/fstest"

	corev1 "k8s.io/api/core/v1"

	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/target"
)

// The types below are those of cyclonus' Traffic, as testdata/cyclonus reads it.
type traffic struct {
	Source, Destination peer
	ResolvedPort        int32
	Protocol            string
}

type peer struct {
	Internal *internal
	IP       string
}

type internal struct {
	PodLabels, NamespaceLabels map[string]string
	Namespace                  string
}

// randomCompany is a company of services with random walls and dependencies.
func randomCompany(r *rand.Rand) fstest.MapFS {
	const services = 12
	files := fstest.MapFS{}
	for s := range services {
		name := fmt.Sprintf("s%02d", s)
		dependencies, walls := "", []string{"block", "block", "monitor"}
		for _, entry := range []string{"main", "other"} {
			dependencies += entry + ":\n"
			for range 1 + r.IntN(4) {
				dependencies += "- " + []string{
					fmt.Sprintf("{smartstack: s%02d.main}", r.IntN(services)), "{well-known: internet}",
					fmt.Sprintf("{cidr: 10.%d.0.0/16}", r.IntN(8)), fmt.Sprintf("{cidr: 10.%d.%d.0/24, port: 8080}", r.IntN(8),
						r.IntN(4)),
					fmt.Sprintf("{cidr: 8.8.%d.0/24, port: '8000:9000'}", r.IntN(4)),
				}[r.IntN(5)] + "\n"
			}
		}
		files[name+"/dependencies.yaml"] = &fstest.MapFile{Data: []byte(dependencies)}
		files[name+"/smartstack.yaml"] = &fstest.MapFile{Data: fmt.Appendf(nil, "main: {proxy_port: %d}\n", 20000+s)}
		files[name+"/security.yaml"] = &fstest.MapFile{Data: []byte("outbound_firewall: " + walls[r.IntN(len(walls))] + "\n")}
		files[name+"/kubernetes-test.yaml"] = &fstest.MapFile{Data: fmt.Appendf(nil,
			"main: {deploy_group: g, container_port: %d}\n"+
				"other: {deploy_group: g, registrations: [%s.main], dependencies_reference: other, container_port: 8080}\n",
			[]int{8080, 8888}[r.IntN(2)], name)}
		files[name+"/deployments.json"] = &fstest.MapFile{Data: fmt.Appendf(nil,
			`{"v2": {"deployments": {"g": {"docker_image": "i", "git_sha": "s"}}, "controls": {"%s:test.main": {"desired_state": "start"},`+
				`"%s:test.other": {"desired_state": "start"}}}}`, name, name)}
	}
	return files
}

// graphOf compiles a company and returns the graph of its one cluster, with all policies.
func graphOf(t *testing.T, soa fstest.MapFS) (*graph, []any) {
	t.Helper()
	in := config.Input{SOA: soa, System: fstest.MapFS{"paasta.json": {Data: []byte(`{"clusters": ["test"], "network": {"ingress":
		{"nodes": ["10.200.0.0/16"], "from": [{"namespace": "paastasvc-s00", "port": 8888}, {"cidr": "10.1.0.0/16"}]}}}`)}}}
	report := func(f finding.Finding) {
		if f.Severity == finding.Error {
			t.Errorf("%v: %s", f.At, f.Message)
		}
	}
	company := config.Open(in, report)
	var linked []target.Linked
	for _, name := range company.Services {
		s := company.Folder(name, report).Load(company.Clusters)[0]
		linked = append(linked, target.Linked{Service: name, Facts: compile(s, report).Facts})
	}
	set, ok := readSettings(company.Clusters[0], report)
	if !ok {
		t.Fatal("the system config is refused")
	}
	g := newGraph(set, linked)
	var policies []any
	for _, i := range g.all {
		policies = append(policies, g.policies(i)...)
	}
	return g, policies
}

func peerOf(i *instance, address netip.Addr) peer {
	return peer{&internal{pods(i.service, i.name).MatchLabels, map[string]string{corev1.LabelMetadataName: i.namespace},
		i.namespace}, address.String()}
}

// TestVerdicts holds 1,000 random calls by the rules themselves against what cyclonus makes of the NetworkPolicies.
func TestVerdicts(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	g, policies := graphOf(t, randomCompany(r))
	address := map[*instance]netip.Addr{}
	for n, i := range g.all {
		address[i] = netip.AddrFrom4([4]byte{10, byte(n % 8), byte(n % 4), byte(10 + n)})
	}
	var calls []call
	var asked []traffic
	for range 1000 {
		from := g.all[r.IntN(len(g.all))]
		c := call{from: from, source: address[from], protocol: []string{"TCP", "TCP", "TCP", "UDP"}[r.IntN(4)],
			port: []int32{53, 443, 1463, 8080, 8125, 8888, 8888, 20000 + int32(r.IntN(12))}[r.IntN(8)]}
		destination := peer{}
		if r.IntN(3) > 0 {
			c.to = g.all[r.IntN(len(g.all))]
			if len(from.rules) > 0 && r.IntN(2) == 0 { // a call that somebody has thought of
				if b := g.backends[from.rules[r.IntN(len(from.rules))].mesh]; len(b) > 0 {
					for _, i := range g.all {
						if i.service == b[0].Service && i.name == b[0].Instance {
							c.to, c.port = i, int32(b[0].Port)
						}
					}
				}
			}
			c.address = address[c.to]
			destination = peerOf(c.to, c.address)
		} else {
			c.address = netip.MustParseAddr([]string{"169.254.255.254", "8.8.1.1", "10.3.2.9", "192.168.1.1",
				"1.1.1.1"}[r.IntN(5)])
			destination.IP = c.address.String()
		}
		calls = append(calls, c)
		asked = append(asked, traffic{peerOf(from, c.source), destination, c.port, c.protocol})
	}
	verdicts := ask(t, policies, asked)
	allowed := 0
	for n, c := range calls {
		if verdicts[n] {
			allowed++
		}
		if got := g.lets(c); got != verdicts[n] {
			t.Errorf("%s to %v %s:%d/%s: we say %t, cyclonus %t", c.from.fullName(), c.to, c.address, c.port, c.protocol, got,
				verdicts[n])
		}
	}
	t.Logf("%d policies, %d calls, %d of them allowed", len(policies), len(calls), allowed)
	if allowed < 100 || allowed > 900 {
		t.Errorf("%d of %d calls are allowed: the test shows little", allowed, len(calls))
	}
}

// ask runs cyclonus, in its own module.
func ask(t *testing.T, policies []any, calls []traffic) (verdicts []bool) {
	t.Helper()
	in, err := json.Marshal(map[string]any{"Policies": policies, "Calls": calls})
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("go", "run", ".")
	cmd.Dir, cmd.Stdin = "testdata/cyclonus", bytes.NewReader(in)
	cmd.Env = append(os.Environ(), "GOFLAGS=-p=1")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Skipf("NOT RUN: cyclonus cannot be built: %v\n%s", err, stderr.String())
	}
	if err := json.Unmarshal(out, &verdicts); err != nil || len(verdicts) != len(calls) {
		t.Fatalf("%v: %s", err, out)
	}
	return verdicts
}
