package kustomization

import (
	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/kustomize/kyaml/resid"
)

// KeepNamespaces returns the patch that keeps agents from deleting namespaces which leave the tree: a namespace takes
// everything in it along, whoever it belongs to, and PaaSTA deletes none. Flux and Argo CD look at the annotations of
// the object in the cluster. The objects in the tree are PaaSTA's own, so this is said once, where they are put
// together.
func KeepNamespaces() []types.Patch { return keep("", "v1", "Namespace") }

// KeepDefinitions does the same for custom resource definitions: one takes all resources of its kind along.
func KeepDefinitions() []types.Patch {
	return keep("apiextensions.k8s.io", "v1", "CustomResourceDefinition")
}

func keep(group, version, kind string) []types.Patch {
	gvk := resid.Gvk{Group: group, Version: version, Kind: kind}
	return []types.Patch{{
		Target: &types.Selector{ResId: resid.ResId{Gvk: gvk}},
		Patch: `apiVersion: ` + gvk.ApiVersion() + `
kind: ` + kind + `
metadata:
  name: every
  annotations:
    argocd.argoproj.io/sync-options: Prune=false,Delete=false
    kustomize.toolkit.fluxcd.io/prune: disabled
`,
	}}
}
