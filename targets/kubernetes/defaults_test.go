package kubernetes

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/paasta-render/paasta-render/compiler/yaml11"
	"github.com/paasta-render/paasta-render/schema"
)

// What stands in for an absent key is what its schema promises, to editors and to explain.
func TestDefaultsAreThoseOfTheSchema(t *testing.T) {
	data, ok := schema.Bundle("kubernetes")
	if !ok {
		t.Fatal("there is no schema of kubernetes")
	}
	for key, used := range map[string]*yaml11.Node{
		"cpus": nodeOne, "mem": nodeMem, "disk": nodeDisk, "container_port": nodePort, "min_instances": nodeOne,
		"healthcheck_grace_period_seconds": nodeGrace, "healthcheck_interval_seconds": nodeTen,
		"healthcheck_timeout_seconds": nodeTen, "healthcheck_max_consecutive_failures": nodeFailures,
	} {
		want, err := used.MarshalJSON()
		if err != nil {
			t.Fatal(err)
		}
		if got := defaultOf(t, data, key); !bytes.Equal(got, want) {
			t.Errorf("the schema says that %s is %s where nobody sets it, and the target takes %s", key, got, want)
		}
	}
}

// defaultOf finds a key anywhere in a schema, and returns its default, which may be in the definition that it refers to.
func defaultOf(t *testing.T, raw json.RawMessage, key string) json.RawMessage {
	t.Helper()
	var document struct {
		Defs map[string]rule `json:"$defs"`
	}
	if err := json.Unmarshal(raw, &document); err != nil {
		t.Fatal(err)
	}
	found := find(raw, key)
	if found == nil {
		return nil
	}
	if name, refers := strings.CutPrefix(found.Ref, "#/$defs/"); refers && found.Default == nil {
		return document.Defs[name].Default
	}
	return found.Default
}

type rule struct {
	Ref     string          `json:"$ref"`
	Default json.RawMessage `json:"default"`
}

// find returns the first rule of a key.
func find(raw json.RawMessage, key string) *rule {
	var node map[string]json.RawMessage
	if json.Unmarshal(raw, &node) != nil {
		return nil
	}
	var own rule
	if property, ok := node[key]; ok && json.Unmarshal(property, &own) == nil && (own.Ref != "" || own.Default != nil) {
		return &own
	}
	for _, below := range node {
		if found := find(below, key); found != nil {
			return found
		}
	}
	return nil
}
