package validate

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/paasta-render/paasta-render/compiler/check"
	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

// secretReference is a value that names a secret. PaaSTA: secret_tools.SECRET_REGEX.
var secretReference = regexp.MustCompile(`^(SHARED_)?SECRET\(([A-Za-z0-9_-]*)\)\n?$`)

// secrets wants every secret in env to have a value for the cluster's Vault environment. PaaSTA: validate_secrets.
func (c *checker) secrets(k *cluster) {
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
			c.crash(k, i, env.Position(), "env is a "+env.Kind.String()+", not a mapping")
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
	m := secretReference.FindStringSubmatch(value.Text)
	if m == nil {
		return
	}
	owner, name := textOr(i.config.Get("service"), c.Name), m[2]
	if m[1] != "" {
		owner = "_shared"
	}
	folder := c.Other(owner)
	file := "secrets/" + name + ".json"
	if name == "" || !folder.Exists(file) {
		c.report(k.finding(i, finding.Finding{Code: finding.SecretMissing, At: value.Position(),
			Suggestion: check.Nearest(name, secretNames(folder)),
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
