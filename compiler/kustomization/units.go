package kustomization

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/api/types"

	"github.com/paasta-render/paasta-render/compiler/emit"
	"github.com/paasta-render/paasta-render/compiler/layout"
)

// unit is a build unit with what its kustomization.yaml says. Names of files are relative to the unit's folder.
type unit struct {
	layout.Unit
	resources  []string
	generators []types.ConfigMapArgs
}

// units are the build units by folder.
type units map[string]*unit

func (us units) at(folder string, stage layout.Stage) *unit {
	if us[folder] == nil {
		us[folder] = &unit{Unit: layout.Unit{Folder: folder, Stage: stage, PartOf: layout.WholeOf(folder)}}
	}
	return us[folder]
}

// manifest adds a file of Kubernetes objects to the unit of its folder. What is in the cluster's folder and is no
// namespace is in the unit above it.
func (us units) manifest(known *layout.Layout, p Path) {
	stage := layout.StageOf(p.Name)
	folder := path.Dir(p.Name)
	if stage == layout.Content && folder+"/" == layout.ClusterFolder {
		folder = layout.ManifestFolder
	}
	u := us.at(folder, stage)
	if service, _ := known.Owner(p.Name); service != "" {
		u.Service = service
	}
	u.Custom = u.Custom || p.Custom && stage == layout.Content
	u.Objects += p.Objects
	u.Files = append(u.Files, p.Name)
	u.resources = append(u.resources, strings.TrimPrefix(p.Name, folder+"/"))
}

// generator adds a ConfigMap to the unit of the topmost folder that its files are in: prometheus for prometheus/rules,
// too.
func (us units) generator(g types.ConfigMapArgs) {
	var u *unit
	for i, source := range g.FileSources {
		key, file, named := strings.Cut(source, "=")
		if !named {
			file = source
		}
		folder, below, _ := strings.Cut(file, "/")
		u = us.at(folder, layout.Content)
		u.Files = append(u.Files, file)
		if named {
			below = key + "=" + below
		}
		g.FileSources[i] = below
	}
	if u != nil {
		u.Objects++
		u.generators = append(u.generators, g)
	}
}

func (us units) sorted() []*unit {
	var all []*unit
	for _, u := range us {
		slices.Sort(u.Files)
		slices.Sort(u.resources)
		all = append(all, u)
	}
	slices.SortFunc(all, func(a, b *unit) int { return strings.Compare(a.Folder, b.Folder) })
	return all
}

func (u *unit) kustomization() *types.Kustomization {
	k := empty()
	k.Resources, k.ConfigMapGenerator = u.resources, u.generators
	switch u.Stage {
	case layout.Namespaces:
		k.Patches = KeepNamespaces()
	case layout.Definitions:
		k.Patches = KeepDefinitions()
	case layout.Content:
	}
	return k
}

func empty() *types.Kustomization {
	return &types.Kustomization{TypeMeta: types.TypeMeta{APIVersion: types.KustomizationVersion, Kind: types.KustomizationKind}}
}

// LargestBuild is how many objects one run of kustomize should build. Measured with kubectl 1.37 on trees of this
// compiler: 3,600 objects took 10 s of CPU and 300 MB, and 10,900 took 318 s and 876 MB.
const LargestBuild = 4000

// root returns the kustomization.yaml of the cluster's folder, which names all units.
func root(all []layout.Unit) layout.File {
	k, objects := empty(), 0
	for _, u := range all {
		k.Resources = append(k.Resources, u.Folder)
		objects += u.Objects
	}
	file := layout.File{Path: layout.Kustomization, Docs: []any{k}}
	if objects <= LargestBuild {
		return file
	}
	text, err := emit.YAML([]byte(tooLarge), k)
	if err == nil { // a kustomization of strings can always be written
		file.Docs = []any{text}
	}
	return file
}

// tooLarge is said at the top of an entry point that should not be built as a whole. It names no number of this tree,
// so that it does not change from commit to commit.
var tooLarge = fmt.Sprintf(`# This tree has more than %d objects. kustomize takes minutes to build that many at once, and an agent more memory than it
# has: apply the folders below one by one, as the targets flux and argocd make agents do.
`, LargestBuild)
