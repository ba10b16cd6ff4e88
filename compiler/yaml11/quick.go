package yaml11

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"github.com/paasta-render/paasta-render/compiler/finding"
)

// quick reads what nearly every file is made of, straight into nodes: block mappings and lists, scalars and flow
// collections as people write them. It is several times as fast as yaml.v3, and decides nothing: whatever it does not
// know, an error above all, it leaves to yaml.v3. FuzzQuick holds the two against each other.
//
// The texts of nodes are copies: a name that somebody keeps to the end of a run must not keep the file it stands in.
type quick struct {
	file   *string
	text   string
	ascii  bool // all of text: then a column is an offset in its line
	report finding.Report

	at    int // offset of what is read next
	start int // offset of its line
	line  int32
	begun bool // the document has: a line of three dashes begins another
	gone  bool // something quick does not know was met; at is at the end, so that every loop ends

	slab    slab
	entries []entry // of the mappings and lists that are open, innermost last
	anchors map[string]anchored
	merger  merger
	depth   int
	size    int // nodes, those behind aliases counted at each alias
}

// anchored is a value with a name; the node is nil while it is being read.
type anchored struct {
	node *Node
	size int
}

// maxQuick is how many nodes a file may stand for, and maxQuickDepth how deep it may nest, before yaml.v3's tree is
// measured exactly.
const (
	maxQuick      = maxExpanded / 2
	maxQuickDepth = maxDepth / 2
)

// readQuickly returns the file's value, nil when it is empty. ok is false when quick does not know: then nothing has
// been reported.
func readQuickly(file string, data []byte, report finding.Report) (root *Node, ok bool) {
	ascii, plain := alphabet(data)
	if !plain {
		return nil, false
	}
	var held []finding.Finding
	q := quick{file: &file, text: string(data), ascii: ascii, report: func(f finding.Finding) { held = append(held, f) }}
	q.slab.expect(bytes.Count(data, []byte{'\n'}))
	q.merger = merger{report: q.report}
	q.line = 1
	q.content()
	header := q.at == q.start && strings.HasPrefix(q.text[q.at:], "---\n")
	if q.begun = true; header {
		q.nextLine()
	}
	if q.more() {
		root = q.block(-1)
	}
	if q.more() || q.gone || header && root == nil {
		return nil, false
	}
	for _, f := range held {
		report(f)
	}
	return root, true
}

// alphabet tells whether data is ASCII, and whether it holds only characters whose meaning is plain: no tab, no
// carriage return, no control character, no line break that only YAML knows.
func alphabet(data []byte) (ascii, plain bool) {
	ascii = true
	for i, c := range data {
		if c >= 0x80 {
			ascii = false
			next := data[i+1:]
			switch c {
			case 0xc2: // U+0080 to U+009F, U+0085 among them
				if len(next) > 0 && next[0] < 0xa0 {
					return false, false
				}
			case 0xe2: // U+2028, U+2029
				if len(next) > 1 && next[0] == 0x80 && next[1]&0xfe == 0xa8 {
					return false, false
				}
			case 0xef: // U+FEFF, U+FFFE, U+FFFF
				if len(next) > 1 && (next[0] == 0xbb && next[1] == 0xbf || next[0] == 0xbf && next[1] >= 0xbe) {
					return false, false
				}
			}
		} else if c < 0x20 && c != '\n' || c == 0x7f {
			return false, false
		}
	}
	return ascii, true
}

// leave gives up.
func (q *quick) leave() {
	q.gone = true
	q.at, q.start = len(q.text), len(q.text)
}

func (q *quick) more() bool { return q.at < len(q.text) }

// peek returns the byte at an offset from here; a line's end behind the file's.
func (q *quick) peek(offset int) byte {
	if at := q.at + offset; at < len(q.text) {
		return q.text[at]
	}
	return '\n'
}

// column is how many bytes stand before this place in its line.
func (q *quick) column() int { return q.at - q.start }

// spaces passes over them.
func (q *quick) spaces() {
	for q.at < len(q.text) && q.text[q.at] == ' ' {
		q.at++
	}
}

// nextLine goes behind the end of this line, to what comes next.
func (q *quick) nextLine() {
	end := strings.IndexByte(q.text[q.at:], '\n')
	if end < 0 {
		q.at, q.start = len(q.text), len(q.text)
		return
	}
	q.at += end + 1
	q.start = q.at
	q.line++
	q.content()
}

// content goes from the beginning of a line to the first character that is neither blank nor comment.
func (q *quick) content() {
	for {
		q.spaces()
		switch {
		case !q.more():
			return
		case q.text[q.at] == '#':
			end := strings.IndexByte(q.text[q.at:], '\n')
			if end < 0 {
				q.at, q.start = len(q.text), len(q.text)
				return
			}
			q.at += end + 1
		case q.text[q.at] == '\n':
			q.at++
		default:
			if q.at == q.start && q.marker() {
				q.leave()
			}
			return
		}
		q.start = q.at
		q.line++
	}
}

// marker tells whether the line may be about documents and not a value.
func (q *quick) marker() bool {
	if q.text[q.at] == '%' {
		return true
	}
	rest := q.text[q.at:]
	if !strings.HasPrefix(rest, "---") && !strings.HasPrefix(rest, "...") {
		return false
	}
	return q.begun || !strings.HasPrefix(rest, "---\n")
}

// end goes from behind a value to what comes next; a comment on the way is the value's.
func (q *quick) end(n *Node) {
	blank := q.at
	q.spaces()
	switch {
	case q.peek(0) == '\n':
	case q.text[q.at] == '#' && q.at > blank:
		comment := q.text[q.at:]
		if end := strings.IndexByte(comment, '\n'); end >= 0 {
			comment = comment[:end]
		}
		if n != nil {
			n.Comment = comment
		}
	default:
		q.leave()
		return
	}
	q.nextLine()
}

// node makes a node that is written here.
func (q *quick) node(kind Kind) *Node {
	n := q.slab.node()
	n.Kind, n.file, n.line = kind, q.file, q.line
	n.column = int32(q.column() + 1)
	if !q.ascii {
		n.column = int32(utf8.RuneCountInString(q.text[q.start:q.at]) + 1)
	}
	if q.size++; q.size > maxQuick {
		q.leave()
	}
	return n
}

// name reads the name of an anchor or alias, behind its & or *.
func (q *quick) name() string {
	q.at++
	from := q.at
	for q.more() && isNameByte(q.text[q.at]) {
		q.at++
	}
	if q.at == from || strings.IndexByte(" \n,]}", q.peek(0)) < 0 {
		q.leave()
		return ""
	}
	return q.text[from:q.at]
}

func isNameByte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c == '-'
}

// anchor reads the value that follows an anchor. The value stands where its anchor does.
func (q *quick) anchor(value func() *Node) *Node {
	at := q.node(Null)
	name := q.name()
	if q.anchors == nil {
		q.anchors = map[string]anchored{}
	}
	if _, twice := q.anchors[name]; twice {
		q.leave()
	}
	q.anchors[name] = anchored{}
	q.spaces()
	before := q.size
	n := value()
	if q.gone || n == nil {
		q.leave()
		return at
	}
	n.line, n.column = at.line, at.column
	q.anchors[name] = anchored{n, q.size - before}
	return n
}

// alias returns the value that the name here stands for.
func (q *quick) alias() *Node {
	known := q.anchors[q.name()]
	if q.size += known.size; known.node == nil || q.size > maxQuick {
		q.leave()
		return NewNull()
	}
	return known.node
}
