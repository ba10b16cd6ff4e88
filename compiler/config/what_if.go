package config

import (
	"maps"
	"slices"

	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

// With returns the folder as it would be if some files held other values; nil stands for a file that is not there.
// Nothing is reported of it: explain asks "what if" this way.
func (f *Folder) With(files map[string]*yaml11.Node) *Folder {
	what := *f
	what.report = func(finding.Finding) {}
	what.files = maps.Clone(f.files)
	if what.files == nil {
		what.files = map[string]document{}
	}
	what.names = slices.Clone(f.list())
	what.entries, what.listed, what.others, what.merged = f.entries, true, nil, nil
	what.reads = nil
	what.unread = new(bool)
	what.instead = map[string]bool{}
	for name, root := range files {
		what.files[name] = document{root: root, ok: true}
		what.instead[name] = root != nil
		at, found := slices.BinarySearch(what.names, name)
		switch {
		case found && root == nil:
			what.names = slices.Delete(what.names, at, at+1)
		case !found && root != nil:
			what.names = slices.Insert(what.names, at, name)
		}
	}
	return &what
}

// WithSystem returns the cluster as it would be with another system config.
func (c *Cluster) WithSystem(config *yaml11.Node) *Cluster {
	system, what := *c.System, *c
	system.Config = config
	what.System = &system
	return &what
}

// WithSystemFile returns the cluster as it would be with another file beside the system config, one of SystemFiles.
func (c *Cluster) WithSystemFile(name string, root *yaml11.Node) *Cluster {
	system, what := *c.System, *c
	system.files = maps.Clone(system.files)
	system.files[name] = root
	what.System = &system
	return &what
}
