package compiler

import (
	"cmp"
	"fmt"
	"slices"
	"sync"

	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/kustomization"
	"github.com/paasta-render/paasta-render/compiler/target"
)

// linker keeps what Link needs: paths and facts, never configuration, so that memory stays flat.
type linker struct {
	*backends
	mu        sync.Mutex
	slots     [][]slot // by cluster, then target
	instances int
	files     int
	stood     Stood
}

// slot is one service's facts, in the place that its number in the list of services gives it.
type slot struct {
	target.Linked
	service int
	sizes   []int // bytes, by path
}

func newLinker(b *backends) *linker {
	return &linker{backends: b, slots: make([][]slot, len(b.plan.clusters)*len(b.targets))}
}

// add files a service's units by its number in the list of services.
func (l *linker) add(service int, units []unit) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, u := range units {
		at := u.cluster*len(l.targets) + u.target
		l.slots[at] = append(l.slots[at], slot{u.linked, service, u.sizes})
		l.instances += u.instances
		l.files += len(u.linked.Paths)
	}
}

// link runs every target's Link in list order, cluster by cluster, then writes the cluster's kustomization.yaml. It
// returns the number of files that it put.
func (l *linker) link(put putter, report finding.Report) (files int, err error) {
	for c, cluster := range l.plan.clusters {
		var paths []kustomization.Path
		namespaces := map[string]bool{}
		var unread unreadIn
		for t := range l.targets {
			linked := l.sorted(c, t)
			unread.add(l.targets[t], linked)
			for _, service := range linked {
				for i, path := range service.Paths {
					paths = append(paths, kustomization.Path{Name: path, Size: service.sizes[i]})
				}
			}
			if l.targets[t].Link == nil || l.views[t][c] == nil {
				continue
			}
			for _, file := range l.targets[t].Link(l.views[t][c], facts(linked), report) {
				if target.IsNamespaceFile(file.Path) && namespaces[file.Path] {
					continue
				}
				namespaces[file.Path] = true
				put, err := l.put(t, cluster.Name, file, put)
				if err != nil {
					return 0, err
				}
				files += len(put)
				paths = append(paths, put...)
			}
		}
		kept, err := l.keep(put, cluster.Name, &unread, paths)
		if err != nil {
			return 0, fmt.Errorf("%s: keeping what stood: %w", cluster.Name, err)
		}
		files += len(kept)
		paths = append(paths, kept...)
		if len(paths) == 0 {
			continue
		}
		for _, file := range kustomization.Files(l.layout, cluster.Name, paths, report) {
			if _, err := put(cluster.Name, file); err != nil {
				return 0, fmt.Errorf("%s/%s: %w", cluster.Name, file.Path, err)
			}
			files++
		}
	}
	return files, nil
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
