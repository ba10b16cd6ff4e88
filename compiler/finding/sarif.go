package finding

import (
	"bytes"
	"encoding/json"
	"io"
	"net/url"
	"strings"
)

// The part of SARIF 2.1.0 that code scanning services read.
type (
	sarifLog struct {
		Schema  string     `json:"$schema"`
		Version string     `json:"version"`
		Runs    []sarifRun `json:"runs"`
	}
	sarifRun struct {
		Tool    sarifTool     `json:"tool"`
		Results []sarifResult `json:"results"`
		// ColumnKind says what a column counts; ours are bytes, which for ASCII are code points.
		ColumnKind string `json:"columnKind"`
	}
	sarifTool struct {
		Driver sarifDriver `json:"driver"`
	}
	sarifDriver struct {
		Name  string      `json:"name"`
		Rules []sarifRule `json:"rules"`
	}
	sarifRule struct {
		ID               string    `json:"id"`
		ShortDescription sarifText `json:"shortDescription"`
		FullDescription  sarifText `json:"fullDescription"`
		Help             sarifText `json:"help"`
	}
	sarifText struct {
		Text string `json:"text"`
	}
	sarifResult struct {
		RuleID           string            `json:"ruleId"`
		RuleIndex        int               `json:"ruleIndex"`
		Level            string            `json:"level"`
		Message          sarifText         `json:"message"`
		Locations        []sarifLocation   `json:"locations,omitempty"`
		RelatedLocations []sarifLocation   `json:"relatedLocations,omitempty"`
		Properties       map[string]string `json:"properties,omitempty"`
	}
	sarifLocation struct {
		PhysicalLocation sarifPhysical `json:"physicalLocation"`
		Message          *sarifText    `json:"message,omitempty"`
	}
	sarifPhysical struct {
		ArtifactLocation sarifArtifact `json:"artifactLocation"`
		Region           *sarifRegion  `json:"region,omitempty"`
	}
	sarifArtifact struct {
		URI string `json:"uri"`
	}
	sarifRegion struct {
		StartLine   int `json:"startLine"`
		StartColumn int `json:"startColumn,omitempty"`
		EndColumn   int `json:"endColumn,omitempty"`
	}
)

// SARIF returns what prints one SARIF 2.1.0 log, with the rules that the findings break, as docs describe them.
func SARIF(docs []Doc) func(io.Writer, []Finding) error {
	return func(w io.Writer, findings []Finding) error { return sarif(w, findings, docs) }
}

func sarif(w io.Writer, findings []Finding, documented []Doc) error {
	rules, index := sarifRules(findings, documented)
	results := make([]sarifResult, 0, len(findings))
	for i := range findings {
		results = append(results, sarifFinding(&findings[i], index))
	}
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	err := encoder.Encode(sarifLog{
		Schema:  "https://json.schemastore.org/sarif-2.1.0.json",
		Version: "2.1.0",
		Runs: []sarifRun{{
			Tool:       sarifTool{sarifDriver{"paasta-render", rules}},
			Results:    results,
			ColumnKind: "unicodeCodePoints",
		}},
	})
	if err != nil {
		return err
	}
	_, err = w.Write(EscapeJSON(b.Bytes()))
	return err
}

// sarifRules lists the codes that occur, in order of first occurrence.
func sarifRules(findings []Finding, documented []Doc) (rules []sarifRule, index map[Code]int) {
	docs := map[Code]Doc{}
	for _, d := range documented {
		docs[d.Code] = d
	}
	rules, index = []sarifRule{}, map[Code]int{}
	for i := range findings {
		code := findings[i].Code
		if _, seen := index[code]; seen {
			continue
		}
		d := docs[code]
		index[code] = len(rules)
		rules = append(rules, sarifRule{string(code), sarifText{d.Title}, sarifText{d.Meaning}, sarifText{d.Fix}})
	}
	return rules, index
}

func sarifFinding(f *Finding, index map[Code]int) sarifResult {
	r := sarifResult{
		RuleID:    string(f.Code),
		RuleIndex: index[f.Code],
		Level:     sarifLevel(f.Severity),
		Message:   sarifMessage(f.Sentence()),
	}
	if f.At.File != "" {
		r.Locations = []sarifLocation{{PhysicalLocation: sarifPlace(f.At)}}
	}
	for _, n := range f.Notes {
		if n.At.File != "" {
			message := sarifMessage(n.Message)
			r.RelatedLocations = append(r.RelatedLocations, sarifLocation{sarifPlace(n.At), &message})
		}
	}
	for key, value := range map[string]string{"service": f.Service, "instance": f.Instance, "cluster": f.Cluster} {
		if value == "" {
			continue
		}
		if r.Properties == nil {
			r.Properties = map[string]string{}
		}
		r.Properties[key] = value
	}
	return r
}

// sarifMessage keeps a viewer from taking brackets for a link.
func sarifMessage(text string) sarifText { return sarifText{strings.ReplaceAll(text, "](", "] (")} }

func sarifLevel(s Severity) string {
	if s == Info {
		return "note"
	}
	return s.String()
}

func sarifPlace(at Position) sarifPhysical {
	p := sarifPhysical{ArtifactLocation: sarifArtifact{(&url.URL{Path: strings.TrimPrefix(at.File, "./")}).EscapedPath()}}
	if at.Line == 0 {
		return p
	}
	p.Region = &sarifRegion{StartLine: at.Line, StartColumn: at.Column}
	if at.Column > 0 && at.Length > 0 {
		p.Region.EndColumn = at.Column + at.Length
	}
	return p
}
