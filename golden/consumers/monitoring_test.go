// Package consumers puts rendered trees before the types of the programs that read them. It is a module of its own, so
// that what those programs need does not become what paasta-render needs.
//
//	paasta-render render -o DIR && RENDERED=DIR go test ./...
package consumers

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/relabel"
	corev2 "github.com/sensu/core/v2"
	yamlv2 "go.yaml.in/yaml/v2"
	yamlv3 "gopkg.in/yaml.v3"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime/schema"
	adapterconfig "sigs.k8s.io/prometheus-adapter/pkg/config"
	"sigs.k8s.io/prometheus-adapter/pkg/naming"
)

// rendered lists the files of the trees in $RENDERED that match a pattern below a cluster.
func rendered(t *testing.T, pattern string) []string {
	t.Helper()
	root := os.Getenv("RENDERED")
	if root == "" {
		t.Skip("SKIPPED: $RENDERED names no folder of rendered trees")
	}
	names, err := filepath.Glob(filepath.Join(root, "*", pattern))
	if err != nil {
		t.Fatal(err)
	}
	if len(names) == 0 {
		t.Skipf("SKIPPED: no %s below %s", pattern, root)
	}
	return names
}

// TestSensuTakesEveryResource decodes each resource strictly and asks its own Validate.
func TestSensuTakesEveryResource(t *testing.T) {
	count := map[string]int{}
	for _, name := range rendered(t, "sensu/*.yaml") {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for decoder := yamlv3.NewDecoder(bytes.NewReader(data)); ; {
			var doc struct {
				Type       string         `yaml:"type"`
				APIVersion string         `yaml:"api_version"`
				Metadata   map[string]any `yaml:"metadata"`
				Spec       map[string]any `yaml:"spec"`
			}
			if err := decoder.Decode(&doc); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if err := takes(doc.Type, doc.APIVersion, doc.Metadata, doc.Spec); err != nil {
				t.Errorf("%s: %s %v: %v", name, doc.Type, doc.Metadata["name"], err)
			}
			count[doc.Type]++
		}
	}
	t.Logf("resources: %v", count)
}

func takes(kind, version string, metadata, spec map[string]any) error {
	types := map[string]interface{ Validate() error }{
		"CheckConfig": &corev2.CheckConfig{}, "Handler": &corev2.Handler{}, "EventFilter": &corev2.EventFilter{},
		"Entity": &corev2.Entity{}, "Namespace": &corev2.Namespace{},
	}
	object := types[kind]
	if object == nil || version != "core/v2" {
		return fmt.Errorf("%s %s is no type of Sensu's", version, kind)
	}
	if kind != "Namespace" {
		spec["metadata"] = metadata
	}
	data, err := json.Marshal(spec)
	if err != nil {
		return err
	}
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	if kind == "Entity" { // has a decoder of its own
		decoder = json.NewDecoder(bytes.NewReader(data))
	}
	if err := decoder.Decode(object); err != nil {
		return err
	}
	return object.Validate()
}

// TestAdapterTakesEveryRule loads prometheus/adapter.yaml as the adapter does, and compiles its templates and patterns.
func TestAdapterTakesEveryRule(t *testing.T) {
	mapper := meta.NewDefaultRESTMapper(nil)
	for _, kind := range []schema.GroupVersionKind{{Version: "v1", Kind: "Namespace"}, {Version: "v1", Kind: "Pod"}, {Group: "apps", Version: "v1", Kind: "Deployment"}} {
		mapper.Add(kind, meta.RESTScopeNamespace)
	}
	for _, name := range rendered(t, "prometheus/adapter.yaml") {
		loaded, err := adapterconfig.FromFile(name)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		namers, err := naming.NamersFromConfig(loaded.Rules, mapper)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		t.Logf("%s: %d rules", name, len(namers))
	}
}

// TestPrometheusTakesScrapeJobs decodes the scrape jobs strictly, relabelling by Prometheus' own type. Debian's
// promtool knows no Kubernetes discovery, and Prometheus' own configuration type needs the libraries of every cloud.
func TestPrometheusTakesScrapeJobs(t *testing.T) {
	for _, name := range rendered(t, "prometheus/scrape/*.yaml") {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		var file struct {
			ScrapeConfigs []struct {
				JobName     string `yaml:"job_name"`
				MetricsPath string `yaml:"metrics_path"`
				Discovery   []struct {
					Role       string              `yaml:"role"`
					Namespaces map[string][]string `yaml:"namespaces"`
					Selectors  []map[string]string `yaml:"selectors"`
				} `yaml:"kubernetes_sd_configs"`
				Relabel []*relabel.Config `yaml:"relabel_configs"`
			} `yaml:"scrape_configs"`
		}
		if err := yamlv2.UnmarshalStrict(data, &file); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		for _, job := range file.ScrapeConfigs {
			for _, r := range job.Relabel {
				if err := r.Validate(model.UTF8Validation); err != nil {
					t.Errorf("%s: %s: %v", name, job.JobName, err)
				}
			}
		}
	}
}
