package publish

import (
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// Allowance is what trailers of one name in a source commit's message permit.
type Allowance struct {
	names    map[string]bool
	patterns []string // names with a star
}

// maxPatterns is how many names with a star count: each is held against each deletion. A message may hold a million.
const maxPatterns = 1000

func (a *Allowance) add(name string) {
	switch {
	case !strings.ContainsAny(name, `*?[\`):
		if a.names == nil {
			a.names = map[string]bool{}
		}
		a.names[name] = true
	case len(a.patterns) < maxPatterns:
		a.patterns = append(a.patterns, name)
	}
}

// Permissions are what a source commit's trailers permit.
type Permissions struct {
	Delete  Allowance // Allow-Delete: what may be deleted
	Drop    Allowance // Allow-Drop: what may drop to one pod
	Refused Allowance // Allow-Refused: what the API server may refuse
}

var trailer = regexp.MustCompile(`(?mi)^[ \t]*Allow-(Delete|Drop|Refused):[ \t]*(.+?)[ \t]*$`)

// Allowed reads the Allow lines of commit messages: SERVICE, SERVICE.INSTANCE, CLUSTER, CLUSTER/SERVICE,
// CLUSTER/SERVICE.INSTANCE or all, several by commas or blanks, in quotes or not; * stands for any part of a name.
func Allowed(messages ...string) Permissions {
	var all Permissions
	lists := map[string]*Allowance{"delete": &all.Delete, "drop": &all.Drop, "refused": &all.Refused}
	for _, message := range messages {
		for _, m := range trailer.FindAllStringSubmatch(message, -1) {
			list := lists[strings.ToLower(m[1])]
			for _, name := range strings.FieldsFunc(m[2], isBetween) {
				if name = strings.TrimRight(name, "."); name != "" {
					list.add(name)
				}
			}
		}
	}
	return all
}

// shown lists some of the names, sorted.
func (a *Allowance) shown() []string {
	const most = 10
	names := slices.Sorted(maps.Keys(a.names))
	names = append(names, a.patterns...)
	if len(names) > most {
		names = append(names[:most:most], "…")
	}
	return names
}

// isBetween tells what stands between names, or around one.
func isBetween(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(",;\"'`", r) }

// permits tells whether the deletion of something is allowed. Service and instance may be empty.
func (a Allowance) permits(cluster, service, instance string) bool {
	names := []string{cluster}
	if service != "" {
		names = append(names, service, cluster+"/"+service)
	}
	if service != "" && instance != "" {
		names = append(names, service+"."+instance, cluster+"/"+service+"."+instance)
	}
	if a.names["all"] || slices.ContainsFunc(names, func(name string) bool { return a.names[name] }) {
		return true
	}
	for _, pattern := range a.patterns {
		for _, name := range names {
			if ok, err := path.Match(pattern, name); ok && err == nil {
				return true
			}
		}
	}
	return false
}
