package tron

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/paasta"
	"github.com/paasta-render/paasta-render/compiler/target"
)

// roles are the IAM roles that a service's actions need service accounts for: drivers and plain actions in namespace
// tron, Spark executors in paasta-spark. PaaSTA: setup_tron_namespace.ensure_service_accounts.
type roles struct {
	tron, spark []string
}

const (
	driverNamespace   = "tron"
	executorNamespace = "paasta-spark"
)

// facts is what link needs of a service; nil when that is nothing.
func (r *roles) facts() any {
	if len(r.tron) == 0 {
		return nil
	}
	return *r
}

// noteRole remembers the action's role; cleanup actions get no account, as in PaaSTA.
func (a *action) noteRole() {
	role, ok := a.role().Str()
	if !ok || role == "" || a.name == "cleanup" {
		return
	}
	a.ns.roles.tron = append(a.ns.roles.tron, role)
	if a.executor == "spark" {
		a.ns.roles.spark = append(a.ns.roles.spark, role)
	}
}

// link writes MASTER.yaml and the service accounts of all actions.
func link(c *config.Cluster, services []target.Linked, report finding.Report) []target.File {
	var files []target.File
	if f := masterFile(c, report); f != nil {
		files = append(files, *f)
	}
	var all roles
	for _, s := range services {
		if r, ok := s.Facts.(roles); ok {
			all.tron, all.spark = append(all.tron, r.tron...), append(all.spark, r.spark...)
		}
	}
	files = append(files, accounts(executorNamespace, all.spark)...)
	return append(files, accounts(driverNamespace, all.tron)...)
}

// accounts are the service accounts of roles in a namespace, and the namespace itself: PaaSTA expects it to be there.
func accounts(namespace string, roles []string) []target.File {
	if len(roles) == 0 {
		return nil
	}
	var docs []any
	slices.Sort(roles)
	last := ""
	for _, role := range roles {
		account := serviceAccount(role, namespace)
		if account.Name != last {
			docs = append(docs, account)
		}
		last = account.Name
	}
	home := &corev1.Namespace{TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Namespace"},
		ObjectMeta: metav1.ObjectMeta{Name: namespace, Labels: map[string]string{"name": namespace}}}
	return []target.File{
		{Path: "kubernetes/_cluster/namespace-" + namespace + ".yaml", Docs: []any{home}},
		{Path: "kubernetes/_cluster/service-accounts-" + namespace + ".yaml", Docs: docs},
	}
}

// serviceAccount lets pods act under an IAM role. PaaSTA: kubernetes_tools.ensure_service_account.
func serviceAccount(role, namespace string) *corev1.ServiceAccount {
	name := paasta.ServiceAccountName(role)
	return &corev1.ServiceAccount{
		TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "ServiceAccount"},
		ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: namespace,
			Annotations: map[string]string{"eks.amazonaws.com/role-arn": role}},
	}
}
