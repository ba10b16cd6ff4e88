package compiler

import (
	"sync/atomic"

	"github.com/paasta-render/paasta-render/compiler/check"
	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/finding"
)

// Validate makes every check that `paasta validate` makes, and more. An error means that PaaSTA's own validation fails;
// what PaaSTA lets pass and a render would refuse is a warning.
func Validate(in config.Input, o Options, report finding.Report) (Result, error) {
	company := config.Open(in, report)
	if company == nil {
		return Result{}, nil
	}
	plan, ok := o.Selection.resolve(company, report)
	if !ok {
		return Result{}, nil
	}
	var done atomic.Int64
	err := parallel(o.Jobs, len(plan.services), func(n int) error {
		if o.Stop != nil && o.Stop() {
			return ErrStopped
		}
		folder := company.Folder(plan.services[n], report)
		check.Folder(folder, company.Clusters, report)
		validateTargets(folder, plan, o, report)
		if o.Progress != nil {
			o.Progress(int(done.Add(1)), len(plan.services))
		}
		return nil
	})
	return Result{Services: len(plan.services)}, err
}

// validateTargets asks every target for its judgement; files it makes are thrown away.
func validateTargets(f *config.Folder, p plan, o Options, report finding.Report) {
	for _, service := range f.Load(p.clusters) {
		p.selectInstances(service)
		for _, t := range o.Targets {
			if t.Validate != nil {
				t.Validate(service, report)
				continue
			}
			t.Compile(service, lowered(report))
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
