// Package tron renders Tron's namespaces as PaaSTA sends them to Tron's config API, and leaves out what Tron refuses.
package tron

import (
	"slices"
	"strings"

	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/target"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
	"github.com/paasta-render/paasta-render/targets/tron/rules"
)

// Target is the Tron back end.
var Target = target.Target{
	Name: "tron",
	Doc: `Tron's configuration: one namespace a service, and MASTER

A namespace is what tron-<cluster>.yaml becomes in PaaSTA's hands. One that Tron would refuse is an error and left out.
Clusters with tron/<cluster>/MASTER.yaml get that, too.`,
	SystemKeys: systemKeys,
	Files:      files,
	Repeats:    repeats,
	Effects:    effects,
	Compile:    compile,
	Validate:   validate,
	Link:       link,
}

// compile makes one namespace. PaaSTA: tron_tools.create_complete_config.
func compile(s *config.Service, report finding.Report) target.Output {
	ns := newNamespace(s, report)
	var result target.Output
	if out := ns.compile(); out != nil {
		result.Files = []target.File{{Path: "tron/" + s.Name + ".yaml", Docs: []any{out}}}
	} else {
		ns.roles = roles{}
	}
	result.Facts = ns.roles.facts()
	return result
}

// compile makes {jobs: …}; nil when there is nothing for Tron, or nothing that it would take.
func (ns *namespace) compile() *yaml11.Node {
	root := ns.file()
	if root == nil || !ns.hasJobs(root) {
		return nil
	}
	out := ns.render(root)
	if out == nil {
		return nil
	}
	if ns.check(out); ns.refused {
		return nil
	}
	return out
}

// file is the service's tron-<cluster>.yaml; nil when it has none.
func (ns *namespace) file() *yaml11.Node {
	file := ns.service.ClusterFile("tron")
	if !ns.service.Folder.Exists(file) {
		return nil
	}
	return ns.service.Folder.YAML(file)
}

// check reports where the generated namespace breaks Tron's own rules.
func (ns *namespace) check(out *yaml11.Node) {
	master, refusals := readMaster(ns.service.Cluster)
	if len(refusals) > 0 {
		ns.refuse(rules.Refusal{Code: finding.TronMaster, At: refusals[0].At,
			Message: "Tron takes no namespace of cluster " + ns.service.Cluster.Name + ", since it refuses MASTER.yaml: " +
				refusals[0].Message})
		return
	}
	for _, r := range rules.Namespace(ns.service.Name, out, master) {
		ns.refuse(r)
	}
}

// refuse reports why the namespace is left out.
func (ns *namespace) refuse(r rules.Refusal) {
	ns.refused = true
	ns.report(ns.finding(r))
}

// finding fills in the service, the job and the action.
func (ns *namespace) finding(r rules.Refusal) finding.Finding {
	instance := r.Job
	switch {
	case r.Action != "":
		instance += "." + r.Action
		r.Message = "action " + instance + ": " + r.Message
	case r.Job != "":
		r.Message = "job " + r.Job + ": " + r.Message
	}
	if r.At.File == "" {
		r.At = finding.Position{File: ns.service.Name + "/" + ns.service.ClusterFile("tron")}
	}
	return finding.Finding{Code: r.Code, At: r.At, Message: r.Message, Suggestion: r.Suggestion,
		Service: ns.service.Name, Instance: instance, Cluster: ns.service.Cluster.Name}
}

// executors are those for which PaaSTA makes a namespace. PaaSTA: tron_tools.EXECUTOR_TYPES.
var executors = []string{"paasta", "ssh", "spark"}

// hasJobs tells whether any job has an action that Tron would run. PaaSTA: tron_tools.get_tron_namespaces.
func (ns *namespace) hasJobs(root *yaml11.Node) bool {
	found, odd := false, false
	for _, p := range root.Pairs {
		if p.Key.IsString() && strings.HasPrefix(p.Key.Text, "_") {
			continue
		}
		actions := p.Value.Get("actions")
		if !p.Key.IsString() || !p.Value.IsMap() || !actions.IsMap() {
			odd = true // render says what is wrong
			continue
		}
		for _, a := range actions.Pairs {
			executor := a.Value.Get("executor")
			name, _ := executor.Str()
			if !a.Value.IsMap() {
				odd = true
			} else if executor == nil || slices.Contains(executors, name) {
				found = true
			}
		}
	}
	if !found && !odd {
		ns.report(finding.Finding{Code: finding.TronNoJobs, Severity: finding.Warning, At: root.Position(),
			Service: ns.service.Name, Cluster: ns.service.Cluster.Name,
			Message: "no job here has an action with executor paasta, ssh or spark: PaaSTA makes no namespace of the file"})
	}
	return found || odd
}
