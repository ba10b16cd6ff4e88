package network

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/spelling"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

// mainEntry is the entry of dependencies.yaml of instances without dependencies_reference. PaaSTA: get_dependencies.
const mainEntry = "main"

// reader reads the rules of one service in one cluster.
type reader struct {
	service *config.Service
	report  finding.Report
}

// instance reads an instance's wall and its rules.
func (r *reader) instance(i *config.Instance) instance {
	one := instance{service: i.Service.Name, name: i.Name, namespace: i.PodNamespace(), backends: i.Backends(),
		operated: !i.RunsPods() && i.Type != "adhoc"}
	one.wall, one.wallAt = r.wall(i)
	entry := r.entry(i)
	if entry.IsNull() {
		r.checkWall(i, &one)
		return one
	}
	if !entry.IsList() {
		r.wrong(entry, "dependencies are "+entry.KindWithArticle()+", not a list", "")
		return one
	}
	for _, dependency := range entry.Items {
		one.rules = append(one.rules, parse(dependency, r.wrong)...)
		r.unknownKeys(dependency)
	}
	r.checkRules(one.rules)
	r.checkWall(i, &one)
	return one
}

// wall is outbound_firewall: of the key security, which the instance has from service.yaml, else of security.yaml.
// PaaSTA's firewall read the first; the second is ours, since PaaSTA's schema refuses the key in files of instances by
// now.
func (r *reader) wall(i *config.Instance) (string, finding.Position) {
	n := i.Get("security").Get("outbound_firewall")
	if n.IsNull() {
		n = r.service.Folder.YAML("security.yaml").Get("outbound_firewall")
	}
	if n.IsNull() {
		return "", finding.Position{}
	}
	name, _ := n.Str()
	if known := []string{"block", "monitor"}; !slices.Contains(known, name) {
		r.report(finding.Finding{Code: WallWrong, At: n.Position(), Service: r.service.Name,
			Suggestion: spelling.Nearest(name, known),
			Message:    fmt.Sprintf("outbound_firewall is %q, neither block nor monitor: there is no policy", n.Text)})
		return "", n.Position()
	}
	return strings.Clone(name), n.Position()
}

// entry is the list of dependencies that the instance refers to.
func (r *reader) entry(i *config.Instance) *yaml11.Node {
	name := mainEntry
	if reference, ok := i.Get("dependencies_reference").Str(); ok && reference != "" {
		name = reference
	}
	return i.Get("dependencies").Get(name)
}

// wrong reports a rule with which PaaSTA's firewall stopped, or which it left out.
func (r *reader) wrong(n *yaml11.Node, message, suggestion string) {
	r.report(finding.Finding{Code: RuleWrong, At: n.Position(), Message: message, Suggestion: suggestion,
		Service: r.service.Name})
}

func (r *reader) unknownKeys(n *yaml11.Node) {
	if !n.IsMap() {
		return
	}
	for _, p := range n.Pairs {
		if !slices.Contains(ruleKeys, p.Key.Text) {
			r.report(finding.Finding{Code: RuleUnused, Severity: finding.Warning, At: p.Key.Position(), Service: r.service.Name,
				Suggestion: spelling.Nearest(p.Key.Text, ruleKeys),
				Message: fmt.Sprintf("the key %q of a dependency lets nothing through: known are %s", p.Key.Text,
					strings.Join(ruleKeys, ", "))})
		}
	}
}

// checkRules reports rules that allow everything, and rules that add nothing to others.
func (r *reader) checkRules(rules []rule) {
	for n, one := range rules {
		if one.everything() {
			r.report(finding.Finding{Code: RuleAllowsAll, Severity: finding.Warning, At: one.at, Service: r.service.Name,
				Message: fmt.Sprintf("%s lets the pods call everything: the firewall has no effect", one)})
		}
		for m, other := range rules {
			if m == n || !other.covers(one) || one.covers(other) && m > n {
				continue
			}
			r.report(finding.Finding{Code: RuleUnused, Severity: finding.Warning, At: one.at, Service: r.service.Name,
				Message: fmt.Sprintf("the rule adds nothing: %s lets it through already", other),
				Notes:   []finding.Note{{At: other.at, Message: "the other rule"}}})
			break
		}
	}
}

// checkWall reports what no policy is made for, and walls without a door.
func (r *reader) checkWall(i *config.Instance, one *instance) {
	f := finding.Finding{Code: NoPolicy, At: one.wallAt}
	switch {
	case one.wall == "monitor":
		f.Severity = finding.Info
		f.Message = "outbound_firewall: monitor is no policy: NetworkPolicies cannot log what they would refuse, so " +
			"nothing is refused"
	case one.wall == "block" && one.operated:
		f.Severity = finding.Warning
		f.Message = "the pods are made by an operator, whose labels are not known here: no policy is made, and nothing " +
			"is refused"
	case one.wall == "block" && len(one.rules) == 0:
		f.Code, f.Severity = WallWithoutDoor, finding.Warning
		f.Message = "the instance may call nothing but DNS and what every pod may call: no dependency is listed for it"
	default:
		return
	}
	r.report(i.Finding(f))
}

// unused reports entries of dependencies.yaml that no instance of any cluster refers to.
func (r *reader) unused() {
	all := r.service.Folder.YAML("dependencies.yaml")
	if !all.IsMap() {
		return
	}
	used := map[string]bool{}
	for _, s := range r.service.Folder.Load(r.service.Cluster.Company.Clusters) {
		for _, i := range s.Instances() {
			name := mainEntry
			if reference, ok := i.Get("dependencies_reference").Str(); ok && reference != "" {
				name = reference
			}
			used[name] = true
		}
	}
	for _, p := range all.Pairs {
		if p.Key.IsString() && !used[p.Key.Text] && !strings.HasPrefix(p.Key.Text, "_") {
			names := slices.Sorted(maps.Keys(used))
			r.report(finding.Finding{Code: RuleUnused, Severity: finding.Warning, At: p.Key.Position(), Service: r.service.Name,
				Message: fmt.Sprintf("no instance refers to the dependencies %q: instances refer to %s", p.Key.Text,
					strings.Join(names, ", "))})
		}
	}
}
