package compiler

import "github.com/paasta-render/paasta-render/compiler/finding"

// said keeps one fault of a service from being reported twice: what a target says of a place is left out when an
// earlier stage has reported an error there. Nothing is left out of what has no place.
type said map[finding.Position]bool

// note passes everything on and remembers the places of errors.
func (s said) note(report finding.Report) finding.Report {
	return func(f finding.Finding) {
		if f.Severity == finding.Error && f.At.Line > 0 {
			s[f.At] = true
		}
		report(f)
	}
}

// unsaid passes on what is at other places.
func (s said) unsaid(report finding.Report) finding.Report {
	return func(f finding.Finding) {
		if !s[f.At] {
			report(f)
		}
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
