package argocd

import (
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/kustomize/api/types"

	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/layout"
	"github.com/paasta-render/paasta-render/compiler/target"
)

// agent renders three ApplicationSets: what belongs to the cluster, in a first wave, the services, and the parts of
// divided services. Services are found by their folders, so that a new service changes no ApplicationSet.
func agent(c *config.Cluster, units []layout.Unit, report finding.Report) []target.File {
	s := load(c)
	if s.url == "" {
		report(finding.Finding{Code: NoURL, Cluster: c.Name, At: c.System.Config.Position(),
			Message:    "the target argocd needs the URL of the output repository",
			Suggestion: `argocd: {url: https://git.example.com/platform/manifests}`})
		return nil
	}
	k := &types.Kustomization{
		TypeMeta:  types.TypeMeta{APIVersion: types.KustomizationVersion, Kind: types.KustomizationKind},
		Resources: []string{"cluster.yaml", "parts.yaml", "services.yaml"},
	}
	return []target.File{
		{Path: folder + "cluster.yaml", Docs: []any{s.ofCluster(units)}},
		{Path: folder + "parts.yaml", Docs: []any{s.ofParts()}},
		{Path: folder + "services.yaml", Docs: []any{s.ofServices()}},
		{Path: folder + layout.Kustomization, Docs: []any{k}},
	}
}

// ofCluster lists the units that belong to the cluster: there are few, and they are built from several folders.
func (s *settings) ofCluster(units []layout.Unit) *applicationSet {
	list := &listGenerator{Elements: []element{}}
	for i := range units {
		u := &units[i]
		if u.Service != "" {
			continue
		}
		e := element{Name: applicationName(u.Folder), Path: s.root + s.cluster + "/" + u.Folder, Paths: "."}
		if !u.Within() {
			e.Paths = "./" + layout.Kustomization + ";./" + strings.Trim(strings.TrimPrefix(layout.ClusterFolder, layout.ManifestFolder), "/")
		}
		list.Elements = append(list.Elements, e)
	}
	a := s.applicationSet("cluster", generator{List: list}, "{{.path}}", "{{.paths}}")
	a.Spec.Template.Metadata.Name = s.cluster + "-{{.name}}"
	a.Metadata.Annotations = map[string]string{waveAnnotation: "-1"}
	return a
}

// ofServices finds the units of services by their folders. The folder of a divided service holds folders only, so its
// Application has no objects, and it stays: if it went, Argo CD would delete what it had applied before the parts have
// taken it over, and with it every pod. An Application never empties itself (allowEmpty).
func (s *settings) ofServices() *applicationSet {
	manifests := s.manifests()
	return s.byFolder("services", []directory{{Path: manifests + "/*"}, {Path: manifests + "/_*", Exclude: true}})
}

// ofParts finds the parts of divided services. A part leaves its objects alone when it goes, since another part, or the
// whole service again, takes them over: its Application has no finalizer.
func (s *settings) ofParts() *applicationSet {
	manifests := s.manifests()
	a := s.byFolder("parts", []directory{{Path: manifests + "/*/instances-*"}, {Path: manifests + "/_*/*", Exclude: true}})
	a.Spec.Template.Metadata.Finalizers = nil
	return a
}

// manifests is the folder of the output repository that holds the folders of services.
func (s *settings) manifests() string { return s.root + s.cluster + "/" + layout.ManifestFolder }

// byFolder returns an ApplicationSet with an Application for each folder, called by its path.
func (s *settings) byFolder(name string, folders []directory) *applicationSet {
	git := &gitGenerator{RepoURL: s.url, Revision: s.branch, Directories: folders}
	a := s.applicationSet(name, generator{Git: git}, "{{.path.path}}", ".")
	a.Spec.Template.Metadata.Name = s.cluster + `-{{.path.path | trimPrefix "` + s.manifests() +
		`/" | replace "/" "--" | replace "_" "--" | lower}}`
	return a
}

const waveAnnotation = "argocd.argoproj.io/sync-wave"

// applicationSet returns an ApplicationSet whose Applications are alike but for their path.
func (s *settings) applicationSet(name string, from generator, path, builtFrom string) *applicationSet {
	return &applicationSet{
		TypeMeta: metav1.TypeMeta{APIVersion: "argoproj.io/v1alpha1", Kind: "ApplicationSet"},
		Metadata: metadata{Name: "paasta-" + s.cluster + "-" + name, Namespace: s.namespace, Annotations: map[string]string{waveAnnotation: "0"}},
		Spec: applicationSetSpec{
			GoTemplate: true, GoTemplateOptions: []string{"missingkey=error"},
			Generators: []generator{from},
			Template: template{
				Metadata: metadata{
					Annotations: map[string]string{"argocd.argoproj.io/manifest-generate-paths": builtFrom},
					Finalizers:  []string{"resources-finalizer.argocd.argoproj.io"},
				},
				Spec: applicationSpec{
					Project:     s.project,
					Source:      source{RepoURL: s.url, TargetRevision: s.branch, Path: path},
					Destination: destination{Name: s.destination},
					SyncPolicy:  policy(),
				},
			},
		},
	}
}

// policy says how Applications are applied: by server-side apply, again until it works (a service whose namespace is
// not there yet gets it from another Application), and with limits to what may go: never all objects at once, and last
// of all.
func policy() syncPolicy {
	return syncPolicy{
		Automated:   automated{Prune: true, SelfHeal: true, AllowEmpty: false},
		SyncOptions: []string{"ServerSideApply=true", "PruneLast=true", "ApplyOutOfSyncOnly=true"},
		Retry:       retry{Limit: -1, Backoff: backoff{Duration: "10s", Factor: 2, MaxDuration: "5m"}},
	}
}

// applicationName returns what the Application of a folder is called after the cluster: kubernetes-cluster.
func applicationName(folder string) string {
	return strings.ReplaceAll(strings.ReplaceAll(folder, "/_", "-"), "/", "-")
}
