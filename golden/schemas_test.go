package golden

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v5"
	k8syaml "sigs.k8s.io/yaml"

	"github.com/paasta-render/paasta-render/schema"
)

// The compiler checks most files against their schemas; these are for editors only. So the companies' files are held
// against them here: what PaaSTA takes, no editor may mark as wrong.
func TestSchemasForEditorsTakeWhatPaaSTATakes(t *testing.T) {
	forEditors := map[string]*jsonschema.Schema{"deployments": nil, "master": nil, "system": nil}
	for name := range forEditors {
		data, _ := schema.Bundle(name)
		c := jsonschema.NewCompiler()
		if err := c.AddResource(name+".json", bytes.NewReader(data)); err != nil {
			t.Fatal(err)
		}
		forEditors[name] = c.MustCompile(name + ".json")
	}
	seen := map[string]int{}
	for _, root := range []string{"../examples/company", "../examples/minimal", "parity/pnw/soa", "parity/harbor/soa"} {
		err := filepath.WalkDir(root, func(file string, e fs.DirEntry, err error) error {
			if err != nil || e.IsDir() {
				return err
			}
			rel, _ := filepath.Rel(root, file)
			name, _ := schema.ForFile(filepath.ToSlash(rel))
			compiled := forEditors[name]
			if compiled == nil {
				return nil
			}
			data, err := os.ReadFile(file)
			if err != nil {
				return err
			}
			if data, err = k8syaml.YAMLToJSON(data); err != nil {
				return nil // a service of the corpora that is wrong on purpose
			}
			var value any
			if err := json.Unmarshal(data, &value); err != nil {
				return err
			}
			seen[name]++
			if err := compiled.Validate(value); err != nil {
				t.Errorf("%s: %v", file, err)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for name := range forEditors {
		if seen[name] == 0 {
			t.Errorf("no file is held against %s", name)
		}
	}
}
