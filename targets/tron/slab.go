package tron

import "github.com/paasta-render/paasta-render/compiler/yaml11"

// slab hands out nodes and entries from larger pieces of memory: an action has a hundred of them, and they live and die
// together.
type slab struct {
	nodes []yaml11.Node
	pairs []yaml11.Pair
}

const (
	nodesAtOnce = 48
	pairsAtOnce = 96
)

func (s *slab) node(kind yaml11.Kind) *yaml11.Node {
	if len(s.nodes) == 0 {
		s.nodes = make([]yaml11.Node, nodesAtOnce)
	}
	n := &s.nodes[0]
	s.nodes = s.nodes[1:]
	n.Kind = kind
	return n
}

// text returns a string node; those that every action has are shared.
func (s *slab) text(text string) *yaml11.Node {
	if n := words[text]; n != nil {
		return n
	}
	n := s.node(yaml11.String)
	n.Text = text
	return n
}

// at returns a string that stands where another value was written.
func (s *slab) at(text string, where *yaml11.Node) *yaml11.Node {
	n := s.node(yaml11.String)
	if where != nil {
		*n = *where
	}
	n.Kind, n.Text, n.Items, n.Pairs, n.Comment = yaml11.String, text, nil, nil, ""
	return n
}

func (s *slab) list(items ...*yaml11.Node) *yaml11.Node {
	n := s.node(yaml11.List)
	n.Items = items
	return n
}

// object begins a mapping with room for some entries.
func (s *slab) object(room int) object {
	if len(s.pairs) < room {
		s.pairs = make([]yaml11.Pair, max(room, pairsAtOnce))
	}
	o := object{slab: s, pairs: s.pairs[:0:room]}
	s.pairs = s.pairs[room:]
	return o
}
