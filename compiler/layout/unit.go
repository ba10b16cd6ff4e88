package layout

import (
	"crypto/sha256"
	"regexp"
	"slices"
	"strings"
)

// MaxObjects is how many Kubernetes objects a build unit has at most. kustomize takes a time that grows with the square
// of the number of objects in one build: about 1 s of CPU for 1,000, and 318 s for 11,000.
const MaxObjects = 1000

// Stage says when an agent applies a build unit: each stage needs those before it.
type Stage uint8

// The stages.
const (
	Definitions Stage = iota // custom resource definitions, which only units with custom resources need
	Namespaces               // with what each namespace begins with: role bindings, limits
	Content                  // all other objects
)

// Unit is a folder of a cluster's tree that has a kustomization.yaml and that an agent builds and applies by itself. No
// object is in two units, and together the units hold all objects of the cluster.
type Unit struct {
	Folder  string   // below the cluster's folder: kubernetes/web, tron
	Service string   // whose it is; empty when it belongs to the cluster
	Files   []string // what the unit is built from, below the cluster's folder, in order
	Objects int
	Stage   Stage
	Custom  bool // some objects are custom resources, so the definitions must be there first
	// PartOf is the folder that would be the unit if it had fewer objects: kubernetes/web. Empty when nothing is divided.
	PartOf string
}

// Kustomization is the name of the file that makes a folder a build unit. Targets make no file of this name.
const Kustomization = "kustomization.yaml"

// IsKustomization tells whether a path is that of a kustomization.yaml.
func IsKustomization(path string) bool {
	return path[strings.LastIndexByte(path, '/')+1:] == Kustomization
}

// Within tells whether each file of the unit is in its folder itself, or below it when there is no unit there. The unit
// of the folder kubernetes is the only one that takes some files of folders which are units themselves.
func (u *Unit) Within() bool { return u.Folder != ManifestFolder }

// ManifestFolder holds the Kubernetes manifests of a cluster: a folder for each service, and ClusterFolder. As a build
// unit it has what is in ClusterFolder and is no namespace: the mesh's Services, pools of nodes. They are apart from
// the namespaces, so that an object which the API server refuses does not stop the units that wait for the namespaces.
const ManifestFolder = "kubernetes"

// DefinitionFolder is where a target puts custom resource definitions. It is a build unit by itself: resources wait for
// it, and nothing else does.
const DefinitionFolder = ManifestFolder + "/_definitions/"

// DefinitionFiles are the files in DefinitionFolder, for targets that make some.
func DefinitionFiles() Files { return Files{Prefix: DefinitionFolder, Delivery: AsManifest} }

// StageOf returns the stage of a manifest, from its path below the cluster's folder.
func StageOf(path string) Stage {
	switch path = WithoutPart(path); {
	case strings.HasPrefix(path, DefinitionFolder):
		return Definitions
	case IsNamespaceFile(path):
		return Namespaces
	}
	return Content
}

// Parts divides named things into parts that weigh no more than most each, unless one thing alone weighs more. It
// returns the part of each thing: "" when all fit into one, else binary digits such as "01".
//
// The digits are those of the hash of the name. So a thing that comes or goes moves no other, until a part is full:
// then that part alone is halved. An agent that finds an object in another unit than before may delete it for a moment,
// which is why nothing must move for a small reason.
func Parts(names []string, weights []int, most int) []string {
	d := division{weights: weights, most: most, hashes: make([][sha256.Size]byte, len(names)), parts: make([]string, len(names))}
	all := make([]int, len(names))
	for i, name := range names {
		d.hashes[i], all[i] = sha256.Sum256([]byte(name)), i
	}
	d.halve(all, 0)
	return d.parts
}

// division is the work of Parts. Things go by their number.
type division struct {
	weights []int
	most    int
	hashes  [][sha256.Size]byte
	parts   []string
}

// halve divides the things by the next digit of their hashes until they weigh little enough.
func (d *division) halve(things []int, bit int) {
	weight := 0
	for _, i := range things {
		weight += d.weights[i]
	}
	if weight <= d.most || len(things) < 2 || bit == 8*sha256.Size {
		return
	}
	var halves [2][]int
	for _, i := range things {
		half := d.hashes[i][bit/8] >> (7 - bit%8) & 1
		d.parts[i] += string('0' + half)
		halves[half] = append(halves[half], i)
	}
	for _, half := range halves {
		d.halve(half, bit+1)
	}
}

// Names of the folders of parts, by what they divide.
const (
	instanceParts  = "instances-"
	namespaceParts = "namespaces-"
	objectParts    = "objects-"
)

var partFolder = regexp.MustCompile(`^(?:instances|namespaces|objects)-[01]+$`)

// WithoutPart returns the path that a manifest has while its folder fits into one unit: kubernetes/web/main.yaml for
// kubernetes/web/instances-01/main.yaml. Any other path is returned as it is.
func WithoutPart(path string) string {
	steps := strings.Split(path, "/")
	if len(steps) != 4 || steps[0] != ManifestFolder || !partFolder.MatchString(steps[2]) {
		return path
	}
	return strings.Join(slices.Delete(steps, 2, 3), "/")
}

// WholeOf returns the folder of the unit that a folder is a part of; empty when it is none.
func WholeOf(folder string) string {
	steps := strings.Split(folder, "/")
	switch {
	case len(steps) != 3 || !partFolder.MatchString(steps[2]):
		return ""
	case folder[:len(folder)-len(steps[2])] == ClusterFolder && strings.HasPrefix(steps[2], objectParts):
		return ManifestFolder
	}
	return steps[0] + "/" + steps[1]
}

// InPart returns the path of a manifest in a part of its folder; the path itself when part is empty.
func InPart(path, part string) string {
	if part == "" {
		return path
	}
	folder, name := path[:strings.LastIndexByte(path, '/')+1], path[strings.LastIndexByte(path, '/')+1:]
	kind := instanceParts
	switch {
	case IsNamespaceFile(path):
		kind = namespaceParts
	case strings.HasPrefix(path, ClusterFolder) || strings.HasPrefix(path, DefinitionFolder):
		kind = objectParts
	}
	return folder + kind + part + "/" + name
}
