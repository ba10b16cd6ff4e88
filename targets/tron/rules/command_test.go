package rules

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

func TestCommandsAsTron(t *testing.T) {
	for cluster, context := range map[string]string{
		"harbor-prod":  "{DATADIR: /nail/batch, LEDGER_BUCKET: harbor-ledger-prod}",
		"harbor-stage": "{}",
	} {
		data, err := os.ReadFile(filepath.Join("../../../golden/parity/harbor/expected", cluster, "tron/table.commands.json"))
		if err != nil {
			t.Fatal(err)
		}
		var table map[string]struct{ OK *bool }
		if err := json.Unmarshal(data, &table); err != nil {
			t.Fatal(err)
		}
		values, _ := yaml11.Parse("MASTER.yaml", []byte(context), func(finding.Finding) {})
		for row, said := range table {
			if err := Placeholders(row, values); (err == nil) != (said.OK != nil) {
				t.Errorf("Placeholders(%q) in %s = %v, Tron takes it: %v", row, cluster, err, said.OK != nil)
			}
		}
	}
}
