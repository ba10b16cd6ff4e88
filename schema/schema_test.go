package schema

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v5"
)

func TestForFile(t *testing.T) {
	for _, test := range []struct{ file, want string }{
		{"kubernetes-pnw-prod.yaml", "kubernetes"},
		{"web/eks-pnw-prod.yaml", "eks"},
		{"tron", "tron"},
		{"web/autotuned_defaults/kubernetes-pnw-prod.yaml", "autotuned_defaults/kubernetes"},
		{"autotuned_defaults/cassandracluster", "autotuned_defaults/cassandracluster"},
		{"web/secrets/token.json", "secret"},
		{"./web/service.yaml", "service"},
		{"tron/pnw-prod/MASTER.yaml", "master"},
		{"web/deployments.json", "deployments"},
		{"_system/gates.yaml", "gates"},
		{"_system/paasta.yaml", "system"},
		{"company/_system/paasta/volumes.json", "system"},
		{"_system/clusters/pnw-prod/pools.yaml", "system"},
		{"_system/sensu/team_data.json", ""},
		{"web/kubernetes.yaml", ""},
		{"web/README.md", ""},
	} {
		if got, ok := ForFile(test.file); got != test.want || ok != (test.want != "") {
			t.Errorf("ForFile(%q) = %q, %v, want %q", test.file, got, ok, test.want)
		}
	}
}

func TestBundleIsAValidSchemaCompleteInItself(t *testing.T) {
	for _, name := range Names() {
		t.Run(name, func(t *testing.T) {
			data, ok := Bundle(name)
			if !ok {
				t.Fatal("no bundle")
			}
			if bytes.Contains(data, []byte("definitions.json")) {
				t.Error("the bundle refers to another file")
			}
			c := jsonschema.NewCompiler()
			c.Draft = jsonschema.Draft7
			if err := c.AddResource(name+".json", bytes.NewReader(data)); err != nil {
				t.Fatal(err)
			}
			if _, err := c.Compile(name + ".json"); err != nil {
				t.Error(err)
			}
		})
	}
}

// Editors show the description; `explain` does, too. diff describes an output, not a file that people write.
func TestEveryKeyIsDescribed(t *testing.T) {
	for _, name := range append(Names(), definitions) {
		if name == "diff" {
			continue
		}
		data, _ := Source(name)
		var document any
		if err := json.Unmarshal(data, &document); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		walk(document, name, func(path string, key map[string]any) {
			_, isRef := key["$ref"]
			if description, _ := key["description"].(string); !isRef && description == "" && !strings.Contains(path, "/if/") &&
				!strings.Contains(path, "/then/") {
				t.Errorf("%s has no description", path)
			}
		})
	}
}

// walk visits the schema of every key that is named under properties.
func walk(value any, path string, visit func(path string, key map[string]any)) {
	switch v := value.(type) {
	case []any:
		for _, item := range v {
			walk(item, path, visit)
		}
	case map[string]any:
		for name, item := range v {
			keys, ok := item.(map[string]any)
			if name == "properties" && ok {
				for key, sub := range keys {
					if rules, ok := sub.(map[string]any); ok {
						visit(path+"/"+key, rules)
					}
				}
			}
			walk(item, path+"/"+name, visit)
		}
	}
}

func TestEveryDefinitionIsUsed(t *testing.T) {
	library, _ := Source(definitions)
	var document struct {
		Defs map[string]any `json:"$defs"`
	}
	if err := json.Unmarshal(library, &document); err != nil {
		t.Fatal(err)
	}
	var all bytes.Buffer
	all.Write(library)
	for _, name := range Names() {
		data, _ := Source(name)
		all.Write(data)
	}
	for name := range document.Defs {
		if !bytes.Contains(all.Bytes(), []byte("/$defs/"+name+`"`)) {
			t.Errorf("nothing refers to %s", name)
		}
	}
}
