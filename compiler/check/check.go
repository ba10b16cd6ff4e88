// Package check holds a service's files against the JSON Schemas and finds what nothing reads.
//
// Schema verdicts are those of PaaSTA's validator, jsonschema 2.5.1 for draft 4, on the values that PyYAML makes: a
// boolean is no number, 2.0 is no integer, and keys may be anything. Meaning beyond the schema is not judged here; see
// compiler/validate.
package check

import (
	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/spelling"
)

// Nearest returns the candidate that a misspelled name means, "" when none is like it.
func Nearest(name string, candidates []string) string { return spelling.Nearest(name, candidates) }

// Folder makes every check of this package, as `render` does: a file for an unknown cluster is an error, what a schema
// says of smartstack.yaml and service.yaml a warning.
func Folder(f *config.Folder, clusters []*config.Cluster, report finding.Report) {
	Schemas(f, finding.Warning, report)
	Unused(f, clusters, finding.Error, report)
}
