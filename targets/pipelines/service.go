package pipelines

import (
	"slices"
	"strings"

	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/deployments"
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/pipeline"
)

// FileName is the file that describes a service's pipeline.
const FileName = "deploy.yaml"

// Of reads the pipeline of a service whose commits on a branch are deployed. ok is false when an error was reported,
// and when the service has no deploy.yaml.
func Of(folder *config.Folder, clusters []*config.Cluster, branch string,
	report finding.Report) (*pipeline.Pipeline, bool) {
	if !folder.Exists(FileName) || folder.Broken(FileName) {
		return nil, false
	}
	p := &pipeline.Pipeline{Service: folder.Name, Branch: branch,
		Image: registry(folder, clusters) + "/services-" + folder.Name}
	ok := p.Read(folder.YAML(FileName), groups(folder, clusters), report)
	return p, ok
}

// registry is docker_registry of the service, else of the first cluster's system config.
// PaaSTA: utils.get_service_docker_registry.
func registry(folder *config.Folder, clusters []*config.Cluster) string {
	if own, ok := folder.YAML("service.yaml").Get("docker_registry").Str(); ok {
		return own
	}
	for _, c := range clusters {
		if name, ok := c.System.Get("docker_registry").Str(); ok {
			return name
		}
	}
	return ""
}

// groups lists the deploy groups of a service, with a place where an instance's own file names the group.
func groups(folder *config.Folder, clusters []*config.Cluster) []pipeline.Group {
	var all []pipeline.Group
	for _, s := range folder.Load(clusters) {
		for _, i := range s.Instances() {
			g := pipeline.Group{Name: i.DeployGroup}
			if i.Own.Has("deploy_group") {
				g.At = i.At("deploy_group")
			}
			all = append(all, g)
		}
	}
	if len(clusters) > 0 { // Tron's jobs, too
		instances, _ := deployments.Instances(folder.Name, clusters[0].Company, func(finding.Finding) {})
		for _, i := range instances {
			if !i.Group.Null {
				all = append(all, pipeline.Group{Name: i.Group.Text})
			}
		}
	}
	slices.SortStableFunc(all, func(a, b pipeline.Group) int { return strings.Compare(a.Name, b.Name) })
	return slices.CompactFunc(all, func(a, b pipeline.Group) bool { return a.Name == b.Name })
}
