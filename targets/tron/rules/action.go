package rules

import (
	"slices"

	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

// actionFields are the keys that actions and cleanup actions share. Tron registers its checks of node_selectors and of
// an action's labels under misspelt names, so they never run.
var actionFields = []field{
	{"command", command},
	{"node", nodeName},
	{"retries", integer},
	{"retries_delay", interval},
	{"expected_runtime", interval},
	{"executor", oneOf("ssh", "mesos", "kubernetes", "spark")},
	{"cpus", number},
	{"mem", number},
	{"disk", number},
	{"cap_add", list},
	{"cap_drop", list},
	{"constraints", listOf(constraintShape.check, true)},
	{"docker_image", text},
	{"docker_parameters", listOf(parameterShape.check, true)},
	{"env", mapping},
	{"secret_env", mapOf(secretSourceShape.check)},
	{"secret_volumes", listOf(secretVolumeShape.check, true)},
	{"projected_sa_volumes", listOf(tokenVolumeShape.check, true)},
	{"field_selector_env", mapOf(fieldSelectorShape.check)},
	{"extra_volumes", listOf(volumeShape.check, true)},
	{"trigger_downstreams", downstreams},
	{"triggered_by", listOf(text, true)},
	{"on_upstream_rerun", oneOf("rerun")},
	{"trigger_timeout", interval},
	{"node_selectors", nil},
	{"node_affinities", listOf(affinityShape.check, true)},
	{"topology_spread_constraints", listOf(spreadShape.check, true)},
	{"idempotent", nil},
	{"labels", nil},
	{"annotations", mapping},
	{"service_account_name", text},
	{"ports", listOf(integer, true)},
}

var (
	// actionShape is Tron's ValidateAction, cleanupShape its ValidateCleanupAction, which has no requires.
	actionShape = shape{kind: "an action", required: []string{"command"},
		fields: byKey(append(slices.Clone(actionFields), field{"requires", listOf(actionName, true)}))}
	cleanupShape = shape{kind: "a cleanup action", required: []string{"command"},
		fields: byKey(append(slices.Clone(actionFields), field{"name", oneOf("cleanup")}))}

	constraintShape = shape{kind: "a constraint", required: []string{"attribute", "operator", "value"}, fields: []field{
		{"attribute", text}, {"operator", oneOf("EQUALS", "==", "NOTEQUALS", "!=", "LIKE", "UNLIKE")}, {"value", text}}}
	parameterShape = shape{kind: "a docker parameter", required: []string{"key", "value"}, fields: []field{
		{"key", text}, {"value", text}}}
	volumeShape = shape{kind: "a volume", required: []string{"container_path", "host_path"}, fields: []field{
		{"container_path", text}, {"host_path", text}, {"mode", oneOf("RO", "RW")}}}
	secretSourceShape = shape{kind: "a secret in the environment", required: []string{"secret_name", "key"},
		fields: []field{
			{"secret_name", text}, {"key", text}}}
	secretItemShape = shape{kind: "an item of a secret volume", required: []string{"key", "path"}, fields: []field{
		{"key", text}, {"path", text}, {"mode", permissions}}}
	secretVolumeShape = shape{kind: "a secret volume", optional: true, required: []string{"secret_volume_name",
		"secret_name", "container_path"},
		fields: []field{{"container_path", text}, {"secret_volume_name", text}, {"secret_name", text}, {"default_mode",
			permissions},
			{"items", listOf(secretItemShape.check, true)}}, after: secretItems}
	tokenVolumeShape = shape{kind: "a projected service account volume", optional: true,
		required: []string{"container_path", "audience"},
		fields:   []field{{"container_path", text}, {"audience", text}, {"expiration_seconds", integer}}}
	fieldSelectorShape = shape{kind: "a field selector", required: []string{"field_path"}, fields: []field{{"field_path",
		text}}}
	affinityShape = shape{kind: "a node affinity", required: []string{"key", "operator", "value"}, fields: []field{
		{"key", text}, {"operator", affinityOperator}, {"value", listOf(text, true)}}}
	spreadShape = shape{kind: "a topology spread constraint", required: []string{"max_skew", "label_selector",
		"topology_key", "when_unsatisfiable"},
		fields: []field{{"max_skew", integer}, {"when_unsatisfiable", oneOf("DoNotSchedule", "ScheduleAnyway")},
			{"topology_key", text},
			{"label_selector", labelSelector}}}
)

// downstreams takes null, a boolean or a mapping. Tron: valid_trigger_downstreams.
func downstreams(c *court, s spot, n *yaml11.Node) {
	if !n.IsNull() && n.Kind != yaml11.Bool && n.Kind != yaml11.Map {
		c.refuse(s, n, finding.TronValue, quote(s.key)+" is true, false or a mapping, not "+show(n), "")
	}
}

// affinityOperator takes Tron's own list of operators, which has NotExists. Tron: _valid_node_affinity_operator.
func affinityOperator(c *court, s spot, n *yaml11.Node) {
	value, ok := n.Str()
	if ok && slices.Contains([]string{"In", "NotIn", "Exists", "NotExists", "Gt", "Lt"}, value) {
		return
	}
	suggestion := "In, NotIn, Exists, Gt or Lt"
	if value == "DoesNotExist" {
		suggestion += "; Tron spells it NotExists, which PaaSTA does not take"
	}
	c.refuse(s, n, finding.TronAffinity, "Tron knows no node affinity operator "+show(n), suggestion)
}

// labelSelector takes non-empty mappings of strings. Tron: _valid_topology_spread_label_selector.
func labelSelector(c *court, s spot, n *yaml11.Node) {
	if !n.IsMap() || len(n.Pairs) == 0 {
		c.refuse(s, n, finding.TronValue, "a topology spread constraint needs a label selector", "")
		return
	}
	for _, p := range n.Pairs {
		if !p.Value.IsString() {
			c.refuse(s, p.Value, finding.TronValue, "the label "+quote(p.Key.Text)+" is a string, not "+show(p.Value),
				stringSuggestion(p.Value))
		}
	}
}

// secretItems lets a volume have one item, named like the secret. Tron: ValidateSecretVolume.post_validation.
func secretItems(c *court, s spot, n *yaml11.Node) {
	items, secret := n.Get("items"), n.Get("secret_name")
	if !items.IsList() || len(items.Items) == 0 {
		return
	}
	if len(items.Items) > 1 {
		c.refuse(s.in(n, "items"), items.Items[1], finding.TronSecretItem,
			"a secret volume has one item at most: a secret has one key", "")
		return
	}
	key := items.Items[0].Get("key")
	if key.Text == secret.Text {
		return
	}
	suggestion := ""
	if secret.Position().File != "" { // else it is PaaSTA's own secret, and nothing can be done
		suggestion = secret.Text
	}
	c.refuse(s.in(n, "items"), key, finding.TronSecretItem,
		"the item's key "+quote(key.Text)+" is not the secret's name "+quote(secret.Text), suggestion)
}
