package yaml11

import (
	"strconv"
	"strings"
)

// quickJSON reads JSON straight into nodes. Like quick it decides nothing: what is no JSON, or rare in it, it leaves to
// encoding/json, which knows what to say.
type quickJSON struct {
	file    *string
	text    string
	at      int
	start   int // offset of the line
	line    int32
	slab    slab
	entries []entry
}

// readJSONQuickly returns the file's value; ok is false when it does not know.
func readJSONQuickly(file string, data []byte) (root *Node, ok bool) {
	q := quickJSON{file: &file, text: string(data), line: 1}
	q.slab.expect(strings.Count(q.text, "\n"))
	root, ok = q.value(0)
	q.space()
	return root, ok && q.at == len(q.text)
}

func (q *quickJSON) peek() byte {
	if q.at < len(q.text) {
		return q.text[q.at]
	}
	return 0
}

func (q *quickJSON) space() {
	for ; q.at < len(q.text); q.at++ {
		switch q.text[q.at] {
		case '\n':
			q.line++
			q.start = q.at + 1
		case ' ', '\t', '\r':
		default:
			return
		}
	}
}

func (q *quickJSON) node(kind Kind) *Node {
	n := q.slab.node()
	n.Kind, n.file, n.line, n.column = kind, q.file, q.line, int32(q.at-q.start+1)
	return n
}

func (q *quickJSON) value(depth int) (n *Node, ok bool) {
	if depth > maxDepth {
		return nil, false
	}
	q.space()
	switch c := q.peek(); c {
	case '"':
		return q.quoted()
	case '{':
		return q.mapping(depth)
	case '[':
		return q.list(depth)
	case 't':
		n, ok = q.word(Bool, "true")
		n.Bool = true
		return n, ok
	case 'f':
		return q.word(Bool, "false")
	case 'n':
		return q.word(Null, "null")
	}
	return q.number()
}

func (q *quickJSON) word(kind Kind, word string) (*Node, bool) {
	n := q.node(kind)
	n.Text = word
	ok := strings.HasPrefix(q.text[q.at:], word)
	q.at += len(word)
	return n, ok
}

// quoted reads a string.
func (q *quickJSON) quoted() (*Node, bool) {
	n := q.node(String)
	q.at++
	from := q.at
	for ; q.at < len(q.text) && q.text[q.at] != '"'; q.at++ {
		if c := q.text[q.at]; c == '\\' || c < 0x20 {
			return nil, false
		}
	}
	if q.at == len(q.text) {
		return nil, false
	}
	n.Text = strings.Clone(q.text[from:q.at])
	q.at++
	return n, true
}

// number reads an integer or a decimal fraction without an exponent.
func (q *quickJSON) number() (*Node, bool) {
	n := q.node(Int)
	from := q.at
	if q.peek() == '-' {
		q.at++
	}
	digits := q.digits()
	if digits == 0 || digits > 18 || digits > 1 && q.text[q.at-digits] == '0' {
		return nil, false
	}
	if q.peek() == '.' {
		q.at++
		if q.digits() == 0 {
			return nil, false
		}
		n.Kind = Float
	}
	if c := q.peek(); c == 'e' || c == 'E' {
		return nil, false
	}
	n.Text = q.text[from:q.at]
	var err error
	if n.Kind == Int {
		n.Int, err = strconv.ParseInt(n.Text, 10, 64)
	} else {
		n.Float, err = strconv.ParseFloat(n.Text, 64)
	}
	return n, err == nil
}

func (q *quickJSON) digits() int {
	from := q.at
	for q.peek() >= '0' && q.peek() <= '9' {
		q.at++
	}
	return q.at - from
}

// next passes over the comma between two entries; more is false behind the last one.
func (q *quickJSON) next(closing byte) (more, ok bool) {
	q.space()
	switch q.peek() {
	case closing:
		q.at++
		return false, true
	case ',':
		q.at++
		q.space()
		return true, q.peek() != closing
	}
	return false, false
}

// opens passes over the bracket here; empty tells that its partner follows.
func (q *quickJSON) opens(closing byte) (empty bool) {
	q.at++
	q.space()
	if q.peek() != closing {
		return false
	}
	q.at++
	return true
}

func (q *quickJSON) list(depth int) (*Node, bool) {
	n := q.node(List)
	if q.opens(']') {
		return n, true
	}
	from := len(q.entries)
	for more := true; more; {
		item, ok := q.value(depth + 1)
		if !ok {
			return nil, false
		}
		q.entries = append(q.entries, entry{value: item})
		if more, ok = q.next(']'); !ok {
			return nil, false
		}
	}
	n.Items = q.slab.items(q.entries[from:])
	q.entries = q.entries[:from]
	return n, true
}

func (q *quickJSON) mapping(depth int) (*Node, bool) {
	n := q.node(Map)
	if q.opens('}') {
		return n, true
	}
	from := len(q.entries)
	for more := true; more; {
		if q.peek() != '"' {
			return nil, false
		}
		key, ok := q.quoted()
		if !ok {
			return nil, false
		}
		if q.space(); q.peek() != ':' {
			return nil, false
		}
		q.at++
		value, ok := q.value(depth + 1)
		if !ok {
			return nil, false
		}
		q.entries = append(q.entries, entry{key: key, value: value})
		if more, ok = q.next('}'); !ok {
			return nil, false
		}
	}
	n.Pairs = q.slab.mapping(len(q.entries) - from)
	own := keys{of: n}
	for _, e := range q.entries[from:] {
		if at := own.find(e.key); at >= 0 {
			n.Pairs[at] = Pair{e.key, e.value}
			continue
		}
		n.Pairs = append(n.Pairs, Pair{e.key, e.value})
	}
	q.entries = q.entries[:from]
	return n, true
}
