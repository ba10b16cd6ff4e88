package publish

import (
	"path"
	"regexp"
	"strings"
)

// Allowance is what a source commit's Allow-Delete trailers permit.
type Allowance []string

var trailer = regexp.MustCompile(`(?mi)^[ \t]*Allow-Delete:[ \t]*(.+?)[ \t]*$`)

// Allowed reads the Allow-Delete trailers of a commit message: SERVICE, SERVICE.INSTANCE, CLUSTER, CLUSTER/SERVICE,
// CLUSTER/SERVICE.INSTANCE or all, several by commas or blanks; * stands for any part of a name.
func Allowed(message string) Allowance {
	var all Allowance
	for _, m := range trailer.FindAllStringSubmatch(message, -1) {
		all = append(all, strings.FieldsFunc(m[1], func(r rune) bool { return r == ',' || r == ' ' || r == '\t' })...)
	}
	return all
}

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
