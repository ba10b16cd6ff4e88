package compiler

import (
	"cmp"
	"fmt"
	"slices"
	"sync"

	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/kustomization"
	"github.com/paasta-render/paasta-render/compiler/target"
	"github.com/paasta-render/paasta-render/compiler/tree"
)

// linker keeps what Link needs: paths and facts, never configuration, so that memory stays flat.
type linker struct {
	clusters  []*config.Cluster
	targets   []target.Target
	layout    *target.Layout
	mu        sync.Mutex
	slots     [][]slot // by cluster, then target
	done      int
	instances int
	files     int
	buffer    []byte
	pieces    bool // files that no ConfigMap holds are put in pieces, too; a comparison looks at whole files alone
}

// slot is one service's facts, in the place that its number in the list of services gives it.
type slot struct {
	target.Linked
	service int
	sizes   []int // bytes, by path
}

func newLinker(clusters []*config.Cluster, targets []target.Target) *linker {
	return &linker{clusters: clusters, targets: targets, layout: target.NewLayout(targets), slots: make([][]slot, len(clusters)*len(targets))}
}

// add files a service's units and returns how many services are done.
func (l *linker) add(service int, units []unit) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, u := range units {
		at := u.cluster*len(l.targets) + u.target
		l.slots[at] = append(l.slots[at], slot{u.linked, service, u.sizes})
		l.instances += u.instances
		l.files += len(u.linked.Paths)
	}
	l.done++
	return l.done
}

// link runs every target's Link in list order, cluster by cluster, then writes the cluster's kustomization.yaml.
func (l *linker) link(out tree.Sink, report finding.Report) (files int, err error) {
	for c, cluster := range l.clusters {
		var paths []kustomization.Path
		namespaces := map[string]bool{}
		for t := range l.targets {
			linked := l.sorted(c, t)
			for _, service := range linked {
				for i, path := range service.Paths {
					paths = append(paths, kustomization.Path{Name: path, Size: service.sizes[i]})
				}
			}
			if l.targets[t].Link == nil {
				continue
			}
			for _, file := range l.targets[t].Link(cluster, facts(linked), report) {
				if target.IsNamespaceFile(file.Path) {
					if namespaces[file.Path] {
						continue
					}
					namespaces[file.Path] = true
				}
				put, err := l.put(out, cluster.Name, file)
				if err != nil {
					return 0, fmt.Errorf("%s: %s/%s: %w", l.targets[t].Name, cluster.Name, file.Path, err)
				}
				files += len(put)
				paths = append(paths, put...)
			}
		}
		if len(paths) == 0 {
			continue
		}
		for _, file := range kustomization.Files(l.layout, cluster.Name, paths, report) {
			if _, err := l.put(out, cluster.Name, file); err != nil {
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

// put encodes a file into the linker's buffer, which the sink does not keep, and returns what it has put: the file, and
// its pieces where no ConfigMap holds it.
func (l *linker) put(out tree.Sink, cluster string, f target.File) ([]kustomization.Path, error) {
	data, err := encode(l.buffer[:0], f)
	if err != nil {
		return nil, err
	}
	l.buffer = data
	paths := []kustomization.Path{{Name: f.Path, Size: len(data)}}
	if err := out.Put(tree.File{Path: cluster + "/" + f.Path, Data: data}); err != nil {
		return nil, err
	}
	if !l.pieces || !kustomization.InPieces(l.layout, f.Path, len(data)) {
		return paths, nil
	}
	pieces, err := putPieces(cluster, f.Path, data, out)
	return append(paths, pieces...), err
}
