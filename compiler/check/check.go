// Package check holds files against their schemas and says which keys and files nothing reads.
package check

import (
	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/finding"
)

// Folder checks one service's folder.
func Folder(f *config.Folder, clusters []*config.Cluster, report finding.Report) {
}
