package target

import (
	"slices"

	"github.com/paasta-render/paasta-render/compiler/capacity"
	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/effect"
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/layout"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

// Target is a back end: a value with two pure functions. It knows no files, flags, or other targets.
type Target struct {
	// Name is what --target takes.
	Name string
	// Doc is its help: the first line is a title.
	Doc string
	// Optional is true when the target renders only in clusters whose system config names it in the list `targets`.
	// All others render always.
	Optional bool
	// SystemKeys are the top-level keys of the system config that the target reads, its own and those of the packages
	// that it calls, by name. It is handed no others: Get returns nil for them. A change of one of them makes diff
	// compile the target again. The keys that package config reads need not be here.
	SystemKeys []string
	// Files are the kinds of files that it makes.
	Files []layout.Files
	// Repeats returns the file of soa-configs, none of a service's own, that one of the target's files repeats key by key,
	// from the path below the cluster's folder; nil when it repeats none. Nil for targets whose files repeat nothing.
	Repeats func(c *config.Cluster, path string) *yaml11.Node
	// Findings document the codes that this target alone reports. A code that others report, too, is in package finding.
	Findings []finding.Doc
	// Effects say what a change of an object of its kinds does, for kinds that are not Kubernetes' own. A kind that no
	// target knows counts as one that restarts pods.
	Effects effect.Table
	// Compile turns one service in one cluster into files. It may be called from several goroutines at once.
	Compile func(*config.Service, finding.Report) Output
	// Validate reports what `paasta validate` and the consumer's own parser say of the service, and nothing else may
	// count as an error there. Nil when PaaSTA validates nothing of what this target renders: then what Compile refuses
	// is a warning of `paasta-render validate`.
	Validate func(*config.Service, finding.Report)
	// Company makes what belongs to no cluster, from one service in all its clusters where the target renders. Its files
	// are below OUT/_company/. Nil when there is nothing.
	Company func([]*config.Service, finding.Report) []File
	// Agent makes what a GitOps agent of the cluster is pointed at, from the build units of all targets, in order of
	// folder. Its files are in no unit. Nil for targets that are no agent's.
	Agent func(*config.Cluster, []layout.Unit, finding.Report) []File
	// Nodes says which nodes the cluster may have, so that the compiler can tell whether the pods of all targets fit on
	// them, and what that costs. It reports nothing: Link does. Nil for targets that describe no nodes.
	Nodes func(*config.Cluster) []capacity.Pool
	// Link adds what spans the services of one cluster; nil when nothing does.
	Link func(*config.Cluster, []Linked, finding.Report) []File
}

// NewLayout puts together what the targets say of their files.
func NewLayout(targets []Target) *layout.Layout {
	var files []layout.Files
	var effects []effect.Table
	for _, t := range targets {
		files, effects = append(files, t.Files...), append(effects, t.Effects)
	}
	return layout.New(files, effects...)
}

// Docs returns the documentation of every code: the compiler's own, then those of the targets, in order of the list.
func Docs(targets []Target) []finding.Doc {
	all := finding.Docs()
	for _, t := range targets {
		all = append(all, t.Findings...)
	}
	return all
}

// Output is what Compile makes of one service.
type Output struct {
	Files []File
	// Facts are what Link needs to know of this service. They are kept for every service until the end of the
	// run, so they hold no configuration nodes and no objects: a few strings and numbers.
	Facts any
}

// Linked is one service as Link sees it, in order of name. Services without files or facts are left out.
type Linked struct {
	Service string
	Paths   []string
	Facts   any
	// Unread is true when Compile has asked for a file that is there and cannot be read: then PaaSTA writes none of the
	// files that span services and need it. Paths and facts are what is known without the file.
	Unread bool
}

// AnyUnread tells whether a file of any service could not be read. Link returns no file then that all services are in.
func AnyUnread(services []Linked) bool {
	return slices.ContainsFunc(services, func(s Linked) bool { return s.Unread })
}

// File is one output file below OUT/<cluster>/.
type File = layout.File
