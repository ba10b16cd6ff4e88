package rules

import (
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/spelling"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
	"github.com/paasta-render/paasta-render/targets/tron/schedule"
)

// jobShape is Tron's ValidateJob. The name and the namespace come from where the job stands.
var jobShape = shape{
	kind:     "a job",
	required: []string{"node", "schedule", "actions"},
	fields: byKey([]field{
		{"node", nodeName},
		{"schedule", scheduled},
		{"actions", actions},
		{"cleanup_action", cleanup},
		{"monitoring", mapping},
		{"queueing", boolean},
		{"run_limit", integer},
		{"all_nodes", boolean},
		{"enabled", boolean},
		{"allow_overlap", boolean},
		{"max_runtime", interval},
		{"time_zone", timeZone},
		{"expected_runtime", interval},
		{"use_k8s", boolean},
	}),
}

// jobs judges all jobs of a namespace.
func (c *court) jobs(s spot, n *yaml11.Node) {
	if !n.Truthy() {
		return
	}
	if n = named(n); !n.IsMap() {
		mapping(c, s, n)
		return
	}
	for _, p := range n.Pairs {
		c.job, c.action = p.Key.Text, ""
		at := spot{key: p.Key.Text, at: place(p.Key, s.at)}
		if name, ok := p.Key.Str(); !ok || !isIdentifier(name) {
			c.refuse(at, p.Key, finding.TronName,
				show(p.Key)+" is no name for a job: letters, digits, _ and - after a letter or _, 255 at most", "")
		}
		jobShape.check(c, at, p.Value)
		requirements(c, at, named(p.Value.Get("actions")))
	}
	c.job = ""
}

// named turns a list of objects with a name into a mapping by name, as Tron reads jobs, actions, nodes and pools. What
// is no such list is returned as it is.
func named(n *yaml11.Node) *yaml11.Node {
	if !n.IsList() {
		return n
	}
	mapped := *n
	mapped.Kind, mapped.Items = yaml11.Map, nil
	for _, item := range n.Items {
		if !item.IsMap() || !item.Get("name").IsString() {
			return n
		}
		mapped.Pairs = append(mapped.Pairs, yaml11.Pair{Key: item.Get("name"), Value: item.Without("name")})
	}
	return &mapped
}

// scheduled takes schedules. Tron: schedule_parse.valid_schedule.
func scheduled(c *court, s spot, n *yaml11.Node) {
	if _, err := schedule.Parse(n); err != nil {
		c.refuse(s, n, finding.TronSchedule, err.Error(), "")
	}
}

// nodeName takes the nodes and pools of MASTER.yaml. Tron: valid_node_name.
func nodeName(c *court, s spot, n *yaml11.Node) {
	name, ok := n.Str()
	if !ok || !isIdentifier(name) {
		identifier(c, s, n)
		return
	}
	if c.master != nil && !c.master.hasNode(name) {
		c.refuse(s, n, finding.TronNode, "MASTER.yaml has no node or node pool "+quote(name)+c.master.nodeList(),
			spelling.Nearest(name, c.master.nodes))
	}
}

// actions judges the actions of a job by name.
func actions(c *court, s spot, n *yaml11.Node) {
	if n = named(n); !n.IsMap() || len(n.Pairs) == 0 {
		c.refuse(s, n, finding.TronValue, "a job has at least one action", "")
		return
	}
	for _, p := range n.Pairs {
		c.action = p.Key.Text
		at := spot{key: p.Key.Text, at: place(p.Key, s.at)}
		actionName(c, spot{key: "actions", at: at.at}, p.Key)
		actionShape.check(c, at, p.Value)
	}
	c.action = ""
}

// actionName takes identifiers other than Tron's own "cleanup". Tron: valid_action_name.
func actionName(c *court, s spot, n *yaml11.Node) {
	if name, ok := n.Str(); ok && name == "cleanup" {
		c.refuse(s, n, finding.TronName, "an action cannot be called cleanup; Tron calls the cleanup_action so",
			"cleanup_action: …")
		return
	}
	identifier(c, s, n)
}

func cleanup(c *court, s spot, n *yaml11.Node) {
	c.action = "cleanup"
	cleanupShape.check(c, s, n)
	c.action = ""
}
