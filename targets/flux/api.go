package flux

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// The types below are the parts of Flux's APIs that this target fills in. They are our own, because Flux's Go modules
// bring controller-runtime and its dependencies with them.

// kustomization is kustomize.toolkit.fluxcd.io/v1 Kustomization.
type kustomization struct {
	metav1.TypeMeta `json:",inline"`
	Metadata        metadata          `json:"metadata"`
	Spec            kustomizationSpec `json:"spec"`
}

// metadata is what Flux's objects need of metav1.ObjectMeta.
type metadata struct {
	Name      string `json:"name"`
	Namespace string `json:"namespace"`
}

type kustomizationSpec struct {
	DependsOn      []reference `json:"dependsOn,omitempty"`
	DeletionPolicy string      `json:"deletionPolicy,omitempty"`
	Interval       string      `json:"interval"`
	Path           string      `json:"path"`
	Prune          bool        `json:"prune"`
	RetryInterval  string      `json:"retryInterval"`
	SourceRef      reference   `json:"sourceRef"`
	Suspend        bool        `json:"suspend,omitempty"`
	Timeout        string      `json:"timeout"`
	Wait           bool        `json:"wait,omitempty"`
}

type reference struct {
	Kind string `json:"kind,omitempty"`
	Name string `json:"name"`
}

// gitRepository is source.toolkit.fluxcd.io/v1 GitRepository.
type gitRepository struct {
	metav1.TypeMeta `json:",inline"`
	Metadata        metadata          `json:"metadata"`
	Spec            gitRepositorySpec `json:"spec"`
}

type gitRepositorySpec struct {
	Interval  string     `json:"interval"`
	Ref       branch     `json:"ref"`
	SecretRef *reference `json:"secretRef,omitempty"`
	Ignore    string     `json:"ignore,omitempty"`
	URL       string     `json:"url"`
}

type branch struct {
	Branch string `json:"branch"`
}

// artifactGenerator is source.extensions.fluxcd.io/v1beta1 ArtifactGenerator.
type artifactGenerator struct {
	metav1.TypeMeta `json:",inline"`
	Metadata        metadata              `json:"metadata"`
	Spec            artifactGeneratorSpec `json:"spec"`
}

type artifactGeneratorSpec struct {
	Artifacts []artifact `json:"artifacts"`
	Sources   []source   `json:"sources"`
}

type source struct {
	Alias string `json:"alias"`
	Kind  string `json:"kind"`
	Name  string `json:"name"`
}

type artifact struct {
	Name           string          `json:"name"`
	OriginRevision string          `json:"originRevision"`
	Copy           []copyOperation `json:"copy"`
}

type copyOperation struct {
	From string `json:"from"`
	To   string `json:"to"`
}
