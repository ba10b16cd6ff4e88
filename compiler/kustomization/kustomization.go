// Package kustomization makes the build units of a cluster's tree: folders with a kustomization.yaml, which `kubectl
// apply -k`, Flux and Argo CD take. The one of the cluster's folder names them all.
package kustomization

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/kustomize/api/types"

	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/layout"
)

const (
	// Namespace is where the generated ConfigMaps live.
	Namespace = "paasta-render"
	// maxConfigMap is what one ConfigMap may hold, in bytes; the API server's own limit is 1 MiB for the whole object.
	maxConfigMap = 1000 << 10
)

// Path is a rendered file of the cluster.
type Path struct {
	Name string
	Size int // bytes
	// Objects is how many documents a manifest has.
	Objects int
	// Custom is true when one of them is a custom resource.
	Custom bool
}

// Tree is what makes a cluster's files applicable.
type Tree struct {
	// Files are a kustomization.yaml for each unit and one that names them all, and what they need.
	Files []layout.File
	// Units are the build units, in order of folder.
	Units []layout.Unit
}

// Of returns the kustomizations of a cluster. The layout says what becomes of each file: manifests are resources of the
// unit of their folder; what is delivered in ConfigMaps goes into some with stable names, one or more for each folder:
// paasta-tron, paasta-tron-2, … A file that is too large for one goes as its pieces.
func Of(known *layout.Layout, cluster string, paths []Path, report finding.Report) Tree {
	units := units{}
	folders := map[string][]Path{}
	for _, p := range paths {
		whole, piece := wholeOf(p.Name)
		switch made := known.Of(whole); {
		case made.Delivery == layout.AsManifest:
			units.manifest(known, p)
		case made.Delivery != layout.InConfigMap || leftOut(cluster, p, made.Unpacked, report):
		case made.ConfigMap != nil:
			units.generator(ownConfigMap(p.Name, piece, made.ConfigMap))
		default:
			folders[path.Dir(p.Name)] = append(folders[path.Dir(p.Name)], p)
		}
	}
	var t Tree
	if len(folders) > 0 && !slices.ContainsFunc(paths, isNamespaceFile) {
		name := layout.NamespaceFile(Namespace)
		units.manifest(known, Path{Name: name, Objects: 1})
		t.Files = append(t.Files, layout.File{Path: name, Docs: []any{namespace()}})
	}
	for _, generator := range configMaps(folders) {
		units.generator(generator)
	}
	for _, u := range units.sorted() {
		t.Units = append(t.Units, u.Unit)
		t.Files = append(t.Files, layout.File{Path: u.Folder + "/" + layout.Kustomization, Docs: []any{u.kustomization()}})
	}
	t.Files = append(t.Files, root(t.Units))
	return t
}

func isNamespaceFile(p Path) bool {
	return layout.WithoutPart(p.Name) == layout.NamespaceFile(Namespace)
}

func namespace() *corev1.Namespace {
	return &corev1.Namespace{
		TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "Namespace"},
		ObjectMeta: metav1.ObjectMeta{Name: Namespace},
	}
}

// configMaps fills ConfigMaps folder by folder, file by file in order of name; a new one begins where the size demands
// it.
func configMaps(folders map[string][]Path) []types.ConfigMapArgs {
	var all []types.ConfigMapArgs
	var names []string
	for folder := range folders {
		names = append(names, folder)
	}
	slices.Sort(names)
	for _, folder := range names {
		files := folders[folder]
		slices.SortFunc(files, func(a, b Path) int { return strings.Compare(a.Name, b.Name) })
		name, size, part := "paasta-"+strings.ReplaceAll(folder, "/", "-"), 0, 1
		all = append(all, configMap(name))
		for _, f := range files {
			if size+f.Size > maxConfigMap {
				part++
				all, size = append(all, configMap(fmt.Sprintf("%s-%d", name, part))), 0
			}
			size += f.Size
			last := &all[len(all)-1]
			last.FileSources = append(last.FileSources, f.Name)
		}
	}
	return all
}

// configMapKey is what Kubernetes takes as a key.
var configMapKey = regexp.MustCompile(`^[-._a-zA-Z0-9]{1,253}$`)

// leftOut tells whether a file is no key of a ConfigMap, and reports why: its name cannot be one, or it goes in pieces.
// Who reads the file puts them together when it is unpacked; for others that is a warning.
func leftOut(cluster string, f Path, unpacked bool, report finding.Report) bool {
	x := finding.Finding{Cluster: cluster, At: finding.Position{File: cluster + "/" + f.Name}}
	switch {
	case f.Size > maxConfigMap:
		x.Code, x.Severity = finding.ConfigMapTooLarge, finding.Warning
		if unpacked {
			x.Severity = finding.Info
		}
		x.Message = fmt.Sprintf("the file has %d KiB, and a ConfigMap holds %d KiB at most: it reaches the cluster compressed, as %s.gz.01 "+
			"and so on", f.Size>>10, maxConfigMap>>10, path.Base(f.Name))
	case !configMapKey.MatchString(path.Base(f.Name)):
		x.Code = finding.ConfigMapKey
		x.Message = fmt.Sprintf("%q cannot be a key of a ConfigMap; the file stays out of it", path.Base(f.Name))
	default:
		return false
	}
	report(x)
	return true
}

// ownConfigMap is one that holds a single file, or one piece of it.
func ownConfigMap(file string, piece int, m *layout.ConfigMap) types.ConfigMapArgs {
	name, key := m.Name, m.Key
	if piece > 0 {
		key = pieceName(key, piece)
	}
	if piece > 1 {
		name = fmt.Sprintf("%s-%d", name, piece)
	}
	c := configMap(name)
	c.Namespace, c.FileSources = m.Namespace, []string{key + "=" + file}
	return c
}

// configMap is an empty generator. The name carries no hash: the pods that mount it follow changes by themselves.
func configMap(name string) types.ConfigMapArgs {
	return types.ConfigMapArgs{GeneratorArgs: types.GeneratorArgs{
		Namespace: Namespace,
		Name:      name,
		Options:   &types.GeneratorOptions{DisableNameSuffixHash: true},
	}}
}
