package compiler

import (
	"cmp"
	"fmt"
	"slices"
	"sync"

	"github.com/paasta-render/paasta-render/compiler/capacity"
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/kustomization"
	"github.com/paasta-render/paasta-render/compiler/layout"
	"github.com/paasta-render/paasta-render/compiler/target"
)

// linker keeps what Link needs: paths and facts, never configuration, so that memory stays flat.
type linker struct {
	*backends
	mu        sync.Mutex
	slots     [][]slot            // by cluster, then target
	pods      [][]capacity.Pod    // by cluster; in order once Link begins
	prices    capacity.PriceFiles // those whose faults are reported
	complete  bool                // all services of the company are added, so sums over all pods mean something
	instances int
	files     int
	stood     Stood
	// narrowed is set when a comparison leaves targets out that cannot tell the difference. What all files of a cluster
	// decide is then not known here: its kustomizations and the namespace of its ConfigMaps. They change no pod.
	narrowed bool
}

// slot is one service's facts, in the place that its number in the list of services gives it.
type slot struct {
	target.Linked
	service int
	paths   []kustomization.Path
}

func newLinker(b *backends) *linker {
	return &linker{backends: b, slots: make([][]slot, len(b.plan.clusters)*len(b.targets)),
		pods: make([][]capacity.Pod, len(b.plan.clusters))}
}

// add files a service's units by its number in the list of services.
func (l *linker) add(service int, units []unit) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, u := range units {
		at := u.cluster*len(l.targets) + u.target
		l.slots[at] = append(l.slots[at], slot{u.linked, service, u.paths})
		l.pods[u.cluster] = append(l.pods[u.cluster], u.pods...)
		l.instances += u.instances
		l.files += len(u.linked.Paths)
	}
}

// link runs every target's Link in list order, cluster by cluster, then writes the build units and what agents need to
// know of them. It returns the number of files that it put.
func (l *linker) link(put kustomization.Putter, report finding.Report) (files int, err error) {
	for c, cluster := range l.plan.clusters {
		l.sortPods(c)
		l.judgePools(c, report)
		compiled, linked, unread, err := l.linkTargets(c, put, report)
		if err != nil {
			return 0, err
		}
		kept, err := l.keep(put, cluster.Name, &unread, append(compiled, linked...))
		if err != nil {
			return 0, fmt.Errorf("%s: keeping what stood: %w", cluster.Name, err)
		}
		paths := slices.Concat(compiled, linked, kept)
		if len(paths) == 0 {
			continue
		}
		units, err := l.units(c, paths, put, report)
		if err != nil {
			return 0, err
		}
		files += len(linked) + len(kept) + units
	}
	return files, nil
}

// linkTargets puts what the targets' Link makes for a cluster. It returns what the services gave before, what it has
// put, and what could not be read.
func (l *linker) linkTargets(c int, put kustomization.Putter, report finding.Report) (compiled, linked []kustomization.Path, u unreadIn, err error) {
	manifests := []target.File{}
	namespaces := map[string]bool{}
	for t := range l.targets {
		services := l.sorted(c, t)
		u.add(l.targets[t], services)
		for _, service := range services {
			compiled = append(compiled, service.paths...)
		}
		if l.targets[t].Link == nil || l.views[t][c] == nil {
			continue
		}
		for _, file := range l.targets[t].Link(l.views[t][c], facts(services), report) {
			switch {
			case layout.IsNamespaceFile(file.Path) && namespaces[file.Path]:
			case l.layout.Of(file.Path).Delivery == layout.AsManifest: // put when all are known, for they may be too many
				namespaces[file.Path] = true
				manifests = append(manifests, file)
			default:
				paths, err := l.put(t, l.plan.clusters[c].Name, file, put)
				if err != nil {
					return nil, nil, u, err
				}
				linked = append(linked, paths...)
			}
		}
	}
	for _, file := range l.inParts(manifests) {
		paths, err := put(l.plan.clusters[c].Name, file)
		if err != nil {
			return nil, nil, u, fmt.Errorf("writing %s/%s: %w", l.plan.clusters[c].Name, file.Path, err)
		}
		linked = append(linked, paths...)
	}
	return compiled, linked, u, nil
}

// units puts the kustomizations of a cluster's build units and what the agents' targets make of them. It returns the
// number of files.
func (l *linker) units(c int, paths []kustomization.Path, put kustomization.Putter, report finding.Report) (int, error) {
	if l.narrowed {
		return 0, nil
	}
	cluster := l.plan.clusters[c].Name
	made := kustomization.Of(l.layout, cluster, paths, report)
	files := made.Files
	for t := range l.targets {
		if l.targets[t].Agent != nil && l.views[t][c] != nil {
			files = append(files, l.targets[t].Agent(l.views[t][c], made.Units, report)...)
		}
	}
	for _, file := range files {
		if _, err := put(cluster, file); err != nil {
			return 0, fmt.Errorf("writing %s/%s: %w", cluster, file.Path, err)
		}
	}
	return len(files), nil
}

// sorted returns what the services gave one target in one cluster, in order of service, and forgets it.
func (l *linker) sorted(cluster, t int) []slot {
	at := cluster*len(l.targets) + t
	slots := l.inOrder(at)
	l.slots[at] = nil
	return slots
}

// inOrder sorts what is at one place by service and returns it.
func (l *linker) inOrder(at int) []slot {
	slices.SortFunc(l.slots[at], func(a, b slot) int { return cmp.Compare(a.service, b.service) })
	return l.slots[at]
}

// facts are the services as Link sees them.
func facts(slots []slot) []target.Linked {
	linked := make([]target.Linked, len(slots))
	for i := range slots {
		linked[i] = slots[i].Linked
	}
	return linked
}
