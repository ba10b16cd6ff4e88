package golden

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/paasta-render/paasta-render/compiler"
	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/tree"
	"github.com/paasta-render/paasta-render/targets"
	"github.com/paasta-render/paasta-render/targets/kubernetes"
)

// TestConfigSHAOfEveryClient renders the corpora once for each Kubernetes client that PaaSTA allows.
func TestConfigSHAOfEveryClient(t *testing.T) {
	selected := targets.All()[:0]
	for _, target := range targets.All() {
		if target.Name == "kubernetes" {
			selected = append(selected, target)
		}
	}
	for _, place := range []struct{ name, cluster string }{{"pnw", "pnw-prod"}, {"harbor", "harbor-prod"}} {
		c := &corpus{dir: filepath.Join("parity", place.name)}
		dump := object(c.expected(t, place.cluster, "config-sha-by-client.json"))
		for _, version := range kubernetes.Clients() {
			want := object(dump[version])
			if want == nil {
				continue // the corpus itself has the default client's
			}
			t.Run(place.name+"/"+version, func(t *testing.T) {
				c := renderedBy(t, c.dir, version, compiler.Options{Targets: selected, Jobs: 2})
				got := c.hashes(t, place.cluster)
				compared := 0
				for unit, hash := range want {
					if got[unit] == "" {
						continue // refused, which TestKubernetesObjectsAreWhatPaaSTAApplies judges
					}
					compared++
					if got[unit] != hash {
						t.Errorf("%s: config_sha is %s, PaaSTA with that client has %s", unit, got[unit], hash)
					}
				}
				if compared == 0 {
					t.Error("no instance was compared")
				}
			})
		}
	}
}

func renderedBy(t *testing.T, dir, version string, o compiler.Options) *corpus {
	t.Helper()
	in := config.Input{SOA: os.DirFS(filepath.Join(dir, "soa")), System: os.DirFS(filepath.Join(dir, "system")),
		SystemKeys: map[string]string{kubernetes.ClientKey: version}}
	var memory tree.Memory
	if _, err := compiler.Compile(in, o, &memory, func(finding.Finding) {}); err != nil {
		t.Fatal(err)
	}
	c := &corpus{dir: dir, files: map[string][]byte{}}
	for _, f := range memory.Files() {
		c.files[f.Path] = f.Data
	}
	return c
}

// hashes returns the config_sha of every workload, by service and instance.
func (c *corpus) hashes(t *testing.T, cluster string) map[string]string {
	t.Helper()
	hashes := map[string]string{}
	for key, o := range c.objects(t, cluster+"/kubernetes") {
		if strings.HasPrefix(key, "Deployment/") || strings.HasPrefix(key, "StatefulSet/") {
			labels := object(o, "metadata", "labels")
			hashes[text(labels, "paasta.yelp.com/service")+"."+text(labels, "paasta.yelp.com/instance")] =
				text(labels, "paasta.yelp.com/config_sha")
		}
	}
	return hashes
}
