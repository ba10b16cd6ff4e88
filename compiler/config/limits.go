package config

import (
	"fmt"
	"io/fs"
	"maps"
	"slices"

	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

// Limits are the key `limits` of the system config, a key of paasta-render: what a commit may make us do. Zero means
// that the key is not set, and the default counts.
type Limits struct {
	FolderEntries  int // names in one folder
	Depth          int // folders in one another
	ChangedFiles   int // files that one comparison names
	ReferenceBytes int // of the list of references that a git remote sends
	file           yaml11.Limits
}

// ReadLimits reads the limits alone, for those who read folders and ask remotes before there is a Company.
func ReadLimits(system fs.FS, shown string) Limits {
	silent := func(finding.Finding) {}
	s := loadSystem(system, shown, silent)
	if s == nil {
		return Limits{file: yaml11.DefaultLimits}
	}
	return s.limits(silent)
}

// limits reads the key; what is no positive number is reported, and does not count.
func (s *System) limits(report finding.Report) Limits {
	l := Limits{file: yaml11.DefaultLimits}
	limits := map[string]*int{"folder_entries": &l.FolderEntries, "depth": &l.Depth,
		"changed_files": &l.ChangedFiles, "reference_bytes": &l.ReferenceBytes, "file_bytes": &l.file.Bytes,
		"file_values": &l.file.Values}
	for _, name := range slices.Sorted(maps.Keys(limits)) {
		value := s.Get("limits").Get(name)
		if value == nil {
			continue
		}
		if value.Kind != yaml11.Int || value.Big != nil || value.Int <= 0 {
			report(finding.Finding{Code: finding.SystemConfigKey, At: value.Position(),
				Message: fmt.Sprintf("limits.%s must be a whole number above 0", name)})
			continue
		}
		*limits[name] = int(value.Int)
	}
	return l
}
