package validate

import (
	"fmt"
	"slices"
	"strings"

	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/python"
	"github.com/paasta-render/paasta-render/compiler/spelling"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

// withoutMem are the types whose mem has units of its own. PaaSTA: validate of each type's config class.
var withoutMem = []string{"cassandracluster", "cassandraclustereks", "kafkacluster", "nrtsearchservice",
	"nrtsearchserviceeks", "monkrelays"}

// quantities wants cpus and mem to be numbers; a boolean is one in Python. PaaSTA: InstanceConfig.check_cpus,
// check_mem.
func (c *checker) quantities(k *cluster, i *instance) {
	keys := []string{"cpus", "mem"}
	if slices.Contains(withoutMem, i.kind) {
		keys = keys[:1]
	}
	for _, key := range keys {
		if n := i.config.Get(key); !n.IsNull() && !n.IsNumber() && !c.mistyped[n.Position()] {
			c.report(k.finding(i, finding.Finding{Code: finding.NotANumber, At: n.Position(),
				Message: key + " is no number but " + python.Repr(n)}))
		}
	}
}

// dependencies wants dependencies_reference to be a key of dependencies.yaml. PaaSTA: check_dependencies_reference.
func (c *checker) dependencies(k *cluster, i *instance) {
	reference := i.config.Get("dependencies_reference")
	if reference.IsNull() {
		return
	}
	dependencies := c.dependenciesOf(i)
	if contains(dependencies, reference) {
		return
	}
	var names []string
	if dependencies.IsMap() {
		for _, p := range dependencies.Pairs {
			names = append(names, p.Key.Text)
		}
	}
	c.report(k.finding(i, finding.Finding{Code: finding.UnknownDependencies, At: reference.Position(),
		Suggestion: spelling.Nearest(reference.Text, names),
		Message:    "dependencies.yaml has no entry " + python.Repr(reference)}))
}

// dependenciesOf is the effective `dependencies`; PaaSTA takes a file that holds a list or a string as it is.
func (c *checker) dependenciesOf(i *instance) *yaml11.Node {
	const name = "dependencies.yaml"
	merged := i.config.Get("dependencies")
	if merged.Truthy() || !c.Exists(name) || c.YAML(name) != nil {
		return merged
	}
	data, _ := c.Text(name)
	root, _ := yaml11.Parse(name, data, func(finding.Finding) {})
	return root
}

// contains is Python's item in container; false where Python raises.
func contains(container, item *yaml11.Node) bool {
	switch {
	case container.IsMap():
		return slices.ContainsFunc(container.Pairs, func(p yaml11.Pair) bool { return python.Equal(p.Key, item) })
	case container.IsList():
		return slices.ContainsFunc(container.Items, func(n *yaml11.Node) bool { return python.Equal(n, item) })
	case container.IsString() && item.IsString():
		return strings.Contains(container.Text, item.Text)
	}
	return false
}

// deployGroup wants the deploy group, given or not, to be a step of deploy.yaml. PaaSTA: check_deploy_group.
func (c *checker) deployGroup(k *cluster, i *instance) {
	written := i.config.Get("deploy_group")
	if written != nil && written.Kind == yaml11.Null {
		return
	}
	steps, wrong := config.DeployGroups(k.service.Base().Get("deploy"))
	if wrong != nil {
		c.report(k.finding(i, finding.Finding{Code: finding.Unreadable, At: wrong.At, Message: wrong.Message,
			Suggestion: wrong.Suggestion}))
		return
	}
	if slices.Contains(steps, i.own.DeployGroup) {
		return
	}
	f := finding.Finding{Code: finding.UnknownDeployGroup, At: i.place("deploy_group"),
		Message:    fmt.Sprintf("unknown deploy group %q: deploy.yaml has no such step", i.own.DeployGroup),
		Suggestion: spelling.Nearest(i.own.DeployGroup, steps)}
	if written != nil && c.deployedTo(i.own.DeployGroup) {
		f.Suggestion = "" // the step is misspelled
	}
	if written == nil {
		f.Message = fmt.Sprintf("deploy_group is not set, and deploy.yaml has no step %q", i.own.DeployGroup)
		f.Fix = finding.AddBelow
		if f.Suggestion == "" && len(steps) > 0 {
			f.Suggestion = steps[0]
		}
		if f.Suggestion != "" {
			f.Suggestion = "deploy_group: " + f.Suggestion
		}
	}
	c.report(k.finding(i, f))
}

// registrations wants "service.namespace" (PaaSTA also takes four parts). PaaSTA: LongRunningServiceConfig.validate,
// utils.decompose_job_id.
func (c *checker) registrations(k *cluster, i *instance) {
	list := i.config.Get("registrations")
	switch {
	case list == nil:
		return
	case !list.IsList() && !list.IsMap() && (list.Kind != yaml11.String || list.Text != ""):
		c.crash(k, i, list.Position(), "registrations is "+list.KindWithArticle()+", not a list")
		return
	}
	items := list.Items
	for _, p := range list.Pairs {
		items = append(items, p.Key) // Python goes through a mapping's keys
	}
	for _, r := range items {
		parts := strings.Count(r.Text, ".") + 1
		switch {
		case !r.IsString():
			c.crash(k, i, r.Position(), "a registration is "+r.KindWithArticle()+", not a string")
		case parts != 2 && parts != 4:
			f := finding.Finding{Code: finding.BadRegistration, At: r.Position(),
				Message: fmt.Sprintf("registration %q is not of the form service.namespace", r.Text)}
			if parts == 1 {
				f.Suggestion = c.Folder.LikelyNamespace(r.Text)
			}
			c.report(k.finding(i, f))
		}
	}
}
