package validate

import "strings"

// quoted passes over a scalar in quotes.
func (s *scanner) quoted(quote rune) {
	column := s.column
	s.advance()
	for s.pos < len(s.text) {
		c := s.peek(0)
		switch {
		case c == '\\' && quote == '"' && s.pos+1 < len(s.text):
			s.advance()
		case c == quote && quote == '\'' && s.peek(1) == quote:
			s.advance()
		case c == quote:
			s.advance()
			s.noteKey(column)
			return
		}
		s.advance()
	}
}

// noteKey notes the indent of a scalar just passed, when a colon follows.
func (s *scanner) noteKey(column int) {
	ahead := 0
	for s.peek(ahead) == ' ' {
		ahead++
	}
	if s.flow == 0 && s.peek(ahead) == ':' && blank(s.peek(ahead+1)) {
		s.indent(column)
	}
}

// block passes over a literal or folded scalar: all lines that are blank or deeper than what holds it.
func (s *scanner) block() {
	for s.pos < len(s.text) && s.peek(0) != '\n' {
		s.advance()
	}
	for s.pos < len(s.text) {
		s.advance() // the line break
		if column, empty := s.lineIndent(); !empty && column <= s.outer() {
			return
		}
		for s.pos < len(s.text) && s.peek(0) != '\n' {
			s.advance()
		}
	}
}

// outer is the column of the innermost block collection, 0 outside of all.
func (s *scanner) outer() int {
	if len(s.indents) == 0 {
		return 0
	}
	return s.indents[len(s.indents)-1]
}

// lineIndent looks at the line at pos: the column of its first character, or that it is blank.
func (s *scanner) lineIndent() (column int, empty bool) {
	ahead := 0
	for s.peek(ahead) == ' ' {
		ahead++
	}
	c := s.peek(ahead)
	return ahead + 1, c == '\n' || c == '\r' || c == 0
}

// plain passes over a plain scalar, which may go on in deeper lines.
func (s *scanner) plain() {
	column := s.column
	for {
		for s.pos < len(s.text) && !s.endsPlain() {
			s.advance()
		}
		s.noteKey(column)
		if s.peek(0) != '\n' && s.peek(0) != '\r' || !s.continues() {
			return
		}
	}
}

// endsPlain tells whether a plain scalar ends here; white space before an end belongs to the gap.
func (s *scanner) endsPlain() bool {
	c := s.peek(0)
	switch {
	case c == '\n' || c == '\r':
		return true
	case c == ':':
		return blank(s.peek(1)) || s.flow > 0 && strings.ContainsRune(",[]{}", s.peek(1))
	case s.flow > 0 && strings.ContainsRune(",[]{}", c):
		return true
	case c != ' ' && c != '\t':
		return false
	}
	ahead := 1
	for s.peek(ahead) == ' ' || s.peek(ahead) == '\t' {
		ahead++
	}
	next := s.peek(ahead)
	return next == '#' || next == '\n' || next == '\r' || next == 0
}

// continues moves to the next line of a plain scalar that has one.
func (s *scanner) continues() bool {
	ahead := 0
	for {
		for s.peek(ahead) == ' ' || s.peek(ahead) == '\t' || s.peek(ahead) == '\r' {
			ahead++
		}
		if s.peek(ahead) != '\n' {
			break
		}
		ahead++
	}
	c := s.peek(ahead)
	column := 1
	for i := s.pos + ahead - 1; i >= 0 && s.text[i] != '\n'; i-- {
		column++
	}
	if c == 0 || c == '#' || s.flow == 0 && column <= s.outer() || s.flow > 0 && strings.ContainsRune(",[]{}", c) {
		return false
	}
	for ; ahead > 0; ahead-- {
		s.advance()
	}
	return true
}
