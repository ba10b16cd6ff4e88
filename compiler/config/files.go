package config

import (
	"errors"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

// readYAML reads a file of the soa-configs: nil, true when it is absent or empty; nil, false when it is wrong, which
// has been reported. Names that end in .json are read as JSON.
func (c *Company) readYAML(name string, report finding.Report) (root *yaml11.Node, ok bool) {
	return readYAMLAs(c.input.SOA, name, name, c.limits, report)
}

// readYAMLAs is readYAML for a file that findings call otherwise than the file system does.
func readYAMLAs(fsys fs.FS, name, shown string, limits yaml11.Limits, report finding.Report) (*yaml11.Node, bool) {
	data, err := fs.ReadFile(fsys, name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, true
	}
	if err != nil {
		report(unreadable(shown, err))
		return nil, false
	}
	if strings.HasSuffix(name, ".json") {
		return limits.ParseJSON(shown, data, report)
	}
	return limits.Parse(shown, data, report)
}

// notAMapping is what is wrong with a file that holds something else than keys and values.
func notAMapping(root *yaml11.Node) finding.Finding {
	return finding.Finding{Code: finding.NotAMapping, At: root.Position(),
		Message: "the file holds " + root.KindWithArticle() + ", not keys and values"}
}

// unreadable is what is wrong with a file that is there and cannot be read.
func unreadable(name string, err error) finding.Finding {
	var pathErr *fs.PathError
	if errors.As(err, &pathErr) {
		err = pathErr.Err
	}
	return finding.Finding{Code: finding.FileUnreadable, At: finding.Position{File: name},
		Message: "the file cannot be read: " + err.Error()}
}

// Folder is one service's folder. It reads a file when it is first asked for, and once. A Folder belongs to one
// goroutine.
type Folder struct {
	Name    string
	Company *Company
	report  finding.Report
	files   map[string]document
	names   []string
	entries []fs.DirEntry
	listed  bool
	others  map[string]*Folder
	merged  *yaml11.Node    // what base returns
	partial bool            // a file that merged is made of cannot be read
	unread  *bool           // what Unread returns; shared with others
	instead map[string]bool // files that With has put or taken away: whether they are there
	reader  *Folder         // the folder through which this one was reached by Other; nil when it is a service's own
	reads   map[string]bool // what Reads returns
}

type document struct {
	root *yaml11.Node
	ok   bool
	// other is true when the file can be read and holds something else than a mapping.
	other bool
}

// Unread tells whether a file has been asked for, since ForgetUnread, that is there and cannot be read, here or in
// another service's folder. PaaSTA raises then, and makes nothing of what it was making.
func (f *Folder) Unread() bool { return *f.unread }

// ForgetUnread makes Unread begin anew.
func (f *Folder) ForgetUnread() { *f.unread = false }

// YAML returns a file's top-level mapping: nil when the file is absent, empty, or wrong. What is wrong is reported
// once. PaaSTA: service_configuration_lib.read_yaml_file, where an empty file is {}.
func (f *Folder) YAML(name string) *yaml11.Node {
	d := f.document(name)
	*f.unread = *f.unread || !d.ok
	return d.root
}

// Broken tells whether the file is there and cannot be read as a mapping.
func (f *Folder) Broken(name string) bool {
	return !f.document(name).ok
}

func (f *Folder) document(name string) document {
	f.noteRead(name)
	if d, ok := f.files[name]; ok {
		return d
	}
	full := path.Join(f.Name, name)
	report := func(x finding.Finding) {
		x.Service = f.Name
		f.report(x)
	}
	var d document
	d.root, d.ok = f.Company.readYAML(full, report)
	if d.ok && d.root == nil && f.dangling(name) {
		d.ok = false
		report(finding.Finding{Code: finding.FileUnreadable, At: finding.Position{File: full},
			Message: "the file cannot be read: it is a link to a file that does not exist"})
	}
	switch {
	case !d.ok || d.root.IsNull() || !d.root.IsMap() && !d.root.Truthy():
		d.root = nil
	case !d.root.IsMap():
		report(notAMapping(d.root))
		d = document{other: true}
	}
	if f.files == nil {
		f.files = map[string]document{}
	}
	f.files[name] = d
	return d
}

// dangling tells whether a file of the folder itself is a link that leads nowhere.
func (f *Folder) dangling(name string) bool {
	if _, replaced := f.instead[name]; replaced || f.Name == "" || !slices.Contains(f.list(), name) {
		return false
	}
	_, err := fs.Stat(f.Company.input.SOA, path.Join(f.Name, name))
	return errors.Is(err, fs.ErrNotExist)
}

// Exists tells whether the folder has the file, without reading it.
func (f *Folder) Exists(name string) bool {
	f.noteRead(name)
	if there, replaced := f.instead[name]; replaced {
		return there
	}
	if dir, base := path.Split(name); dir != "" {
		_, err := fs.Stat(f.Company.input.SOA, path.Join(f.Name, name))
		return err == nil && base != ""
	}
	_, found := slices.BinarySearch(f.list(), name)
	return found
}

// Names lists the folder's own entries, sorted.
func (f *Folder) Names() []string {
	f.noteRead(".")
	return f.list()
}

func (f *Folder) list() []string {
	if !f.listed {
		f.listed = true
		var err error
		f.entries, err = fs.ReadDir(f.Company.input.SOA, f.Name)
		if err != nil && !errors.Is(err, fs.ErrNotExist) && f.report != nil {
			f.report(unreadable(f.Name, err))
		}
		for _, e := range f.entries {
			f.names = append(f.names, e.Name())
		}
		slices.Sort(f.names)
	}
	return f.names
}

// Entries lists a sub-folder with the type of each entry, "." the folder itself; nil when there is no such folder.
func (f *Folder) Entries(dir string) []fs.DirEntry {
	if dir == "." {
		f.Names()
		return f.entries
	}
	f.noteRead(dir)
	entries, _ := fs.ReadDir(f.Company.input.SOA, path.Join(f.Name, dir))
	return entries
}

// List returns the entries of a sub-folder, sorted; none when there is no such folder.
func (f *Folder) List(dir string) []string {
	f.noteRead(dir)
	entries, _ := fs.ReadDir(f.Company.input.SOA, path.Join(f.Name, dir))
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	slices.Sort(names)
	return names
}

// Text returns a file's bytes; ok is false when it is absent or unreadable.
func (f *Folder) Text(name string) (data []byte, ok bool) {
	f.noteRead(name)
	data, err := fs.ReadFile(f.Company.input.SOA, path.Join(f.Name, name))
	return data, err == nil
}

// Other returns another service's folder ("_shared" for the shared secrets), kept for this folder's lifetime. Tron
// actions and smartstack namespaces may name other services. Reads tells what is asked for in such folders.
func (f *Folder) Other(name string) *Folder {
	if name == f.Name {
		return f
	}
	if f.others == nil {
		f.others = map[string]*Folder{}
	}
	other := f.others[name]
	if other == nil {
		other = f.Company.Folder(name, f.report)
		other.unread, other.reader = f.unread, f
		if f.reader != nil {
			other.reader = f.reader
		}
		f.others[name] = other
	}
	return other
}
