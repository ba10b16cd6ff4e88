// Package e2e puts rendered trees before a real API server and real GitOps agents. Its tests need the build tag e2e and
// programs that are named by environment variables; without them they are skipped, and say so:
//
//	PAASTA_RENDER_E2E_BIN        a folder with etcd, kube-apiserver, kube-controller-manager and kubectl; for the agents
//	                             kustomize-controller (Flux) and gitops-agent (Argo CD's gitops-engine), too
//	PAASTA_RENDER_E2E_FLUX_CRDS  a folder with the custom resource definitions of Flux's kustomize- and source-controller, and
//	                             of its source-watcher: without that one any ArtifactGenerator is taken
//	PAASTA_RENDER_E2E_PYTHON     a Python with PaaSTA's Kubernetes client, to make objects as PaaSTA's loops do
//	PAASTA_RENDER_E2E_COMPANY    a large company of the benchmark's generator, to measure what Flux costs with it
//	PAASTA_RENDER_E2E_KARPENTER  the folder of the Go module sigs.k8s.io/karpenter v1.14.1; karpenter-kwok, which is its
//	                             package ./kwok built, is in the folder of binaries, and python3 on the PATH
//	PAASTA_RENDER_E2E_GITLAB     a folder with gitlab-ci-local and the node that it needs; rsync is on the PATH
//	PAASTA_RENDER_E2E_VPA_CRD    the file with the definition of the Vertical Pod Autoscaler, deploy/vpa-v1-crd-gen.yaml
//	CHROMIUM                     a Chromium, where none is on the PATH
//	AXE                          axe.min.js of the npm package axe-core 4.10.3
package e2e
