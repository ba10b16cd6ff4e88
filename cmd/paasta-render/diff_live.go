package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"

	"github.com/paasta-render/paasta-render/compiler/diff/report"
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/live"
)

// handover is PaaSTA's client handing over to Flux; what differs between agents is a name.
func handover() live.Handover {
	return live.Handover{From: []string{paastaManager}, Agent: live.Agents()[0]}
}

// paastaManager is the field manager of PaaSTA's own writes: the first part of its user agent.
const paastaManager = "paasta"

// runLive compares the rendered tree with dumps of the running objects.
func (d *diffCommand) runLive(ctx context.Context, dumps []string) error {
	if d.format != "text" && d.format != "json" {
		return fmt.Errorf("--live prints text or json, not %s", d.format)
	}
	running, err := d.running(dumps)
	if err != nil {
		return err
	}
	var findings finding.List
	cluster, rendered, err := d.renderedObjects(ctx, nil, findings.Add)
	if err != nil {
		return err
	}
	compared := handover().Compare(targetLayout(), rendered, running)
	clients, err := d.explainHashes(ctx, compared.Hashes)
	if err != nil {
		return err
	}
	r := report.New(compared.Changes)
	r.Base, r.Head, r.Findings = "running in "+cluster, "rendered", findings.All()
	if err := d.writeLive(r, &compared, clients); err != nil {
		return err
	}
	if err := d.printText(d.err, findings.All()); err != nil {
		return err
	}
	switch {
	case findings.HasErrors():
		return exitError{status: exitConfig}
	case d.exitCode && (r.Summary.Objects() > 0 || len(compared.Orphans)+len(compared.Missing) > 0):
		return exitError{status: exitChanges}
	}
	return nil
}

func (d *diffCommand) writeLive(r *report.Report, compared *live.Comparison, clients []live.Explained) error {
	if d.format == "text" {
		if err := d.write(r); err != nil {
			return err
		}
		_, err := io.WriteString(d.out, compared.Text(clients))
		return err
	}
	var b bytes.Buffer
	if err := r.JSON(&b, d.full); err != nil {
		return err
	}
	var whole struct {
		Live live.Summary    `json:"live"`
		Diff json.RawMessage `json:"diff"`
	}
	whole.Live, whole.Diff = compared.Summary(clients), b.Bytes()
	data, err := json.MarshalIndent(whole, "", "  ")
	if err != nil {
		return err
	}
	_, err = d.out.Write(append(finding.EscapeJSON(data), '\n'))
	return err
}
