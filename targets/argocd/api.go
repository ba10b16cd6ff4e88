package argocd

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// The types below are the parts of argoproj.io/v1alpha1 that this target fills in. They are our own, because Argo CD's
// Go module brings most of Kubernetes with it.

// applicationSet is argoproj.io/v1alpha1 ApplicationSet.
type applicationSet struct {
	metav1.TypeMeta `json:",inline"`
	Metadata        metadata           `json:"metadata"`
	Spec            applicationSetSpec `json:"spec"`
}

type metadata struct {
	Name        string            `json:"name"`
	Namespace   string            `json:"namespace,omitempty"`
	Annotations map[string]string `json:"annotations,omitempty"`
	Finalizers  []string          `json:"finalizers,omitempty"`
}

type applicationSetSpec struct {
	GoTemplate        bool        `json:"goTemplate"`
	GoTemplateOptions []string    `json:"goTemplateOptions"`
	Generators        []generator `json:"generators"`
	Template          template    `json:"template"`
}

type generator struct {
	Git  *gitGenerator  `json:"git,omitempty"`
	List *listGenerator `json:"list,omitempty"`
}

type gitGenerator struct {
	RepoURL     string      `json:"repoURL"`
	Revision    string      `json:"revision"`
	Directories []directory `json:"directories"`
}

type directory struct {
	Path    string `json:"path"`
	Exclude bool   `json:"exclude,omitempty"`
}

type listGenerator struct {
	Elements []element `json:"elements"`
}

// element is a build unit that belongs to the cluster.
type element struct {
	Name  string `json:"name"`
	Path  string `json:"path"`
	Paths string `json:"paths"` // what the unit is built from, relative to its folder
}

type template struct {
	Metadata metadata        `json:"metadata"`
	Spec     applicationSpec `json:"spec"`
}

type applicationSpec struct {
	Project     string      `json:"project"`
	Source      source      `json:"source"`
	Destination destination `json:"destination"`
	SyncPolicy  syncPolicy  `json:"syncPolicy"`
}

type source struct {
	RepoURL        string `json:"repoURL"`
	TargetRevision string `json:"targetRevision"`
	Path           string `json:"path"`
}

type destination struct {
	Name   string `json:"name,omitempty"`
	Server string `json:"server,omitempty"`
}

type syncPolicy struct {
	Automated   automated `json:"automated"`
	SyncOptions []string  `json:"syncOptions"`
	Retry       retry     `json:"retry"`
}

type automated struct {
	Prune      bool `json:"prune"`
	SelfHeal   bool `json:"selfHeal"`
	AllowEmpty bool `json:"allowEmpty"`
}

type retry struct {
	Limit   int64   `json:"limit"`
	Backoff backoff `json:"backoff"`
}

type backoff struct {
	Duration    string `json:"duration"`
	Factor      int64  `json:"factor"`
	MaxDuration string `json:"maxDuration"`
}
