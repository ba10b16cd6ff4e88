package rules

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/paasta-render/paasta-render/compiler/python"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

// value is what a placeholder stands for, as far as it decides whether it can be formatted.
type value struct {
	kind   valueKind
	length int // of a text, in characters; -1 when unknown
	node   *yaml11.Node
	sample string // what it prints as, or something like it
}

// unknown is what Tron's parser prints for what is known at run time only. Tron: command_context.Filler.
const unknown = "%(...)s"

// printed is what the value prints as, or something like it: nested format specs are made of it.
func (v value) printed() string {
	if v.kind == ofFiller || v.kind == ofObject {
		return unknown
	}
	return v.sample
}

type valueKind uint8

const (
	ofFiller valueKind = iota // known at run time only: any attribute, no index, no format spec
	ofObject                  // something of Python's own
	ofText
	ofInt
	ofFloat
	ofTree // a list or mapping of command_context
)

func ofNode(n *yaml11.Node) value {
	switch n.Kind {
	case yaml11.String:
		return value{kind: ofText, length: len([]rune(n.Text)), sample: n.Text}
	case yaml11.Int, yaml11.Bool:
		return value{kind: ofInt, sample: python.Str(n)}
	case yaml11.Float:
		return value{kind: ofFloat, sample: python.Str(n)}
	case yaml11.List, yaml11.Map:
		return value{kind: ofTree, node: n}
	}
	return value{kind: ofObject}
}

// textMethods are the attributes of a Python string.
var textMethods = []string{
	"capitalize", "casefold", "center", "count", "encode", "endswith", "expandtabs", "find", "format", "format_map",
	"index", "isalnum",
	"isalpha", "isascii", "isdecimal", "isdigit", "isidentifier", "islower", "isnumeric", "isprintable", "isspace",
	"istitle", "isupper",
	"join", "ljust", "lower", "lstrip", "maketrans", "partition", "removeprefix", "removesuffix", "replace", "rfind",
	"rindex", "rjust",
	"rpartition", "rsplit", "rstrip", "split", "splitlines", "startswith", "strip", "swapcase", "title", "translate",
	"upper", "zfill",
}

// step follows .name or [name].
func (v value) step(name string, indexed bool) (value, bool) {
	if indexed {
		return v.index(name)
	}
	switch v.kind {
	case ofFiller:
		return value{kind: ofFiller}, true
	case ofText:
		return value{kind: ofObject}, slices.Contains(textMethods, name) || isDunder(name)
	case ofInt, ofFloat:
		return value{kind: ofInt}, name == "real" || name == "imag" || name == "numerator" && v.kind == ofInt ||
			isDunder(name)
	}
	return value{kind: ofObject}, isDunder(name)
}

func (v value) index(name string) (value, bool) {
	position, err := strconv.Atoi(name)
	isNumber := err == nil && isDigits(name)
	switch {
	case v.kind == ofText && isNumber:
		return value{kind: ofText, length: 1}, v.length < 0 || position < v.length
	case v.node.IsList() && isNumber && position < len(v.node.Items):
		return ofNode(v.node.Items[position]), true
	case v.node.IsMap():
		for _, p := range v.node.Pairs {
			if isNumber && p.Key.Kind == yaml11.Int && p.Key.Int == int64(position) || !isNumber && p.Key.IsString() &&
				p.Key.Text == name {
				return ofNode(p.Value), true
			}
		}
	}
	return value{}, false
}

func isDunder(name string) bool {
	return slices.Contains([]string{"__class__", "__doc__", "__dir__", "__eq__", "__format__", "__hash__", "__init__",
		"__repr__", "__str__"}, name)
}

// acceptsSpec is Python's format specification mini-language: [[fill]align][sign][#][0][width][,_][.precision][type].
func (v value) acceptsSpec(spec string) error {
	if v.kind == ofFiller || v.kind == ofObject || v.kind == ofTree {
		return errors.New("this value takes no format")
	}
	s, err := parseSpec(spec)
	if err != nil {
		return err
	}
	if v.kind == ofText {
		return s.fitsText()
	}
	return s.fitsNumber(v.kind == ofInt)
}

type formatSpec struct {
	align, sign, grouping, kind byte
	alternate, precise          bool
}

func parseSpec(text string) (formatSpec, error) {
	var s formatSpec
	r := []rune(text)
	const aligns = "<>=^"
	if len(r) > 1 && strings.ContainsRune(aligns, r[1]) {
		s.align, r = byte(r[1]), r[2:]
	} else if len(r) > 0 && strings.ContainsRune(aligns, r[0]) {
		s.align, r = byte(r[0]), r[1:]
	}
	take := func(set string) byte {
		if len(r) > 0 && strings.ContainsRune(set, r[0]) {
			c := byte(r[0])
			r = r[1:]
			return c
		}
		return 0
	}
	number := func() (int, error) {
		n := 0
		for n < len(r) && r[n] >= '0' && r[n] <= '9' {
			n++
		}
		if n > 18 {
			return 0, errors.New("too many digits")
		}
		r = r[n:]
		return n, nil
	}
	s.sign = take("+- ")
	s.alternate = take("#") != 0
	take("0")
	if _, err := number(); err != nil {
		return s, err
	}
	s.grouping = take(",_")
	if take(".") != 0 {
		digits, err := number()
		if err != nil || digits == 0 {
			return s, errors.New("a precision is missing")
		}
		s.precise = true
	}
	if len(r) == 1 && r[0] < 0x80 {
		s.kind, r = byte(r[0]), nil
	}
	if len(r) > 0 {
		return s, fmt.Errorf("%q is no format", text)
	}
	return s, nil
}

func (s formatSpec) fitsText() error {
	if s.kind != 0 && s.kind != 's' || s.sign != 0 || s.alternate || s.align == '=' || s.grouping != 0 {
		return errors.New("this is no format for a string")
	}
	return nil
}

func (s formatSpec) fitsNumber(integer bool) error {
	bad := errors.New("this is no format for a number")
	switch {
	case s.kind == 0 || strings.IndexByte("eEfFgG%", s.kind) >= 0:
		if s.kind == 0 && integer && s.precise {
			return bad
		}
	case s.kind == 'n':
		if s.grouping != 0 || integer && s.precise {
			return bad
		}
	case !integer || s.precise || strings.IndexByte("bcdoxX", s.kind) < 0:
		return bad
	case s.kind == 'c' && (s.sign != 0 || s.alternate || s.grouping != 0):
		return bad
	case s.grouping == ',' && s.kind != 'd':
		return bad
	}
	return nil
}
