package config

import (
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

// System is PaaSTA's system config of one cluster, and what PaaSTA finds beside it on a host.
//
// Layout of the system directory: *.json and *.yaml, merged in order of name, directly in it or in paasta/; beside them
// sensu/team_data.json, nail/etc/* and nail/srv/configs/*. clusters/<cluster>/ has the same layout and lies over the
// common part.
type System struct {
	Config *yaml11.Node // merged; never nil
	dirs   []string     // where other files are looked up: the cluster's own directory first
	fsys   fs.FS
	shown  string // how findings name the system directory
	report finding.Report
	files  map[string]*yaml11.Node
	view   *view // nil when every key may be read
}

// Get returns a key of the system config; nil when it is not set, and in a view when it is not one of the view's.
func (s *System) Get(key string) *yaml11.Node {
	if s.view != nil && s.view.undeclared != nil && !slices.Contains(s.view.keys, key) {
		s.view.undeclared(key)
	}
	return s.Config.Get(key)
}

// TargetsKey is the key of the system config, ours, that lists the optional targets of a cluster.
const TargetsKey = "targets"

// Targets returns the items of that list.
func (s *System) Targets() []*yaml11.Node {
	if list := s.Get(TargetsKey); list.IsList() {
		return list.Items
	}
	return nil
}

// TargetNames returns the optional targets that the cluster's system config names.
func (s *System) TargetNames() []string {
	var names []string
	for _, item := range s.Targets() {
		if name, ok := item.Str(); ok {
			names = append(names, name)
		}
	}
	return names
}

// Prices returns the key `prices`, one of ours: which types of machines there are, and what they cost.
func (s *System) Prices() *yaml11.Node { return s.Get("prices") }

// systemFiles are read once when the system config is opened, so that a System can be shared by goroutines.
var systemFiles = []string{
	"sensu/team_data.json",
	"nail/etc/location_types.json", "nail/etc/location_mapping.json",
	"nail/etc/ecosystem", "nail/etc/habitat", "nail/etc/region", "nail/etc/runtimeenv", "nail/etc/superregion",
	"nail/srv/configs/spark.yaml",
	"nail/etc/zookeeper_discovery/infrastructure/local.yaml",
	"synapse-tools.conf.json", "envoy_migration.yaml", "envoy_ingress_listeners.json",
}

// SystemFiles are the names that File knows.
func SystemFiles() []string { return slices.Clone(systemFiles) }

// File returns a file beside the system config, such as "sensu/team_data.json"; nil when it is absent. Files that are
// neither JSON nor YAML are strings.
func (s *System) File(name string) *yaml11.Node { return s.files[name] }

// ReadText returns any other file beside the system config.
func (s *System) ReadText(name string) (data []byte, ok bool) {
	for _, dir := range s.dirs {
		if data, err := fs.ReadFile(s.fsys, path.Join(dir, name)); err == nil {
			return data, true
		}
	}
	return nil, false
}

// List returns the entries of a directory beside the system config, sorted.
func (s *System) List(name string) []string {
	var names []string
	for _, dir := range s.dirs {
		entries, _ := fs.ReadDir(s.fsys, path.Join(dir, name))
		for _, e := range entries {
			names = append(names, e.Name())
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// YAML reads a file beside the system config that is in a directory found with List; nil when it is absent or wrong.
func (s *System) YAML(name string) *yaml11.Node {
	for _, dir := range s.dirs {
		if full := path.Join(dir, name); exists(s.fsys, full) {
			root, _ := readYAMLAs(s.fsys, full, path.Join(s.shown, full), yaml11.DefaultLimits, s.report)
			return root
		}
	}
	return nil
}

func exists(fsys fs.FS, name string) bool {
	_, err := fs.Stat(fsys, name)
	return err == nil
}

// loadSystem reads the common part. PaaSTA: utils.load_system_paasta_config, except that files merge in order of name.
func loadSystem(fsys fs.FS, shown string, report finding.Report) *System {
	config, found := readConfigDir(fsys, ".", shown, report)
	if !found {
		report(finding.Finding{Code: finding.SystemConfigMissing, At: finding.Position{File: path.Join(shown, ".")},
			Message: "the system directory holds no *.json", Suggestion: "--system-dir DIR", Fix: finding.Advice})
		return nil
	}
	if config == nil {
		return nil
	}
	s := &System{Config: config, dirs: []string{"."}, fsys: fsys, shown: shown, report: report}
	s.readFiles()
	return s
}

// readConfigDir merges the *.json and *.yaml of dir/paasta, or of dir itself. found is false when there are none; the
// node is nil when one of them is wrong.
func readConfigDir(fsys fs.FS, dir, shown string, report finding.Report) (config *yaml11.Node, found bool) {
	if nested := path.Join(dir, "paasta"); exists(fsys, nested) {
		dir = nested
	}
	var names []string
	_ = fs.WalkDir(fsys, dir, func(name string, e fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return nil
		case e.IsDir():
			if name != dir && slices.Contains([]string{"clusters", "sensu", "nail"}, e.Name()) {
				return fs.SkipDir
			}
			if name != dir && path.Base(dir) != "paasta" {
				return fs.SkipDir
			}
		case strings.HasSuffix(name, ".json") || strings.HasSuffix(name, ".yaml"):
			if !slices.Contains(systemFiles, name) && path.Base(name) != "gates.yaml" { // rules for changes; see package gate
				names = append(names, name)
			}
		}
		return nil
	})
	slices.Sort(names)
	ok := true
	config = yaml11.NewMap()
	for _, name := range names {
		root, good := readYAMLAs(fsys, name, path.Join(shown, name), yaml11.DefaultLimits, report)
		ok = ok && good
		if root == nil {
			continue
		}
		if !root.IsMap() {
			report(notAMapping(root))
			ok = false
			continue
		}
		if !reportDuplicates(root, config, "", report) {
			ok = false
		}
		config = yaml11.DeepMerge(root, config)
	}
	if !ok {
		return nil, true
	}
	return config, len(names) > 0
}

// reportDuplicates reports keys that both mappings set to something other than mappings.
func reportDuplicates(upper, lower *yaml11.Node, prefix string, report finding.Report) (ok bool) {
	ok = true
	for _, p := range upper.Pairs {
		below := lower.Get(p.Key.Text)
		switch {
		case below == nil:
		case p.Value.IsMap() && below.IsMap():
			ok = reportDuplicates(p.Value, below, prefix+p.Key.Text+".", report) && ok
		default:
			report(finding.Finding{Code: finding.SystemDuplicateKey, At: p.Key.Position(),
				Message: "two system config files set " + prefix + p.Key.Text,
				Notes:   []finding.Note{{At: below.Position(), Message: "first here"}}})
			ok = false
		}
	}
	return ok
}

// forCluster lays clusters/<name>/ over the common part.
func (s *System) forCluster(name string, report finding.Report) *System {
	dir := path.Join("clusters", name)
	if !exists(s.fsys, dir) {
		return s
	}
	config, _ := readConfigDir(s.fsys, dir, s.shown, report)
	merged := &System{Config: yaml11.DeepMerge(config, s.Config), dirs: []string{dir, "."}, fsys: s.fsys, shown: s.shown,
		report: report}
	merged.readFiles()
	return merged
}

// with returns the system config with keys over it that no file has set.
func (s *System) with(keys map[string]string) *System {
	if len(keys) == 0 {
		return s
	}
	changed := *s
	for _, key := range slices.Sorted(maps.Keys(keys)) {
		changed.Config = changed.Config.With(key, yaml11.NewString(keys[key]))
	}
	return &changed
}

func (s *System) readFiles() {
	s.files = map[string]*yaml11.Node{}
	for _, name := range systemFiles {
		for _, dir := range s.dirs {
			full := path.Join(dir, name)
			if !exists(s.fsys, full) {
				continue
			}
			if ext := path.Ext(name); ext == ".json" || ext == ".yaml" {
				s.files[name], _ = readYAMLAs(s.fsys, full, path.Join(s.shown, full), yaml11.DefaultLimits, s.report)
			} else if data, err := fs.ReadFile(s.fsys, full); err == nil {
				s.files[name] = yaml11.NewString(strings.TrimSpace(string(data)))
			}
			break
		}
	}
}
