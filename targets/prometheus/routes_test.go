//go:build e2e

package prometheus_test

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"sigs.k8s.io/yaml"

	"github.com/paasta-render/paasta-render/compiler"
	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/target"
	"github.com/paasta-render/paasta-render/compiler/tree"
	"github.com/paasta-render/paasta-render/targets/prometheus"
)

// TestNoAlertIsLost asks amtool whom every alert of the corpora reaches, once for each set of labels that routes look
// at: each reaches a receiver that does something, and a page one that pages, mails or chats.
func TestNoAlertIsLost(t *testing.T) {
	amtool := tool(t, "amtool", "apt-get install prometheus-alertmanager")
	for _, company := range []string{"harbor", "pnw"} {
		for cluster, files := range corpus(t, "../../golden/parity/"+company) {
			if files["alertmanager.yaml"] == nil {
				continue
			}
			name := filepath.Join(t.TempDir(), "alertmanager.yaml")
			if err := os.WriteFile(name, files["alertmanager.yaml"], 0o644); err != nil {
				t.Fatal(err)
			}
			run(t, amtool, "check-config", name)
			reaching := receivers(t, files["alertmanager.yaml"])
			ways := alertLabels(t, files)
			t.Logf("%s: %d ways", cluster, len(ways))
			for labels := range ways {
				out := run(t, amtool, append([]string{"config", "routes", "test", "--config.file=" + name}, strings.Split(labels, "\t")...)...)
				lines := strings.Split(strings.TrimSpace(out), "\n")
				lost := true
				for _, receiver := range strings.Split(lines[len(lines)-1], ",") {
					lost = lost && !(reaching[receiver] && (receiver != "ticket" || !strings.Contains(labels, "page=true")))
				}
				if lost {
					t.Errorf("%s: %q reaches nobody: %s", cluster, labels, lines[len(lines)-1])
				}
			}
		}
	}
}

// receivers tells of each receiver whether it does anything.
func receivers(t *testing.T, config []byte) map[string]bool {
	t.Helper()
	var c struct{ Receivers []map[string]any }
	if err := yaml.Unmarshal(config, &c); err != nil {
		t.Fatal(err)
	}
	reaching := map[string]bool{}
	for _, r := range c.Receivers {
		reaching[fmt.Sprint(r["name"])] = len(r) > 1
	}
	return reaching
}

// alertLabels are the labels of all alerts that routes look at, as amtool takes them.
func alertLabels(t *testing.T, files map[string][]byte) map[string]bool {
	t.Helper()
	ways := map[string]bool{"alertname=Watchdog": true, "team=unknown\tpage=true": true}
	for path, data := range files {
		var f struct {
			Groups []struct {
				Rules []struct{ Labels map[string]string }
			}
		}
		if !strings.HasPrefix(path, "rules/") {
			continue
		}
		if err := yaml.Unmarshal(data, &f); err != nil {
			t.Fatal(err)
		}
		for _, group := range f.Groups {
			for _, rule := range group.Rules {
				var labels []string
				for _, key := range []string{"team", "page", "ticket", "slack_channel", "notification_email", "realert_every"} {
					if value, ok := rule.Labels[key]; ok {
						labels = append(labels, key+"="+value)
					}
				}
				if rule.Labels["page"] != "" {
					ways[strings.Join(labels, "\t")] = true
				}
			}
		}
	}
	return ways
}

// corpus compiles a company with a last resort, and with one team where it knows none.
func corpus(t *testing.T, dir string) map[string]map[string][]byte {
	t.Helper()
	system := fstest.MapFS{"paasta/99-alerting.json": {Data: []byte(`{"alerting": {"team": "platform"}}`)},
		"sensu/team_data.json": {Data: []byte(`{"team_data": {"platform": {"pagerduty_api_key": "x", "slack_channels": ["platform"]}}}`)}}
	from := os.DirFS(filepath.Join(dir, "system"))
	if err := fs.WalkDir(from, ".", func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			data, why := fs.ReadFile(from, path)
			system[path], err = &fstest.MapFile{Data: data}, why
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	var memory tree.Memory
	in := config.Input{SOA: os.DirFS(filepath.Join(dir, "soa")), System: system}
	options := compiler.Options{Targets: []target.Target{prometheus.Target}, Jobs: 1}
	if _, err := compiler.Compile(in, options, &memory, func(finding.Finding) {}); err != nil {
		t.Fatal(err)
	}
	clusters := map[string]map[string][]byte{}
	for _, f := range memory.Files() {
		cluster, path, ok := strings.Cut(f.Path, "/prometheus/")
		if ok && clusters[cluster] == nil {
			clusters[cluster] = map[string][]byte{}
		}
		if ok {
			clusters[cluster][path] = f.Data
		}
	}
	return clusters
}
