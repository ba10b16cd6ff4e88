// Package flux renders what Flux in a cluster is pointed at: a Kustomization for each build unit of the cluster's tree,
// and ArtifactGenerators, so that a commit that changes one service is fetched, built and applied for that service
// only.
package flux

import (
	"cmp"

	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/effect"
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/layout"
	"github.com/paasta-render/paasta-render/compiler/target"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

// Target is the back end for Flux.
var Target = target.Target{
	Name: "flux",
	Doc: `Flux's Kustomizations, one for each build unit

What Flux in the cluster is pointed at, once: kubectl apply -k OUT/<cluster>/flux. From then on it follows the output
repository, and these objects too. The key flux of the system config names the repository. The cluster needs Flux 2.7 with its
source-watcher, or any Flux 2 with artifacts: false.`,
	Optional:   true,
	SystemKeys: []string{"flux"},
	Files:      []layout.Files{{Prefix: folder, Suffix: ".yaml"}},
	Effects: effect.Table{
		"Kustomization." + kustomizeGroup: {Added: effect.None, Removed: effect.Delete, Rules: []effect.Rule{
			{Field: "spec.dependsOn", Effect: effect.None, Why: "the order in which Flux applies"},
			{Field: "spec.interval", Effect: effect.None, Why: "how often Flux looks"},
			{Field: "spec.retryInterval", Effect: effect.None, Why: "how often Flux tries again"},
			{Field: "spec.timeout", Effect: effect.None, Why: "how long Flux waits"},
			{Field: "spec.wait", Effect: effect.None, Why: "whether Flux waits"},
		}},
		"ArtifactGenerator": effect.Uniform(effect.None, "which files Flux hands to which Kustomization"),
		"GitRepository":     effect.Uniform(effect.Access, "where Flux reads the tree"),
	},
	Compile: func(*config.Service, finding.Report) target.Output { return target.Output{} },
	Agent:   agent,
}

const (
	folder         = "flux/"
	kustomizeGroup = "kustomize.toolkit.fluxcd.io"
)

// settings are the key flux of the system config.
type settings struct {
	cluster   string
	url       string // of the output repository; empty when the GitRepository is made elsewhere
	branch    string // default main
	secret    string // Secret with credentials; empty for none
	source    string // name of the GitRepository; default manifests
	namespace string // of Flux's objects; default flux-system
	root      string // folder of the output repository that holds the clusters' folders, with a slash; default ""
	interval  string // default 1h
	timeout   string // default 5m
	artifacts bool   // default true
	wait      bool   // for the health of services, too; default false
}

func load(c *config.Cluster) settings {
	key := c.System.Get("flux")
	s := settings{
		cluster:   c.Name,
		url:       text(key, "url", ""),
		branch:    text(key, "branch", "main"),
		secret:    text(key, "secret", ""),
		source:    text(key, "source", "manifests"),
		namespace: text(key, "namespace", "flux-system"),
		root:      text(key, "folder", ""),
		interval:  text(key, "interval", "1h"),
		timeout:   text(key, "timeout", "5m"),
		wait:      key.Get("wait").Truthy(),
		artifacts: key.Get("artifacts").IsNull() || key.Get("artifacts").Truthy(),
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
