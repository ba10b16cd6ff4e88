package yaml11

import "strings"

// block reads the value that begins here, in a column of its own: a mapping, a list, or a value in one line. parent is
// the column of the mapping or list that holds it.
func (q *quick) block(parent int) *Node {
	if q.depth++; q.depth > maxQuickDepth {
		q.leave()
	}
	defer func() { q.depth-- }()
	c := q.peek(0)
	switch {
	case c == '-' && isBlank(q.peek(1)):
		return q.list(q.column())
	case c == '&':
		return q.anchor(func() *Node { return q.anchoredBlock(parent) })
	case c == '[' || c == '{' || c == '*' || c == '|' || c == '>':
		return q.lastInLine(parent)
	}
	column := q.column()
	n := q.scalar(false)
	if q.peek(0) == ':' {
		return q.mapping(n, column)
	}
	if n.Kind == merging {
		q.leave()
	}
	q.end(n)
	return n
}

// lastInLine reads a value that is no block mapping or list, and goes to what comes below it.
func (q *quick) lastInLine(parent int) *Node {
	isAlias := q.peek(0) == '*'
	n := q.inline(parent)
	if isAlias {
		q.end(nil) // a comment here is not the value's
		return n
	}
	q.end(n)
	return n
}

func isBlank(c byte) bool { return c == ' ' || c == '\n' }

// list reads items that begin with a dash in the column.
func (q *quick) list(column int) *Node {
	n := q.node(List)
	from := len(q.entries)
	for q.more() && q.column() == column && q.peek(0) == '-' && isBlank(q.peek(1)) {
		q.at++
		q.entries = append(q.entries, entry{value: q.item(column)})
	}
	if q.more() && q.column() > column {
		q.leave()
	}
	n.Items = q.slab.items(q.entries[from:])
	q.entries = q.entries[:from]
	return n
}

// item reads what follows a dash.
func (q *quick) item(column int) *Node {
	dash := q.at
	q.spaces()
	if q.peek(0) != '\n' {
		return q.block(column)
	}
	q.at = dash
	empty := q.node(Null)
	q.nextLine()
	if q.more() && q.column() > column {
		return q.block(column)
	}
	return empty
}

// mapping reads keys that begin in the column and their values; the first key has been read up to its colon.
func (q *quick) mapping(key *Node, column int) *Node {
	n := q.slab.node()
	n.Kind, n.file, n.line, n.column = Map, q.file, key.line, key.column
	q.size++
	from := len(q.entries)
	for {
		q.at++ // the colon
		e := entry{key: key, merge: isMergeKey(key)}
		e.value = q.value(key, column)
		q.entries = append(q.entries, e)
		if !q.more() || q.column() < column {
			break
		}
		if q.column() > column || q.peek(0) == '-' && isBlank(q.peek(1)) {
			q.leave()
			break
		}
		key = q.scalar(false)
		if q.peek(0) != ':' || q.gone {
			q.leave()
			break
		}
	}
	q.fill(n, from)
	return n
}

// fill turns the entries that were read since from into the mapping's own.
func (q *quick) fill(n *Node, from int) {
	if q.gone {
		return
	}
	merged := q.merger.merged
	if flaws := q.merger.fill(n, q.entries[from:], &q.slab); flaws != nil {
		q.leave()
	}
	q.size += q.merger.merged - merged
	q.entries = q.entries[:from]
}

// value reads what follows a key's colon.
func (q *quick) value(key *Node, column int) *Node {
	colon := q.at
	q.spaces()
	if c := q.peek(0); c != '\n' && c != '#' {
		if c == '&' {
			return q.anchor(func() *Node { return q.anchoredValue(column) })
		}
		return q.lastInLine(column)
	}
	q.at = colon
	empty := q.node(Null)
	q.end(key)
	return q.below(column, empty)
}

// anchoredValue reads what follows an anchor behind the colon of a key in the column; nil when nothing does.
func (q *quick) anchoredValue(column int) *Node {
	if q.peek(0) != '\n' {
		q.leaveNamed()
		return q.lastInLine(column)
	}
	q.nextLine()
	q.leaveNamed()
	return q.below(column, nil)
}

// anchoredBlock reads what follows an anchor at the beginning of a block; nil when nothing does. In the column of the
// list that holds the block, a dash begins the next item.
func (q *quick) anchoredBlock(parent int) *Node {
	if q.peek(0) != '\n' {
		q.leaveNamed()
		return q.lastInLine(parent)
	}
	q.nextLine()
	q.leaveNamed()
	if !q.more() || q.column() <= parent {
		return nil
	}
	return q.block(parent)
}

// leaveNamed gives up where a value that has an anchor gets another one, or is an alias: there, yaml.v3 judges.
func (q *quick) leaveNamed() {
	if c := q.peek(0); c == '&' || c == '*' {
		q.leave()
	}
}

// below reads the value of a key that stands in the lines below it; empty when there is none.
func (q *quick) below(column int, empty *Node) *Node {
	switch {
	case !q.more() || q.column() < column:
	case q.column() > column:
		return q.block(column)
	case q.peek(0) == '-' && isBlank(q.peek(1)):
		return q.list(column)
	}
	return empty
}

// inline reads a value that is no block mapping or list. column is that of the mapping or list around it.
func (q *quick) inline(column int) *Node {
	switch q.peek(0) {
	case '[', '{':
		return q.flow()
	case '*':
		return q.alias()
	case '|', '>':
		return q.lines(column)
	}
	n := q.scalar(false)
	if q.peek(0) == ':' || n.Kind == merging {
		q.leave()
	}
	return n
}

// lines reads a literal or folded scalar.
func (q *quick) lines(column int) *Node {
	n := q.node(String)
	folded := q.peek(0) == '>'
	q.at++
	chomp := q.peek(0)
	if chomp == '-' || chomp == '+' {
		q.at++
	}
	if q.peek(0) != '\n' || !q.more() {
		q.leave()
		return n
	}
	q.at++
	q.line++
	var b strings.Builder
	indent, blank := -1, 0
	for {
		end := strings.IndexByte(q.text[q.at:], '\n')
		if end < 0 && q.more() {
			q.leave() // a last line without an end is for yaml.v3
			return n
		}
		if end < 0 {
			break
		}
		line := q.text[q.at : q.at+end]
		body := strings.TrimLeft(line, " ")
		here := len(line) - len(body)
		if body == "" && here > max(indent, 0) {
			q.leave() // blanks that may be text
			return n
		}
		if body != "" {
			if here <= max(column, 0) || indent < 0 && blank > 0 {
				break
			}
			if indent < 0 {
				indent = here
			}
			if here < indent || folded && (here > indent || blank > 0) {
				q.leave()
				return n
			}
			for range blank {
				b.WriteByte('\n')
			}
			blank = 0
			if folded && b.Len() > 0 {
				b.WriteByte(' ')
			}
			b.WriteString(line[indent:])
			if !folded {
				b.WriteByte('\n')
			}
		} else {
			blank++
		}
		q.at += end + 1
		q.line++
	}
	if indent < 0 {
		q.leave()
		return n
	}
	n.Text = chomped(b.String(), chomp, folded, blank)
	// end looks for the end of this value's line: the one before what comes next.
	q.at--
	q.line--
	q.start = q.at
	return n
}

// chomped ends the text as the scalar's header says.
func chomped(text string, chomp byte, folded bool, blank int) string {
	text = strings.TrimSuffix(text, "\n")
	switch chomp {
	case '-':
		return text
	case '+':
		return text + strings.Repeat("\n", blank+1)
	}
	return text + "\n"
}
