// Package finding is what the compiler says about the configuration: one type, and one renderer for each format.
//
// A finding is data. It names its place as the user sees it, what is wrong there and what would be right.
// Nothing here knows where findings come from or who reads them.
package finding

import (
	"fmt"
	"slices"
	"sort"
	"sync"
)

// Severity tells how much a finding matters.
type Severity uint8

const (
	// Error means the configuration is wrong: nothing is written unless --keep-going, and the exit status is 1.
	Error Severity = iota
	// Warning means the configuration works, but hardly as its author thinks.
	Warning
	// Info is worth knowing and needs no action.
	Info
)

// String returns the word used in every output format.
func (s Severity) String() string {
	switch s {
	case Error:
		return "error"
	case Warning:
		return "warning"
	}
	return "info"
}

// Position is a place in an input file. The zero Position is nowhere.
type Position struct {
	File   string // path as in the repo, slash-separated, relative to its root
	Line   int    // from 1; 0 when only the file is known
	Column int    // from 1, in bytes
	Length int    // bytes to underline; 0 when unknown
}

// String formats the position as file:line:column, leaving out what is unknown.
func (p Position) String() string {
	switch {
	case p.Line == 0:
		return p.File
	case p.Column == 0:
		return fmt.Sprintf("%s:%d", p.File, p.Line)
	}
	return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Column)
}

// Note is a related place: where the other of two colliding names is, where an inherited value comes from.
type Note struct {
	At      Position
	Message string
}

// Finding is one thing said about the configuration.
type Finding struct {
	Code       Code
	Severity   Severity
	At         Position
	Message    string // what is wrong, lower case, no full stop
	Suggestion string // what would be right; empty when unknown
	Fix        Fix    // how the suggestion is taken
	Service    string // empty when it concerns no single service
	Instance   string
	Cluster    string
	Notes      []Note
}

// Report takes a finding. Every stage gets one.
type Report func(Finding)

// List collects findings. Its methods may be called from several goroutines.
type List struct {
	mu       sync.Mutex
	findings []Finding
}

// Add appends a finding; it is a Report.
func (l *List) Add(f Finding) {
	l.mu.Lock()
	l.findings = append(l.findings, f)
	l.mu.Unlock()
}

// All returns the findings in the order of Sort, without exact repetitions.
func (l *List) All() []Finding {
	l.mu.Lock()
	defer l.mu.Unlock()
	Sort(l.findings)
	l.findings = compact(l.findings)
	return l.findings
}

// HasErrors tells whether any finding is an error.
func (l *List) HasErrors() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, f := range l.findings {
		if f.Severity == Error {
			return true
		}
	}
	return false
}

// Sort orders findings by place, then code, then message, so that output never depends on scheduling.
func Sort(findings []Finding) {
	sort.SliceStable(findings, func(i, j int) bool { return less(&findings[i], &findings[j]) })
}

func less(a, b *Finding) bool {
	switch {
	case a.At.File != b.At.File:
		return a.At.File < b.At.File
	case a.At.Line != b.At.Line:
		return a.At.Line < b.At.Line
	case a.At.Column != b.At.Column:
		return a.At.Column < b.At.Column
	case a.Code != b.Code:
		return a.Code < b.Code
	case a.Service != b.Service:
		return a.Service < b.Service
	case a.Instance != b.Instance:
		return a.Instance < b.Instance
	case a.Cluster != b.Cluster:
		return a.Cluster < b.Cluster
	}
	return a.Message < b.Message
}

// statement is what a finding says, whatever it concerns.
type statement struct {
	at       Position
	code     Code
	severity Severity
	message  string
	service  string
}

// compact says once what is wrong once: a file that several clusters share is judged once for each of them, and a
// template once for each of its instances. What then remains concerns no single cluster or instance. Where an error
// is, a warning of a schema says the same in other words.
func compact(sorted []Finding) []Finding {
	kept, said := sorted[:0], make(map[statement]int, len(sorted))
	errors := map[Position]bool{}
	for i := range sorted {
		f := sorted[i]
		if f.Severity == Error && f.At.Line > 0 {
			errors[f.At.start()] = true
		}
		is := statement{f.At, f.Code, f.Severity, f.Message, f.Service}
		if before, again := said[is]; again {
			first := &kept[before]
			if first.Cluster != f.Cluster {
				first.Cluster = ""
			}
			if first.Instance != f.Instance {
				first.Instance = ""
			}
			continue
		}
		said[is] = len(kept)
		kept = append(kept, f)
	}
	return slices.DeleteFunc(kept, func(f Finding) bool {
		return f.Severity == Warning && f.Code.OfSchema() && f.At.Line > 0 && errors[f.At.start()]
	})
}

// start is the position without its length.
func (p Position) start() Position {
	p.Length = 0
	return p
}
