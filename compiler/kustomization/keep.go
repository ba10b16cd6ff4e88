package kustomization

import (
	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/kustomize/kyaml/resid"
)

// KeepNamespaces returns the patch that keeps agents from deleting namespaces which leave the tree: a namespace takes
// everything in it along, whoever it belongs to, and PaaSTA deletes none. Flux and Argo CD look at the annotations of the
// object in the cluster. The objects in the tree are PaaSTA's own, so this is said once, where they are put together.
func KeepNamespaces() []types.Patch {
	return []types.Patch{{
		Target: &types.Selector{ResId: resid.ResId{Gvk: resid.Gvk{Version: "v1", Kind: "Namespace"}}},
		Patch: `apiVersion: v1
kind: Namespace
metadata:
  name: every
  annotations:
    argocd.argoproj.io/sync-options: Prune=false,Delete=false
    kustomize.toolkit.fluxcd.io/prune: disabled
`,
	}}
}
