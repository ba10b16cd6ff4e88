package main

import (
	"slices"
	"strings"
	"sync"

	"github.com/paasta-render/paasta-render/compiler"
	"github.com/paasta-render/paasta-render/compiler/diff"
	"github.com/paasta-render/paasta-render/compiler/diff/compare"
	"github.com/paasta-render/paasta-render/compiler/explain"
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/layout"
	"github.com/paasta-render/paasta-render/compiler/tree"
)

// comparedSides is what the comparison of two sides found.
type comparedSides struct {
	changes  []diff.Change       // with their causes
	made     compiler.Comparison // what the compiler says of both sides
	old, now finding.List
}

// wrong are the findings that the base does not have; all of both sides when nothing was compared.
func (c *comparedSides) wrong() []finding.Finding {
	if !c.made.Opened {
		return slices.Concat(c.old.All(), c.now.All())
	}
	return introduced(c.old.All(), c.now.All())
}

// compareSides compiles and compares two sides, and finds the causes of every change. keep is told what each service,
// and the linked files, came to, by several goroutines.
func compareSides(s *sides, options compiler.Options, keep func(compiler.Compared)) (*comparedSides, error) {
	var mu sync.Mutex
	known := targetLayout()
	var linked []diff.Change
	var alone alone
	out := &comparedSides{}
	causes := explain.NewCauses(experiments(options.Targets))
	causes.Elsewhere, causes.Others = s.elsewhere, s.others
	var err error
	out.made, err = compiler.Compare(s.pair, options, func(b compiler.Compared) {
		keep(b)
		if alone.take(b) {
			return
		}
		found := compare.Files(known, b.Before, b.After)
		if b.Service != "" {
			causes.Service(b.Base, b.Head, b.After, found)
		}
		mu.Lock()
		defer mu.Unlock()
		if b.Service == "" {
			linked = append(linked, found...)
			return
		}
		out.changes = append(out.changes, found...)
	}, out.old.Add, out.now.Add)
	if err != nil {
		return nil, err
	}
	out.changes = append(out.changes, alone.changes(known, causes)...)
	causes.Linked(linked)
	out.changes = append(out.changes, linked...)
	return out, nil
}

// introduced keeps the findings that the base does not have, in whatever line.
func introduced(old, now []finding.Finding) []finding.Finding {
	known := map[string]bool{}
	plain := func(f finding.Finding) string {
		message := strings.Map(func(r rune) rune { // a size or a count may grow
			if r >= '0' && r <= '9' {
				return -1
			}
			return r
		}, f.Message)
		return strings.Join([]string{string(f.Code), f.At.File, message, f.Service, f.Instance, f.Cluster}, "\x00")
	}
	for _, f := range old {
		known[plain(f)] = true
	}
	return slices.DeleteFunc(slices.Clone(now), func(f finding.Finding) bool { return known[plain(f)] })
}

// alone keeps services that only one side has: a service that is renamed is compared with what it was.
type alone struct {
	mu            sync.Mutex
	services      []compiler.Compared
	before, after []tree.File
}

// take keeps the service when it is on one side only.
func (a *alone) take(b compiler.Compared) bool {
	if b.Service == "" || len(b.Before) > 0 == (len(b.After) > 0) {
		return false
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.services = append(a.services, b)
	a.before, a.after = append(a.before, b.Before...), append(a.after, b.After...)
	return true
}

// changes compares what was kept.
func (a *alone) changes(known *layout.Layout, causes *explain.Causes) []diff.Change {
	found := compare.Files(known, a.before, a.after)
	for _, b := range a.services {
		var own []diff.Change
		var at []int
		files := map[string]bool{}
		for _, f := range slices.Concat(b.Before, b.After) {
			files[f.Path] = true
		}
		for i := range found {
			if files[found[i].File] {
				own, at = append(own, found[i]), append(at, i)
			}
		}
		causes.Service(b.Base, b.Head, b.After, own)
		for i := range own {
			found[at[i]] = own[i]
		}
	}
	return found
}
