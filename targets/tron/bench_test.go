package tron

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/finding"
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
	company := config.Open(config.Input{SOA: soa, System: os.DirFS(corpus + "system")}, report)
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
		}
	})
}

// multiply copies services under new names.
func multiply(b *testing.B, dir string, names []string, times int) fs.FS {
	b.Helper()
	files := fstest.MapFS{}
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		name := filepath.ToSlash(strings.TrimPrefix(path, dir+"/"))
		service, rest, _ := strings.Cut(name, "/")
		if service == "_shared" || service == "tron" || rest == "" {
			files[name] = &fstest.MapFile{Data: data}
		}
		for _, wanted := range names {
			for n := range times {
				if service == wanted {
					files[fmt.Sprintf("%s%d/%s", service, n, rest)] = &fstest.MapFile{Data: data}
				}
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	return files
}
