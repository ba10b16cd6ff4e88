package main

import (
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"github.com/paasta-render/paasta-render/compiler"
	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/diff"
	"github.com/paasta-render/paasta-render/compiler/diff/compare"
	"github.com/paasta-render/paasta-render/compiler/diff/report"
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/gate"
	"github.com/paasta-render/paasta-render/compiler/owners"
	"github.com/paasta-render/paasta-render/compiler/tree"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

// gateFlags are what gates ask of the world: who approved, and which day it is.
type gateFlags struct {
	approvals []string
	date      string
}

func (g *gateFlags) flags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringSliceVar(&g.approvals, "approved-by", nil,
		"who approved the change, for gates that ask (repeatable, comma list)")
	f.StringVar(&g.date, "date", "", "the day by which exemptions of gates.yaml end, YYYY-MM-DD (default: today, UTC)")
}

var day = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}$`)

// today is --date, or the day of the clock.
func (g *gateFlags) today() (string, error) {
	if g.date == "" {
		return time.Now().UTC().Format(time.DateOnly), nil
	}
	if _, err := time.Parse(time.DateOnly, g.date); err != nil || !day.MatchString(g.date) {
		return "", fmt.Errorf("--date must be a day such as 2027-01-31, not %q", g.date)
	}
	return g.date, nil
}

// gatekeeper holds a change against the company's gates, and keeps until then what they ask for.
type gatekeeper struct {
	gateFlags
	set     gate.Set
	owners  owners.Owners
	contact func(team string) string

	mu            sync.Mutex
	before, after []tree.File // of what may differ, when a gate asks for objects
	services      map[string]*config.Service
}

// keep takes note of what one service came to. It may be called from several goroutines.
func (k *gatekeeper) keep(b compiler.Compared) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.set.NeedsContents() {
		k.before, k.after = append(k.before, b.Before...), append(k.after, b.After...)
	}
	if !k.set.NeedsSource() {
		return
	}
	for _, s := range b.Head {
		if s != nil {
			k.services[s.Cluster.Name+"/"+s.Name] = s
		}
	}
}

// hold returns what the gates say of a report.
func (k *gatekeeper) hold(r *report.Report) ([]finding.Finding, error) {
	date, err := k.today()
	if err != nil || k.set.Len() == 0 {
		return nil, err
	}
	return k.set.Hold(gate.Input{Report: r, Date: date, Approvals: k.approvals, Owners: k.owners.Of,
		Contents: compare.NewContents(targetLayout(), k.before, k.after).Of, Source: k.source}), nil
}

// source is the effective configuration of an object's instance after the change.
func (k *gatekeeper) source(c *diff.Change) map[string]any {
	s := k.services[c.Cluster+"/"+c.Service]
	if s == nil {
		return nil
	}
	for _, i := range s.Instances() {
		if i.Name == c.Instance {
			config, _ := plainNode(i.Config).(map[string]any)
			return config
		}
	}
	return nil
}

// plainNode is a value as maps, lists and scalars.
func plainNode(n *yaml11.Node) any {
	switch {
	case n.IsNull():
		return nil
	case n.IsMap():
		all := map[string]any{}
		for _, p := range n.Pairs {
			all[p.Key.Text] = plainNode(p.Value)
			if text, ok := all[p.Key.Text].(string); ok && diff.IsSecretName(p.Key.Text) && !diff.IsSecretReference(text) {
				all[p.Key.Text] = hidden
			}
		}
		return all
	case n.IsList():
		all := []any{}
		for _, item := range n.Items {
			all = append(all, plainNode(item))
		}
		return all
	}
	switch n.Kind {
	case yaml11.Bool:
		return n.Bool
	case yaml11.Int:
		if n.Big == nil {
			return n.Int
		}
	case yaml11.Float:
		return n.Float
	}
	if diff.LooksSecret(n.Text) {
		return hidden
	}
	return n.Text
}

// hidden is printed in the place of what may be a secret.
const hidden = "(hidden)"

// newGatekeeper reads the gates of both sides: those of the base count, and those that the head adds. What is wrong
// with the head's file is reported; nothing that the head says weakens what the base holds it to.
func newGatekeeper(flags gateFlags, base, head config.Input, report finding.Report) *gatekeeper {
	k := &gatekeeper{gateFlags: flags, services: map[string]*config.Service{}}
	silent := func(finding.Finding) {}
	k.set = gate.Read(base.System, base.SystemDir, silent).And(gate.Read(head.System, head.SystemDir, report))
	for _, name := range owners.Files() {
		if text, err := fs.ReadFile(base.SOA, name); err == nil {
			k.owners = owners.Parse(string(text))
			break
		}
	}
	teams, _ := fs.ReadFile(head.System, "sensu/team_data.json") // then nobody is known
	k.contact = owners.Contacts(teams)
	return k
}

// stops tells whether one of the findings is an error.
func stops(findings []finding.Finding) bool {
	return slices.ContainsFunc(findings, func(f finding.Finding) bool { return f.Severity == finding.Error })
}
