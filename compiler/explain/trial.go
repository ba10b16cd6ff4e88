package explain

import (
	"strings"

	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/diff"
	"github.com/paasta-render/paasta-render/compiler/diff/compare"
	"github.com/paasta-render/paasta-render/compiler/layout"
	"github.com/paasta-render/paasta-render/compiler/tree"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

// trial experiments with one service in one cluster.
type trial struct {
	service  *config.Service
	compiler Compiler
	layout   *layout.Layout
	files    []tree.File // what the service compiles to as it is
	moved    map[string]map[string]map[string]bool
}

// cost is how many compilations it takes to tell keys apart.
func (t *trial) cost(keys []key) int {
	n := 0
	for i := range keys {
		if t.moved[keys[i].id()] == nil {
			n++
		}
	}
	return n
}

// moves tells whether taking a changed key back takes back any field of a change.
func (t *trial) moves(k *key, change *diff.Change) bool {
	if t.moved == nil {
		t.moved = map[string]map[string]map[string]bool{}
	}
	moved, known := t.moved[k.id()]
	if !known {
		moved = t.fieldsThatMove(t.whatIf(k.name, k.paths, k.before))
		t.moved[k.id()] = moved
	}
	fields := moved[change.Object.String()]
	for i := range change.Edits {
		if fields[change.Edits[i].Path] || fields[""] || change.Edits[i].Path == "" && len(fields) > 0 {
			return true
		}
	}
	return false
}

// whatIf is the service as it would be if a value stood at some paths of a file of its folder, or of the system config.
func (t *trial) whatIf(name string, paths [][]string, value *yaml11.Node) *config.Service {
	cluster := t.service.Cluster
	folder := t.service.Folder
	switch file, isBeside := strings.CutPrefix(name, beside); {
	case isBeside:
		root := cluster.System.File(file)
		for _, path := range paths {
			root = put(root, path, value)
		}
		cluster, folder = cluster.WithSystemFile(file, root), folder.With(nil)
	case name == "":
		root := cluster.System.Config
		for _, path := range paths {
			root = put(root, path, value)
		}
		cluster, folder = cluster.WithSystem(root), folder.With(nil)
	default:
		root := folder.YAML(name)
		for _, path := range paths {
			root = put(root, path, value)
		}
		folder = folder.With(map[string]*yaml11.Node{name: root})
	}
	return folder.Load([]*config.Cluster{cluster})[0]
}

// fieldsThatMove compiles a service and returns which fields of which objects are not as they were.
func (t *trial) fieldsThatMove(s *config.Service) map[string]map[string]bool {
	files, err := t.compiler.Recompile(s, t.compiler.Targets)
	if err != nil {
		return nil
	}
	moved := map[string]map[string]bool{}
	for _, change := range compare.Files(t.layout, files, t.files) {
		fields := map[string]bool{}
		for i := range change.Edits {
			fields[change.Edits[i].Path] = true
		}
		moved[change.Object.String()] = fields
	}
	return moved
}
