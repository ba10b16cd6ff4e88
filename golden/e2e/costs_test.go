//go:build e2e

package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// What Flux's kustomize-controller costs with a large company: PAASTA_RENDER_E2E_COMPANY names a folder that the
// benchmark's generator has made, with soa and system in it. Nothing is applied a second time meanwhile. It prints
// the figures of examples/gitops/README.md.
func TestWhatFluxCosts(t *testing.T) {
	dir := os.Getenv("PAASTA_RENDER_E2E_COMPANY")
	if dir == "" {
		t.Skip("PAASTA_RENDER_E2E_COMPANY names no company: costs were NOT measured")
	}
	c := company{"large", filepath.Join(dir, "soa"), filepath.Join(t.TempDir(), "system")}
	if err := os.CopyFS(c.system, os.DirFS(filepath.Join(dir, "system"))); err != nil {
		t.Fatal(err)
	}
	folder := c.system
	if _, err := os.Stat(filepath.Join(folder, "paasta")); err == nil {
		folder = filepath.Join(folder, "paasta")
	}
	write(t, filepath.Join(folder, "zz-flux.json"), `{"targets": ["flux"], "flux": {"url": "https://git.example.com/manifests", "interval": "10h"}}`)
	tree := filepath.Join(t.TempDir(), "tree")
	cluster := c.render(t, tree)[0]
	all := objects(t, filepath.Join(tree, cluster, "kubernetes"))
	f := startFlux(t, startServer(t, false), cluster, tree)
	f.patience = time.Hour
	f.prepare(t, all)
	seconds, begin := cpu(t, f.controller), time.Now()
	report := func(what string) {
		now := cpu(t, f.controller)
		t.Logf("%d objects: %s: %.1f s of CPU, %s in all, at most %d MiB", len(all), what, now-seconds,
			time.Since(begin).Round(time.Second), peak(t, f.controller))
		seconds, begin = now, time.Now()
	}
	f.sync(t, tree)
	f.applied(t)
	report("the first sync")

	f.sync(t, tree)
	f.applied(t)
	report("a commit that changes nothing")

	files, _ := filepath.Glob(filepath.Join(tree, cluster, "kubernetes", "[a-z]*", "[a-z]*.yaml"))
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if changed := strings.Replace(string(data), "revisionHistoryLimit: 0", "revisionHistoryLimit: 1", 1); changed != string(data) {
			write(t, name, changed)
			break
		}
	}
	if changed := f.sync(t, tree); len(changed) != 1 {
		t.Errorf("%d units have changed: %v", len(changed), changed)
	}
	f.applied(t)
	report("a commit that changes one service")
}

// cpu returns the seconds of CPU that a process has used.
func cpu(t *testing.T, pid int) float64 {
	t.Helper()
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		t.Skip("no /proc to measure by")
	}
	fields := strings.Fields(string(data[strings.LastIndexByte(string(data), ')')+1:]))
	user, _ := strconv.ParseFloat(fields[11], 64)
	system, _ := strconv.ParseFloat(fields[12], 64)
	return (user + system) / 100
}

// peak returns the most memory that a process has had, in MiB.
func peak(t *testing.T, pid int) int {
	t.Helper()
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(data), "VmHWM:")
	kib, _ := strconv.Atoi(strings.Fields(rest)[0])
	return kib >> 10
}
