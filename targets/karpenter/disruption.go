package karpenter

import (
	"fmt"
	"regexp"
	"strings"

	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/paasta-render/paasta-render/compiler/python"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

var (
	budgetNodes    = regexp.MustCompile(`^(?:(?:100|[0-9]{1,2})%|[0-9]+)$`)
	budgetSchedule = regexp.MustCompile(`^(?:@(?:annually|yearly|monthly|weekly|daily|midnight|hourly)|\S+\s\S+\s\S+\s\S+\s\S+)$`)
	budgetDuration = regexp.MustCompile(`^(?:(?:[0-9]+[hm])|(?:[0-9]+h[0-9]+m))(?:0s)?$`)
)

var (
	policies = []string{"WhenEmpty", "WhenEmptyOrUnderutilized", "Balanced"}
	reasons  = []string{"Underutilized", "Empty", "Drifted"}
)

// disruption reads when Karpenter may replace nodes: consolidate (default WhenEmptyOrUnderutilized), consolidate_after
// (default "1m") and budgets (default: 10 % of the nodes at a time).
func (r *reader) disruption(n *yaml11.Node) disruption {
	d := disruption{ConsolidationPolicy: "WhenEmptyOrUnderutilized", ConsolidateAfter: "1m"}
	if policy := n.Get("consolidate"); !policy.IsNull() {
		d.ConsolidationPolicy = r.text(policy)
		r.oneOf(policy, d.ConsolidationPolicy, policies)
	}
	if after := n.Get("consolidate_after"); !after.IsNull() {
		d.ConsolidateAfter = r.matching(after, durationNever, `a duration of hours, minutes and seconds such as "5m", or "Never"`)
	}
	budgets := n.Get("budgets")
	if budgets.IsNull() {
		return d
	}
	if !budgets.IsList() || len(budgets.Items) > 50 {
		r.wrong(budgets, "budgets must be a list of at most 50 mappings with nodes", "")
		return d
	}
	for _, item := range budgets.Items {
		d.Budgets = append(d.Budgets, r.budget(item))
	}
	return d
}

func (r *reader) budget(n *yaml11.Node) budget {
	if !n.IsMap() {
		r.wrong(n, "a budget must be a mapping with nodes", "")
		return budget{}
	}
	r.known(n, []string{"nodes", "reasons", "schedule", "duration"})
	var b budget
	nodes := n.Get("nodes")
	switch {
	case nodes.IsNull():
		r.wrong(n, `the budget has no nodes, a count or a percentage such as "10%"`, "")
	case nodes.Kind == yaml11.Int && nodes.Int >= 0:
		b.Nodes = python.Str(nodes)
	default:
		b.Nodes = r.matching(nodes, budgetNodes, `a count of nodes, or a percentage from "0%" to "100%"`)
	}
	b.Reasons = r.texts(n.Get("reasons"))
	for i, reason := range b.Reasons {
		at := n.Get("reasons")
		if at.IsList() {
			at = at.Items[i]
		}
		r.oneOf(at, reason, reasons)
	}
	b.Schedule = r.matching(n.Get("schedule"), budgetSchedule, `a schedule of cron with five fields, or one such as "@daily"`)
	b.Duration = r.matching(n.Get("duration"), budgetDuration, `a duration of hours and minutes such as "8h"`)
	if (b.Schedule == "") != (b.Duration == "") {
		r.wrong(n, "schedule and duration of a budget need one another", "")
	}
	return b
}

// limits reads the most that the pool may have: cpus (cores), mem (MiB), gpus, nodes.
func (r *reader) limits(n *yaml11.Node) map[string]string {
	if n.IsNull() {
		return nil
	}
	if !n.IsMap() {
		r.wrong(n, "limits must be a mapping of cpus (cores), mem (MiB), gpus and nodes", "")
		return nil
	}
	units := map[string]struct{ name, unit string }{
		"cpus": {"cpu", ""}, "mem": {"memory", "Mi"}, "gpus": {"nvidia.com/gpu", ""}, "nodes": {"nodes", ""},
	}
	r.known(n, []string{"cpus", "mem", "gpus", "nodes"})
	all := map[string]string{}
	for _, p := range n.Pairs {
		unit, known := units[p.Key.Text]
		if !known {
			continue
		}
		if value, ok := p.Value.Number(); !ok || value < 0 || p.Value.Kind == yaml11.Bool {
			r.wrong(p.Value, fmt.Sprintf("limits.%s must be a number that is not negative", p.Key.Text), "")
			continue
		}
		text := strings.TrimSuffix(python.Str(p.Value), ".0") + unit.unit
		if _, err := resource.ParseQuantity(text); err != nil {
			r.wrong(p.Value, fmt.Sprintf("limits.%s is %s, which is no quantity of Kubernetes", p.Key.Text, text), "")
		}
		all[unit.name] = text
	}
	return all
}
