package config

import (
	"bytes"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"sync"
)

// noteRead takes down that a file of another service's folder has been asked for, whether it is there or not. A folder
// that nobody reached through Other notes nothing: what it reads is its own.
func (f *Folder) noteRead(name string) {
	if f.reader == nil {
		return
	}
	if f.reader.reads == nil {
		f.reader.reads = map[string]bool{}
	}
	f.reader.reads[path.Join(f.Name, name)] = true
}

// Reads returns the files of other folders that have been asked for through this one, sorted, as paths from the root of
// soa-configs: "web/smartstack.yaml". A path that ends in no file name, such as "web", is a listing of that folder.
// Files that are not there count: a service that looks for a file has other output when the file appears.
func (f *Folder) Reads() []string { return slices.Sorted(maps.Keys(f.reads)) }

// ReadByOthers tells whether the compilation of another service may ask for a file of a service's folder. Only the
// files of instances and of jobs are read by their own service alone. Name is a path within the folder.
func ReadByOthers(name string) bool {
	name = strings.TrimPrefix(name, "autotuned_defaults/")
	for _, own := range append(slices.Clip(InstanceTypes), "rollback") {
		if strings.HasPrefix(name, own+"-") {
			return false
		}
	}
	return name != "autotuned_defaults"
}

// Readers returns the services, sorted, that may ask for files of the given services: those whose files hold one of the
// names. It finds each service that Reads would tell of, and perhaps more; it costs no compilation. Services in skip
// are left out.
func Readers(soa fs.FS, names, skip []string) []string {
	if len(names) == 0 {
		return nil
	}
	entries, _ := fs.ReadDir(soa, ".")
	found := make([]bool, len(entries))
	const workers = 4 // waiting for the disk
	var wait sync.WaitGroup
	for w := range workers {
		wait.Go(func() {
			for i := w; i < len(entries); i += workers {
				name := entries[i].Name()
				if !slices.Contains(skip, name) && !strings.HasPrefix(name, ".") {
					found[i] = filesMention(soa, name, names)
				}
			}
		})
	}
	wait.Wait()
	var all []string
	for i, e := range entries {
		if found[i] {
			all = append(all, e.Name())
		}
	}
	return all
}

// filesMention tells whether a YAML file of a service mentions one of the names.
func filesMention(soa fs.FS, service string, names []string) bool {
	for _, dir := range []string{service, path.Join(service, "autotuned_defaults")} {
		entries, _ := fs.ReadDir(soa, dir)
		for _, e := range entries {
			if !strings.HasSuffix(e.Name(), ".yaml") {
				continue
			}
			data, err := fs.ReadFile(soa, path.Join(dir, e.Name()))
			if err == nil && slices.ContainsFunc(names, func(name string) bool { return mentions(data, name) }) {
				return true
			}
		}
	}
	return false
}

// mentions tells whether the text of a YAML file may name a service. The name in any place counts, and so does
// everything that may spell it in another way: an escape in a quoted text, a number, and the part of the name that
// PaaSTA does not take from the file (the registration of a Cassandra cluster begins with "cassandra_").
func mentions(text []byte, service string) bool {
	if bytes.Contains(text, []byte(service)) || strings.Trim(service, "-0123456789") == "" {
		return true
	}
	if rest, cassandra := strings.CutPrefix(service, "cassandra_"); cassandra && bytes.Contains(text, []byte(rest)) {
		return true
	}
	for i, c := range text {
		if c == '\\' && i+1 < len(text) && bytes.IndexByte([]byte("xuU\r\n"), text[i+1]) >= 0 {
			return true
		}
	}
	return false
}
