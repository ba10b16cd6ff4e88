package check

import (
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/finding"
)

// paastaSchemas are the schemas that PaaSTA's validate applies, to every *.yaml whose path in the service's folder
// begins with the name: service-notes.yaml is held against service, too. PaaSTA: cli.cmds.validate.SCHEMA_TYPES.
var paastaSchemas = []string{"service", "adhoc", "kubernetes", "rollback", "tron", "eks", "smartstack",
	"autotuned_defaults/kubernetes", "autotuned_defaults/cassandracluster"}

// ownSchemas are those of files that PaaSTA reads and does not check; here violations are warnings.
var ownSchemas = []string{"monitoring", "deploy", "dependencies", "authorization", "security"}

// descriptive are the schemas of files that describe a service and its mesh: PaaSTA renders them whatever their schema
// says.
var descriptive = []string{"service", "smartstack", "rollback"}

// Schemas holds every file of the folder that has a schema against it. describing is how severe violations are in files
// that hold no instances: PaaSTA's validate refuses them, what renders them does not.
func Schemas(f *config.Folder, describing finding.Severity, report finding.Report) {
	Files(f, func(name, schema string) {
		severity := finding.Error
		if slices.Contains(descriptive, schema) {
			severity = describing
		}
		checkFile(f, name, schema, severity, report)
	})
	for _, schema := range ownSchemas {
		if f.Exists(schema + ".yaml") {
			checkFile(f, schema+".yaml", schema, finding.Warning, report)
		}
	}
	secrets(f, report)
}

// Shared holds the secrets of _shared, which every service may use, against their schema.
func Shared(c *config.Company, report finding.Report) { secrets(c.Folder("_shared", report), report) }

func secrets(f *config.Folder, report finding.Report) {
	for _, name := range f.List("secrets") {
		if strings.HasSuffix(name, ".json") && name[0] != '.' {
			checkFile(f, "secrets/"+name, "secret", finding.Warning, report)
		}
	}
}

// Files visits every file that PaaSTA holds against a schema; name is its path in the folder. Hidden entries and links
// to files are left out. PaaSTA: validate_all_schemas.
func Files(f *config.Folder, visit func(name, schema string)) { filesIn(f, ".", visit) }

func filesIn(f *config.Folder, dir string, visit func(name, schema string)) {
	for _, e := range f.Entries(dir) {
		name := path.Join(dir, e.Name())
		if e.Name()[0] == '.' {
			continue
		}
		isLink := e.Type()&fs.ModeSymlink != 0
		if (e.IsDir() || isLink) && mayHoldSchemas(name) {
			filesIn(f, name, visit)
		}
		if isLink || !strings.HasSuffix(name, ".yaml") {
			continue
		}
		for _, schema := range paastaSchemas {
			if strings.HasPrefix(name, schema) {
				visit(name, schema)
			}
		}
	}
}

// mayHoldSchemas tells whether a path below the directory could begin with a schema's name.
func mayHoldSchemas(dir string) bool {
	return slices.ContainsFunc(paastaSchemas, func(schema string) bool {
		return strings.HasPrefix(dir+"/", schema) || strings.HasPrefix(schema, dir+"/")
	})
}

// instanceSchemas are the schemas whose top-level keys are instances.
var instanceSchemas = []string{"adhoc", "kubernetes", "eks", "autotuned_defaults/kubernetes",
	"autotuned_defaults/cassandracluster"}

// checkFile holds one file against one schema.
func checkFile(f *config.Folder, name, schema string, severity finding.Severity, report finding.Report) {
	root := f.YAML(name)
	cluster := clusterOf(f, name, schema)
	if root == nil {
		if slices.Contains(paastaSchemas, schema) && !f.Broken(name) {
			report(finding.Finding{Code: finding.SchemaType, Severity: severity,
				At:      finding.Position{File: path.Join(f.Name, name)},
				Message: "the file is empty; PaaSTA expects keys and values", Service: f.Name, Cluster: cluster})
		}
		return
	}
	e := evaluation{report: func(v violation) {
		x := finding.Finding{Code: v.code, Severity: max(severity, v.severity), At: v.at, Message: v.message,
			Suggestion: v.suggestion, Fix: v.fix,
			Notes:   v.notes,
			Service: f.Name, Instance: instanceOf(schema, v.path), Cluster: cluster}
		if x.At.File == "" {
			x.At.File = path.Join(f.Name, name)
		}
		report(x)
	}}
	rules := compiled()[schema]
	quick := evaluation{}
	if quick.value(rules, root, finding.Position{}) && !quick.odd {
		return
	}
	e.doubting = true
	e.value(rules, root, root.Position())
}

// clusterOf is the cluster in the file's name, when the system config names it.
func clusterOf(f *config.Folder, name, schema string) string {
	cluster, found := strings.CutPrefix(strings.TrimSuffix(name, ".yaml"), schema+"-")
	if found && slices.ContainsFunc(f.Company.Clusters, func(c *config.Cluster) bool { return c.Name == cluster }) {
		return cluster
	}
	return ""
}

// instanceOf names the instance that a path below the file's root concerns; "job.action" in Tron's files.
func instanceOf(schema string, keys []string) string {
	if len(keys) == 0 || strings.HasPrefix(keys[0], "_") {
		return ""
	}
	if schema == "tron" {
		if len(keys) > 2 && keys[1] == "actions" {
			return keys[0] + "." + keys[2]
		}
		return keys[0]
	}
	if slices.Contains(instanceSchemas, schema) {
		return keys[0]
	}
	return ""
}
