// Package report prints the difference of two output trees for people and programs.
package report

import (
	"slices"
	"sync"

	"github.com/paasta-render/paasta-render/compiler/capacity"
	"github.com/paasta-render/paasta-render/compiler/diff"
	"github.com/paasta-render/paasta-render/compiler/diff/forecast"
	"github.com/paasta-render/paasta-render/compiler/diff/group"
	"github.com/paasta-render/paasta-render/compiler/finding"
)

// Report is the difference between two trees.
type Report struct {
	Base     string // what the sides are called in reports
	Head     string
	Changes  []diff.Change // by cluster, service, file, object
	Summary  Summary
	Forecast forecast.Forecast
	Classes  []group.Class
	// Findings are what is wrong with the head and was not with the base; Unread is set when that is so much that nothing
	// was compared. Both are filled in by who reads the sides.
	Findings []finding.Finding
	Unread   bool
	// Costs are what the change costs, filled in by who compiled the sides. None where nobody describes nodes.
	Costs []capacity.Delta
	// Links make addresses of what the report names; filled in by who knows the repository.
	Links Links
	// BaseCommit is the full hash of the side before, Subject the first line of the message of the side after; empty when
	// the side is no commit.
	BaseCommit, Subject string
	// Gates is what the company's gates say of the change; filled in by who holds them against it.
	Gates []finding.Finding
}

// Summary counts objects. Renamed objects count once.
type Summary struct {
	Added    int      `json:"added"`
	Changed  int      `json:"changed"`
	Removed  int      `json:"removed"`
	Renamed  int      `json:"renamed"`
	Clusters []string `json:"clusters"` // that change, sorted
}

// Objects is the number of changed objects of any kind: what the counts of the classes add up to.
func (s *Summary) Objects() int { return s.Added + s.Changed + s.Removed + s.Renamed }

// New makes the report of some changes, in any order.
func New(changes []diff.Change) *Report {
	r := &Report{Changes: diff.Ordered(changes)}
	r.summarise()
	return r
}

// summarise fills in everything that follows from the changes.
func (r *Report) summarise() {
	r.Summary = Summary{}
	for i := range r.Changes {
		switch r.Changes[i].Op {
		case diff.Added:
			r.Summary.Added++
		case diff.Removed:
			r.Summary.Removed++
		case diff.Renamed:
			r.Summary.Renamed++
		default:
			r.Summary.Changed++
		}
		r.Summary.Clusters = append(r.Summary.Clusters, r.Changes[i].Cluster)
	}
	slices.Sort(r.Summary.Clusters)
	r.Summary.Clusters = slices.Compact(r.Summary.Clusters)
	var wait sync.WaitGroup
	wait.Go(func() { r.Forecast = forecast.Predict(r.Changes) })
	r.Classes = group.Classes(r.Changes)
	wait.Wait()
}

// Explain asks for the causes of every change and groups the changes anew. It may be called once the report exists.
func (r *Report) Explain(causes func(*diff.Change) []diff.Cause) {
	for i := range r.Changes {
		r.Changes[i].Causes = causes(&r.Changes[i])
	}
	r.Classes = group.Classes(r.Changes)
}
