package tron

import (
	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/target"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
	"github.com/paasta-render/paasta-render/targets/tron/rules"
)

// formatMaster makes MASTER.yaml of a cluster as Tron gets it: default_volumes are the system's volumes, when there are
// k8s_options at all. PaaSTA: tron_tools.format_master_config.
func formatMaster(c *config.Cluster) (*yaml11.Node, []rules.Refusal) {
	stop := func(at *yaml11.Node, message string) (*yaml11.Node, []rules.Refusal) {
		position := at.Position()
		if position.File == "" {
			position = finding.Position{File: "tron/" + c.Name + "/MASTER.yaml"}
		}
		return nil, []rules.Refusal{{Code: finding.TronMaster, At: position, Message: message}}
	}
	root := c.TronMaster
	if !root.IsMap() {
		return stop(root, "MASTER.yaml is not a file of keys and values")
	}
	options := root.Get("k8s_options")
	if !options.Truthy() {
		return root, nil
	}
	if !options.IsMap() {
		return stop(options, "k8s_options is a mapping, not "+options.KindWithArticle())
	}
	volumes := c.System.Get("volumes")
	if !volumes.IsList() {
		return stop(nil, "the system config has no list of volumes")
	}
	formatted, odd := formatVolumes(volumes.Items)
	if odd != nil {
		return stop(odd, "a volume of the system config needs containerPath, hostPath and mode")
	}
	return root.With("k8s_options", options.With("default_volumes", formatted)), nil
}

// readMaster returns what namespaces need to know of MASTER.yaml: nil when the cluster has none, or one that PaaSTA
// cannot send, so that Tron keeps what it has.
func readMaster(c *config.Cluster) (*rules.Master, []rules.Refusal) {
	if c.TronMaster == nil {
		return nil, nil
	}
	formatted, _ := formatMaster(c)
	if formatted == nil {
		return nil, nil
	}
	return rules.ReadMaster(formatted)
}

// masterFile is tron/MASTER.yaml; nil when the cluster has none, or one that Tron refuses.
func masterFile(c *config.Cluster, report finding.Report) *target.File {
	if c.TronMaster == nil {
		return nil
	}
	formatted, refusals := formatMaster(c)
	if formatted != nil {
		_, refusals = rules.ReadMaster(formatted)
	}
	for _, r := range refusals {
		at := r.At
		if at.File == "" {
			at = finding.Position{File: "tron/" + c.Name + "/MASTER.yaml"}
		}
		report(finding.Finding{Code: finding.TronMaster, At: at, Message: r.Message, Suggestion: r.Suggestion,
			Service:  "MASTER",
			Instance: r.Job, Cluster: c.Name})
	}
	if len(refusals) > 0 {
		return nil
	}
	return &target.File{Path: "tron/MASTER.yaml", Docs: []any{sorted(formatted)}}
}
