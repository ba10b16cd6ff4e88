package validate

import (
	"fmt"
	"path"
	"strings"
	"unicode/utf8"

	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/paasta"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

// longestName is how long a Kubernetes name may be. PaaSTA: validate_service_name, validate_instance_names.
const longestName = 63

// hasYAML wants a file *.yaml in the folder. PaaSTA: check_service_path.
func (c *checker) hasYAML() bool {
	for _, name := range c.Names() {
		if strings.HasSuffix(name, ".yaml") && name[0] != '.' {
			return true
		}
	}
	c.report(finding.Finding{Code: finding.NoYAMLFiles, At: finding.Position{File: c.Name}, Service: c.Name,
		Message: "the folder holds no *.yaml"})
	return false
}

func (c *checker) nameFits() bool {
	n := utf8.RuneCountInString(paasta.KubernetesName(c.Name))
	if n <= longestName {
		return true
	}
	c.report(finding.Finding{Code: finding.ServiceNameLength, At: finding.Position{File: c.Name}, Service: c.Name,
		Message: fmt.Sprintf("the service's name makes %d characters, %d is the most", n, longestName)})
	return false
}

// instanceNames wants names of kubernetes and eks instances that fit into Kubernetes' names, in one file.
// PaaSTA: validate_instance_names.
func (c *checker) instanceNames(file string) {
	root := c.YAML(file)
	if root == nil {
		return
	}
	for _, p := range root.Pairs {
		n := utf8.RuneCountInString(paasta.KubernetesName(p.Key.Text))
		if p.Key.Kind != yaml11.String || strings.HasPrefix(p.Key.Text, "_") || n <= longestName {
			continue
		}
		c.report(finding.Finding{Code: finding.InstanceNameLength, At: p.Key.Position(), Service: c.Name,
			Instance: p.Key.Text,
			Message:  fmt.Sprintf("the instance's name makes %d characters, %d is the most", n, longestName)})
	}
}

// uniqueNames wants each instance name once in a cluster, over all types. PaaSTA: validate_unique_instance_names.
func (c *checker) uniqueNames(k *cluster) {
	if k.listed("skip_unique_instance_name_validation") {
		return
	}
	first := map[string]finding.Position{}
	add := func(name string, at finding.Position) {
		earlier, again := first[name]
		if !again {
			first[name] = at
			return
		}
		c.report(finding.Finding{Code: finding.DuplicateInstance, At: at, Service: c.Name, Instance: name, Cluster: k.Name,
			Message: fmt.Sprintf("%s names the instance %q, too", path.Base(earlier.File), name),
			Notes:   []finding.Note{{At: earlier, Message: "first here"}}})
	}
	for _, kind := range config.InstanceTypes {
		root := c.YAML(k.service.ClusterFile(kind))
		if root == nil {
			continue
		}
		for _, p := range root.Pairs {
			switch {
			case strings.HasPrefix(p.Key.Text, "_"):
			case kind != "tron":
				add(p.Key.Text, p.Key.Position())
			case p.Value.Get("actions").IsMap():
				for _, a := range p.Value.Get("actions").Pairs {
					add(p.Key.Text+"."+a.Key.Text, a.Key.Position())
				}
			}
		}
	}
}
