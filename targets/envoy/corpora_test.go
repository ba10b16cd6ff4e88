package envoy_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	bootstrap "github.com/envoyproxy/go-control-plane/envoy/config/bootstrap/v3"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"

	"github.com/paasta-render/paasta-render/compiler"
	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/target"
	"github.com/paasta-render/paasta-render/compiler/tree"
	"github.com/paasta-render/paasta-render/targets/envoy"
)

// Every file of every parity corpus reads back as Envoy's own types, without an unknown field, and they hold what their
// validation asks for. Twice the same input gives the same bytes.
func TestCorporaAreValid(t *testing.T) {
	for _, company := range []string{"harbor", "pnw"} {
		t.Run(company, func(t *testing.T) {
			first, second := compile(t, company), compile(t, company)
			if len(first) == 0 {
				t.Fatal("no files")
			}
			for name, data := range first {
				if !bytes.Equal(data, second[name]) {
					t.Errorf("%s differs from run to run", name)
				}
				if strings.HasSuffix(name, "bootstrap.json") {
					valid(t, name, data, &bootstrap.Bootstrap{})
					continue
				}
				var file struct{ Resources []json.RawMessage }
				if err := json.Unmarshal(data, &file); err != nil {
					t.Fatalf("%s: %v", name, err)
				}
				for _, r := range file.Resources {
					var a anypb.Any
					if err := protojson.Unmarshal(r, &a); err != nil {
						t.Fatalf("%s: %v", name, err)
					}
					m, err := a.UnmarshalNew()
					if err != nil {
						t.Fatalf("%s: %v", name, err)
					}
					check(t, name, m)
				}
			}
		})
	}
}

func valid(t *testing.T, name string, data []byte, m proto.Message) {
	t.Helper()
	if err := protojson.Unmarshal(data, m); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	check(t, name, m)
}

func check(t *testing.T, name string, m proto.Message) {
	t.Helper()
	v, ok := m.(interface{ ValidateAll() error })
	if !ok {
		t.Fatalf("%s: %T cannot be validated", name, m)
	}
	if err := v.ValidateAll(); err != nil {
		t.Errorf("%s: %v", name, err)
	}
}

func compile(t *testing.T, company string) map[string][]byte {
	t.Helper()
	dir := filepath.Join("..", "..", "golden", "parity", company)
	in := config.Input{SOA: os.DirFS(filepath.Join(dir, "soa")), System: os.DirFS(filepath.Join(dir, "system"))}
	var memory tree.Memory
	var list finding.List
	if _, err := compiler.Compile(in, compiler.Options{Targets: []target.Target{envoy.Target}, Jobs: 2}, &memory, list.Add); err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{}
	for _, f := range memory.Files() {
		if strings.Contains(f.Path, "/envoy/") && filepath.Base(f.Path) != "kustomization.yaml" { // the unit is not Envoy's
			files[f.Path] = f.Data
		}
	}
	return files
}

// Envoy opens an inotify instance for every file that it follows, so the files do not become more with the namespaces.
func TestFilesDoNotGrow(t *testing.T) {
	for name, data := range compile(t, "harbor") {
		base := filepath.Base(name)
		if base != "bootstrap.json" && base != "lds.json" && base != "cds.json" {
			t.Errorf("%s is one more file for Envoy to follow", name)
		}
		if base != "bootstrap.json" && bytes.Contains(data, []byte("config_source")) {
			t.Errorf("%s has Envoy follow a further file", name)
		}
	}
}
