// Package compiler is the pipeline: soa-configs in, one manifest tree a cluster out. ARCHITECTURE.md tells the rest.
package compiler

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"sync"

	"github.com/paasta-render/paasta-render/compiler/check"
	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/emit"
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/kustomization"
	"github.com/paasta-render/paasta-render/compiler/target"
	"github.com/paasta-render/paasta-render/compiler/tree"
)

// Options say what to compile and how.
type Options struct {
	Targets   []target.Target
	Selection Selection
	// Source returns a target's own Go source; nil when it is not known. Compare asks it which targets a change of the
	// system config can reach.
	Source func(target string) fs.FS
	Jobs   int // services compiled at once; at least 1
	// Progress is told how many services are done; it may be called from several goroutines. Nil when nobody watches.
	Progress func(done, total int)
	// Stop ends the run between two services when it returns true. Nil means never.
	Stop func() bool
}

// Result is what a compilation came to.
type Result struct {
	Clusters  []string // rendered, by name
	Services  int
	Instances int
	Files     int
}

// Compile renders the input into out, which it neither commits nor discards. Everything wrong with the configuration
// is reported; the error is for what no configuration causes.
func Compile(in config.Input, o Options, out tree.Sink, report finding.Report) (Result, error) {
	company := config.Open(in, report)
	if company == nil {
		return Result{}, nil
	}
	plan, ok := o.Selection.resolve(company, report)
	if !ok {
		return Result{}, nil
	}
	check.Shared(company, report)
	l := newLinker(plan.clusters, o.Targets)
	plan.layout, l.pieces = l.layout, true
	var result Result
	for _, c := range plan.clusters {
		result.Clusters = append(result.Clusters, c.Name)
	}
	err := parallel(o.Jobs, len(plan.services), func(n int) error {
		if o.Stop != nil && o.Stop() {
			return ErrStopped
		}
		folder := company.Folder(plan.services[n], report)
		check.Folder(folder, company.Clusters, report)
		units, err := compileService(folder, plan, o.Targets, out, report)
		if err != nil {
			return err
		}
		done := l.add(n, units)
		if o.Progress != nil {
			o.Progress(done, len(plan.services))
		}
		return nil
	})
	if err != nil {
		return Result{}, err
	}
	files, err := l.link(out, report)
	if err != nil {
		return Result{}, err
	}
	result.Services, result.Instances, result.Files = len(plan.services), l.instances, l.files+files
	return result, nil
}

// unit is what the linker keeps of one service in one cluster and target.
type unit struct {
	cluster, target int
	linked          target.Linked
	sizes           []int // bytes, by linked.Paths
	instances       int
}

// compileService runs every target over one service in every cluster and puts the files.
func compileService(f *config.Folder, p plan, targets []target.Target, out tree.Sink, report finding.Report) ([]unit, error) {
	return compileLoaded(f.Load(p.clusters), p, targets, out, report)
}

// compileLoaded is compileService for a folder that has been loaded: one Service a cluster of the plan.
func compileLoaded(services []*config.Service, p plan, targets []target.Target, out tree.Sink, report finding.Report) ([]unit, error) {
	_, asDocs := out.(*docs)
	var units []unit
	held := buffers.Get().(*[]byte)
	buffer := *held
	defer func() {
		*held = buffer
		buffers.Put(held)
	}()
	for c, service := range services {
		service.Only = p.instances
		counted := 0
		for t := range targets {
			output := targets[t].Compile(service, report)
			u := unit{cluster: c, target: t, linked: target.Linked{Service: service.Name, Facts: output.Facts}, instances: service.Resolved() - counted}
			counted = service.Resolved()
			for _, file := range output.Files {
				put := tree.File{Path: service.Cluster.Name + "/" + file.Path}
				if asDocs && file.Each == nil && p.layout.Of(file.Path).Delivery == target.AsManifest {
					put.Docs = file.Docs
				} else {
					data, err := encode(buffer[:0], file)
					if err != nil {
						return nil, fmt.Errorf("%s: %s: %w", targets[t].Name, put.Path, err)
					}
					buffer, put.Data = data, data
				}
				if err := out.Put(put); err != nil {
					return nil, err
				}
				u.linked.Paths = append(u.linked.Paths, file.Path)
				u.sizes = append(u.sizes, len(put.Data))
				if !asDocs && kustomization.InPieces(p.layout, file.Path, len(put.Data)) {
					if err := u.addPieces(service.Cluster.Name, file.Path, put.Data, out); err != nil {
						return nil, err
					}
				}
			}
			if u.linked.Facts != nil || len(u.linked.Paths) > 0 || u.instances > 0 {
				units = append(units, u)
			}
		}
	}
	return units, nil
}

// addPieces puts what a file that no ConfigMap holds reaches the cluster as.
func (u *unit) addPieces(cluster, path string, data []byte, out tree.Sink) error {
	pieces, err := putPieces(cluster, path, data, out)
	for _, piece := range pieces {
		u.linked.Paths = append(u.linked.Paths, piece.Name)
		u.sizes = append(u.sizes, piece.Size)
	}
	return err
}

func putPieces(cluster, path string, data []byte, out tree.Sink) (put []kustomization.Path, err error) {
	for _, piece := range kustomization.Pieces(path, data) {
		bytes, _ := piece.Docs[0].([]byte)
		if err := out.Put(tree.File{Path: cluster + "/" + piece.Path, Data: bytes}); err != nil {
			return nil, err
		}
		put = append(put, kustomization.Path{Name: piece.Path, Size: len(bytes)})
	}
	return put, nil
}

// docs is a sink that leaves objects as they are where nothing needs their bytes: a comparison looks into few of them.
type docs struct{ tree.Memory }

// buffers hold what a service's files are encoded into; sinks do not keep it.
var buffers = sync.Pool{New: func() any { return new([]byte) }}

// encode turns a target's file into bytes.
func encode(b []byte, f target.File) ([]byte, error) {
	if len(f.Docs) == 1 {
		if data, ok := f.Docs[0].([]byte); ok {
			return append(b, data...), nil
		}
		if strings.HasSuffix(f.Path, ".json") {
			return emit.JSON(b, f.Docs[0])
		}
	}
	if f.Each == nil {
		return emit.YAML(b, f.Docs...)
	}
	var err error
	add := func(doc any) bool {
		b, err = emit.YAML(emit.Separate(b), doc)
		return err == nil
	}
	for _, doc := range f.Docs {
		if !add(doc) {
			return nil, err
		}
	}
	f.Each(add)
	return b, err
}

// Selection narrows what is compiled. Empty lists mean everything.
type Selection struct {
	Clusters, Services, Instances []string
}

// plan is a Selection held against a company.
type plan struct {
	clusters  []*config.Cluster
	services  []string
	instances []string
	layout    *target.Layout
}

func (s Selection) resolve(c *config.Company, report finding.Report) (plan, bool) {
	p := plan{services: c.Services, clusters: c.Clusters, instances: s.Instances}
	ok := true
	if len(s.Services) > 0 {
		p.services = slices.Clone(s.Services)
		slices.Sort(p.services)
		p.services = slices.Compact(p.services)
		for _, name := range p.services {
			if !slices.Contains(c.Services, name) {
				report(unknownSelection("service", name, c.Services))
				ok = false
			}
		}
	}
	if len(s.Clusters) > 0 {
		p.clusters = nil
		var names []string
		for _, cluster := range c.Clusters {
			names = append(names, cluster.Name)
			if slices.Contains(s.Clusters, cluster.Name) {
				p.clusters = append(p.clusters, cluster)
			}
		}
		for _, name := range s.Clusters {
			if !slices.Contains(names, name) {
				report(unknownSelection("cluster", name, names))
				ok = false
			}
		}
	}
	return p, ok
}

func unknownSelection(what, name string, known []string) finding.Finding {
	return finding.Finding{Code: finding.UnknownSelection, Message: fmt.Sprintf("there is no %s %q", what, name),
		Suggestion: check.Nearest(name, known)}
}
