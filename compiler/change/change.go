// Package change finds out which services two revisions of soa-configs may render otherwise, from git's hashes and
// without compiling anything. It errs on one side only: a service that it leaves out gives the same output at both
// revisions.
package change

import (
	"fmt"
	"slices"
	"strings"

	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/source"
)

// SystemFolder is the folder of soa-configs that may hold the system config.
const SystemFolder = "_system"

// Change is what differs between two revisions. Paths are relative to the root of soa-configs.
type Change struct {
	// Services are the services whose own files differ, or which may read files of such a service; sorted.
	Services []string
	Own      []string // files that differ in folders of services
	Shared   []string // files that differ and that every service may read
	System   []string // files that differ in SystemFolder
}

// Readers returns the services that may ask for files of the given services. Those in skip need not be among them.
type Readers func(services, skip []string) []string

// Between compares two revisions. Readers is asked who reads what differs; nil looks through the head's files for names
// (see config.Readers), which needs no record of what an earlier compilation has read. An error tells of a submodule,
// or of more files than may change at once.
func Between(base, head *source.Tree, readers Readers) (Change, error) {
	var c Change
	for _, name := range source.Changed(base, head, ".") {
		if name != SystemFolder && (isSubmodule(base, name) || isSubmodule(head, name)) {
			return c, fmt.Errorf("%s is a submodule: soa-configs are read from one repository, and what it holds is not seen",
				name)
		}
		files, err := source.ChangedFiles(base, head, name)
		if err != nil {
			return c, err
		}
		c.sort(name, files)
	}
	if len(c.Shared) > 0 {
		return c, nil
	}
	if readers == nil {
		readers = func(services, skip []string) []string { return config.Readers(head, services, skip) }
	}
	var read []string
	for _, file := range c.Own {
		service, within, _ := strings.Cut(file, "/") // nothing is within a folder that is a link
		if (within == "" || config.ReadByOthers(within)) && !slices.Contains(read, service) {
			read = append(read, service)
		}
	}
	c.Services = append(c.Services, readers(read, c.Services)...)
	slices.Sort(c.Services)
	c.Services = slices.Compact(c.Services)
	return c, nil
}

// sort files what differs below one name at the root.
func (c *Change) sort(name string, files []string) {
	switch {
	case name == SystemFolder:
		c.System = append(c.System, files...)
	case name == "tron", name == "authenticating.yaml", name == ".metadata.json", strings.HasPrefix(name, "_"):
		c.Shared = append(c.Shared, files...) // read for every service, or by any
	case strings.HasPrefix(name, "."):
	default:
		c.Services = append(c.Services, name)
		c.Own = append(c.Own, files...)
	}
}

func isSubmodule(tree *source.Tree, name string) bool {
	_, ok := tree.Submodule(name)
	return ok
}
