package explain

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/paasta-render/paasta-render/schema"
)

// keyDoc is what the schema says of a key.
type keyDoc struct{ text, standard string }

// keyDocs reads the description and the default of every key of an instance of a type from its schema.
func keyDocs(instanceType string) map[string]keyDoc {
	shape := schemaOf(instanceType)
	docs := map[string]keyDoc{}
	for pattern, raw := range shape.PatternProperties {
		if !strings.HasPrefix(pattern, "^_") { // templates
			shape.add(docs, raw)
		}
	}
	shape.add(docs, shape.AdditionalProperties)
	return docs
}

// actionDocs is keyDocs of an action of a Tron job.
func actionDocs() map[string]keyDoc {
	shape := schemaOf("tron")
	docs := map[string]keyDoc{}
	shape.add(docs, shape.Defs["action"])
	return docs
}

// schemaShape is what is needed of a schema.
type schemaShape struct {
	PatternProperties    map[string]json.RawMessage `json:"patternProperties"`
	AdditionalProperties json.RawMessage            `json:"additionalProperties"`
	Defs                 map[string]json.RawMessage `json:"$defs"`
}

func schemaOf(fileType string) schemaShape {
	name, ok := schema.ForFile(fileType + "-x.yaml")
	if !ok {
		name, ok = schema.ForFile(fileType + ".yaml")
	}
	if !ok {
		name = "kubernetes"
	}
	data, _ := schema.Bundle(name)
	var d schemaShape
	if json.Unmarshal(data, &d) != nil {
		return schemaShape{}
	}
	return d
}

// add adds the documentation of a mapping's keys.
func (d *schemaShape) add(docs map[string]keyDoc, raw json.RawMessage) {
	var object struct {
		Ref        string                     `json:"$ref"`
		Properties map[string]json.RawMessage `json:"properties"`
	}
	if json.Unmarshal(raw, &object) != nil {
		return
	}
	if below, ok := strings.CutPrefix(object.Ref, "#/$defs/"); ok {
		d.add(docs, d.Defs[below])
	}
	for key, property := range object.Properties {
		docs[key] = keyDocOf(property, d.Defs)
	}
}

func keyDocOf(raw json.RawMessage, defs map[string]json.RawMessage) keyDoc {
	var property struct {
		Ref         string          `json:"$ref"`
		Description string          `json:"description"`
		Default     json.RawMessage `json:"default"`
	}
	if json.Unmarshal(raw, &property) != nil {
		return keyDoc{}
	}
	if below, ok := strings.CutPrefix(property.Ref, "#/$defs/"); ok && property.Description == "" {
		return keyDocOf(defs[below], defs)
	}
	doc := keyDoc{text: property.Description, standard: string(property.Default)}
	if text, standard, found := strings.Cut(property.Description, "Default "); found {
		doc.text = strings.TrimSpace(text)
		if doc.standard == "" {
			doc.standard, _, _ = strings.Cut(standard+" ", ". ")
			doc.standard = strings.TrimSuffix(strings.TrimSpace(doc.standard), ".")
		}
	}
	return doc
}

// Keys are the keys that an instance of a type may have, in order.
func Keys(instanceType string) []string { return slices.Sorted(maps.Keys(keyDocs(instanceType))) }
