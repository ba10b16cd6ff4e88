package kubernetes

import (
	"strings"

	"github.com/paasta-render/paasta-render/compiler/target"
)

// dockerKey is the one key of a Secret of the type kubernetes.io/dockerconfigjson.
const dockerKey = ".dockerconfigjson"

// neededPath is the file that lists the Secrets which somebody must make; no agent applies it.
const neededPath = "needed/secrets.yaml"

// neededSecrets is that file.
type neededSecrets struct {
	Secrets []neededSecret `json:"secrets"`
}

// neededSecret is one Secret: where it must be, its type, its keys, and which instances need it (none for image pull
// secrets, which all pods use).
type neededSecret struct {
	Namespace string   `json:"namespace"`
	Name      string   `json:"name"`
	Type      string   `json:"type"`
	Keys      []string `json:"keys"`
	UsedBy    []string `json:"used_by,omitempty"`
}

// neededFile lists the Secrets.
func neededFile(needs []need) target.File {
	var list neededSecrets
	for _, n := range needs {
		entry := neededSecret{Namespace: n.namespace, Name: n.name, Type: n.kind(), UsedBy: n.users}
		for _, k := range n.keys {
			entry.Keys = append(entry.Keys, k.key)
		}
		list.Secrets = append(list.Secrets, entry)
	}
	return target.File{Path: neededPath, Docs: []any{list}}
}

// kind is the Secret's type.
func (n need) kind() string {
	if len(n.keys) == 1 && n.keys[0].key == dockerKey {
		return "kubernetes.io/dockerconfigjson"
	}
	return "Opaque"
}

// externalSecret is external-secrets.io/v1 ExternalSecret, as far as it is filled in. The operator's Go module brings
// the clients of every cloud, so the types are our own.
type externalSecret struct {
	APIVersion string             `json:"apiVersion"`
	Kind       string             `json:"kind"`
	Metadata   externalMeta       `json:"metadata"`
	Spec       externalSecretSpec `json:"spec"`
}

type externalMeta struct {
	Name      string `json:"name"`
	Namespace string `json:"namespace"`
}

type externalSecretSpec struct {
	RefreshInterval string         `json:"refreshInterval"`
	SecretStoreRef  storeReference `json:"secretStoreRef"`
	Target          externalTarget `json:"target"`
	Data            []externalData `json:"data"`
}

type storeReference struct {
	Kind string `json:"kind"`
	Name string `json:"name"`
}

type externalTarget struct {
	Name     string            `json:"name"`
	Template *externalTemplate `json:"template,omitempty"`
}

type externalTemplate struct {
	Type string `json:"type"`
}

type externalData struct {
	SecretKey string          `json:"secretKey"`
	RemoteRef remoteReference `json:"remoteRef"`
}

type remoteReference struct {
	Key string `json:"key"`
}

// externalSecrets returns the objects of one namespace.
func (s *settings) externalSecrets(needs []need, namespace string) []any {
	var docs []any
	for _, n := range needs {
		if n.namespace == namespace {
			docs = append(docs, s.externalSecret(n))
		}
	}
	return docs
}

// externalSecret returns the object that makes the External Secrets Operator fill a Secret from the store.
func (s *settings) externalSecret(n need) *externalSecret {
	e := &externalSecret{APIVersion: "external-secrets.io/v1", Kind: "ExternalSecret",
		Metadata: externalMeta{Name: n.name, Namespace: n.namespace},
		Spec: externalSecretSpec{
			RefreshInterval: s.secrets.refresh,
			SecretStoreRef:  storeReference{s.secrets.storeKind, s.secrets.store},
			Target:          externalTarget{Name: n.name},
		}}
	if kind := n.kind(); kind != "Opaque" {
		e.Spec.Target.Template = &externalTemplate{Type: kind}
	}
	for _, k := range n.keys {
		source, secret := k.source, k.key
		if secret == dockerKey {
			secret = n.name
		}
		if source == "" {
			fill := strings.NewReplacer("{service}", n.service, "{secret}", secret, "{cluster}", s.cluster)
			source = fill.Replace(s.secrets.key)
		}
		e.Spec.Data = append(e.Spec.Data, externalData{k.key, remoteReference{source}})
	}
	return e
}
