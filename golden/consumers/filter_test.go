package consumers

import (
	"bytes"
	"encoding/json"
	"os"
	"testing"

	"github.com/robertkrimen/otto"
	yamlv3 "gopkg.in/yaml.v3"
)

// TestRateFilter runs the filter paasta_rate in the JavaScript engine that Sensu has, on checks with an interval of a
// minute, alert_after 3 minutes: the first three events wait.
func TestRateFilter(t *testing.T) {
	expression := rateExpression(t)
	for _, c := range []struct {
		name                           string
		realert                        string
		status, occurrences, watermark int
		passes                         bool
	}{
		{"too early", "-1", 2, 3, 3, false},
		{"alert_after is over", "-1", 2, 4, 4, true},
		{"the second", "-1", 2, 5, 5, true},
		{"not the third", "-1", 2, 6, 6, false},
		{"the fourth", "-1", 2, 7, 7, true},
		{"not the fifth", "-1", 2, 8, 8, false},
		{"the first of every third", "3", 2, 4, 4, true},
		{"not the second of every third", "3", 2, 5, 5, false},
		{"the third of every third", "3", 2, 6, 6, true},
		{"resolved after it was told", "-1", 0, 1, 4, true},
		{"resolved before anybody knew", "-1", 0, 1, 3, false},
		{"still well", "-1", 0, 2, 4, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			event, err := json.Marshal(map[string]any{"check": map[string]any{
				"interval": 60, "status": c.status, "occurrences": c.occurrences, "occurrences_watermark": c.watermark,
				"annotations": map[string]string{"paasta.yelp.com/alert_after_seconds": "180", "paasta.yelp.com/realert_every": c.realert},
			}})
			if err != nil {
				t.Fatal(err)
			}
			value, err := otto.New().Run("var event = " + string(event) + ";\n" + expression)
			if err != nil {
				t.Fatal(err)
			}
			if got, _ := value.ToBoolean(); got != c.passes {
				t.Errorf("passes: %v, want %v", got, c.passes)
			}
		})
	}
}

// rateExpression reads the filter from a rendered tree.
func rateExpression(t *testing.T) string {
	t.Helper()
	data, err := os.ReadFile(rendered(t, "sensu/_handlers.yaml")[0])
	if err != nil {
		t.Fatal(err)
	}
	for decoder := yamlv3.NewDecoder(bytes.NewReader(data)); ; {
		var doc struct {
			Metadata struct{ Name string }
			Spec     struct{ Expressions []string }
		}
		if err := decoder.Decode(&doc); err != nil {
			t.Fatalf("there is no filter paasta_rate: %v", err)
		}
		if doc.Metadata.Name == "paasta_rate" {
			return doc.Spec.Expressions[0]
		}
	}
}
