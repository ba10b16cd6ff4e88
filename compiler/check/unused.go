package check

import (
	"bytes"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/spelling"
)

// serviceFiles are the files that PaaSTA, or a program beside it, reads by a fixed name.
var serviceFiles = []string{"service.yaml", "monitoring.yaml", "smartstack.yaml", "deploy.yaml", "dependencies.yaml",
	"data.yaml", "authorization.yaml", "security.yaml", "deployments.json", "vip.yaml", "lb.yaml", "env_config.yaml"}

// SystemKeys returns the keys of the system config that this package reads.
func SystemKeys() []string { return []string{"kubernetes_custom_resources"} }

// clusterKinds are the kinds beside instance types whose files end in a cluster.
var clusterKinds = []string{"crd"}

// Unused reports files that nothing reads. unknownCluster is how severe a file for a cluster is that the system config
// does not name: `render` refuses it, PaaSTA's validate passes over it.
func Unused(f *config.Folder, clusters []*config.Cluster, unknownCluster finding.Severity, report finding.Report) {
	kinds := fileKinds(clusters)
	for _, name := range f.Names() {
		ext := path.Ext(name)
		if ext != ".yaml" && ext != ".yml" && ext != ".json" || name[0] == '.' || slices.Contains(serviceFiles, name) {
			continue
		}
		stem := strings.TrimSuffix(name, ext)
		at := finding.Position{File: path.Join(f.Name, name)}
		kind, cluster, found := splitKind(stem, kinds)
		switch {
		case strings.HasPrefix(stem, "rollback-") && ext == ".yaml":
		case ext != ".yaml" || !found:
			report(finding.Finding{Code: finding.UnusedFile, Severity: finding.Warning, At: at, Service: f.Name,
				Message: "nothing reads " + name, Suggestion: likelyFile(f, name, kinds, clusters),
				Fix: finding.Rename})
		case readByLink(f, name, kind, clusters):
		case !slices.ContainsFunc(clusters, func(c *config.Cluster) bool { return c.Name == cluster }):
			report(finding.Finding{Code: finding.UnknownCluster, Severity: unknownCluster, At: at, Service: f.Name,
				Message:    "unknown cluster \"" + cluster + "\": " + name + " is read for no cluster",
				Suggestion: likelyCluster(f, kind, cluster, clusters), Fix: finding.Rename})
		}
	}
}

// readByLink tells whether a cluster's file of the kind is a link, and holds what the named file holds: one file that
// several clusters share is linked under the name of each.
func readByLink(f *config.Folder, name, kind string, clusters []*config.Cluster) bool {
	own, ok := f.Text(name)
	if !ok {
		return false
	}
	return slices.ContainsFunc(f.Entries("."), func(e fs.DirEntry) bool {
		if e.Type()&fs.ModeSymlink == 0 || e.Name() == name ||
			!slices.ContainsFunc(clusters, func(c *config.Cluster) bool { return e.Name() == kind+"-"+c.Name+".yaml" }) {
			return false
		}
		shared, ok := f.Text(e.Name())
		return ok && bytes.Equal(own, shared)
	})
}

// fileKinds are the parts of file names before "-<cluster>.yaml": PaaSTA's instance types and custom resources.
func fileKinds(clusters []*config.Cluster) []string {
	kinds := append(slices.Clone(config.InstanceTypes), clusterKinds...)
	for _, c := range clusters {
		if resources := c.System.Get("kubernetes_custom_resources"); resources.IsList() {
			for _, r := range resources.Items {
				if prefix, ok := r.Get("file_prefix").Str(); ok && !slices.Contains(kinds, prefix) {
					kinds = append(kinds, prefix)
				}
			}
		}
	}
	return kinds
}

// splitKind cuts "kubernetes-pnw-prod" into its kind and cluster.
func splitKind(stem string, kinds []string) (kind, cluster string, found bool) {
	for _, kind := range kinds {
		if cluster, ok := strings.CutPrefix(stem, kind+"-"); ok {
			return kind, cluster, true
		}
	}
	return "", "", false
}

// likelyCluster is the file's name with the cluster that was probably meant; empty when that file is there already.
func likelyCluster(f *config.Folder, kind, cluster string, clusters []*config.Cluster) string {
	var names []string
	for _, c := range clusters {
		names = append(names, c.Name)
	}
	near := kind + "-" + spelling.Nearest(cluster, names) + ".yaml"
	if near == kind+"-.yaml" || f.Exists(near) {
		return ""
	}
	return near
}

// likelyFile is the name that was probably meant; empty when that file is there already.
func likelyFile(f *config.Folder, name string, kinds []string, clusters []*config.Cluster) string {
	candidates := slices.Clone(serviceFiles)
	for _, kind := range kinds {
		for _, c := range clusters {
			candidates = append(candidates, kind+"-"+c.Name+".yaml")
		}
	}
	near := spelling.Nearest(name, candidates)
	if near == "" || f.Exists(near) {
		return ""
	}
	return near
}
