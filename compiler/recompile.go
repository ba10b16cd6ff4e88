package compiler

import (
	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/kustomization"
	"github.com/paasta-render/paasta-render/compiler/target"
	"github.com/paasta-render/paasta-render/compiler/tree"
)

// Recompile compiles one service in one cluster, to be compared: as in Compared, Kubernetes objects stay what they are.
// Nothing is reported. Paths begin with the cluster's name.
func Recompile(s *config.Service, targets []target.Target) ([]tree.File, error) {
	b := newBackends(Options{Targets: targets}, plan{clusters: []*config.Cluster{s.Cluster}})
	var out tree.Memory
	_, err := b.compile([]*config.Service{s}, kustomization.Unencoded(&out, b.layout), silent)
	return out.Files(), err
}

// RecompileLinked is Recompile with the linked files that the service would give if there were no other. All files are
// encoded.
func RecompileLinked(s *config.Service, targets []target.Target) ([]tree.File, error) {
	b := newBackends(Options{Targets: targets}, plan{clusters: []*config.Cluster{s.Cluster}})
	var out tree.Memory
	put := kustomization.Encoded(&out)
	units, err := b.compile([]*config.Service{s}, put, silent)
	if err != nil {
		return nil, err
	}
	l := newLinker(b)
	l.add(0, units)
	_, err = l.link(put, silent)
	return out.Files(), err
}
