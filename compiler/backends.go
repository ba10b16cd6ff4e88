package compiler

import (
	"fmt"
	"slices"

	"github.com/paasta-render/paasta-render/compiler/capacity"
	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/kustomization"
	"github.com/paasta-render/paasta-render/compiler/layout"
	"github.com/paasta-render/paasta-render/compiler/spelling"
	"github.com/paasta-render/paasta-render/compiler/target"
)

// backends are the targets of a run with what they may see of its clusters.
type backends struct {
	targets []target.Target
	layout  *layout.Layout
	plan    plan
	views   [][]*config.Cluster // by target, then by cluster of the plan; nil where the target does not render
	nodes   []*capacity.Nodes   // by cluster of the plan; nil where no target describes nodes, empty before describe
	whole   bool                // all clusters of the company are compiled
	// divided is true when a folder of too many objects for one build unit is divided into parts. A comparison looks at
	// undivided folders.
	divided bool
	reads   func(service string, files []string) // see Options.Reads
}

func newBackends(o Options, p plan) *backends {
	b := &backends{targets: o.Targets, layout: target.NewLayout(o.Targets), plan: p, reads: o.Reads}
	b.whole = len(p.clusters) > 0 && len(p.clusters) == len(p.clusters[0].Company.Clusters)
	for _, t := range o.Targets {
		var undeclared func(string)
		if o.Undeclared != nil {
			undeclared = func(key string) { o.Undeclared(t.Name, key) }
		}
		views := config.View(p.clusters, t.SystemKeys, undeclared)
		for c, cluster := range p.clusters {
			if t.Optional && !slices.Contains(cluster.System.TargetNames(), t.Name) {
				views[c] = nil
			}
		}
		b.views = append(b.views, views)
	}
	return b
}

// rendersCompany tells whether the run makes all files of the company's folder that there are.
func (b *backends) rendersCompany() bool {
	return b.whole && slices.ContainsFunc(b.targets, func(t target.Target) bool { return t.Company != nil })
}

// unit is what the linker keeps of one service in one cluster and target.
type unit struct {
	cluster, target int
	linked          target.Linked
	paths           []kustomization.Path // by linked.Paths
	pods            []capacity.Pod
	instances       int
}

// compile runs every target over one service, which is one Service for each cluster of the plan, and puts the files.
func (b *backends) compile(services []*config.Service, put kustomization.Putter, report finding.Report) ([]unit, error) {
	var units []unit
	for c, service := range services {
		service.Only = b.plan.instances
		for t := range b.targets {
			u, err := b.compileFor(t, c, service, put, report)
			if err != nil {
				return nil, err
			}
			if u.linked.Unread || u.linked.Facts != nil || len(u.linked.Paths) > 0 || u.instances > 0 {
				units = append(units, u)
			}
		}
	}
	err := b.compileCompany(services, put, report)
	if b.reads != nil && len(services) > 0 {
		b.reads(services[0].Name, services[0].Folder.Reads())
	}
	return units, err
}

// compileFor runs one target over one service in one cluster. Meanwhile the service is of the cluster as the target may
// see it. When a file that the target asks for cannot be read, what would hold only a part of the service is left out,
// as PaaSTA makes nothing of it. Files of single instances are complete; an instance that needs the file has none.
func (b *backends) compileFor(t, c int, s *config.Service, put kustomization.Putter, report finding.Report) (unit, error) {
	u := unit{cluster: c, target: t, linked: target.Linked{Service: s.Name}}
	if b.views[t][c] == nil {
		return u, nil
	}
	full, resolved := s.Cluster, s.Resolved()
	s.Cluster = b.views[t][c]
	s.Folder.ForgetUnread()
	output := b.targets[t].Compile(s, report)
	s.Cluster, u.linked.Unread = full, s.Folder.Unread()
	u.linked.Facts, u.instances = output.Facts, s.Resolved()-resolved
	u.pods = b.judge(c, s, output.Files, report)
	for _, file := range b.inParts(output.Files) {
		if _, instance := b.layout.Owner(file.Path); u.linked.Unread && instance == "" {
			continue
		}
		if layout.IsKustomization(file.Path) {
			report(reservedName(s, file.Path))
			continue
		}
		paths, err := b.put(t, full.Name, file, put)
		if err != nil {
			return u, err
		}
		u.paths = append(u.paths, paths...)
		for _, p := range paths {
			u.linked.Paths = append(u.linked.Paths, layout.WithoutPart(p.Name))
		}
	}
	return u, nil
}

// compileCompany makes one service's files in the company's folder. It takes all clusters, so part of them makes none.
func (b *backends) compileCompany(services []*config.Service, put kustomization.Putter, report finding.Report) error {
	for t := range b.targets {
		if b.targets[t].Company == nil || !b.whole {
			continue
		}
		var here []*config.Service
		for c, service := range services {
			if b.views[t][c] != nil {
				narrow := *service
				narrow.Cluster = b.views[t][c]
				here = append(here, &narrow)
			}
		}
		if len(here) == 0 {
			continue
		}
		for _, file := range b.targets[t].Company(here, report) {
			if _, err := b.put(t, layout.CompanyFolder, file, put); err != nil {
				return err
			}
		}
	}
	return nil
}

func (b *backends) put(t int, folder string, file target.File, put kustomization.Putter) ([]kustomization.Path, error) {
	paths, err := put(folder, file)
	if err != nil {
		return nil, fmt.Errorf("%s: writing %s/%s: %w", b.targets[t].Name, folder, file.Path, err)
	}
	return paths, nil
}

// reservedName says that a file would take the place of a build unit's kustomization.yaml.
func reservedName(s *config.Service, path string) finding.Finding {
	return finding.Finding{Code: finding.NameCollision, Service: s.Name, Cluster: s.Cluster.Name,
		At:         finding.Position{File: s.Name},
		Message:    path + " is the file by which agents build the folder, so nothing else can have its name",
		Suggestion: "a name other than kustomization"}
}

// inParts gives the files of folders with too many objects for one build unit the paths of their parts.
func (b *backends) inParts(files []target.File) []target.File {
	if b.divided {
		return kustomization.Divide(b.layout, files)
	}
	return files
}

// checkTargets reports names in the system config's list of targets that no target has. When the run is narrowed to
// some targets it does not know the names of the others, and none is reported.
func checkTargets(targets []target.Target, clusters []*config.Cluster, report finding.Report) {
	var names []string
	for _, t := range targets {
		if t.Optional {
			names = append(names, t.Name)
		}
	}
	for _, c := range clusters {
		for _, item := range c.System.Targets() {
			if name, ok := item.Str(); !ok || len(names) > 0 && !slices.Contains(names, name) {
				report(finding.Finding{Code: finding.UnknownSelection, At: item.Position(), Cluster: c.Name,
					Message:    fmt.Sprintf("there is no optional target %q", item.Text),
					Suggestion: spelling.Nearest(item.Text, names)})
			}
		}
	}
}
