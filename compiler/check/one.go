package check

import (
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

// Text judges the content of one file by a schema, for a file that is not written yet. name is the file's path for the
// findings. It returns false when the file is not valid.
func Text(name, schema string, data []byte, report finding.Report) bool {
	root, ok := yaml11.Parse(name, data, report)
	if !ok || root == nil {
		return false
	}
	rules := compiled()[schema]
	if rules == nil || rules.valid(root) {
		return rules != nil
	}
	e := evaluation{report: func(v violation) {
		report(finding.Finding{Code: v.code, At: v.at, Message: v.message, Suggestion: v.suggestion, Fix: v.fix,
			Notes: v.notes})
	}}
	e.value(rules, root, root.Position())
	return false
}
