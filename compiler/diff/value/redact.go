package value

import (
	"github.com/paasta-render/paasta-render/compiler/diff"
)

// hidden is shown instead of every value that may be a secret, as JSON.
const hidden = `"(hidden)"`

// Shown returns a value as reports show it: compact JSON without secrets. With hide, a scalar is a secret whatever it
// is.
func Shown(n *Node, hide bool) string {
	if hide && n.IsScalar() && !diff.IsSecretReference(n.Str()) {
		return hidden
	}
	return string(redact(n).JSON(nil))
}

// redact returns n without secrets: plain values of environment entries with secret names, data of Secret objects, and
// whatever looks like a secret itself.
func redact(n *Node) *Node {
	n.open()
	switch n.kind {
	case List:
		out := &Node{kind: List, opened: true}
		for _, item := range n.items {
			out.items = append(out.items, redact(item))
		}
		return out
	case Map:
		return redactMapping(n)
	}
	if n.kind == Text && diff.LooksSecret(n.scalar) {
		return concealed()
	}
	return n
}

func concealed() *Node { return &Node{kind: Text, scalar: "(hidden)", opened: true} }

func redactMapping(n *Node) *Node {
	out := &Node{kind: Map, opened: true}
	isSecret := n.Get("kind").Str() == "Secret"
	named := diff.IsSecretName(n.Get("name").Str())
	for _, p := range n.Pairs() {
		value := p.Value
		switch {
		case isSecret && (p.Key == "data" || p.Key == "stringData"):
			value = concealed()
		case p.Key == "value" && named && value.IsScalar() && !diff.IsSecretReference(value.Str()):
			value = concealed()
		case p.Key == "env" && value.Is(Map):
			value = redactEnvironment(value)
		default:
			value = redact(value)
		}
		out.pairs = append(out.pairs, Pair{p.Key, value})
	}
	return out
}

// redactEnvironment hides values of an environment that is a mapping, as Tron's is.
func redactEnvironment(n *Node) *Node {
	out := &Node{kind: Map, opened: true}
	for _, p := range n.Pairs() {
		value := redact(p.Value)
		if diff.IsSecretName(p.Key) && value.IsScalar() && !diff.IsSecretReference(value.Str()) {
			value = concealed()
		}
		out.pairs = append(out.pairs, Pair{p.Key, value})
	}
	return out
}
