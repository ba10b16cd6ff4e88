package publish

import (
	"path"
	"regexp"
	"strings"
	"unicode"
)

// Allowance is what a source commit's Allow-Delete trailers permit.
type Allowance []string

var trailer = regexp.MustCompile(`(?mi)^[ \t]*Allow-Delete:[ \t]*(.+?)[ \t]*$`)

// Allowed reads the Allow-Delete lines of commit messages: SERVICE, SERVICE.INSTANCE, CLUSTER, CLUSTER/SERVICE,
// CLUSTER/SERVICE.INSTANCE or all, several by commas or blanks, in quotes or not; * stands for any part of a name.
func Allowed(messages ...string) Allowance {
	var all Allowance
	for _, message := range messages {
		for _, m := range trailer.FindAllStringSubmatch(message, -1) {
			for _, name := range strings.FieldsFunc(m[1], isBetween) {
				if name = strings.TrimRight(name, "."); name != "" {
					all = append(all, name)
				}
			}
		}
	}
	return all
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
	for _, pattern := range a {
		if pattern == "all" {
			return true
		}
		for _, name := range names {
			if ok, err := path.Match(pattern, name); ok && err == nil {
				return true
			}
		}
	}
	return false
}
