// Package pipelines renders each service's deploy.yaml as a pipeline for GitHub Actions, GitLab CI and Jenkins, below
// _company/, since a pipeline belongs to no cluster.
//
// PaaSTA's own runner is not public; package compiler/pipeline says what the steps do.
package pipelines

import (
	"fmt"
	"slices"
	"strings"

	"github.com/paasta-render/paasta-render/compiler/check"
	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/layout"
	"github.com/paasta-render/paasta-render/compiler/pipeline"
	"github.com/paasta-render/paasta-render/compiler/target"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

// Target is the back end for pipelines.
var Target = target.Target{
	Name: "pipelines",
	Doc: `Pipelines from deploy.yaml

_company/pipelines/<service>/: github.yaml for GitHub Actions, gitlab-ci.yaml for GitLab CI, and a scripted
Jenkinsfile.`,
	Optional:   true,
	SystemKeys: []string{settingsKey, "docker_registry"},
	Files:      []layout.Files{{Prefix: folder, Owner: owner}},
	Compile:    func(*config.Service, finding.Report) target.Output { return target.Output{} },
	Company:    company,
}

// folder is where the files are, below OUT/_company/.
const folder = "pipelines/"

// settingsKey is the key of the system config that says which files are made.
const settingsKey = "pipelines"

// owner returns the service whose pipeline a file is.
func owner(path string) (service, instance string) {
	service, _, _ = strings.Cut(strings.TrimPrefix(path, folder), "/")
	return service, ""
}

// format is a system that runs pipelines.
type format struct {
	name, file string
	content    func(*pipeline.Pipeline) any
}

var formats = []format{
	{"github", "github.yaml", (*pipeline.Pipeline).GitHub},
	{"gitlab", "gitlab-ci.yaml", (*pipeline.Pipeline).GitLab},
	{"jenkins", "Jenkinsfile", func(p *pipeline.Pipeline) any { return []byte(p.Jenkins()) }},
}

// company makes the files of one service. A service without deploy.yaml has none.
func company(services []*config.Service, report finding.Report) []target.File {
	s := services[0]
	if !s.Folder.Exists(FileName) {
		return nil
	}
	var clusters []*config.Cluster
	for _, one := range services {
		clusters = append(clusters, one.Cluster)
	}
	chosen, branch := settings(s.Cluster, report)
	p, ok := Of(s.Folder, clusters, branch, report)
	if !ok {
		return nil
	}
	var files []target.File
	for _, f := range chosen {
		files = append(files, target.File{Path: folder + s.Name + "/" + f.file, Docs: []any{f.content(p)}})
	}
	return files
}

// settings reads the key pipelines of the system config: formats (default all) and branch (default main).
func settings(c *config.Cluster, report finding.Report) (chosen []format, branch string) {
	n := c.System.Get(settingsKey)
	branch = "main"
	if text, ok := n.Get("branch").Str(); ok && text != "" {
		branch = text
	}
	list := n.Get("formats")
	if list.IsNull() {
		return formats, branch
	}
	var names []string
	for _, f := range formats {
		names = append(names, f.name)
	}
	for _, item := range items(list) {
		name, _ := item.Str()
		at := slices.Index(names, name)
		if at < 0 {
			report(finding.Finding{Code: finding.PipelineWrong, At: item.Position(), Suggestion: check.Nearest(name, names),
				Message: fmt.Sprintf("%q is no format of pipelines: %s", item.Text, strings.Join(names, ", "))})
			continue
		}
		chosen = append(chosen, formats[at])
	}
	return chosen, branch
}

// items returns the items of a list; another value counts as a list of itself.
func items(n *yaml11.Node) []*yaml11.Node {
	if n.IsList() {
		return n.Items
	}
	return []*yaml11.Node{n}
}
