package validate

import "strings"

// tokenKind tells as much of a YAML token as matters for whose a comment is.
type tokenKind uint8

const (
	scalarToken tokenKind = iota
	colonToken
	flowEndToken // "]" and "}"
	prefixToken  // anchors and tags
	otherToken   // "-", "?", ",", "[", "{", aliases
)

// token is a YAML token with the comments that the ruamel library ties to it. Blank lines count as comments.
type token struct {
	kind         tokenKind
	line, column int // from 1, in characters
	end          int // line it ends on
	before       []string
	after        []string
	next         *token
	colon        *token // before a value
	blank        bool   // a plain scalar with blank lines below
}

// isKey tells whether a scalar is the key of a mapping.
func (t *token) isKey() bool { return t.next != nil && t.next.kind == colonToken }

// value returns the first token of a key's value, after anchors and tags; nil when the key has none.
func (t *token) value() *token {
	if !t.isKey() {
		return nil
	}
	value := t.next.next.scalar()
	if value == nil || value.isKey() {
		return nil
	}
	return value
}

// scalar passes over anchors and tags.
func (t *token) scalar() *token {
	for t != nil && t.kind == prefixToken {
		t = t.next
	}
	return t
}

// comments returns the comments of a scalar that is a value: its own, else those behind the colon before it, and those
// between the two.
func (t *token) comments() []string {
	if t == nil || t.kind != scalarToken {
		return nil
	}
	comments := t.after
	if len(comments) == 0 && t.colon != nil {
		comments = t.colon.after
	}
	return append(comments[:len(comments):len(comments)], t.before...)
}

// gap is one comment, or a run of blank lines, between two tokens.
type gap struct {
	line int
	text string
}

// scanner cuts a file that is known to be YAML into tokens.
type scanner struct {
	text         []rune
	pos          int
	line, column int   // of pos, from 1
	flow         int   // depth of [ and {
	afterPlain   bool  // the last token is a plain scalar: a line of spaces after it counts as blank
	indents      []int // columns of the block mappings and lists around pos
	tokens       []token
}

// scan returns the tokens of a file with their comments. ruamel: RoundTripScanner.
func scan(text string) []token {
	s := &scanner{text: []rune(text), line: 1, column: 1}
	for {
		before := s.attach(s.skip())
		if s.pos >= len(s.text) {
			break
		}
		t := token{line: s.line, column: s.column, before: before}
		t.kind = s.token()
		t.end = s.line
		if s.column == 1 {
			t.end-- // a block scalar takes its last line break
		}
		s.tokens = append(s.tokens, t)
	}
	for i := 0; i+1 < len(s.tokens); i++ {
		s.tokens[i].next = &s.tokens[i+1]
	}
	for i := range s.tokens {
		if t := &s.tokens[i]; t.kind == colonToken && t.next != nil {
			t.next.scalar().follows(t)
		}
	}
	return s.tokens
}

func (t *token) follows(colon *token) {
	if t != nil {
		t.colon = colon
	}
}

// attach gives what stands between two tokens to the one before, when that is a scalar, or a colon or a flow
// collection's end on the same line. What it returns is the next token's.
func (s *scanner) attach(gaps []gap) []string {
	if len(gaps) == 0 {
		return nil
	}
	texts := make([]string, 0, len(gaps))
	for _, g := range gaps {
		texts = append(texts, g.text)
	}
	if len(s.tokens) == 0 {
		return texts
	}
	last := &s.tokens[len(s.tokens)-1]
	beside := gaps[0].line == last.end
	last.blank = s.afterPlain && gaps[0].text == ""
	if last.kind == scalarToken || (last.kind == colonToken || last.kind == flowEndToken) && beside {
		last.after = texts
		return nil
	}
	return texts
}

func (s *scanner) peek(ahead int) rune {
	if s.pos+ahead >= len(s.text) {
		return 0
	}
	return s.text[s.pos+ahead]
}

func (s *scanner) advance() {
	if s.text[s.pos] == '\n' {
		s.line, s.column = s.line+1, 0
	}
	s.pos++
	s.column++
}

// skip passes over white space and comments, which it returns. ruamel: scan_to_next_token.
func (s *scanner) skip() []gap {
	var gaps []gap
	for s.pos < len(s.text) {
		switch c := s.peek(0); {
		case c == ' ' || c == '\t' || c == '\r' || c == '\ufeff':
			s.advance()
		case c == '#':
			g := gap{line: s.line}
			start := s.pos
			for s.pos < len(s.text) && s.peek(0) != '\n' {
				s.advance()
			}
			g.text = string(s.text[start:s.pos])
			for s.peek(0) == '\n' {
				s.advance()
			}
			gaps = append(gaps, g)
		case c == '\n':
			s.advance()
			if column, empty := s.lineIndent(); s.peek(0) == '\n' || empty && s.afterPlain && s.peek(column-1) != 0 {
				gaps = append(gaps, gap{s.line, ""})
				for strings.ContainsRune("\n\t ", s.peek(0)) && s.peek(0) != 0 {
					s.advance()
				}
			}
		default:
			return gaps
		}
	}
	return gaps
}

// token passes over one token and tells its kind.
func (s *scanner) token() tokenKind {
	s.afterPlain = false
	c := s.peek(0)
	switch {
	case c == '-' && s.flow == 0 && blank(s.peek(1)):
		s.indent(s.column)
		s.advance()
		return otherToken
	case c == '?' && blank(s.peek(1)):
		s.advance()
		return otherToken
	case c == ':' && s.endsKey(1):
		s.advance()
		return colonToken
	case c == '[' || c == '{':
		s.flow++
		s.advance()
		return otherToken
	case c == ']' || c == '}':
		s.flow = max(0, s.flow-1)
		s.advance()
		return flowEndToken
	case c == ',' && s.flow > 0:
		s.advance()
		return otherToken
	case c == '&' || c == '!' || c == '*':
		s.word()
		if c == '*' {
			return otherToken
		}
		return prefixToken
	case c == '"' || c == '\'':
		s.quoted(c)
	case (c == '|' || c == '>') && s.flow == 0:
		s.block()
	default:
		s.plain()
		s.afterPlain = true
	}
	return scalarToken
}

func blank(c rune) bool { return c == 0 || c == ' ' || c == '\t' || c == '\n' || c == '\r' }

// endsKey tells whether a colon before the character ahead is an indicator.
func (s *scanner) endsKey(ahead int) bool {
	c := s.peek(ahead)
	return blank(c) || s.flow > 0
}

// indent notes that a block mapping or list begins, or goes on, in the column.
func (s *scanner) indent(column int) {
	for len(s.indents) > 0 && s.indents[len(s.indents)-1] > column {
		s.indents = s.indents[:len(s.indents)-1]
	}
	if len(s.indents) == 0 || s.indents[len(s.indents)-1] < column {
		s.indents = append(s.indents, column)
	}
}

func (s *scanner) word() {
	for !blank(s.peek(0)) && (s.flow == 0 || !strings.ContainsRune(",]}", s.peek(0))) {
		s.advance()
	}
}
