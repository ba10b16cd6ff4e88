package report

import (
	"bytes"
	"encoding/json"
	"io"

	"github.com/paasta-render/paasta-render/compiler/capacity"
	"github.com/paasta-render/paasta-render/compiler/diff"
	"github.com/paasta-render/paasta-render/compiler/diff/forecast"
	"github.com/paasta-render/paasta-render/compiler/diff/group"
	"github.com/paasta-render/paasta-render/compiler/finding"
)

// SchemaVersion is the version of the JSON form. It grows when a key changes its meaning or goes; new keys may come at
// any time. The schema is schema/diff.json.
const SchemaVersion = 1

type jsonReport struct {
	Version  int               `json:"version"`
	Base     string            `json:"base"`
	Head     string            `json:"head"`
	Compared bool              `json:"compared"`
	Findings []json.RawMessage `json:"findings"`
	Gates    []json.RawMessage `json:"gates"`
	Summary  Summary           `json:"summary"`
	Forecast forecast.Forecast `json:"forecast"`
	Costs    []capacity.Delta  `json:"costs"`
	Classes  []group.Class     `json:"classes"`
	Changes  []diff.Change     `json:"changes,omitempty"`
}

// JSON writes the report as one JSON document; with full, every change of every object is in it.
func (r *Report) JSON(w io.Writer, full bool) error {
	findings, err := findingsJSON(r.Findings)
	if err != nil {
		return err
	}
	gates, err := findingsJSON(r.Gates)
	if err != nil {
		return err
	}
	d := jsonReport{
		Version: SchemaVersion, Base: r.Base, Head: r.Head, Compared: !r.Unread, Findings: findings, Gates: gates,
		Summary: r.Summary, Forecast: withLists(r.Forecast), Classes: r.Classes, Costs: r.Costs,
	}
	if d.Summary.Clusters == nil {
		d.Summary.Clusters = []string{}
	}
	if d.Costs == nil {
		d.Costs = []capacity.Delta{}
	}
	if d.Classes == nil {
		d.Classes = []group.Class{}
	}
	if full {
		d.Changes = r.Changes
	}
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(d); err != nil {
		return err
	}
	_, err = w.Write(finding.EscapeJSON(b.Bytes()))
	return err
}

// withLists makes empty lists of nil ones: readers of JSON need not ask.
func withLists(f forecast.Forecast) forecast.Forecast {
	for _, list := range []*[]forecast.Affected{&f.Refused, &f.Dropped, &f.Unevictable, &f.Restarts, &f.MayRestart, &f.Recreated, &f.Deleted, &f.Created, &f.Scaled} {
		if *list == nil {
			*list = []forecast.Affected{}
		}
	}
	for _, list := range []*[]forecast.Subject{&f.Rerouted, &f.Autoscaling, &f.Schedules, &f.Alerts, &f.LostAlerts} {
		if *list == nil {
			*list = []forecast.Subject{}
		}
	}
	if f.Totals == nil {
		f.Totals = []forecast.Total{}
	}
	if f.Capacity == nil {
		f.Capacity = []forecast.Capacity{}
	}
	return f
}
