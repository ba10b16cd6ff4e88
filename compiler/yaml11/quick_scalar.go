package yaml11

import "strings"

// scalar reads a plain or quoted scalar in one line, up to the blanks behind it. When it is a key, its colon is next;
// the caller sees to that.
func (q *quick) scalar(inFlow bool) *Node {
	switch q.peek(0) {
	case '"':
		return q.doubleQuoted()
	case '\'':
		return q.singleQuoted()
	}
	n := q.node(String)
	if !q.beginsPlain(inFlow) {
		q.leave()
		return n
	}
	from, end := q.at, q.at
	var last byte
scan:
	for ; q.more(); q.at++ {
		c := q.text[q.at]
		switch {
		case c == ' ':
			last = c
			continue
		case c == '\n':
			break scan
		case c == '#' && last == ' ':
			break scan
		case c == ':':
			next := q.peek(1)
			if isBlank(next) {
				break scan
			}
			if inFlow && isFlow(next) {
				q.leave()
				return n
			}
		case inFlow && isFlow(c):
			break scan
		case inFlow && c == '?':
			q.leave()
			return n
		}
		last = c
		end = q.at + 1
	}
	if q.peek(0) == ':' && end != q.at {
		q.leave() // blanks before a colon
	}
	q.at = end
	if end-from > maxKey && q.peek(0) == ':' {
		q.leave()
	}
	if text := strings.Clone(q.text[from:end]); text == "<<" {
		n.Text = text
		n.Kind = merging
	} else if err := resolvePlain(n, text); err != nil {
		q.leave()
	}
	return n
}

// maxKey is how long a key may be; yaml.v3 allows 1024 characters.
const maxKey = 1000

// merging is the kind of a plain "<<" before the mapping around it is done; no node keeps it.
const merging Kind = 0xff

func isMergeKey(n *Node) bool { return n.Kind == merging }

func isFlow(c byte) bool { return c == ',' || c == '[' || c == ']' || c == '{' || c == '}' }

// beginsPlain tells whether a plain scalar begins here.
func (q *quick) beginsPlain(inFlow bool) bool {
	c, next := q.peek(0), q.peek(1)
	switch c {
	case '-':
		return !isBlank(next) && !(inFlow && isFlow(next))
	case '?', ':', ',', '[', ']', '{', '}', '#', '&', '*', '!', '|', '>', '\'', '"', '%', '@', '`', '\n', ' ':
		return false
	}
	return true
}

func (q *quick) singleQuoted() *Node {
	n := q.node(String)
	q.at++
	from := q.at
	doubled := false
	for {
		end := strings.IndexAny(q.text[q.at:], "'\n")
		if end < 0 || q.text[q.at+end] == '\n' {
			q.leave()
			return n
		}
		q.at += end + 1
		if q.peek(0) != '\'' {
			break
		}
		doubled = true
		q.at++
	}
	n.Text = strings.Clone(q.text[from : q.at-1])
	if doubled {
		n.Text = strings.ReplaceAll(n.Text, "''", "'")
	}
	q.behindQuote(from)
	return n
}

func (q *quick) doubleQuoted() *Node {
	n := q.node(String)
	q.at++
	from := q.at
	end := strings.IndexAny(q.text[q.at:], "\"\\\n")
	if end >= 0 && q.text[q.at+end] == '"' {
		n.Text = strings.Clone(q.text[from : q.at+end])
		q.at += end + 1
		q.behindQuote(from)
		return n
	}
	var b strings.Builder
	for ; q.more() && q.text[q.at] != '"'; q.at++ {
		c := q.text[q.at]
		if c == '\\' {
			q.at++
			c = escapes[q.peek(0)]
		} else if c == '\n' {
			c = 0
		}
		if c == 0 {
			q.leave()
			return n
		}
		b.WriteByte(c)
	}
	if !q.more() {
		q.leave()
		return n
	}
	q.at++
	n.Text = b.String()
	q.behindQuote(from)
	return n
}

// escapes are those of double quotes that stand for one byte.
var escapes = [256]byte{'"': '"', '\\': '\\', '/': '/', 'n': '\n', 't': '\t', 'r': '\r'}

// behindQuote checks what follows a quoted scalar: a colon makes a key of it, and anything else but a blank, a comma or
// a bracket is not for quick.
func (q *quick) behindQuote(from int) {
	c := q.peek(0)
	if c == ':' && (!isBlank(q.peek(1)) || q.at-from > maxKey) || c != ':' && !isBlank(c) && !isFlow(c) {
		q.leave()
	}
}
