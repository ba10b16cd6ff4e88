package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/paasta-render/paasta-render/compiler/diff"
	"github.com/paasta-render/paasta-render/compiler/diff/forecast"
	"github.com/paasta-render/paasta-render/compiler/diff/group"
	"github.com/paasta-render/paasta-render/compiler/diff/naming"
)

// This file holds the sentences that text, markdown and HTML have in common.

// Sentence is the summary in one line.
func (r *Report) Sentence() string {
	s := &r.Summary
	switch {
	case r.Unread:
		return "not compared"
	case s.Objects() == 0:
		return "nothing changes"
	}
	var parts []string
	for _, part := range []struct {
		n    int
		word string
	}{{s.Added, "added"}, {s.Changed, "changed"}, {s.Removed, "removed"}, {s.Renamed, "renamed"}} {
		if part.n > 0 {
			parts = append(parts, thousands(part.n)+" "+part.word)
		}
	}
	return plural(s.Objects(), "object") + " in " + plural(len(s.Clusters), "cluster") + ": " + strings.Join(parts, ", ")
}

// section is one paragraph of the forecast.
type section struct {
	effect diff.Effect
	head   string
	items  []string
}

// sections are the paragraphs of the forecast, gravest first.
func sections(f *forecast.Forecast) []section {
	var all []section
	for _, s := range []struct {
		effect diff.Effect
		list   []forecast.Affected
	}{
		{diff.Delete, f.Deleted}, {diff.Recreate, f.Recreated}, {diff.Restart, f.Restarts}, {diff.MayRestart, f.MayRestart}, {diff.Create, f.Created},
		{diff.Scale, f.Scaled},
	} {
		if len(s.list) > 0 {
			all = append(all, section{s.effect, headOf(s.list, s.effect), itemsOf(s.list, s.effect)})
		}
	}
	for _, s := range []struct {
		effect diff.Effect
		list   []forecast.Subject
		noun   string
	}{
		{diff.Reroute, f.Rerouted, "route"}, {diff.Autoscale, f.Autoscaling, "autoscaling rule"}, {diff.Schedule, f.Schedules, "schedule"},
		{diff.Alert, f.Alerts, "alert"},
	} {
		if len(s.list) > 0 {
			all = append(all, section{s.effect, plural(len(s.list), s.noun) + perCluster(s.list), subjectItems(s.list)})
		}
	}
	return all
}

// headOf counts workloads and pods, in all and by cluster.
func headOf(list []forecast.Affected, effect diff.Effect) string {
	type sum struct{ workloads, least, most int }
	var total sum
	var clusters []string
	by := map[string]*sum{}
	for i := range list {
		a := &list[i]
		if by[a.Cluster] == nil {
			by[a.Cluster] = &sum{}
			clusters = append(clusters, a.Cluster)
		}
		for _, s := range []*sum{&total, by[a.Cluster]} {
			s.workloads, s.least, s.most = s.workloads+1, s.least+a.Min, s.most+a.Max
		}
	}
	noun := "workload"
	if effect == diff.MayRestart || effect == diff.Delete || effect == diff.Create || effect == diff.Recreate {
		noun = "object"
	}
	head := plural(total.workloads, noun)
	if total.most > 0 {
		head += ", " + pods(total.least, total.most)
	}
	if len(clusters) < 2 {
		return head + " in " + clusters[0]
	}
	slices.Sort(clusters)
	var parts []string
	for i, c := range clusters {
		if i == 8 {
			parts = append(parts, fmt.Sprintf("%d more clusters", len(clusters)-i))
			break
		}
		part := c + " " + thousands(by[c].workloads)
		if by[c].most > 0 {
			part += " (" + pods(by[c].least, by[c].most) + ")"
		}
		parts = append(parts, part)
	}
	return head + ": " + strings.Join(parts, ", ")
}

func itemsOf(list []forecast.Affected, effect diff.Effect) []string {
	items := make([]string, len(list))
	for i := range list {
		a := &list[i]
		item := a.Object.String()
		switch {
		case effect == diff.Scale || (a.Min != a.NewMin || a.Max != a.NewMax) && (effect == diff.Restart || effect == diff.Recreate):
			item += "  " + span(a.Min, a.Max) + " → " + pods(a.NewMin, a.NewMax)
		case a.Max > 0:
			item += "  " + pods(a.Min, a.Max)
		}
		if len(a.Volumes) > 0 {
			item += "  with volumes " + strings.Join(a.Volumes, ", ")
		}
		if effect == diff.Recreate || effect == diff.MayRestart {
			item += "  " + a.Why
		}
		items[i] = item
	}
	return items
}

func subjectItems(list []forecast.Subject) []string {
	items := make([]string, len(list))
	for i := range list {
		s := &list[i]
		items[i] = s.Object.String() + "  " + string(s.Op)
		if len(s.Fields) > 0 {
			items[i] += "  " + strings.Join(s.Fields, ", ")
		}
	}
	return items
}

func perCluster(list []forecast.Subject) string {
	var clusters []string
	for i := range list {
		clusters = append(clusters, list[i].Cluster)
	}
	slices.Sort(clusters)
	clusters = slices.Compact(clusters)
	if len(clusters) > 4 {
		return " in " + plural(len(clusters), "cluster")
	}
	return " in " + strings.Join(clusters, ", ")
}

// capacitySentence is a capacity row: what changes, least and most.
func capacitySentence(c *forecast.Capacity) string {
	var parts []string
	if c.Pods != (forecast.Span{}) {
		parts = append(parts, "pods "+signed(float64(c.Pods.Min), float64(c.Pods.Max), 1, ""))
	}
	if c.CPU != (forecast.FloatSpan{}) {
		parts = append(parts, "CPU "+signed(c.CPU.Min, c.CPU.Max, 1, " cores"))
	}
	if c.Memory != (forecast.FloatSpan{}) {
		parts = append(parts, "memory "+signed(c.Memory.Min, c.Memory.Max, 1<<30, " GiB"))
	}
	if c.GPU != (forecast.FloatSpan{}) {
		parts = append(parts, "GPU "+signed(c.GPU.Min, c.GPU.Max, 1, ""))
	}
	return strings.Join(parts, ", ")
}

// place is the capacity row's cluster, pool and team.
func place(c *forecast.Capacity) string {
	place := c.Cluster
	if c.Pool != "" {
		place += ", pool " + c.Pool
	}
	if c.Team != "" {
		place += ", team " + c.Team
	}
	return place
}

// who says what a class touches: kinds, services, clusters.
func who(c *group.Class) string {
	var kinds []string
	for i, k := range c.Kinds {
		if i == 4 {
			kinds = append(kinds, "…")
			break
		}
		if len(c.Kinds) == 1 {
			kinds = append(kinds, k.Name)
			break
		}
		kinds = append(kinds, k.Name+" "+thousands(k.Count))
	}
	who := strings.Join(kinds, ", ")
	if c.Services > 1 {
		who += " of " + plural(c.Services, "service")
	}
	if len(c.Clusters) > 3 {
		return who + " in " + plural(len(c.Clusters), "cluster")
	}
	return who + " in " + strings.Join(c.Clusters, ", ")
}

// maxWhole is how long two texts may be to be shown whole; of longer ones the part that differs is.
const maxWhole = 80

// what says what happens to one field of a class.
func what(e *group.ClassEdit) (path, change string) {
	path = e.Path
	switch {
	case e.Path == "" || e.Op == diff.Added && e.After == "" || e.Op == diff.Removed && e.Before == "":
		return path, string(e.Op)
	case e.Op == diff.Added:
		change = "+ " + e.After.String()
	case e.Op == diff.Removed:
		change = "- " + e.Before.String()
	case e.Op == diff.Reordered:
		change = "order " + e.Before.String() + " → " + e.After.String()
	case e.Before == e.After:
		change = "changes"
	default:
		before, after := e.Before, e.After
		if min(len(before), len(after)) > maxWhole { // what differs may stand far behind
			m := naming.Around(before, after)
			before, after = m[0], m[1]
		}
		change = before.String() + " → " + after.String()
	}
	if e.Values > 1 {
		change += fmt.Sprintf("  (and %s)", plural(e.Values-1, "other value"))
	}
	return path, change
}

// causes is where a class comes from, in words.
func causes(c *group.Class) string {
	var parts []string
	for i := range c.Causes {
		parts = append(parts, c.Causes[i].String())
	}
	if c.More > 0 {
		parts = append(parts, thousands(c.More)+" more")
	}
	return strings.Join(parts, "; ")
}
