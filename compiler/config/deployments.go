package config

import (
	"cmp"

	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

// deploymentsFile is the name of the file that PaaSTA makes from the deploy tags of a service.
const deploymentsFile = "deployments.json"

// Deployments is the second version of a service's deployments.json. PaaSTA: utils.DeploymentsJsonV2.
type Deployments struct {
	service string
	v2      *yaml11.Node
}

// Absence says why deployments.json does not tell what it was asked for.
type Absence struct {
	Why string
	At  finding.Position // where the file is wrong; empty when it only lacks something
	// Raises is true when PaaSTA stops with an exception, since the file is not of the form that it expects. It is false
	// when the service is just not deployed yet.
	Raises bool
}

// Deployments reads the service's deployments.json. PaaSTA: utils.load_v2_deployments_json.
func (f *Folder) Deployments() (Deployments, *Absence) {
	d := Deployments{service: f.Name}
	if !f.Exists(deploymentsFile) {
		return d, &Absence{Why: f.Name + " has no deployments.json"}
	}
	broken := f.Broken(deploymentsFile)
	root := f.YAML(deploymentsFile)
	d.v2 = root.Get("v2")
	at := root.Position()
	if at.File == "" {
		at = finding.Position{File: f.Name + "/" + deploymentsFile}
	}
	switch {
	case broken:
		return d, &Absence{f.Name + "/deployments.json cannot be read", at, true}
	case !d.v2.IsMap() || d.v2.Has("deployments") && !d.v2.Get("deployments").IsMap():
		return d, &Absence{f.Name + "/deployments.json has no v2 with deployments", at, true}
	}
	return d, nil
}

// Image is what deployments.json says of a deploy group: "services-web:paasta-<sha>", the commit, and the version of
// the image, which is nil when it is null or absent. All are strings unless the file is odd.
type Image struct {
	Docker, GitSHA, Version *yaml11.Node
	lacks                   *Absence
}

// Lacks says which key PaaSTA does not find in the deploy group; nil when it has all.
func (i Image) Lacks() *Absence { return i.lacks }

// Image looks a deploy group up. PaaSTA: get_docker_image_for_deploy_group.
func (d Deployments) Image(group string) (Image, *Absence) {
	deployed := d.v2.Get("deployments").Get(group)
	if deployed == nil {
		return Image{}, &Absence{Why: d.service + " is not deployed to " + group}
	}
	i := Image{Docker: deployed.Get("docker_image"), GitSHA: deployed.Get("git_sha"),
		Version: notNull(deployed.Get("image_version"))}
	for _, key := range []string{"docker_image", "git_sha"} {
		if !deployed.Has(key) {
			i.lacks = &Absence{d.service + "/deployments.json has no " + key + " for " + group, deployed.Position(), true}
			break
		}
	}
	return i, nil
}

// Control looks up what is said of an instance: branch is "<cluster>.<instance>". PaaSTA: get_desired_state_for_branch.
func (d Deployments) Control(branch string) (*yaml11.Node, *Absence) {
	entry := d.service + ":" + branch
	control := d.v2.Get("controls").Get(entry)
	switch {
	case control == nil:
		return nil, &Absence{Why: d.service + " has no control entry " + entry}
	case !control.IsMap():
		return nil, &Absence{"the control entry " + entry + " is " + control.KindWithArticle() + ", not a mapping",
			control.Position(), true}
	}
	return control, nil
}

// Branch is what deployments.json says of one instance. PaaSTA: utils.BranchDictV2.
type Branch struct {
	Image
	DesiredState string       // start or stop; default start
	ForceBounce  *yaml11.Node // nil when null or absent
}

// Branch looks up an instance, "<cluster>.<instance>", and its deploy group. A Branch whose Image lacks a key is one
// nevertheless: docker_url may take the image's place. PaaSTA: utils.DeploymentsJsonV2.get_branch_dict.
func (f *Folder) Branch(branch, deployGroup string) (*Branch, *Absence) {
	d, absence := f.Deployments()
	if absence != nil {
		return nil, absence
	}
	image, absence := d.Image(deployGroup)
	if absence != nil {
		return nil, absence
	}
	control, absence := d.Control(branch)
	if absence != nil {
		return nil, cmp.Or(image.lacks, absence) // PaaSTA reads the image first
	}
	b := &Branch{Image: image, DesiredState: "start", ForceBounce: notNull(control.Get("force_bounce"))}
	if state, ok := control.Get("desired_state").Str(); ok {
		b.DesiredState = state
	}
	return b, nil
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
	branch, absence := i.Service.Folder.Branch(i.Service.Cluster.Name+"."+i.Name, i.DeployGroup)
	if i.Branch = branch; absence != nil {
		i.Undeployed = absence.Why
	}
}
