package tron

// intSet keeps small integers in the order in which CPython lists a set of them: PaaSTA writes list(set(ports)).
type intSet struct {
	table []slot
	used  int
}

type slot struct {
	value int64
	full  bool
}

// CPython's Objects/setobject.c: tables begin with 8 slots, look at up to 9 neighbours when those fit, and grow when
// three fifths are full.
const (
	smallestTable = 8
	linearProbes  = 9
)

func (s *intSet) add(value int64) {
	if s.table == nil {
		s.table = make([]slot, smallestTable)
	}
	if !insert(s.table, value) {
		return
	}
	s.used++
	if mask := len(s.table) - 1; s.used*5 >= mask*3 {
		s.grow(s.used * 4)
	}
}

// insert finds the value's slot; false when it is there already.
func insert(table []slot, value int64) bool {
	mask := uint64(len(table) - 1)
	hash := uint64(value)
	if value == -1 {
		hash = ^uint64(1) // hash(-1) is -2
	}
	perturb, at := hash, hash&mask
	for {
		probes := uint64(0)
		if at+linearProbes <= mask {
			probes = linearProbes
		}
		for i := at; i <= at+probes; i++ {
			switch {
			case !table[i].full:
				table[i] = slot{value, true}
				return true
			case table[i].value == value:
				return false
			}
		}
		perturb >>= 5
		at = (at*5 + 1 + perturb) & mask
	}
}

func (s *intSet) grow(minimum int) {
	size := smallestTable
	for size <= minimum {
		size <<= 1
	}
	old := s.table
	s.table = make([]slot, size)
	for _, e := range old {
		if e.full {
			insert(s.table, e.value)
		}
	}
}

func (s *intSet) values() []int64 {
	var out []int64
	for _, e := range s.table {
		if e.full {
			out = append(out, e.value)
		}
	}
	return out
}
