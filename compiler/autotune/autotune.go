// Package autotune turns measured recommendations into the files of autotuned_defaults, byte for byte as PaaSTA's
// updater writes them (contrib/rightsizer_soaconfigs_update.py and config_utils.AutoConfigUpdater).
//
// A recommendation comes from the CSV of a rightsizer, from VerticalPodAutoscalers or from ranges of Prometheus. All
// three become a Recommendation; the rest of the way is one: merge with what stands in the file, clamp by the
// instance's autotune_limits, write.
package autotune

import (
	"path"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/paasta-render/paasta-render/compiler/finding"
)

// Folder is the folder of a service that holds the written files.
const Folder = "autotuned_defaults"

// Recommendation is what one instance should have.
type Recommendation struct {
	Service  string
	File     string // the name of the file without ".yaml", for example kubernetes-west-prod
	Instance string
	Settings []Setting
	At       finding.Position // in the input
	// Held tells why the instance must not get less CPU or memory than it has; empty when it may.
	Held string
}

// Setting is one key of autotuned_defaults and its value.
type Setting struct {
	Key   string
	Value *yaml.Node
}

// File is a file to write.
type File struct {
	Service string
	Path    string // below the soa-configs, with slashes
	Data    []byte
	Changes []Change
}

// Schema returns the name of the schema that PaaSTA's updater holds the file against; it knows no other kinds.
func Schema(f File) string {
	kind, _, _ := strings.Cut(path.Base(f.Path), "-")
	return Folder + "/" + kind
}

// Change is what happens to one number of an instance.
type Change struct {
	Service, File, Instance, Key string
	Before                       *float64 // nil when the file had no such value
	After                        float64  // cpus in cores; mem and disk in MiB; instances as a count
	Limit                        string   // "min" or "max" when autotune_limits decided; else empty
	Held                         string   // the reason why the old value was kept; empty when it was not
}
