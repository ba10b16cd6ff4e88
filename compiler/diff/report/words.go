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

// Danger is what a reader must see first, in one line: what goes, what is refused, and which pods end at once. Empty
// when there is none.
func (r *Report) Danger() string {
	f := &r.Forecast
	zero, restarts, _ := toZero(f)
	atOnce, _ := split(restarts, func(a *forecast.Affected) bool { return a.Rollout.AllAtOnce })
	var parts []string
	for _, part := range []struct {
		n    int
		what string
	}{
		{len(f.Deleted), "deleted"}, {len(f.Refused), "refused by the API server"}, {len(f.Dropped), "down to 1 pod at once"},
		{len(zero), "down to zero"}, {len(atOnce), "restarted all pods at once"}, {len(f.Unevictable), "no longer evictable"},
		{len(f.LostAlerts), "with a lost alert"},
	} {
		if part.n > 0 {
			parts = append(parts, thousands(part.n)+" "+part.what)
		}
	}
	return strings.Join(parts, ", ")
}

// Headline is the change in a few words, for a title: the danger, else what restarts, else that it is routine, else
// what is counted.
func (r *Report) Headline() string {
	where := " in " + strings.Join(r.Summary.Clusters, ", ")
	if len(r.Summary.Clusters) > 3 {
		where = " in " + plural(len(r.Summary.Clusters), "cluster")
	}
	f := &r.Forecast
	restarts := len(f.Restarts) + len(f.MayRestart) + len(f.Recreated)
	switch danger := r.Danger(); {
	case danger != "" && restarts > 0:
		return "Danger: " + danger + "; " + plural(restarts, "restart") + where
	case danger != "":
		return "Danger: " + danger + where
	case r.Routine():
		return "Routine: new versions of " + services(r.Changes) + where
	case restarts > 0:
		return plural(restarts, "workload") + " of " + services(r.Changes) + " to restart" + where
	}
	return r.Sentence()
}

// services names the services of some changes, or counts them.
func services(changes []diff.Change) string {
	var names []string
	for i := range changes {
		if name := changes[i].Service; name != "" && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	if len(names) > 3 {
		return plural(len(names), "service")
	}
	slices.Sort(names)
	return strings.Join(names, ", ")
}

// Pods prints a number of pods, the least and the greatest.
func Pods(least, most int) string { return pods(least, most) }

// untouched is said instead of an empty forecast.
func (r *Report) untouched() string {
	return "0 affected of " + plural(r.Summary.Objects(), "changed object") + ": nothing that runs is touched"
}

// section is one paragraph of the forecast.
type section struct {
	effect diff.Effect
	title  string // what happens, in a word or two
	head   string
	items  []item
}

// danger tells whether the section is one of those that Danger counts.
func (s *section) danger() bool {
	switch s.title {
	case "delete", "refused", "drop", "to zero", "all at once", "no eviction", "alert lost":
		return true
	}
	return false
}

// item is one line of a section, and what to do about it.
type item struct {
	text  string
	steps []string
}

// sections are the paragraphs of the forecast, the danger first.
func sections(f *forecast.Forecast) []section {
	var all []section
	add := func(effect diff.Effect, title string, list []forecast.Affected) {
		if len(list) > 0 {
			all = append(all, section{effect, title, headOf(list, effect), itemsOf(list, effect)})
		}
	}
	zero, restarts, mayRestart := toZero(f)
	_, down, up := directions(f.Scaled)
	atOnce, inTurn := split(restarts, func(a *forecast.Affected) bool { return a.Rollout.AllAtOnce })
	add(diff.Delete, "delete", f.Deleted)
	add(diff.Refuse, "refused", f.Refused)
	add(diff.Drop, "drop", f.Dropped)
	add(diff.Scale, "to zero", zero)
	add(diff.Restart, "all at once", atOnce)
	add(diff.Recreate, "recreate", f.Recreated)
	add(diff.Rollout, "no eviction", f.Unevictable)
	add(diff.Restart, "restart", inTurn)
	add(diff.MayRestart, "may restart", mayRestart)
	add(diff.Scale, "scale down", down)
	all = append(all, subjectSections([]subjects{{diff.Alert, "alert lost", f.LostAlerts, "alert"}})...)
	add(diff.Create, "create", f.Created)
	add(diff.Scale, "scale up", up)
	return append(all, subjectSections([]subjects{
		{diff.Reroute, "reroute", f.Rerouted, "route"}, {diff.Autoscale, "autoscale", f.Autoscaling, "autoscaling rule"},
		{diff.Schedule, "schedule", f.Schedules, "schedule"}, {diff.Alert, "alert", f.Alerts, "alert"},
	})...)
}

type subjects struct {
	effect diff.Effect
	title  string
	list   []forecast.Subject
	noun   string
}

func subjectSections(kinds []subjects) []section {
	var all []section
	for _, s := range kinds {
		if len(s.list) > 0 {
			all = append(all, section{s.effect, s.title, plural(len(s.list), s.noun) + perCluster(s.list), subjectItems(s.list)})
		}
	}
	return all
}

// split tells those of a list that a test fits from the others.
func split(list []forecast.Affected, fits func(*forecast.Affected) bool) (yes, no []forecast.Affected) {
	for i := range list {
		if fits(&list[i]) {
			yes = append(yes, list[i])
			continue
		}
		no = append(no, list[i])
	}
	return yes, no
}

// toZero tells what goes to zero from what restarts: of a workload that has no pods after it, nothing does.
func toZero(f *forecast.Forecast) (zero, restarts, mayRestart []forecast.Affected) {
	zero, _, _ = directions(f.Scaled)
	ends := func(a *forecast.Affected) bool { return a.NewMax == 0 && a.Max > 0 }
	gone, restarts := split(f.Restarts, ends)
	lost, mayRestart := split(f.MayRestart, ends)
	return slices.Concat(zero, gone, lost), restarts, mayRestart
}

// directions tells what is scaled to zero and down from what is scaled up. When the least and the greatest number of
// pods move in two directions, it is down.
func directions(list []forecast.Affected) (zero, down, up []forecast.Affected) {
	zero, rest := split(list, func(a *forecast.Affected) bool { return a.NewMax == 0 && a.Max > 0 })
	down, up = split(rest, func(a *forecast.Affected) bool { return a.NewMin < a.Min || a.NewMax < a.Max })
	return zero, down, up
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
	if effect == diff.MayRestart || effect == diff.Delete || effect == diff.Create || effect == diff.Recreate || effect == diff.Refuse {
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

func itemsOf(list []forecast.Affected, effect diff.Effect) []item {
	items := make([]item, len(list))
	for i := range list {
		items[i] = item{itemOf(&list[i], effect), list[i].Steps}
	}
	return items
}

// itemOf says what happens to one object: its name, its pods before and after, how they are replaced, and why.
func itemOf(a *forecast.Affected, effect diff.Effect) string {
	text := a.Object.String()
	moves := a.Min != a.NewMin || a.Max != a.NewMax
	switch {
	case effect == diff.Scale || moves && (effect == diff.Restart || effect == diff.Recreate || effect == diff.Drop):
		text += "  " + span(a.Min, a.Max) + " → " + pods(a.NewMin, a.NewMax)
	case a.Max > 0:
		text += "  " + pods(a.Min, a.Max)
	}
	if effect == diff.Restart {
		text += replacement(a)
	}
	switch {
	case len(a.Volumes) == 0:
	case a.ClaimsGo:
		text += "  its claims are deleted: " + strings.Join(a.Volumes, ", ")
	case effect == diff.Delete:
		text += "  its claims stay, until their namespace goes: " + strings.Join(a.Volumes, ", ")
	}
	if effect == diff.Delete && a.Fate != "" {
		text += "  " + a.Fate
	}
	switch effect {
	case diff.Recreate, diff.MayRestart, diff.Refuse, diff.Drop, diff.Rollout:
		text += "  " + a.Why
	case diff.Delete, diff.Create:
		if strings.Contains(a.Why, " is called ") || strings.Contains(a.Why, " was called ") {
			text += "  " + a.Why
		}
	}
	return text
}

// replacement says in which steps pods are replaced.
func replacement(a *forecast.Affected) string {
	r := a.Rollout
	switch {
	case r.AllAtOnce:
		return "  all may end before the first new one is ready"
	case r.OnDelete:
		return "  each when somebody deletes it"
	case r.Surge > 0 && r.Away > 0:
		return fmt.Sprintf("  up to %s more, %s away", thousands(r.Surge), thousands(r.Away))
	case r.Surge > 0:
		return fmt.Sprintf("  up to %s more, none away", thousands(r.Surge))
	case r.Away > 0:
		return fmt.Sprintf("  %s away at a time", thousands(r.Away))
	}
	return ""
}

func subjectItems(list []forecast.Subject) []item {
	items := make([]item, len(list))
	for i := range list {
		s := &list[i]
		items[i].text = s.Object.String() + "  " + string(s.Op)
		if len(s.Fields) > 0 {
			items[i].text += "  " + strings.Join(s.Fields, ", ")
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

// capacityRow is one line of what more is asked for, or less.
type capacityRow struct{ place, change string }

// capacityRows are the totals, the whole first, and then the places.
func capacityRows(f *forecast.Forecast) []capacityRow {
	var rows []capacityRow
	for i := range f.Totals {
		t := &f.Totals[i]
		name := "in all"
		switch {
		case t.By != "all" && t.Name == "":
			name = "without a " + t.By
		case t.By != "all":
			name = "all of " + t.By + " " + t.Name
		}
		rows = append(rows, capacityRow{name, capacitySentence(&t.Amounts, &t.More, &t.Less)})
	}
	for i := range f.Capacity {
		c := &f.Capacity[i]
		rows = append(rows, capacityRow{place(c), capacitySentence(&c.Amounts, &c.More, &c.Less)})
	}
	return rows
}

// capacitySentence says what changes, at the least and at the greatest number of pods.
func capacitySentence(c, more, less *forecast.Amounts) string {
	var parts []string
	add := func(noun string, net, more, less forecast.FloatSpan, unit float64, suffix string) {
		none := forecast.FloatSpan{}
		switch {
		case more == none && less == none:
		case more.Min > 0 && less.Min < 0, more.Max > 0 && less.Max < 0: // workloads that would cancel
			parts = append(parts, noun+" "+signed(more.Min, more.Max, unit, suffix)+" and "+signed(less.Min, less.Max, unit, suffix))
		default:
			parts = append(parts, noun+" "+signed(net.Min, net.Max, unit, suffix))
		}
	}
	pods := func(s forecast.Span) forecast.FloatSpan {
		return forecast.FloatSpan{Min: float64(s.Min), Max: float64(s.Max)}
	}
	add("pods", pods(c.Pods), pods(more.Pods), pods(less.Pods), 1, "")
	add("CPU", c.CPU, more.CPU, less.CPU, 1, " cores")
	add("memory", c.Memory, more.Memory, less.Memory, 1<<30, " GiB")
	add("GPU", c.GPU, more.GPU, less.GPU, 1, "")
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
