// Package compiler is the pipeline: soa-configs in, one manifest tree for each cluster out. ARCHITECTURE.md tells the
// rest.
//
// Compile, Validate and Compare are three readings of one loop: services are read and checked, every target compiles
// them, in parallel and without an order; then, in order, the targets link what spans services.
package compiler

import (
	"slices"
	"sync/atomic"

	"github.com/paasta-render/paasta-render/compiler/capacity"
	"github.com/paasta-render/paasta-render/compiler/check"
	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/kustomization"
	"github.com/paasta-render/paasta-render/compiler/layout"
	"github.com/paasta-render/paasta-render/compiler/target"
	"github.com/paasta-render/paasta-render/compiler/tree"
)

// Options say what to compile and how.
type Options struct {
	Targets   []target.Target
	Selection Selection
	Jobs      int // services compiled at once; at least 1
	// Stood is asked for what is to stay of a service or a cluster where a file cannot be read. Nil leaves such parts out.
	Stood Stood
	// Cost asks what the nodes of the clusters cost.
	Cost bool
	// Progress is told how many services are done; it may be called from several goroutines. Nil when nobody watches.
	Progress func(done, total int)
	// Stop ends the run between two services when it returns true. Nil means never.
	Stop func() bool
	// Undeclared is told when a target asks for a key of the system config that its SystemKeys do not name. The target
	// gets nothing either way. Tests fail then; nil otherwise.
	Undeclared func(target, key string)
	// Reads is told, once for each service that is compiled, which files of other services its compilation asked for; see
	// config.Folder.Reads. It may be called from several goroutines. Nil when nobody keeps the record.
	Reads func(service string, files []string)
}

// Result is what a compilation came to.
type Result struct {
	Clusters []string // rendered, by name
	// Folders are the folders of the output that are complete: those of the clusters and, when all clusters were
	// rendered by a target that makes files for it, the company's.
	Folders   []string
	Services  int
	Instances int
	Files     int
	Cost      *capacity.Cost // nil unless Options ask for it
}

// Compile renders the input into out, which it neither commits nor discards. Everything wrong with the configuration
// is reported; the error is for what no configuration causes.
func Compile(in config.Input, o Options, out tree.Sink, report finding.Report) (Result, error) {
	company, plan, ok := o.open(in, report)
	if !ok {
		return Result{}, nil
	}
	check.Shared(company, report)
	checkTargets(o.Targets, plan.clusters, report)
	b := newBackends(o, plan)
	b.divided = true
	b.describe()
	l, put := newLinker(b), kustomization.Shipped(out, b.layout)
	l.complete = o.Selection.everything()
	l.stood = o.Stood
	err := o.each(len(plan.services), func(n int) error {
		said := said{}
		folder := company.Folder(plan.services[n], said.note(report))
		check.Folder(folder, company.Clusters, said.note(report))
		units, err := b.compile(folder.Load(plan.clusters), put, said.unsaid(report))
		l.add(n, units)
		return err
	})
	if err != nil {
		return Result{}, err
	}
	files, err := l.link(put, report)
	names := clusterNames(plan.clusters)
	result := Result{Clusters: names, Folders: names, Services: len(plan.services), Instances: l.instances, Files: l.files + files}
	if b.rendersCompany() {
		result.Folders = append(slices.Clone(names), layout.CompanyFolder)
	}
	if o.Cost && err == nil {
		result.Cost = l.cost()
	}
	return result, err
}

// open reads the system config and looks up what was selected. ok is false when that is not possible; why is reported.
func (o Options) open(in config.Input, report finding.Report) (*config.Company, plan, bool) {
	company := config.Open(in, report)
	if company == nil {
		return nil, plan{}, false
	}
	p, ok := o.Selection.resolve(company, report)
	return company, p, ok
}

// each is the loop: it does the work for all numbers below total, some at once, until one fails or the run is stopped.
func (o Options) each(total int, work func(n int) error) error {
	var done atomic.Int64
	return parallel(o.Jobs, total, func(n int) error {
		if o.Stop != nil && o.Stop() {
			return ErrStopped
		}
		if err := work(n); err != nil {
			return err
		}
		if o.Progress != nil {
			o.Progress(int(done.Add(1)), total)
		}
		return nil
	})
}
