package validate

import (
	"fmt"
	"path"
	"slices"

	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/paasta"
	"github.com/paasta-render/paasta-render/compiler/spelling"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

// unusedSecrets names the service's secrets that none of its instances uses.
func (c *checker) unusedSecrets() {
	if c.unreadable() {
		return
	}
	used := map[string]bool{}
	for _, k := range c.clusters {
		for i := range k.instances {
			noteSecrets(k.instances[i].config, used)
		}
	}
	for _, name := range secretNames(c.Folder) {
		file := paasta.SecretFile(name)
		if used[name] || c.YAML(file).Get("extra_namespaces").Truthy() {
			continue
		}
		c.report(finding.Finding{Code: finding.SecretUnused, Severity: finding.Info,
			At: finding.Position{File: path.Join(c.Name, file)}, Service: c.Name,
			Message: fmt.Sprintf("no instance uses the secret %q", name)})
	}
}

// noteSecrets notes every secret that a configuration names, wherever it does: custom resources have them deep inside.
func noteSecrets(n *yaml11.Node, used map[string]bool) {
	if n == nil {
		return
	}
	if name, shared, ok := paasta.SecretReference(n.Text); ok && n.IsString() && !shared {
		used[name] = true
	}
	for _, item := range n.Items {
		noteSecrets(item, used)
	}
	for _, p := range n.Pairs {
		if p.Key.Text == "secret_name" && p.Value.IsString() {
			used[p.Value.Text] = true
		}
		noteSecrets(p.Value, used)
	}
}

// unreadable tells whether a file that holds instances cannot be read: what it uses is not known then.
func (c *checker) unreadable() bool {
	for _, k := range c.clusters {
		for _, kind := range config.InstanceTypes {
			if name := k.service.ClusterFile(kind); c.Exists(name) && c.Broken(name) {
				return true
			}
		}
	}
	return false
}

// unusedDeployGroups names the steps of deploy.yaml that no instance of the service deploys from.
func (c *checker) unusedDeployGroups() {
	if len(c.clusters) == 0 || c.unreadable() {
		return
	}
	var used []string
	for _, k := range c.clusters {
		for i := range k.instances {
			used = append(used, k.deployGroup(&k.instances[i])...)
		}
	}
	deploy := c.YAML("deploy.yaml")
	pipeline := deploy.Get("pipeline")
	groups, wrong := config.DeployGroups(deploy)
	if wrong != nil || c.anyBroken() {
		return // nobody can tell which instances there are
	}
	for _, group := range groups {
		if !slices.Contains(used, group) && !c.meant(group, groups, used) {
			c.report(finding.Finding{Code: finding.DeployGroupUnused, Severity: finding.Warning,
				At: stepPosition(pipeline, group), Service: c.Name,
				Message:    fmt.Sprintf("no instance has the deploy group %q", group),
				Suggestion: spelling.Nearest(group, append(slices.Clip(notDeployed), c.stepless(groups, used)...))})
		}
	}
}

// anyBroken tells whether a YAML file of the folder cannot be read.
func (c *checker) anyBroken() bool {
	return slices.ContainsFunc(c.Names(), func(name string) bool { return path.Ext(name) == ".yaml" && c.Broken(name) })
}

// notDeployed are the steps that PaaSTA knows and that deploy nothing.
var notDeployed = []string{paasta.ITest, paasta.ITestAndPush, paasta.SecurityCheck, paasta.Push}

// meant tells whether the deploy group of an instance is one that does not exist and is spelled almost so: that is said
// at the instance.
func (c *checker) meant(group string, groups, used []string) bool {
	return slices.ContainsFunc(used, func(name string) bool {
		return !slices.Contains(groups, name) && !c.deployedTo(name) && spelling.Nearest(name, groups) == group
	})
}

// stepless are the deploy groups of instances that have been deployed to, and that no step has any more.
func (c *checker) stepless(groups, used []string) []string {
	return slices.DeleteFunc(slices.Clone(used), func(name string) bool {
		return slices.Contains(groups, name) || !c.deployedTo(name)
	})
}

// deployedTo tells whether deployments.json knows a deploy group: then an instance names it rightly, and deploy.yaml
// does not.
func (c *checker) deployedTo(group string) bool {
	return c.YAML("deployments.json").Path("v2", "deployments").Has(group)
}

// deployGroup lists the deploy groups of an instance; an action of Tron may take its job's.
func (k *cluster) deployGroup(i *instance) []string {
	if i.own != nil {
		return []string{i.own.DeployGroup}
	}
	groups := []string{}
	root := k.service.Folder.YAML(k.service.ClusterFile("tron"))
	for _, job := range root.Pairs {
		if group, ok := job.Value.Get("deploy_group").Str(); ok {
			groups = append(groups, group)
		}
	}
	if group, ok := i.config.Get("deploy_group").Str(); ok {
		groups = append(groups, group)
	}
	return groups
}

func stepPosition(pipeline *yaml11.Node, group string) finding.Position {
	for _, entry := range pipeline.Items {
		if step := entry.Get("step"); step.IsString() && step.Text == group {
			return step.Position()
		}
		if parallel := entry.Get("parallel"); parallel.IsList() {
			if at := stepPosition(parallel, group); at.File != "" {
				return at
			}
		}
	}
	return finding.Position{}
}
