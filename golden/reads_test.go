package golden

import (
	"io/fs"
	"slices"
	"strings"
	"testing"

	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/paasta"
)

// foreseen fails the test when a service asks for a file of another one that diff and publish would not know of: they
// compile a service again only when one of its own files changed or Readers names it.
func foreseen(t *testing.T, soa fs.FS) func(service string, files []string) {
	return func(service string, files []string) {
		for _, file := range files {
			owner, within, _ := strings.Cut(file, "/")
			switch {
			case owner == paasta.SharedService: // its change concerns all services
			case !config.ReadByOthers(within):
				t.Errorf("%s asks for %s, and config.ReadByOthers does not say so", service, file)
			case !slices.Contains(config.Readers(soa, []string{owner}, nil), service):
				t.Errorf("%s asks for %s, and config.Readers does not find it", service, file)
			}
		}
	}
}
