// Package argocd renders what Argo CD is pointed at: ApplicationSets that make an Application of each build unit of the
// cluster's tree.
package argocd

import (
	"cmp"

	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/effect"
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/layout"
	"github.com/paasta-render/paasta-render/compiler/target"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

// Target is the back end for Argo CD.
var Target = target.Target{
	Name: "argocd",
	Doc: `Argo CD's ApplicationSets, an Application for each build unit

What Argo CD is pointed at, once: kubectl apply -k OUT/<cluster>/argocd in the cluster where it runs. A commit that changes
one service makes Argo CD build that service's Application only. The key argocd of the system config names the repository.`,
	Optional:   true,
	Findings:   docs,
	SystemKeys: []string{"argocd"},
	Files:      []layout.Files{{Prefix: folder, Suffix: ".yaml"}},
	Effects: effect.Table{
		"ApplicationSet": {Added: effect.None, Removed: effect.Delete, Rules: []effect.Rule{
			{Field: "spec.template.spec.syncPolicy.retry", Effect: effect.None, Why: "how often Argo CD tries again"},
			{Field: "spec.template.metadata.annotations", Effect: effect.None, Why: "when Argo CD builds again"},
		}},
	},
	Compile: func(*config.Service, finding.Report) target.Output { return target.Output{} },
	Agent:   agent,
}

const folder = "argocd/"

// settings are the key argocd of the system config.
type settings struct {
	cluster     string
	url         string // of the output repository
	branch      string // default main
	namespace   string // where Argo CD runs; default argocd
	project     string // default default
	destination string // name of the cluster in Argo CD; default the cluster's
	root        string // folder of the output repository that holds the clusters' folders, with a slash; default ""
}

func load(c *config.Cluster) settings {
	key := c.System.Get("argocd")
	s := settings{
		cluster:     c.Name,
		url:         text(key, "url", ""),
		branch:      text(key, "branch", "main"),
		namespace:   text(key, "namespace", "argocd"),
		project:     text(key, "project", "default"),
		destination: text(key, "destination", c.Name),
		root:        text(key, "folder", ""),
	}
	if s.root != "" {
		s.root += "/"
	}
	return s
}

// text returns a key of a mapping, or what it is by default.
func text(n *yaml11.Node, key, byDefault string) string {
	value, _ := n.Get(key).Str()
	return cmp.Or(value, byDefault)
}
