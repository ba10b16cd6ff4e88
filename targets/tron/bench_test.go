package tron

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/source"
)

// BenchmarkNamespaces compiles harbor's six good namespaces a hundred times over: 600 services.
func BenchmarkNamespaces(b *testing.B) {
	const corpus = "../../golden/parity/harbor/"
	if _, err := os.Stat(corpus + "soa/booking"); err != nil {
		b.Skip("golden/parity/harbor is not here")
	}
	names := []string{"booking", "identity", "ledger", "mlfeatures", "notifications", "pricing"}
	soa := multiply(b, corpus+"soa", names, 100)
	report := func(finding.Finding) {}
	company := open(b, soa, corpus+"system", report)
	var services []*config.Service
	for _, name := range company.Services {
		if name == "tron" {
			continue
		}
		folder := company.Folder(name, report)
		loaded := folder.Load(company.Clusters[:1])
		compile(loaded[0], report) // read the files
		services = append(services, loaded...)
	}
	b.Run("compile", func(b *testing.B) {
		for b.Loop() {
			for _, s := range services {
				compile(s, report)
			}
		}
	})
	b.Run("validate", func(b *testing.B) {
		for b.Loop() {
			for _, s := range services {
				validate(s, report)
			}
		}
	})
	b.Run("read and compile", func(b *testing.B) {
		for b.Loop() {
			for _, name := range company.Services {
				if name != "tron" {
					compile(company.Folder(name, report).Load(company.Clusters[:1])[0], report)
				}
			}
			b.StopTimer()
			company = open(b, soa, corpus+"system", report) // the next round lists every folder anew
			b.StartTimer()
		}
	})
}

func open(b *testing.B, soa, system string, report finding.Report) *config.Company {
	b.Helper()
	var in config.Input
	var err error
	if in.SOA, err = source.Dir(soa); err == nil {
		in.System, err = source.Dir(system)
	}
	if err != nil {
		b.Fatal(err)
	}
	return config.Open(in, report)
}

// multiply copies services under new names into a directory of the test's own.
func multiply(b *testing.B, dir string, names []string, times int) string {
	b.Helper()
	out := b.TempDir()
	link := func(from, to string) {
		if err := os.CopyFS(filepath.Join(out, to), os.DirFS(filepath.Join(dir, from))); err != nil {
			b.Fatal(err)
		}
	}
	link("_shared", "_shared")
	link("tron", "tron")
	for _, name := range names {
		for n := range times {
			link(name, fmt.Sprint(name, n))
		}
	}
	return out
}
