package config

import "github.com/paasta-render/paasta-render/compiler/yaml11"

// Branch is what deployments.json (v2) says of one instance. PaaSTA: utils.BranchDictV2.
type Branch struct {
	DockerImage  *yaml11.Node // "services-web:paasta-<sha>", a string unless the file is odd
	GitSHA       *yaml11.Node
	ImageVersion *yaml11.Node // nil when null or absent
	DesiredState string       // start or stop; default start
	ForceBounce  *yaml11.Node // nil when null or absent
}

// LoadBranch looks an instance up in a service's deployments.json: its deploy group under v2.deployments, and
// "<service>:<branch>" under v2.controls, where branch is "<cluster>.<instance>". why tells what is missing when the
// Branch is nil. PaaSTA: utils.DeploymentsJsonV2.get_branch_dict.
func (f *Folder) LoadBranch(branch, deployGroup string) (b *Branch, why string) {
	if !f.Exists("deployments.json") {
		return nil, f.Name + "/deployments.json does not exist"
	}
	if f.Broken("deployments.json") {
		f.YAML("deployments.json")
		return nil, f.Name + "/deployments.json cannot be read"
	}
	v2 := f.YAML("deployments.json").Get("v2")
	deployed := v2.Get("deployments").Get(deployGroup)
	if !deployed.IsMap() {
		return nil, f.Name + " is not deployed to " + deployGroup
	}
	control := v2.Get("controls").Get(f.Name + ":" + branch)
	if !control.IsMap() {
		return nil, f.Name + " has no control entry " + f.Name + ":" + branch
	}
	b = &Branch{
		DockerImage:  deployed.Get("docker_image"),
		GitSHA:       deployed.Get("git_sha"),
		ImageVersion: notNull(deployed.Get("image_version")),
		DesiredState: "start",
		ForceBounce:  notNull(control.Get("force_bounce")),
	}
	if state, ok := control.Get("desired_state").Str(); ok {
		b.DesiredState = state
	}
	return b, ""
}

func notNull(n *yaml11.Node) *yaml11.Node {
	if n.IsNull() {
		return nil
	}
	return n
}

func (i *Instance) loadBranch() {
	if group := i.Get("deploy_group"); group != nil && group.IsNull() {
		i.Undeployed = "deploy_group is null, which stands for no group" // the default stands in for an absent key only
		return
	}
	i.Branch, i.Undeployed = i.Service.Folder.LoadBranch(i.Service.Cluster.Name+"."+i.Name, i.DeployGroup)
}
