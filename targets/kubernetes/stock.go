package kubernetes

import (
	"slices"
	"strings"

	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/python"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
	"github.com/paasta-render/paasta-render/targets/kubernetes/apiserver"
)

// stock says in which ways a cluster goes without parts that only Yelp's clusters have. The zero value is PaaSTA's
// way in everything.
type stock struct {
	// noSidecar is true when pods in the mesh get no hacheck container: mesh_sidecar is none.
	noSidecar bool
	// capabilities is what containers lose: "" what PaaSTA takes away, "runtime" nothing, "drop-all" all.
	capabilities string
	// poolLabel is the label of nodes by which pods select their pool; empty when they select none.
	poolLabel string
	// pullSecrets are the Secrets with which every pod pulls its images: image_pull_secrets.
	pullSecrets []string
	// secrets says who makes the Secrets that pods name.
	secrets secretSource
}

// stockKeys are the keys of the system config that loadStock reads.
var stockKeys = []string{"capabilities", "image_pull_secrets", "mesh_sidecar", config.PoolLabelKey, config.SecretsKey}

// loadStock reads stockKeys.
func (s *settings) loadStock() {
	s.noSidecar = s.choiceOf("mesh_sidecar", "hacheck", "none") == "none"
	s.capabilities = s.choiceOf("capabilities", "paasta", "runtime", "drop-all")
	if s.capabilities == "paasta" {
		s.capabilities = ""
	}
	if label := s.Get(config.PoolLabelKey); !label.IsNull() && !label.IsString() {
		s.problem(label, "pool_label is "+label.KindWithArticle()+", not the name of a label", `"yelp.com/pool"`)
	}
	s.poolLabel = s.PoolLabel()
	s.loadSecretSource()
	s.loadPullSecrets()
}

// choiceOf is choice of a key of the system config.
func (s *settings) choiceOf(key string, allowed ...string) string {
	return s.choice(s.Get(key), key, allowed...)
}

// choice returns one of a few texts, or the first one where the key is absent. Any other value is a problem.
func (s *settings) choice(n value, key string, allowed ...string) string {
	if n == nil {
		return allowed[0]
	}
	if text, ok := n.Str(); ok && slices.Contains(allowed, text) {
		return text
	}
	s.problem(n, key+" is "+python.Repr(n)+", not one of "+strings.Join(allowed, ", "), `"`+allowed[0]+`"`)
	return allowed[0]
}

// loadPullSecrets adds image_pull_secrets to those of pod_defaults.
func (s *settings) loadPullSecrets() {
	list := s.Get("image_pull_secrets")
	if list == nil {
		return
	}
	if !list.IsList() {
		s.problem(list, "image_pull_secrets is "+list.KindWithArticle()+", not a list of names", "[registry]")
		return
	}
	var references []*yaml11.Node
	if s.pod.ImagePullSecrets.IsList() {
		references = append(references, s.pod.ImagePullSecrets.Items...)
	}
	for _, item := range list.Items {
		name, ok := item.Str()
		if !ok || apiserver.Label(name) != "" {
			s.problem(item, "image_pull_secrets holds "+python.Repr(item)+", which is no name of a Secret", "registry")
			continue
		}
		s.pullSecrets = append(s.pullSecrets, name)
		references = append(references, yaml11.NewMap(yaml11.Entry("name", item)))
	}
	if len(references) > 0 {
		s.pod.ImagePullSecrets = yaml11.NewList(references...)
	}
}
