package yaml11

// flow reads a collection in brackets, over several lines when need be.
func (q *quick) flow() *Node {
	if q.depth++; q.depth > maxQuickDepth {
		q.leave()
	}
	defer func() { q.depth-- }()
	from := len(q.entries)
	n := q.node(List)
	closing := byte(']')
	if q.peek(0) == '{' {
		n.Kind, closing = Map, '}'
	}
	q.at++
	for q.flowBlank(); q.peek(0) != closing && !q.gone; {
		q.entries = append(q.entries, q.flowEntry(n.Kind == Map))
		q.flowBlank()
		if q.peek(0) == ',' {
			q.at++
			q.flowBlank()
		} else if q.peek(0) != closing {
			q.leave()
		}
	}
	if q.gone {
		return n
	}
	q.at++
	if n.Kind == Map {
		q.fill(n, from)
		return n
	}
	n.Items = q.slab.items(q.entries[from:])
	q.entries = q.entries[:from]
	return n
}

// flowBlank passes over blanks and line ends inside brackets. A comment there is not for quick.
func (q *quick) flowBlank() {
	for {
		q.spaces()
		if q.peek(0) != '\n' {
			break
		}
		if !q.more() {
			q.leave()
			return
		}
		q.at++
		q.start = q.at
		q.line++
		if q.more() && q.marker() {
			q.leave()
			return
		}
	}
	if q.peek(0) == '#' {
		q.leave()
	}
}

func (q *quick) flowEntry(inMap bool) entry {
	if !inMap {
		return entry{value: q.flowValue()}
	}
	key := q.scalar(true)
	if q.peek(0) != ':' {
		q.leave()
		return entry{key: key}
	}
	q.at++
	q.flowBlank()
	return entry{key: key, value: q.flowValue(), merge: isMergeKey(key)}
}

// flowValue reads a value inside brackets. One that goes on in the next line is not for quick.
func (q *quick) flowValue() *Node {
	switch q.peek(0) {
	case '[', '{':
		return q.flow()
	case '*':
		return q.alias()
	case '&':
		return q.anchor(func() *Node {
			if c := q.peek(0); c == '&' || c == '*' || c == '\n' {
				q.leave()
			}
			return q.flowValue()
		})
	}
	n := q.scalar(true)
	if q.peek(0) == ':' || n.Kind == merging {
		q.leave()
	}
	return n
}
