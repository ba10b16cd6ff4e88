// Package promql tells whether Prometheus would read a query. It is the one place that imports Prometheus' own parser.
package promql

import (
	"strings"

	"github.com/prometheus/prometheus/promql/parser"
)

// Check returns why Prometheus' parser refuses a query, empty when it does not.
func Check(query string) (why string) {
	if _, err := parser.NewParser(parser.Options{}).ParseExpr(query); err != nil {
		return err.Error()
	}
	return ""
}

// CheckTemplate is Check for a query in the adapter's configuration, whose <<…>> the adapter fills in: the known
// directives are replaced by what they may become. A query with other directives is taken to be right.
func CheckTemplate(query string) (why string) {
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(query, "<<")
		b.WriteString(before)
		if !found {
			return Check(b.String())
		}
		directive, after, closed := strings.Cut(rest, ">>")
		if !closed {
			return "a template directive << has no >>"
		}
		text := example(strings.TrimSpace(strings.Trim(directive, "-")))
		if text == "" {
			return ""
		}
		b.WriteString(text)
		query = after
	}
}

// example is what a directive may become. See prometheus-adapter's docs/config.md.
func example(directive string) string {
	switch {
	case directive == ".LabelMatchers":
		return `namespace="a"`
	case directive == ".Series", directive == ".GroupBy":
		return "pod"
	case strings.HasPrefix(directive, "index .LabelValuesByName "), strings.HasPrefix(directive, ".LabelValuesByName."):
		return "a"
	}
	return ""
}
