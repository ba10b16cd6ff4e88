package flux

import (
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"regexp"
	"slices"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/kustomize/api/types"

	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/layout"
	"github.com/paasta-render/paasta-render/compiler/target"
)

// alias is what ArtifactGenerators call the output repository.
const alias = "tree"

// maxArtifacts is how many artifacts one ArtifactGenerator may have: the limit of its definition.
const maxArtifacts = 1000

// own is the Kustomization that applies Flux's other objects.
const own = "paasta"

// agent renders a Kustomization for each unit, and what it needs.
func agent(c *config.Cluster, units []layout.Unit, _ finding.Report) []target.File {
	s := load(c)
	self := s.kustomization(own, s.root+s.cluster+"/flux", s.repository())
	if s.artifacts {
		self.Spec.SourceRef, self.Spec.Path = reference{"ExternalArtifact", own}, "./"
	}
	main := []any{self}
	if s.url != "" {
		main = append([]any{s.gitRepository()}, main...)
	}
	files := []target.File{{Path: folder + "paasta.yaml", Docs: main}}
	if s.artifacts {
		files = append(files, s.ownGenerator())
		files = append(files, s.generators(units)...)
	}
	needed := before(units)
	for i := range units {
		u := &units[i]
		k := s.unit(u)
		k.Spec.DependsOn = needed(u)
		files = append(files, target.File{Path: folder + name(u) + ".yaml", Docs: []any{k}})
	}
	files = append(files, s.wholes(units)...)
	k := &types.Kustomization{TypeMeta: types.TypeMeta{APIVersion: types.KustomizationVersion, Kind: types.KustomizationKind}}
	for _, f := range files {
		k.Resources = append(k.Resources, strings.TrimPrefix(f.Path, folder))
	}
	slices.Sort(k.Resources)
	return append(files, target.File{Path: folder + layout.Kustomization, Docs: []any{k}})
}

// before returns what each unit waits for: namespaces for all content, and definitions for custom resources. What
// nothing needs stops nothing.
func before(units []layout.Unit) func(*layout.Unit) []reference {
	var namespaces, definitions []reference
	for i := range units {
		switch units[i].Stage {
		case layout.Namespaces:
			namespaces = append(namespaces, reference{Name: name(&units[i])})
		case layout.Definitions:
			definitions = append(definitions, reference{Name: name(&units[i])})
		case layout.Content:
		}
	}
	return func(u *layout.Unit) []reference {
		switch {
		case u.Stage != layout.Content:
			return nil
		case u.Custom:
			return append(slices.Clip(definitions), namespaces...)
		}
		return namespaces
	}
}

// unit returns the Kustomization of a build unit. Nothing depends on a service, so nobody waits for its pods: Flux
// works on four Kustomizations at a time, and one that waits for a sick service would keep the others from being
// applied for as long as the time-out.
func (s *settings) unit(u *layout.Unit) *kustomization {
	k := s.kustomization(name(u), s.root+s.cluster+"/"+u.Folder, s.repository())
	k.Spec.Wait = s.wait || u.Stage != layout.Content || u.Service == ""
	if s.artifacts {
		k.Spec.SourceRef, k.Spec.Path = reference{"ExternalArtifact", name(u)}, "./"
	}
	if u.Stage != layout.Content || u.PartOf != "" {
		k.Spec.DeletionPolicy = orphan
	}
	return k
}

// orphan makes Flux leave all objects alone when their Kustomization goes.
const orphan = "Orphan"

// wholes returns Kustomizations of units that are divided. They do nothing. If they went, Flux would delete what they
// had applied before the parts have taken it over, and with it every pod. For the same reason parts leave their objects
// alone when they go: others take them over.
func (s *settings) wholes(units []layout.Unit) []target.File {
	divided := map[string]bool{}
	var files []target.File
	for i := range units {
		u := &units[i]
		if u.PartOf == "" || divided[u.PartOf] {
			continue
		}
		divided[u.PartOf] = true
		k := s.unit(&layout.Unit{Folder: u.PartOf, Service: u.Service, Stage: u.Stage, PartOf: u.PartOf})
		if slices.ContainsFunc(units, func(other layout.Unit) bool { return other.Folder == u.PartOf }) {
			continue
		}
		k.Spec.Suspend = true
		files = append(files, target.File{Path: folder + k.Metadata.Name + ".yaml", Docs: []any{k}})
	}
	return files
}

func (s *settings) kustomization(name, path string, from reference) *kustomization {
	return &kustomization{
		TypeMeta: metav1.TypeMeta{APIVersion: kustomizeGroup + "/v1", Kind: "Kustomization"},
		Metadata: s.metadata(name),
		Spec: kustomizationSpec{
			Interval: s.interval, RetryInterval: "1m", Timeout: s.timeout, Path: "./" + strings.TrimPrefix(path, "./"), Prune: true, SourceRef: from,
		},
	}
}

func (s *settings) metadata(name string) metadata {
	return metadata{Name: name, Namespace: s.namespace}
}

func (s *settings) repository() reference { return reference{"GitRepository", s.source} }

func (s *settings) gitRepository() *gitRepository {
	g := &gitRepository{
		TypeMeta: metav1.TypeMeta{APIVersion: "source.toolkit.fluxcd.io/v1", Kind: "GitRepository"},
		Metadata: s.metadata(s.source),
		Spec:     gitRepositorySpec{Interval: "1m", URL: s.url, Ref: branch{s.branch}},
	}
	if s.secret != "" {
		g.Spec.SecretRef = &reference{Name: s.secret}
	}
	return g
}

// generators returns ArtifactGenerators that hand each Kustomization the files of its unit. An artifact is called by
// what is in it, so Flux does nothing for units that a commit does not change.
func (s *settings) generators(units []layout.Unit) []target.File {
	names, weights := make([]string, len(units)), make([]int, len(units))
	for i := range units {
		names[i], weights[i] = name(&units[i]), 1
	}
	artifacts := map[string][]artifact{}
	for i, part := range layout.Parts(names, weights, maxArtifacts) {
		artifacts[part] = append(artifacts[part], s.artifact(&units[i]))
	}
	var files []target.File
	for _, part := range slices.Sorted(maps.Keys(artifacts)) {
		files = append(files, s.generator(strings.TrimSuffix(own+"-units-"+part, "-"), artifacts[part]))
	}
	return files
}

// ownGenerator hands the folder flux/ to its Kustomization, so that a commit which changes none of Flux's objects applies none
// of them again. It is apart from the other generators: one that names the folder of a service that a commit removes makes
// nothing at all, until this one has brought what is to be made instead.
func (s *settings) ownGenerator() target.File {
	from := "@" + alias + "/" + s.root + s.cluster + "/" + folder + "**"
	return s.generator(own, []artifact{{Name: own, OriginRevision: "@" + alias, Copy: []copyOperation{{from, "@artifact/"}}}})
}

func (s *settings) generator(name string, artifacts []artifact) target.File {
	return target.File{Path: folder + "artifacts-" + name + ".yaml", Docs: []any{&artifactGenerator{
		TypeMeta: metav1.TypeMeta{APIVersion: "source.extensions.fluxcd.io/v1beta1", Kind: "ArtifactGenerator"},
		Metadata: s.metadata(name),
		Spec: artifactGeneratorSpec{
			Sources:   []source{{alias, "GitRepository", s.source}},
			Artifacts: artifacts,
		},
	}}}
}

func (s *settings) artifact(u *layout.Unit) artifact {
	from := "@" + alias + "/" + s.root + s.cluster + "/" + u.Folder + "/"
	a := artifact{Name: name(u), OriginRevision: "@" + alias, Copy: []copyOperation{{from + "**", "@artifact/"}}}
	if !u.Within() {
		cluster := strings.TrimPrefix(layout.ClusterFolder, layout.ManifestFolder+"/")
		a.Copy = []copyOperation{{from + layout.Kustomization, "@artifact/"}, {from + cluster + "**", "@artifact/" + cluster}}
	}
	return a
}

var notInNames = regexp.MustCompile(`[^a-z0-9]+`)

// maxName is what a label can hold: Flux writes the name of the Kustomization on each object.
const maxName = 63

// name returns the name of a unit's Kustomization; at most 63 characters. A name that had to be changed or cut ends in
// a hash of the folder, so that no two units get one.
func name(u *layout.Unit) string {
	plain := "cluster-" + u.Folder
	if u.Service != "" {
		plain = strings.Replace(u.Folder, layout.ManifestFolder+"/", "service-", 1)
	}
	clean := strings.Trim(notInNames.ReplaceAllString(strings.ReplaceAll(plain, "/_", "/"), "-"), "-")
	if clean == strings.ReplaceAll(strings.ReplaceAll(plain, "/_", "/"), "/", "-") && len(clean) <= maxName {
		return clean
	}
	sum := sha256.Sum256([]byte(u.Folder))
	end := "-" + hex.EncodeToString(sum[:4])
	return clean[:min(len(clean), maxName-len(end))] + end
}
