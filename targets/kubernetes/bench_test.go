package kubernetes

import (
	"os"
	"testing"

	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/finding"
)

// BenchmarkCompile compiles every service of one corpus of golden/parity; ns/op is divided by the instances, too.
func BenchmarkCompile(b *testing.B) {
	const root = "../../golden/parity/pnw/"
	company := config.Open(config.Input{SOA: os.DirFS(root + "soa"), System: os.DirFS(root + "system")},
		func(finding.Finding) {})
	var services []*config.Service
	instances := 0
	for _, name := range company.Services {
		folder := company.Folder(name, func(finding.Finding) {})
		for _, s := range folder.Load(company.Clusters[1:2]) {
			services = append(services, s)
			instances += len(s.Instances())
		}
	}
	b.ReportAllocs()
	for b.Loop() {
		for _, s := range services {
			compile(s, func(finding.Finding) {})
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*instances), "ns/instance")
}
