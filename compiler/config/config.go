// Package config is the resolved form of soa-configs: what every target reads.
//
// Layers are merged here as PaaSTA merges them; values stay Python values with the place where they were written, since
// PaaSTA's output depends on what a value is and not only on what it means (1 and 1.0 give different pods).
// Nothing here knows a target, an output or a flag.
package config

import (
	"errors"
	"io/fs"
	"slices"
	"strings"

	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

// Input is everything the compiler reads.
type Input struct {
	SOA    fs.FS // the soa-configs repository
	System fs.FS // the system directory; see System for its layout
	// SystemDir is how findings name the system directory; empty when its files need no prefix.
	SystemDir string
	// SystemKeys are keys of the system config that flags set, over what every file says, in every cluster.
	SystemKeys map[string]string
}

// Company is an opened soa-configs repository.
type Company struct {
	Clusters []*Cluster // by name
	Services []string   // service folders, by name
	input    Input
	limits   yaml11.Limits // of one file
	// authenticating is authenticating.yaml's `services`. PaaSTA: get_authenticating_services.
	authenticating map[string]bool
}

// Cluster is one cluster that the system config names.
type Cluster struct {
	Name    string
	System  *System // common part and this cluster's part, merged
	Company *Company
	// TronMaster is tron/<cluster>/MASTER.yaml, Tron's own configuration: nil when the cluster has none, {} when the
	// file is empty, null when it cannot be read. PaaSTA: tron_tools.create_complete_master_config.
	TronMaster *yaml11.Node
}

// Open reads the system config and lists clusters and services. It returns nil when that is not possible; why has
// been reported.
func Open(in Input, report finding.Report) *Company {
	c := &Company{input: in}
	common := loadSystem(in.System, in.SystemDir, report)
	if common == nil {
		return nil
	}
	c.limits = common.limits(report).file
	names := clusterNames(common, report)
	if names == nil {
		return nil
	}
	for _, name := range names {
		system := common.forCluster(name, report).with(in.SystemKeys)
		c.Clusters = append(c.Clusters, &Cluster{Name: name, System: system, Company: c})
	}
	if !c.list(report) {
		return nil
	}
	c.readShared(report)
	return c
}

// clusterNames returns the sorted, distinct names in the system config's `clusters`.
func clusterNames(system *System, report finding.Report) []string {
	clusters := system.Get("clusters")
	if !clusters.IsList() || len(clusters.Items) == 0 {
		report(finding.Finding{Code: finding.SystemConfigKey, At: system.Config.Position(),
			Message: "the system config names no clusters", Suggestion: "clusters: [name, …]"})
		return nil
	}
	var names []string
	for _, item := range clusters.Items {
		name, ok := item.Str()
		if !ok || name == "" || strings.ContainsAny(name, "/\\") || name == ".." || name == "." {
			report(finding.Finding{Code: finding.SystemConfigKey, At: item.Position(),
				Message: "a cluster's name must be a string that can name a folder"})
			return nil
		}
		names = append(names, name)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// list finds the service folders: all but those that begin with "_" or ".".
func (c *Company) list(report finding.Report) bool {
	entries, err := fs.ReadDir(c.input.SOA, ".")
	if err != nil {
		report(finding.Finding{Code: finding.FileUnreadable, At: finding.Position{File: "."},
			Message: "the soa directory cannot be read: " + err.Error()})
		return false
	}
	for _, e := range entries {
		name := e.Name()
		if name[0] == '_' || name[0] == '.' || name == tronMasters && !c.isService(name) {
			continue
		}
		if e.IsDir() || e.Type()&fs.ModeSymlink != 0 && isDir(c.input.SOA, name, report) {
			c.Services = append(c.Services, name)
		}
	}
	slices.Sort(c.Services)
	if len(c.Services) == 0 {
		report(finding.Finding{Code: finding.NoServices, At: finding.Position{File: "."},
			Message: "there is no service folder in the soa directory"})
		return false
	}
	return true
}

// tronMasters is the folder of tron/<cluster>/MASTER.yaml, which is a service only when it has files of its own.
const tronMasters = "tron"

func (c *Company) isService(name string) bool {
	entries, _ := fs.ReadDir(c.input.SOA, name)
	return slices.ContainsFunc(entries, func(e fs.DirEntry) bool { return strings.HasSuffix(e.Name(), ".yaml") })
}

// isDir tells whether a link leads to a folder. One that leads out of the repository, or nowhere in a circle, is
// reported.
func isDir(fsys fs.FS, name string, report finding.Report) bool {
	info, err := fs.Stat(fsys, name)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		report(unreadable(name, err))
	}
	return err == nil && info.IsDir()
}

// readShared reads the file at the root of the repository that concerns every service.
func (c *Company) readShared(report finding.Report) {
	c.authenticating = map[string]bool{}
	root, _ := c.readYAML("authenticating.yaml", report)
	if services := root.Get("services"); services.IsList() {
		for _, s := range services.Items {
			if name, ok := s.Str(); ok {
				c.authenticating[name] = true
			}
		}
	}
	for _, cluster := range c.Clusters {
		cluster.readTronMaster(report)
	}
}

// readTronMaster reads the one file that concerns every Tron namespace of a cluster.
func (c *Cluster) readTronMaster(report finding.Report) {
	name := "tron/" + c.Name + "/MASTER.yaml"
	if !exists(c.Company.input.SOA, name) {
		return
	}
	root, ok := c.Company.readYAML(name, report)
	switch {
	case !ok:
		c.TronMaster = yaml11.NewNull()
	case !root.Truthy():
		c.TronMaster = yaml11.NewMap()
	default:
		c.TronMaster = root
	}
}

// Authenticating tells whether authenticating.yaml lists the service. PaaSTA:
// kubernetes_tools.get_authenticating_services.
func (c *Company) Authenticating(service string) bool { return c.authenticating[service] }

// GitSHA is the commit of soa-configs that its .metadata.json names; empty when the file is not there. It is read when
// it is asked for: nothing that is rendered may depend on it, for it changes with every commit. PaaSTA:
// utils.read_soa_metadata.
func (c *Company) GitSHA() string {
	metadata, _ := c.readYAML(".metadata.json", func(finding.Finding) {})
	sha, _ := metadata.Get("git_sha").Str()
	return sha
}

// Folder opens a service's folder; "_shared" and "tron" are folders, too. It is never nil: the folder may be empty.
func (c *Company) Folder(name string, report finding.Report) *Folder {
	return &Folder{Name: name, Company: c, report: report, unread: new(bool)}
}
