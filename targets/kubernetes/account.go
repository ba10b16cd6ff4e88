package kubernetes

import (
	"cmp"
	"slices"

	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/targets/kubernetes/model"
)

// account is the service account of an instance's IAM role. Instances with one role share it, even those of other
// services in the namespace, so it is made once a namespace and not with an instance: kustomize takes no two objects of
// one name.
type account struct {
	namespace, name, role string
	service, instance     string
	at                    finding.Position
}

// takeAccounts moves the service accounts out of an instance's objects.
func (c *compilation) takeAccounts(i *config.Instance, docs []any) []any {
	return slices.DeleteFunc(docs, func(doc any) bool {
		made, ok := doc.(*model.ServiceAccount)
		if ok {
			c.accounts = append(c.accounts, account{made.Metadata.Namespace, made.Metadata.Name, i.Get("iam_role").Text,
				c.Name, i.Name, i.At("iam_role")})
		}
		return ok
	})
}

// sharedAccounts are the service accounts of a namespace, each once, in order of name. Of two roles that come to one
// name the first keeps it.
func sharedAccounts(c *config.Cluster, accounts []account, report finding.Report) []any {
	slices.SortStableFunc(accounts, func(a, b account) int {
		return cmp.Or(cmp.Compare(a.name, b.name), cmp.Compare(a.role, b.role))
	})
	var docs []any
	var last account
	for _, a := range accounts {
		switch {
		case a.name != last.name:
			docs, last = append(docs, serviceAccount(a)), a
		case a.role != last.role:
			report(finding.Finding{Code: finding.NameCollision, Severity: finding.Warning, At: a.at,
				Service: a.service, Instance: a.instance, Cluster: c.Name,
				Message: "the service account " + a.name + " stands for " + last.role + ", the role of " + last.service +
					"." + last.instance})
		}
	}
	return docs
}

// serviceAccount stands for an IAM role. PaaSTA: ensure_service_account.
func serviceAccount(a account) *model.ServiceAccount {
	return &model.ServiceAccount{
		APIVersion: "v1",
		Kind:       "ServiceAccount",
		Metadata: model.ObjectMeta{Name: a.name, Namespace: a.namespace,
			Annotations: model.Labels{"eks.amazonaws.com/role-arn": a.role}},
	}
}
