package validate

import (
	"fmt"
	"strings"

	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/paasta"
	"github.com/paasta-render/paasta-render/compiler/spelling"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

// secrets wants every secret in env to have a value for the cluster's Vault environment. PaaSTA: validate_secrets.
func (c *checker) secrets(k *cluster) {
	if !k.System.SyncsSecrets() { // they are in another store, so there are no files to look into
		return
	}
	environment := k.System.Get("vault_cluster_map").Get(k.Name)
	if !environment.Truthy() {
		c.report(finding.Finding{Code: finding.VaultEnvironment, At: k.file(), Service: c.Name, Cluster: k.Name,
			Message: "the system config's vault_cluster_map lacks cluster " + k.Name})
		return
	}
	for n := range k.instances {
		i := &k.instances[n]
		env := i.config.Get("env")
		if env != nil && !env.IsMap() {
			c.crash(k, i, env.Position(), "env is "+env.KindWithArticle()+", not a mapping")
			continue
		}
		for _, value := range valuesOf(env) {
			if value.IsString() {
				c.secret(k, i, value, environment.Text)
			}
		}
	}
}

// file is the first file that names the cluster.
func (k *cluster) file() finding.Position {
	for _, kind := range config.InstanceTypes {
		if name := k.service.ClusterFile(kind); k.service.Folder.Exists(name) {
			return finding.Position{File: k.service.Name + "/" + name, Line: 1, Column: 1}
		}
	}
	return finding.Position{File: k.service.Name}
}

func valuesOf(n *yaml11.Node) []*yaml11.Node {
	if n == nil {
		return nil
	}
	values := make([]*yaml11.Node, 0, len(n.Pairs))
	for _, p := range n.Pairs {
		values = append(values, p.Value)
	}
	return values
}

// secret looks one reference up. A `service` key of the instance says whose secret it is. PaaSTA:
// check_secrets_for_instance.
func (c *checker) secret(k *cluster, i *instance, value *yaml11.Node, environment string) {
	name, shared, ok := paasta.SecretReference(value.Text)
	if !ok {
		return
	}
	owner := textOr(i.config.Get("service"), c.Name)
	if shared {
		owner = paasta.SharedService
	}
	folder := c.Other(owner)
	file := paasta.SecretFile(name)
	if name == "" || !folder.Exists(file) {
		c.report(k.finding(i, finding.Finding{Code: finding.SecretMissing, At: value.Position(),
			Suggestion: spelling.Nearest(name, secretNames(folder)),
			Message:    fmt.Sprintf("unknown secret %q: %s/%s does not exist", name, owner, file)}))
		return
	}
	environments := folder.YAML(file).Get("environments")
	if !environments.IsMap() {
		c.crash(k, i, value.Position(), owner+"/"+file+" has no environments")
		return
	}
	if here := environments.Get(environment); !here.Has("ciphertext") {
		c.report(k.finding(i, finding.Finding{Code: finding.SecretEnvironment, At: value.Position(),
			Message: fmt.Sprintf("secret %q has no value for the Vault environment %s of cluster %s", name, environment, k.Name),
			Notes:   []finding.Note{{At: environments.Position(), Message: "its environments"}}}))
	}
}

func secretNames(f *config.Folder) []string {
	var names []string
	for _, file := range f.List("secrets") {
		if name, ok := strings.CutSuffix(file, ".json"); ok {
			names = append(names, name)
		}
	}
	return names
}
