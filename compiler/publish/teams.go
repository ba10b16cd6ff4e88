package publish

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/paasta-render/paasta-render/compiler/diff"
	"github.com/paasta-render/paasta-render/compiler/diff/forecast"
	"github.com/paasta-render/paasta-render/compiler/diff/report"
	"github.com/paasta-render/paasta-render/compiler/finding"
)

// team is what a change does to the workloads of one team.
type team struct {
	name                      string // empty for workloads whose team nobody knows
	restarts, least, most     int    // workloads and their pods
	deleted, stopped, changed int    // stopped: refused, dropped or scaled to zero
	owners                    []string
}

// teams lists the teams that the change concerns, those that lose most first, and whom to ask.
func (v *Review) teams(r *report.Report) string {
	all := map[string]*team{}
	at := func(name string) *team {
		if all[name] == nil {
			all[name] = &team{name: name}
		}
		return all[name]
	}
	f := &r.Forecast
	for _, list := range [][]forecast.Affected{f.Restarts, f.MayRestart, f.Recreated} {
		for i := range list {
			t := at(list[i].Team)
			t.restarts, t.least, t.most = t.restarts+1, t.least+list[i].Min, t.most+list[i].Max
		}
	}
	for i := range f.Deleted {
		at(f.Deleted[i].Team).deleted++
	}
	for _, list := range [][]forecast.Affected{f.Refused, f.Dropped} {
		for i := range list {
			at(list[i].Team).stopped++
		}
	}
	for i := range f.Scaled {
		if s := &f.Scaled[i]; s.NewMax == 0 && s.Max > 0 {
			at(s.Team).stopped++
		}
	}
	for i := range r.Changes {
		c := &r.Changes[i]
		if c.Effect == diff.None {
			continue
		}
		t := at(c.Team)
		t.changed++
		v.ask(t, c)
	}
	return v.teamTable(all)
}

// ask adds the owners of what made a change.
func (v *Review) ask(t *team, c *diff.Change) {
	if v.Owners == nil || len(t.owners) > maxPlaces {
		return
	}
	for _, cause := range c.Causes {
		for _, owner := range v.Owners(cause.File) {
			if !slices.Contains(t.owners, owner) {
				t.owners = append(t.owners, owner)
			}
		}
	}
}

func (v *Review) teamTable(all map[string]*team) string {
	if len(all) == 0 {
		return ""
	}
	var rows []*team
	for _, t := range all {
		rows = append(rows, t)
	}
	slices.SortFunc(rows, func(a, b *team) int {
		return cmp.Or(cmp.Compare(b.deleted+b.stopped, a.deleted+a.stopped), cmp.Compare(b.most, a.most),
			cmp.Compare(b.restarts, a.restarts), cmp.Compare(a.name, b.name))
	})
	var b strings.Builder
	b.WriteString("#### By team\n\n| team | restarts | deleted | stopped or refused | objects | ask |\n|---|---|---|---|---|---|\n")
	for i, t := range rows {
		if i == maxTeams {
			fmt.Fprintf(&b, "| and %s | | | | | |\n", plural(len(rows)-i, "more team"))
			break
		}
		restarts := plural(t.restarts, "workload")
		if t.most > 0 {
			restarts += ", " + report.Pods(t.least, t.most)
		}
		ask := t.owners
		if v.Contact != nil && t.name != "" {
			if contact := v.Contact(t.name); contact != "" {
				ask = append(slices.Clone(ask), contact)
			}
		}
		fmt.Fprintf(&b, "| %s | %s | %d | %d | %d | %s |\n", finding.MarkdownText(orElse(t.name, "no team")), restarts, t.deleted,
			t.stopped, t.changed, finding.MarkdownText(cut(strings.Join(ask, ", "), 300)))
	}
	return b.String() + "\n"
}
