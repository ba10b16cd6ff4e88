package validate

import (
	"path"

	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

// rollbackBounds wants a bound in every condition of a file. PaaSTA: validate_rollback_bounds.
func (c *checker) rollbackBounds(file string) {
	root := c.YAML(file)
	if root == nil {
		return
	}
	conditions := root.Get("conditions")
	if conditions == nil {
		c.report(finding.Finding{Code: finding.RollbackBounds, At: finding.Position{File: path.Join(c.Name, file), Line: 1,
			Column: 1},
			Service: c.Name, Message: "conditions is missing", Suggestion: "conditions: {}"})
		return
	}
	for _, source := range conditions.Pairs {
		c.bounds(source)
	}
}

func (c *checker) bounds(source yaml11.Pair) {
	if !source.Value.IsList() {
		return
	}
	for _, condition := range source.Value.Items {
		if condition.IsMap() && !condition.Get("lower_bound").Truthy() && !condition.Get("upper_bound").Truthy() {
			c.report(finding.Finding{Code: finding.RollbackBounds, At: condition.Position(), Service: c.Name,
				Message:    "the condition has neither lower_bound nor upper_bound; 0 counts as none",
				Suggestion: "upper_bound: 0.01"})
		}
	}
}
