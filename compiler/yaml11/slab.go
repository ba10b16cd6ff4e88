package yaml11

// slab hands out the nodes, pairs and items of one file from few large pieces: a file of a hundred lines would
// otherwise be some three hundred allocations.
type slab struct {
	nodes  []Node
	pairs  []Pair
	values []*Node
	next   int // size of the next piece of nodes
}

const (
	smallestSlab = 16
	largestSlab  = 1024
)

// expect prepares for a file of so many lines.
func (s *slab) expect(lines int) { s.next = min(max(2*lines+4, smallestSlab), largestSlab) }

func (s *slab) node() *Node {
	if len(s.nodes) == 0 {
		s.nodes = make([]Node, max(s.next, smallestSlab))
		s.next = max(s.next/4, smallestSlab)
	}
	n := &s.nodes[0]
	s.nodes = s.nodes[1:]
	return n
}

// mapping returns n empty pairs that can only be appended to by copying.
func (s *slab) mapping(n int) []Pair {
	if len(s.pairs) < n {
		s.pairs = make([]Pair, max(n, 4*smallestSlab))
	}
	out := s.pairs[:0:n]
	s.pairs = s.pairs[n:]
	return out
}

// items copies the values of a list's entries.
func (s *slab) items(entries []entry) []*Node {
	if len(s.values) < len(entries) {
		s.values = make([]*Node, max(len(entries), smallestSlab))
	}
	out := s.values[:len(entries):len(entries)]
	s.values = s.values[len(entries):]
	for i := range entries {
		out[i] = entries[i].value
	}
	return out
}
