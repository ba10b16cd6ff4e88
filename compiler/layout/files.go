package layout

import (
	"strings"

	"github.com/paasta-render/paasta-render/compiler/tree"
)

// ClusterFolder is where a target puts Kubernetes objects that belong to no single service: namespaces, roles, Services
// of the mesh. A build unit of the output tree, whichever target makes the file.
const ClusterFolder = "kubernetes/_cluster/"

// CompanyFolder is beside the clusters' folders and holds what belongs to no cluster.
const CompanyFolder = tree.CompanyFolder

// Files is one kind of file that a target makes, with all that others must know of it. Of several kinds whose prefix
// and suffix fit a path, the one with the longest prefix counts.
type Files struct {
	// Prefix and Suffix are of the path below the cluster's folder: "tron/" and ".yaml".
	Prefix, Suffix string

	// Owner returns whose file it is, from the path below the cluster's folder; empty when it is nobody's. Nil when
	// none of the files is any single service's.
	Owner func(path string) (service, instance string)
	// Entries says how the file's objects are named. Nil for documents that name themselves as Kubernetes objects do,
	// by kind and metadata.name.
	Entries *Entries
	// Dialect is how documents that name themselves spell their kind. Nil when they do it as Kubernetes objects do.
	Dialect *Dialect

	// Delivery says how the file reaches the cluster.
	Delivery Delivery
	// ConfigMap is what a file is in when it is delivered InConfigMap and has one to itself; nil when it shares that of
	// its folder.
	ConfigMap *ConfigMap
	// Unpacked is true when who mounts the ConfigMaps puts a file together that came in pieces, since no ConfigMap holds
	// it. For any other file that is a warning.
	Unpacked bool

	// Guards makes publish stop when all files of a service of this kind go at once. It names them in the message:
	// "every instance". Empty when they may go.
	Guards string
	// Workload is true when each file is a workload: publish limits how many of them one commit may delete.
	Workload bool

	// ReadsInstances tells whether the file is made from instance files of a kind: "kubernetes", "tron". Explain asks
	// it before it experiments. Nil when it may be made from any.
	ReadsInstances func(kind string) bool
	// Jobs is true when what the objects call an instance is a job of several, each deployed by itself.
	Jobs bool
}

// Entries says how the objects of a file of many named things are told apart.
type Entries struct {
	// At is the path to the entries: a mapping, or a list of mappings. Empty when the document itself is the mapping.
	At []string
	// Kind is what reports call an entry; empty when the file is one object whatever it holds.
	Kind string
	// Rest is what reports call the rest of the file.
	Rest string
	// Key names the entries of a list: "name", "name.as". Several keys are joined with +. The default is "name".
	Key string
	// Owner returns whose an entry is, from the file's path below the cluster's folder and the entry's name. Nil when
	// only the file tells.
	Owner func(path, entry string) (service, instance string)
	// Qualified is true when reports call an entry <service>.<entry>.
	Qualified bool
	// Itself is true when a service's key that is refused takes the whole entry away.
	Itself bool
}

// Dialect is how a document names itself.
type Dialect struct {
	// Version and Kind are the keys that hold the version and the kind: api_version and type for Sensu Go.
	Version, Kind string
	// Renamed are kinds that reports call otherwise, since Kubernetes has a kind of the same name.
	Renamed map[string]string
}

// Delivery says how a file reaches its cluster.
type Delivery uint8

// The ways.
const (
	InRepository Delivery = iota // with the output repository itself; kustomization.yaml leaves the file out
	AsManifest                   // a resource of kustomization.yaml, which the API server takes as it is
	InConfigMap                  // a key of a ConfigMap that kustomization.yaml generates
)

// ConfigMap names a ConfigMap that a single file has to itself.
type ConfigMap struct {
	Namespace, Name string
	Key             string // under which the file is in it
}

// ClusterManifests are the files in ClusterFolder, for targets that make some.
func ClusterManifests() Files { return Files{Prefix: ClusterFolder, Delivery: AsManifest} }

// NamespaceFile is the path of the file of a Kubernetes namespace. Several targets may make one of the same namespace:
// the first in the list of targets does, for a tree holds an object once.
func NamespaceFile(namespace string) string { return namespacePrefix + namespace + ".yaml" }

const namespacePrefix = ClusterFolder + "namespace-"

// IsNamespaceFile tells whether a path is one that NamespaceFile makes.
func IsNamespaceFile(path string) bool { return strings.HasPrefix(path, namespacePrefix) }

// OwnedByFile returns an Owner for files that are called <folder>/<service>.yaml; names that begin with an underscore
// are of files that span services.
func OwnedByFile(path string) (service, instance string) {
	base := strings.TrimSuffix(path[strings.LastIndexByte(path, '/')+1:], ".yaml")
	if strings.HasPrefix(base, "_") {
		return "", ""
	}
	return base, ""
}

// OwnedByNamespace is an Owner of entries that are called after a mesh namespace: web.main, or
// web.main.region:10.0.0.1.
func OwnedByNamespace(_, entry string) (service, instance string) {
	service, rest, found := strings.Cut(entry, ".")
	if !found {
		return "", ""
	}
	instance, _, _ = strings.Cut(rest, ".")
	return service, instance
}
