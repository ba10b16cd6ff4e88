package compiler

import (
	"slices"
	"strings"

	"github.com/paasta-render/paasta-render/compiler/check"
	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/kustomization"
	"github.com/paasta-render/paasta-render/compiler/validate"
)

// Validate makes every check that `paasta validate` makes, and more. An error means that PaaSTA's own validation fails;
// what PaaSTA lets pass and a render would refuse is a warning, of one service or of all of them together. When the
// selection leaves services or instances out, nobody can say what all of them together are.
func Validate(in config.Input, o Options, report finding.Report) (Result, error) {
	report = plan{instances: o.Selection.Instances}.selected(report)
	company, plan, ok := o.open(in, report)
	if !ok {
		return Result{}, nil
	}
	check.Shared(company, lowered(report))
	checkTargets(o.Targets, plan.clusters, lowered(report))
	b := newBackends(o, plan)
	b.describe()
	l, put := newLinker(b), kustomization.Measured(b.layout)
	l.complete = o.Selection.everything()
	err := o.each(len(plan.services), func(n int) error {
		said := said{}
		report := said.note(report)
		folder := validate.Folder(company, plan.services[n], report)
		services := folder.Load(plan.clusters)
		validate.Service(folder, services, schemas(folder), report)
		b.validate(folder, services, report)
		units, err := b.compile(services, put, said.unsaid(lowered(report)))
		l.add(n, units)
		return err
	})
	if err == nil && len(o.Selection.Services)+len(o.Selection.Instances) == 0 {
		_, err = l.link(put, lowered(report))
	}
	return Result{Services: len(plan.services)}, err
}

// schemas holds the files of a service against their schemas as errors; what nothing reads is a warning.
func schemas(f *config.Folder) validate.Schemas {
	return func(report finding.Report, visit func(file, schema string)) {
		check.Schemas(f, finding.Error, report)
		check.Unused(f, f.Company.Clusters, finding.Warning, report)
		check.Files(f, visit)
	}
}

// validate asks the targets that validate, of the clusters of the plan and of those that only a file's name knows.
func (b *backends) validate(f *config.Folder, services []*config.Service, report finding.Report) {
	services = append(slices.Clip(services), strayTron(f, b.plan)...)
	for t := range b.targets {
		if b.targets[t].Validate == nil {
			continue
		}
		for c, service := range services {
			full := service.Cluster
			if c < len(b.views[t]) {
				service.Cluster = b.views[t][c]
			} else {
				service.Cluster = config.View([]*config.Cluster{full}, b.targets[t].SystemKeys, nil)[0]
			}
			if service.Cluster != nil {
				b.targets[t].Validate(service, report)
			}
			service.Cluster = full
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
