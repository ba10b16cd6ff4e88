//go:build e2e

// Package e2e puts rendered trees before the programs that read them.
package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/paasta-render/paasta-render/compiler"
	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/target"
	"github.com/paasta-render/paasta-render/compiler/tree"
	"github.com/paasta-render/paasta-render/targets/prometheus"
	"github.com/paasta-render/paasta-render/targets/sensu"
)

// TestMonitoringConsumersTakeEveryCorpus renders each corpus and has Sensu's and prometheus-adapter's own types read it.
// They are a module of their own, ../consumers.
func TestMonitoringConsumersTakeEveryCorpus(t *testing.T) {
	for _, name := range []string{"pnw", "harbor"} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			render(t, filepath.Join("..", "parity", name), dir)
			cmd := exec.Command("go", "test", "-v", "./...")
			cmd.Dir = filepath.Join("..", "consumers")
			cmd.Env = append(os.Environ(), "RENDERED="+dir)
			out, err := cmd.CombinedOutput()
			t.Logf("%s", out)
			if err != nil {
				t.Error(err)
			}
		})
	}
}

func render(t *testing.T, corpus, dir string) {
	t.Helper()
	var memory tree.Memory
	var list finding.List
	in := config.Input{SOA: os.DirFS(filepath.Join(corpus, "soa")), System: os.DirFS(filepath.Join(corpus, "system"))}
	o := compiler.Options{Targets: []target.Target{sensu.Target, prometheus.Target}, Jobs: 2}
	if _, err := compiler.Compile(in, o, &memory, list.Add); err != nil {
		t.Fatal(err)
	}
	for _, f := range memory.Files() {
		path := filepath.Join(dir, f.Path)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, f.Data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
