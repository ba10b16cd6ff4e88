package output

import (
	"os"
	"slices"
	"strings"

	"github.com/go-git/go-billy/v5"
)

// settled is a git directory without what pushes in flight have brought. go-git finds objects in git's quarantine,
// too, as a hook should; but a push may be refused, and a commit that relies on its objects is then broken.
type settled struct{ billy.Filesystem }

// ReadDir leaves out git's folders for incoming objects. See git-receive-pack(1), quarantine environment.
func (s settled) ReadDir(name string) ([]os.FileInfo, error) {
	entries, err := s.Filesystem.ReadDir(name)
	return slices.DeleteFunc(entries, func(e os.FileInfo) bool {
		return e.IsDir() && (strings.HasPrefix(e.Name(), "tmp_objdir-") || strings.HasPrefix(e.Name(), "incoming-"))
	}), err
}
