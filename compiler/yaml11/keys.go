package yaml11

// equalKey tells whether two keys are the same key of a Python dict (True == 1 == 1.0).
func equalKey(a, b *Node) bool {
	x, aNumber := a.Number()
	y, bNumber := b.Number()
	if aNumber || bNumber {
		return aNumber && bNumber && x == y
	}
	return a.Kind == b.Kind && (a.Text == b.Text || a.Kind == Null) // null and ~ are one None
}

// find returns the index of a key, -1 when it is absent.
func (n *Node) find(key *Node) int {
	for i := range n.Pairs {
		if equalKey(n.Pairs[i].Key, key) {
			return i
		}
	}
	return -1
}

// fewKeys is how many keys are looked through one by one.
const fewKeys = 32

// keys finds keys in a mapping that grows. Large mappings get an index: a file of a hundred thousand keys must not take
// minutes.
type keys struct {
	of    *Node
	index map[key]int
	seen  int // pairs of the mapping that the index knows
}

// key is a node as the key of a Go map: equal when equalKey says so.
type key struct {
	kind   Kind
	text   string
	number float64
}

func keyOf(n *Node) key {
	if number, ok := n.Number(); ok {
		return key{kind: Float, number: number}
	}
	if n.Kind == Null {
		return key{kind: Null}
	}
	return key{kind: n.Kind, text: n.Text}
}

// find returns the index of a key, -1 when it is absent.
func (k *keys) find(wanted *Node) int {
	if len(k.of.Pairs) <= fewKeys {
		return k.of.find(wanted)
	}
	if k.index == nil {
		k.index = make(map[key]int, 2*len(k.of.Pairs))
	}
	for ; k.seen < len(k.of.Pairs); k.seen++ {
		if id := keyOf(k.of.Pairs[k.seen].Key); id.number == id.number { // NaN equals nothing
			k.index[id] = k.seen
		}
	}
	if at, ok := k.index[keyOf(wanted)]; ok {
		return at
	}
	return -1
}
