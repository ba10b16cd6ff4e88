package forecast

import (
	"slices"
	"strings"
)

// Total is what several places ask for together. What is given does not cancel what is taken: More and Less keep them apart.
type Total struct {
	By   string `json:"by"`             // "all", "cluster", "pool" or "team"
	Name string `json:"name,omitempty"` // of the cluster, pool or team; empty for all
	Amounts
	More Amounts `json:"more"`
	Less Amounts `json:"less"`
}

// Totals adds up places: all of them, and each cluster, pool and team where there is more than one of it. There are none
// of a single place, which says it all.
func Totals(places []Capacity) []Total {
	if len(places) < 2 {
		return nil
	}
	totals := sumBy(places, "all", func(*Capacity) string { return "" })
	for _, by := range []struct {
		word string
		name func(*Capacity) string
	}{
		{"cluster", func(c *Capacity) string { return c.Cluster }},
		{"pool", func(c *Capacity) string { return c.Pool }},
		{"team", func(c *Capacity) string { return c.Team }},
	} {
		if sums := sumBy(places, by.word, by.name); len(sums) > 1 {
			totals = append(totals, sums...)
		}
	}
	return totals
}

// sumBy adds up places by a name of theirs, in order of the names.
func sumBy(places []Capacity, word string, name func(*Capacity) string) []Total {
	at := map[string]*Total{}
	for i := range places {
		p := &places[i]
		key := name(p)
		if at[key] == nil {
			at[key] = &Total{By: word, Name: key}
		}
		t := at[key]
		t.Amounts, t.More, t.Less = t.Amounts.plus(p.Amounts), t.More.plus(p.More), t.Less.plus(p.Less)
	}
	var all []Total
	for _, t := range at {
		for _, a := range []*Amounts{&t.Amounts, &t.More, &t.Less} {
			a.round()
		}
		all = append(all, *t)
	}
	slices.SortFunc(all, func(a, b Total) int { return strings.Compare(a.Name, b.Name) })
	return all
}
