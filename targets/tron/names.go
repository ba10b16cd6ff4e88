package tron

import (
	"github.com/paasta-render/paasta-render/compiler/paasta"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

// nodeLabel returns the label that a short name means. PaaSTA: kubernetes_tools.to_node_label.
func nodeLabel(n *yaml11.Node) *yaml11.Node {
	if !n.IsString() {
		return n
	}
	if label := paasta.NodeLabel(n.Text); label != n.Text {
		return positioned(label, n)
	}
	return n
}

// accountName returns the service account of an IAM role; ok is false when the role is no string.
// PaaSTA: kubernetes_tools.get_service_account_name.
func accountName(role *yaml11.Node) (name string, ok bool) {
	text, ok := role.Str()
	if !ok {
		return "", false
	}
	return paasta.ServiceAccountName(text), true
}
