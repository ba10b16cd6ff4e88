package validate

import (
	"slices"
	"strings"

	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/finding"
)

// Folder opens a service's folder for validation: a file that cannot be read is an error only when PaaSTA's command
// would read it.
func Folder(company *config.Company, name string, report finding.Report) *config.Folder {
	var f *config.Folder
	f = company.Folder(name, func(x finding.Finding) {
		if x.Severity == finding.Error && (!paastaReads(f, x.At.File) || x.Code == finding.NotAMapping &&
			takesAnything(f, x.At.File)) {
			x.Severity = finding.Warning
		}
		report(x)
	})
	return f
}

// paastaReads tells whether `paasta validate` reads a file: those that it holds against a schema always, the others of
// the service when it loads an instance.
func paastaReads(f *config.Folder, file string) bool {
	name, inside := strings.CutPrefix(file, f.Name+"/")
	switch {
	case !inside || strings.HasPrefix(name, "secrets/") || name == "deployments.json":
		return false
	case slices.ContainsFunc(checked, func(prefix string) bool { return strings.HasPrefix(name, prefix) }):
		return true
	case slices.Contains(merged, name):
		return hasInstances(f)
	}
	for _, kind := range config.InstanceTypes {
		if strings.HasPrefix(name, kind+"-") || strings.HasPrefix(name, "autotuned_defaults/"+kind+"-") {
			return true
		}
	}
	return false
}

// takesAnything tells whether a file's form is nobody's concern before one of its keys is asked for.
func takesAnything(f *config.Folder, file string) bool {
	return slices.Contains(merged, strings.TrimPrefix(file, f.Name+"/"))
}

var (
	// checked begin the names of files that PaaSTA holds against a schema.
	checked = []string{"service", "adhoc", "kubernetes", "rollback", "tron", "eks", "smartstack",
		"autotuned_defaults/kubernetes", "autotuned_defaults/cassandracluster"}
	// merged are the files that every instance inherits from. service_configuration_lib:
	// read_service_configuration_from_dir.
	merged = []string{"monitoring.yaml", "deploy.yaml", "data.yaml", "dependencies.yaml"}
)

// hasInstances tells whether PaaSTA loads an instance or a job; it validates Tron's files whatever their cluster.
func hasInstances(f *config.Folder) bool {
	if slices.ContainsFunc(f.Names(), func(name string) bool { return strings.HasPrefix(name, "tron-") }) {
		return true
	}
	for _, c := range f.Company.Clusters {
		for _, kind := range config.InstanceTypes {
			if f.Exists(kind + "-" + c.Name + ".yaml") {
				return true
			}
		}
	}
	return false
}
