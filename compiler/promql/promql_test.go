package promql_test

import (
	"testing"

	"github.com/paasta-render/paasta-render/compiler/promql"
)

func TestCheckTemplate(t *testing.T) {
	for _, query := range []string{
		`sum(rate(x[5m]))`,
		`sum(<<.Series>>{<<.LabelMatchers>>}) by (<<.GroupBy>>)`,
		`x{a='<<index .LabelValuesByName "kube_deployment">>'}`,
		`x{<< .LabelMatchers >>,b="c"}`,
		`<<range .GroupBySlice>>anything goes`,
	} {
		if why := promql.CheckTemplate(query); why != "" {
			t.Errorf("%s: %s", query, why)
		}
	}
	for _, query := range []string{``, `sum(x`, `sum(<<.Series>>{<<.LabelMatchers>>}`, `rate(x)`, `x{<<.LabelMatchers}`} {
		if promql.CheckTemplate(query) == "" {
			t.Errorf("%s is taken", query)
		}
	}
}
