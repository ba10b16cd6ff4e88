package kubernetes

import (
	"cmp"
	"slices"
	"strings"

	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/paasta"
)

// The ways in which secrets.from says that Secrets are made.
const (
	byExternalSecrets = "external-secrets"
	byList            = "list"
)

// secretSource is the key `secrets` of the system config.
type secretSource struct {
	from      string // byExternalSecrets or byList; empty when PaaSTA's own sync makes the Secrets
	store     string // name of the store that the External Secrets Operator reads
	storeKind string // default ClusterSecretStore
	key       string // where a secret is in the store; default {service}/{secret}
	refresh   string // how often it is read again; default 1h
}

// loadSecretSource reads the key.
func (s *settings) loadSecretSource() {
	n := s.Get(config.SecretsKey)
	if n == nil {
		return
	}
	if !n.IsMap() {
		s.problem(n, "secrets is "+n.KindWithArticle()+", not a mapping", "{from: list}")
		return
	}
	from := s.choice(n.Get("from"), "secrets.from", "paasta", byExternalSecrets, byList)
	if from == "paasta" {
		return
	}
	s.secrets = secretSource{
		from:      from,
		store:     textOf(n.Get("store")),
		storeKind: s.choice(n.Get("store_kind"), "secrets.store_kind", "ClusterSecretStore", "SecretStore"),
		key:       cmp.Or(textOf(n.Get("key")), "{service}/{secret}"),
		refresh:   cmp.Or(textOf(n.Get("refresh")), "1h"),
	}
	if from == byExternalSecrets && s.secrets.store == "" {
		s.problem(n, "secrets.from is external-secrets, which needs the name of a store", "store: NAME")
	}
}

// need is a Secret that the pods of a service name.
type need struct {
	namespace, name string
	service         string // whose secrets it holds; _shared for those of all services
	keys            []secretKey
	users           []string // instances, <service>.<instance>
}

// secretKey is one key of a Secret. source is where the store has it, when the configuration itself says so.
type secretKey struct{ key, source string }

// needSecret notes that the instance's pods need keys of a Secret. Where PaaSTA's sync makes the Secrets nobody asks.
func (b *builder) needSecret(name, service string, keys ...secretKey) {
	if b.system.secrets.from == "" {
		return
	}
	b.needs = append(b.needs, need{namespace: b.namespace, name: name, service: service, keys: keys,
		users: []string{b.service.Name + "." + b.Name}})
}

// needFiles notes the Secret of a volume, whose items are its keys.
func (b *builder) needFiles(s namedVolume, name string) {
	secret := textOf(s.Get("secret_name"))
	keys := []secretKey{{key: secret}}
	if items := s.Get("items"); items.IsList() && len(items.Items) > 0 {
		keys = nil
		for _, item := range items.Items {
			keys = append(keys, secretKey{key: textOf(item.Get("key"))})
		}
	}
	b.needSecret(name, b.service.Name, keys...)
}

// mergeNeeds returns each Secret once, in order of namespace and name, with all of its keys and users.
func mergeNeeds(needs []need) []need {
	slices.SortStableFunc(needs, func(a, b need) int {
		return cmp.Or(strings.Compare(a.namespace, b.namespace), strings.Compare(a.name, b.name))
	})
	var merged []need
	for _, n := range needs {
		if last := len(merged) - 1; last >= 0 && merged[last].namespace == n.namespace && merged[last].name == n.name {
			merged[last].keys = append(merged[last].keys, n.keys...)
			merged[last].users = append(merged[last].users, n.users...)
			continue
		}
		merged = append(merged, n)
	}
	for i := range merged {
		keys, users := &merged[i].keys, &merged[i].users
		slices.SortStableFunc(*keys, func(a, b secretKey) int { return strings.Compare(a.key, b.key) })
		*keys = slices.CompactFunc(*keys, func(a, b secretKey) bool { return a.key == b.key })
		slices.Sort(*users)
		*users = slices.Compact(*users)
	}
	return merged
}

// pullNeeds are the Secrets of image_pull_secrets in the namespaces where the cluster's workloads are.
func (s *settings) pullNeeds(namespaces []string) []need {
	if s.secrets.from == "" {
		return nil
	}
	var needs []need
	for _, namespace := range namespaces {
		for _, name := range s.pullSecrets {
			needs = append(needs, need{namespace: namespace, name: name, service: paasta.SharedService,
				keys: []secretKey{{key: dockerKey}}})
		}
	}
	return needs
}

// unsigned tells whether a secret has no file because PaaSTA's sync does not make it.
func (b *builder) unsigned(folder *config.Folder, file string) bool {
	return b.system.secrets.from != "" && !folder.Exists(file)
}
