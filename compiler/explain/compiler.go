package explain

import (
	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/target"
	"github.com/paasta-render/paasta-render/compiler/tree"
)

// Compiler is what this package experiments with: it compiles a service again, with other values. It is handed in, so
// that explaining stands beside the pipeline and not on top of it.
type Compiler struct {
	Targets []target.Target
	// Recompile compiles one service of one cluster by itself; RecompileLinked also makes the linked files that it would
	// give if there were no other service. Both are package compiler's functions of these names.
	Recompile, RecompileLinked func(*config.Service, []target.Target) ([]tree.File, error)
}
