package diff

// skeleton is a document's lines with content: it is made in one pass, and every level of the document is found in it
// without looking at the text again.
type skeleton struct {
	text  string
	lines []contentLine
	nodes []node // to be handed out
}

// contentLine is a line with content. Lines of blanks and of comments belong to the entry before them.
type contentLine struct {
	start  int32 // offset of the line
	indent int32 // blanks before its first character
	next   int32 // the next line with as few blanks or fewer; behind the last one when there is none
}

// skeletonOf lists the lines of a text that begins in a column, with its first character.
func skeletonOf(text string, column int) *skeleton {
	o := &skeleton{text: text, lines: make([]contentLine, 1, 16+len(text)/24)}
	o.lines[0].indent = int32(column)
	for at := lineEnd(text, 0); at < len(text); {
		i := at
		for i < len(text) && text[i] == ' ' {
			i++
		}
		if i == len(text) {
			break
		}
		if c := text[i]; c != '\n' && c != '\r' && c != '#' {
			o.lines = append(o.lines, contentLine{start: int32(at), indent: int32(i - at)})
		}
		at = lineEnd(text, i)
	}
	for i := len(o.lines) - 1; i >= 0; i-- {
		next := int32(i + 1)
		for int(next) < len(o.lines) && o.lines[next].indent > o.lines[i].indent {
			next = o.lines[next].next
		}
		o.lines[i].next = next
	}
	return o
}

// node hands out a node whose source is text[from:to], which begins in a line and column.
func (o *skeleton) node(from, to, line, column int) *node {
	if len(o.nodes) == 0 {
		o.nodes = make([]node, 24)
	}
	n := &o.nodes[0]
	o.nodes = o.nodes[1:]
	n.raw, n.column = o.text[from:to], column
	n.skeleton, n.offset, n.line = o, from, line
	return n
}

// empty hands out a null.
func (o *skeleton) empty() *node {
	n := o.node(0, 0, 0, 0)
	n.opened = true
	return n
}

// entry returns the offset at which an entry of a node ends that begins in a line, and the line that follows it.
func (n *node) entry(line int, isEntry func(string) bool) (end, next int) {
	o := n.skeleton
	stop := n.offset + len(n.raw)
	if next = line + 1; line != n.line || int(o.lines[line].indent) == n.column {
		next = int(o.lines[line].next)
	}
	for next < len(o.lines) {
		l := o.lines[next]
		switch start := int(l.start); {
		case start >= stop:
			return stop, next
		case int(l.indent) == n.column && isEntry(o.text[start+n.column:]):
			return start, next
		case int(l.indent) >= n.column:
			next = int(l.next)
		default:
			next++
		}
	}
	return stop, next
}

// child makes the node of an entry's value, which begins at an offset after the entry's key or dash and ends at another.
// line is the entry's, start the offset at which the line's text begins, column that of the entry.
func (n *node) child(from, to, line, start, column int) *node {
	o := n.skeleton
	at := from
	for at < to && o.text[at] == ' ' {
		at++
	}
	if at < to && o.text[at] != '\n' && o.text[at] != '#' {
		return o.node(at, to, line, column+at-start)
	}
	if line++; line >= len(o.lines) {
		return o.empty()
	}
	indent := int(o.lines[line].indent)
	if at = int(o.lines[line].start) + indent; at >= to || indent < n.column {
		return o.empty()
	}
	return o.node(at, to, line, indent)
}
