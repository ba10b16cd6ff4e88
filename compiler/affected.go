package compiler

import (
	"bytes"
	"embed"
	"io/fs"
	"slices"
	"strings"

	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/target"
)

// shared is the source of what targets use beside their own packages.
//
//go:embed check/*.go config/*.go kustomization/*.go monitoring/*.go promql/*.go python/*.go target/*.go
var shared embed.FS

// affected keeps the targets that a change of the system config can reach. A target reads a key by its name, so one
// whose source does not spell the name cannot tell the difference. When more than keys changed, or when it is not known
// what targets spell, all are kept.
func affected(all []target.Target, source func(target string) fs.FS, base, head *config.Company) []target.Target {
	keys, ok := changedSystemKeys(base, head)
	if !ok || source == nil || spells(shared, keys) {
		return all
	}
	return slices.DeleteFunc(slices.Clone(all), func(t target.Target) bool {
		own := source(t.Name)
		return own != nil && !spells(own, keys)
	})
}

// changedSystemKeys lists the top-level keys that differ in any cluster; ok is false when the clusters do.
func changedSystemKeys(base, head *config.Company) (keys []string, ok bool) {
	if len(base.Clusters) != len(head.Clusters) {
		return nil, false
	}
	for i, before := range base.Clusters {
		after := head.Clusters[i]
		if before.Name != after.Name {
			return nil, false
		}
		for _, pairs := range [][2]*config.System{{before.System, after.System}, {after.System, before.System}} {
			for _, p := range pairs[0].Config.Pairs {
				if !p.Value.Equal(pairs[1].Get(p.Key.Text)) {
					keys = append(keys, p.Key.Text)
				}
			}
		}
	}
	slices.Sort(keys)
	return slices.Compact(keys), len(keys) > 0
}

// spells tells whether a Go file below root has one of the keys as a string. A file that cannot be read may.
func spells(root fs.FS, keys []string) bool {
	found := false
	_ = fs.WalkDir(root, ".", func(name string, e fs.DirEntry, err error) error {
		if err != nil {
			found = true
			return fs.SkipAll
		}
		if e.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		data, err := fs.ReadFile(root, name)
		found = err != nil || slices.ContainsFunc(keys, func(key string) bool {
			return slices.ContainsFunc([]string{`"` + key + `"`, "`" + key + "`", key + "."}, func(spelling string) bool {
				return bytes.Contains(data, []byte(spelling))
			})
		})
		if found {
			return fs.SkipAll
		}
		return nil
	})
	return found
}
