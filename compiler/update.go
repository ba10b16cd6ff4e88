package compiler

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/paasta-render/paasta-render/compiler/check"
	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/kustomization"
	"github.com/paasta-render/paasta-render/compiler/layout"
	"github.com/paasta-render/paasta-render/compiler/tree"
)

// maxUpdated is the share of services above which an update, which compiles each of them twice, does not pay.
const maxUpdated = 0.25

// Update renders the head of a pair into out, which holds what the base renders to: only services that may differ are
// compiled, and only their files are put. It uses the same comparison as Compare.
//
// It is for changes that leave the set of files as it is, and what spans services. When the change is another one, why
// says so, and what was put is worth nothing: then Compile renders the head. What is wrong is reported of services
// that may differ only, as the base had no errors.
func Update(p Pair, o Options, out tree.Sink, report finding.Report) (result Result, why string, err error) {
	if p.System || p.Beside || p.Shared {
		return Result{}, "files changed that every service may read", nil
	}
	base, basePlan, ok := o.open(p.Base, silent)
	if !ok {
		return Result{}, "the configuration before cannot be opened", nil
	}
	head, headPlan, ok := o.open(p.Head, report)
	if !ok || !slices.Equal(clusterNames(basePlan.clusters), clusterNames(headPlan.clusters)) {
		return Result{}, "the clusters differ", nil
	}
	names := slices.DeleteFunc(slices.Clone(p.Services), func(name string) bool {
		return !slices.Contains(basePlan.services, name) && !slices.Contains(headPlan.services, name)
	})
	if float64(len(names)) > max(1, maxUpdated*float64(len(headPlan.services))) {
		return Result{}, fmt.Sprintf("%d of %d services may differ", len(names), len(headPlan.services)), nil
	}
	u := &update{
		before: updated{base, newLinker(newBackends(o, basePlan)), &recorded{}, silent},
		after:  updated{head, newLinker(newBackends(o, headPlan)), &recorded{Sink: out}, report},
	}
	u.after.describe()
	err = o.each(len(names), func(n int) error { return u.service(n, names[n]) })
	if err != nil {
		return Result{}, "", err
	}
	clusters := clusterNames(headPlan.clusters)
	result = Result{Clusters: clusters, Folders: clusters, Services: len(names), Instances: u.after.instances, Files: u.after.files}
	if u.after.rendersCompany() {
		result.Folders = append(slices.Clone(clusters), layout.CompanyFolder)
	}
	return result, u.why(), nil
}

// update is a run of Update.
type update struct{ before, after updated }

// updated is one side of it.
type updated struct {
	company *config.Company
	*linker
	put    *recorded
	report finding.Report
}

// service compiles a service on both sides. The files of the head are put when the base has them.
func (u *update) service(n int, name string) error {
	for _, s := range []*updated{&u.before, &u.after} {
		if !slices.Contains(s.plan.services, name) {
			continue
		}
		said := said{}
		folder := s.company.Folder(name, said.note(s.report))
		if s == &u.after {
			check.Folder(folder, s.company.Clusters, said.note(s.report))
		}
		units, err := s.compile(folder.Load(s.plan.clusters), kustomization.Shipped(s.put, s.layout), said.unsaid(s.report))
		if err != nil {
			return err
		}
		s.add(n, units)
		if s == &u.before {
			u.after.put.allow(u.before.put)
		}
	}
	return nil
}

// why says why an update is not enough; empty when it is.
func (u *update) why() string {
	for _, s := range []*updated{&u.before, &u.after} {
		for _, slots := range s.slots {
			if slices.ContainsFunc(slots, func(x slot) bool { return x.Unread }) {
				return "a file cannot be read"
			}
		}
	}
	if file := otherPath(u.before.put, u.after.put); file != "" {
		return file + " appears or disappears"
	}
	if differ := otherFacts(u.before.linker, u.after.linker); len(differ) > 0 {
		return "files of " + u.after.targets[differ[0]].Name + " that span services may differ"
	}
	// The split of files over ConfigMaps depends on their sizes.
	for path, size := range u.before.put.sizes {
		if u.after.put.sizes[path] != size && u.after.layout.OfOutput(path).Delivery == layout.InConfigMap {
			return "the size of " + path + ", which is in a ConfigMap with others, differs"
		}
	}
	return ""
}

// otherPath returns the first file that only one side has; empty when there is none.
func otherPath(a, b *recorded) string {
	first := ""
	for _, pair := range [][2]*recorded{{a, b}, {b, a}} {
		for path := range pair[0].sizes {
			if _, both := pair[1].sizes[path]; !both && (first == "" || strings.Compare(path, first) < 0) {
				first = path
			}
		}
	}
	return first
}

// recorded is a sink that remembers the sizes of files, in bytes, and passes on those that another one has, too.
type recorded struct {
	tree.Sink
	mu      sync.Mutex
	sizes   map[string]int
	allowed map[string]int
}

// Put takes a file.
func (r *recorded) Put(f tree.File) error {
	r.mu.Lock()
	if r.sizes == nil {
		r.sizes = map[string]int{}
	}
	r.sizes[f.Path] = len(f.Data)
	_, pass := r.allowed[f.Path]
	r.mu.Unlock()
	if r.Sink == nil || !pass {
		return nil
	}
	return r.Sink.Put(f)
}

// allow makes r pass on the files that another one has by now.
func (r *recorded) allow(other *recorded) {
	other.mu.Lock()
	defer other.mu.Unlock()
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.allowed == nil {
		r.allowed = map[string]int{}
	}
	for path, size := range other.sizes {
		r.allowed[path] = size
	}
}
