package compiler

import (
	"slices"
	"strings"
	"sync/atomic"

	"github.com/paasta-render/paasta-render/compiler/check"
	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/validate"
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
	report = plan.selected(report)
	check.Shared(company, lowered(report))
	var done atomic.Int64
	err := parallel(o.Jobs, len(plan.services), func(n int) error {
		if o.Stop != nil && o.Stop() {
			return ErrStopped
		}
		said := places{}
		report := said.note(report)
		folder := validate.Folder(company, plan.services[n], report)
		services := folder.Load(plan.clusters)
		validate.Service(folder, services, report)
		for _, t := range o.Targets {
			if t.Validate == nil {
				continue
			}
			for _, service := range append(services, strayTron(folder, plan)...) {
				t.Validate(service, report)
			}
		}
		compileForFindings(services, o, said.unsaid(lowered(report)))
		if o.Progress != nil {
			o.Progress(int(done.Add(1)), len(plan.services))
		}
		return nil
	})
	return Result{Services: len(plan.services)}, err
}

// selected passes on only what concerns the instances that were asked for, or no instance.
func (p plan) selected(report finding.Report) finding.Report {
	if len(p.instances) == 0 {
		return report
	}
	return func(f finding.Finding) {
		if f.Instance == "" || slices.Contains(p.instances, f.Instance) {
			report(f)
		}
	}
}

// strayTron returns the service in clusters that only the name of a tron-<cluster>.yaml knows: PaaSTA validates Tron's
// files without asking whether the cluster exists. PaaSTA: tron_tools.list_tron_clusters.
func strayTron(f *config.Folder, p plan) []*config.Service {
	var stray []*config.Cluster
	for _, name := range f.Names() {
		cluster, isTron := strings.CutPrefix(strings.TrimSuffix(name, ".yaml"), "tron-")
		if !isTron || !strings.HasSuffix(name, ".yaml") || strings.Trim(cluster,
			"0123456789abcdefghijklmnopqrstuvwxyz-_") != "" {
			continue
		}
		if !slices.ContainsFunc(f.Company.Clusters, func(c *config.Cluster) bool { return c.Name == cluster }) &&
			len(p.clusters) == len(f.Company.Clusters) {
			stray = append(stray, &config.Cluster{Name: cluster, System: f.Company.Clusters[0].System, Company: f.Company})
		}
	}
	return f.Load(stray)
}

// compileForFindings compiles for the targets of which PaaSTA validates nothing; the files are thrown away.
func compileForFindings(services []*config.Service, o Options, report finding.Report) {
	for _, service := range services {
		for _, t := range o.Targets {
			if t.Validate == nil {
				t.Compile(service, report)
			}
		}
	}
}

// places are where errors have been reported in one service.
type places map[finding.Position]bool

func (p places) note(report finding.Report) finding.Report {
	return func(f finding.Finding) {
		if f.Severity == finding.Error {
			p[f.At] = true
		}
		report(f)
	}
}

// unsaid passes on what stands where no error has been reported.
func (p places) unsaid(report finding.Report) finding.Report {
	return func(f finding.Finding) {
		if !p[f.At] {
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
