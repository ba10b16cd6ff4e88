package compiler

import (
	"strings"

	"github.com/paasta-render/paasta-render/compiler/finding"
)

// said keeps one fault of a service from being reported twice: what a target says of a place is left out when an earlier
// stage has reported an error there, or has suggested the same for the same file. Nothing is left out of what has
// no place.
type said map[fault]finding.Severity

// fault is a place in a file, or a suggestion for it.
type fault struct {
	file         string
	line, column int
	suggestion   string
}

// faultOf returns what a finding says is wrong: its place or, where something is missing, what is to be added. ok is
// false where it has no place.
func faultOf(f *finding.Finding) (is fault, ok bool) {
	if f.At.Line == 0 {
		return fault{}, false
	}
	if f.Code == finding.SchemaUnknownKey && f.Suggestion != "" { // the key that is meant is not missing, but misspelled
		return fault{file: f.At.File, suggestion: f.Instance + ": " + f.Suggestion}, true
	}
	if how := f.How(); how == finding.AddBelow || how == finding.AddBeside {
		key, _, _ := strings.Cut(f.Suggestion, ":")
		return fault{file: f.At.File, suggestion: f.Instance + ": " + key}, true
	}
	return fault{file: f.At.File, line: f.At.Line, column: f.At.Column}, true
}

// note passes everything on and remembers errors, and warnings of what a schema says: those are of files that
// PaaSTA takes whatever their schema says.
func (s said) note(report finding.Report) finding.Report {
	return func(f finding.Finding) {
		if f.Severity == finding.Error || f.Severity == finding.Warning && f.Code.OfSchema() {
			if is, ok := faultOf(&f); ok {
				before, known := s[is]
				if known && before <= f.Severity && is.line == 0 && f.Code != finding.SchemaUnknownKey {
					return // it was said where the key is misspelled, or in other words
				}
				if !known || f.Severity < before {
					s[is] = f.Severity
				}
			}
		}
		report(f)
	}
}

// unsaid passes on what is at other places, and what is more severe than what was said there.
func (s said) unsaid(report finding.Report) finding.Report {
	return func(f finding.Finding) {
		if is, ok := faultOf(&f); ok {
			if before, known := s[is]; known && before <= f.Severity {
				return
			}
		}
		report(f)
	}
}

// lowered reports errors as warnings.
func lowered(report finding.Report) finding.Report {
	return func(f finding.Finding) {
		if f.Severity == finding.Error {
			f.Severity = finding.Warning
		}
		report(f)
	}
}

// silent reports nothing.
func silent(finding.Finding) {}
