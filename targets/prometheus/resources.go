package prometheus

import (
	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/spelling"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

// judgeResources reports a `resources` of arbitrary-promql that the adapter cannot decode: it then starts with no rule
// at all. It takes template (a string), overrides (label to group and resource) and namespaced (a boolean).
// prometheus-adapter: pkg/config.ResourceMapping.
func (c *compilation) judgeResources(i *config.Instance, resources *yaml11.Node) {
	if resources.IsNull() {
		return
	}
	if !resources.IsMap() {
		c.badResources(i, resources, "resources is "+resources.KindWithArticle()+", not keys and values",
			"{template: kube_<<.Resource>>}")
		return
	}
	for _, p := range resources.Pairs {
		switch key := p.Key.Text; {
		case key == "template" && !p.Value.IsNull() && !p.Value.IsString():
			c.badResources(i, p.Value, "template is "+p.Value.KindWithArticle()+", not a string",
				"kube_<<.Resource>>")
		case key == "namespaced" && !p.Value.IsNull() && p.Value.Kind != yaml11.Bool:
			c.badResources(i, p.Value, "namespaced is "+p.Value.KindWithArticle()+", not true or false", "true")
		case key == "overrides":
			c.judgeOverrides(i, p.Value)
		case key != "template" && key != "namespaced":
			c.badResources(i, p.Key, "there is no "+key+" in resources", spelling.Nearest(key, []string{"template",
				"namespaced", "overrides"}))
		}
	}
}

func (c *compilation) judgeOverrides(i *config.Instance, overrides *yaml11.Node) {
	if overrides.IsNull() {
		return
	}
	if !overrides.IsMap() {
		c.badResources(i, overrides,
			"overrides is "+overrides.KindWithArticle()+", not labels and resources",
			"{namespace: {resource: namespace}}")
		return
	}
	for _, p := range overrides.Pairs {
		if resource, ok := p.Value.Get("resource").Str(); !ok || resource == "" {
			c.badResources(i, p.Value, "the label "+p.Key.Text+" has no resource", "{resource: "+p.Key.Text+"}")
		}
		for _, q := range p.Value.Pairs {
			if q.Key.Text != "group" && q.Key.Text != "resource" {
				c.badResources(i, q.Key, "there is no "+q.Key.Text+" in a resource", spelling.Nearest(q.Key.Text,
					[]string{"group", "resource"}))
			}
		}
	}
}

func (c *compilation) badResources(i *config.Instance, at *yaml11.Node, message, suggestion string) {
	c.report(i.Finding(finding.Finding{Code: finding.AdapterResources, At: at.Position(), Suggestion: suggestion,
		Message: message + ": the adapter refuses its whole configuration"}))
}
