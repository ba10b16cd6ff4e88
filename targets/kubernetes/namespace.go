package kubernetes

import (
	"cmp"
	"slices"
	"strings"

	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/paasta"
	"github.com/paasta-render/paasta-render/compiler/target"
	"github.com/paasta-render/paasta-render/targets/kubernetes/apiserver"
	"github.com/paasta-render/paasta-render/targets/kubernetes/model"
)

// facts are what Link needs of one service.
type facts struct {
	namespaces []string
	accounts   []account
	needs      []need
	// shared are the workloads that could have the name of another service's: those in a namespace that is not the
	// service's alone.
	shared []sharedName
}

// sharedName is a workload in a namespace that several services use.
type sharedName struct {
	objectName
	at       finding.Position
	instance string
}

// facts gathers the namespaces, and the names that other services could have, too.
func (c *compilation) facts() any {
	slices.Sort(c.namespaces)
	f := facts{namespaces: slices.Compact(c.namespaces), accounts: c.accounts, needs: c.needs}
	own := paasta.NamespacePrefix + c.Name
	for name, i := range c.names {
		if name.namespace != own {
			f.shared = append(f.shared, sharedName{name, i.Position(), i.Name})
		}
	}
	if len(f.namespaces)+len(f.shared) == 0 {
		return nil
	}
	slices.SortFunc(f.shared, func(a, b sharedName) int {
		return cmp.Or(strings.Compare(a.instance, b.instance), strings.Compare(a.kind, b.kind))
	})
	return f
}

// link renders the namespaces of a cluster with what PaaSTA puts into each, and finds workloads of different services
// that have one name.
func link(c *config.Cluster, services []target.Linked, report finding.Report) []target.File {
	var namespaces []string
	var needs []need
	accounts := map[string][]account{}
	system := loadSettings(c)
	for _, k := range system.resources {
		namespaces = append(namespaces, k.namespace())
	}
	taken := map[objectName]string{}
	doubtBudgets(c, services, report)
	for _, s := range services {
		f, ok := s.Facts.(facts)
		if !ok {
			continue
		}
		namespaces = append(namespaces, f.namespaces...)
		needs = append(append(needs, f.needs...), system.pullNeeds(f.namespaces)...)
		for _, a := range f.accounts {
			accounts[a.namespace] = append(accounts[a.namespace], a)
		}
		for _, n := range f.shared {
			if other, ok := taken[n.objectName]; ok {
				report(finding.Finding{Code: finding.NameCollision, At: n.at, Service: s.Service, Instance: n.instance,
					Cluster: c.Name,
					Message: "the instance gets the Kubernetes name " + n.name + " in the namespace " + n.namespace +
						", which " + other + " has already"})
				continue
			}
			taken[n.objectName] = s.Service + "." + n.instance
		}
	}
	slices.Sort(namespaces)
	needs = mergeNeeds(needs)
	var files []target.File
	for _, name := range slices.Compact(namespaces) {
		if apiserver.Label(name) != "" {
			continue
		}
		docs := append(namespaceObjects(name), sharedAccounts(c, accounts[name], report)...)
		if system.secrets.from == byExternalSecrets {
			docs = append(docs, system.externalSecrets(needs, name)...)
		}
		files = append(files, target.File{Path: "kubernetes/_cluster/namespace-" + name + ".yaml", Docs: docs})
	}
	if system.secrets.from == byList && len(needs) > 0 {
		files = append(files, neededFile(needs))
	}
	return files
}

// apiServerRole lets PaaSTA's API server look into a namespace.
const apiServerRole = "paasta-api-server-per-namespace"

// namespaceObjects are a namespace, the role binding of PaaSTA's API server, and, in the namespaces that PaaSTA names
// itself, the limits of containers that ask for nothing. PaaSTA: ensure_namespace.
func namespaceObjects(name string) []any {
	docs := []any{
		&model.Namespace{APIVersion: "v1", Kind: "Namespace", Metadata: model.ObjectMeta{Name: name, Labels: model.Labels{
			"name":                    name,
			"yelp.com/owner":          owner,
			"paasta.yelp.com/managed": "true",
		}}},
		&model.RoleBinding{
			APIVersion: "rbac.authorization.k8s.io/v1",
			Kind:       "RoleBinding",
			Metadata:   model.ObjectMeta{Name: apiServerRole, Namespace: name},
			Subjects:   []model.Subject{{Kind: "User", Name: "yelp.com/paasta-api-server"}},
			RoleRef:    model.RoleRef{APIGroup: "rbac.authorization.k8s.io", Kind: "ClusterRole", Name: apiServerRole},
		},
	}
	if !strings.HasPrefix(name, paasta.NamespacePrefix) {
		return docs
	}
	return append(docs, &model.LimitRange{
		APIVersion: "v1",
		Kind:       "LimitRange",
		Metadata:   model.ObjectMeta{Name: "limit-mem-cpu-disk-per-container", Namespace: name},
		Spec: model.LimitRangeSpec{Limits: []model.LimitRangeItem{{Type: "Container", Default: unasked(),
			DefaultRequest: unasked()}}},
	})
}

// unasked is what a container gets that asks for nothing.
func unasked() map[string]string {
	return map[string]string{"cpu": "1", "memory": "1024Mi", "ephemeral-storage": "1Gi"}
}
