package rules

import (
	"fmt"
	"math"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/python"
	"github.com/paasta-render/paasta-render/compiler/spelling"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
	"github.com/paasta-render/paasta-render/targets/tron/schedule"
)

func quote(text string) string { return strconv.Quote(text) }

func kindOf(n *yaml11.Node) string {
	if n == nil {
		return "null"
	}
	return n.Kind.String()
}

// show prints a value as it is written, shortened.
func show(n *yaml11.Node) string {
	text := python.Repr(n)
	if utf8.RuneCountInString(text) > 60 {
		text = string([]rune(text)[:60]) + "…"
	}
	return text
}

// text takes strings. Tron: valid_string.
func text(c *court, s spot, n *yaml11.Node) {
	if !n.IsString() {
		c.refuse(s, n, finding.TronValue, quote(s.key)+" is a string, not a "+kindOf(n)+" ("+show(n)+")", stringSuggestion(n))
	}
}

func stringSuggestion(n *yaml11.Node) string {
	if n == nil || n.Kind == yaml11.List || n.Kind == yaml11.Map || n.Kind == yaml11.Null {
		return ""
	}
	return quote(n.Text)
}

// truth is the boolean that a text means.
func truth(n *yaml11.Node) string {
	if n.IsString() {
		switch strings.ToLower(n.Text) {
		case "true", "yes", "on":
			return "true"
		case "false", "no", "off":
			return "false"
		}
	}
	return ""
}

// boolean takes booleans. Tron: valid_bool.
func boolean(c *court, s spot, n *yaml11.Node) {
	if n == nil || n.Kind != yaml11.Bool {
		c.refuse(s, n, finding.TronValue, quote(s.key)+" is true or false, not "+show(n), truth(n))
	}
}

// list and mapping take any list and any mapping. Tron: valid_list, valid_dict.
func list(c *court, s spot, n *yaml11.Node) {
	if !n.IsList() {
		c.refuse(s, n, finding.TronValue, quote(s.key)+" is a list, not a "+kindOf(n), "")
	}
}

func mapping(c *court, s spot, n *yaml11.Node) {
	if !n.IsMap() {
		c.refuse(s, n, finding.TronValue, quote(s.key)+" is a mapping, not a "+kindOf(n), "")
	}
}

// integer takes what Python's int() makes a number of that is not negative. Tron: valid_int.
func integer(c *court, s spot, n *yaml11.Node) {
	if n != nil && n.Kind == yaml11.Int && n.Big == nil && n.Int >= 0 {
		return
	}
	value, ok := toInt(n)
	switch {
	case !ok:
		c.refuse(s, n, finding.TronValue, quote(s.key)+" is an integer, not "+show(n), "")
	case value.Sign() < 0:
		c.refuse(s, n, finding.TronValue, quote(s.key)+" cannot be negative, it is "+show(n), "")
	}
}

// exitCode takes integers of either sign. Tron: valid_exit_code.
func exitCode(c *court, s spot, n *yaml11.Node) {
	if _, ok := toInt(n); !ok {
		c.refuse(s, n, finding.TronValue, quote(s.key)+" is an integer, not "+show(n), "")
	}
}

// toInt is Python's int(value).
func toInt(n *yaml11.Node) (*big.Int, bool) {
	if n == nil {
		return nil, false
	}
	switch n.Kind {
	case yaml11.Int:
		if n.Big != nil {
			return n.Big, true
		}
		return big.NewInt(n.Int), true
	case yaml11.Bool:
		return big.NewInt(map[bool]int64{true: 1}[n.Bool]), true
	case yaml11.Float:
		if math.IsNaN(n.Float) || math.IsInf(n.Float, 0) {
			return nil, false
		}
		value, _ := big.NewFloat(n.Float).Int(nil)
		return value, true
	case yaml11.String:
		value, err := python.ParseInt(n.Text, 10)
		return value, err == nil
	}
	return nil, false
}

// number takes what Python's float() makes a number of that is not negative. Tron: valid_float.
func number(c *court, s spot, n *yaml11.Node) {
	value, ok := n.Number()
	if n.IsString() {
		parsed, err := python.ParseFloat(n.Text)
		value, ok = parsed, err == nil
	}
	switch {
	case !ok:
		c.refuse(s, n, finding.TronValue, quote(s.key)+" is a number, not "+show(n), "")
	case value < 0:
		c.refuse(s, n, finding.TronValue, quote(s.key)+" cannot be negative, it is "+show(n), "")
	}
}

// oneOf takes some strings. Tron: build_enum_validator and build_real_enum_validator.
func oneOf(values ...string) judge {
	return func(c *court, s spot, n *yaml11.Node) {
		if value, ok := n.Str(); !ok || !slices.Contains(values, value) {
			c.refuse(s, n, finding.TronValue, quote(s.key)+" cannot be "+show(n), strings.Join(values, " or "))
		}
	}
}

// listOf takes a list whose items pass; anything empty or false passes as well unless the list must have items.
// Tron: build_list_of_type_validator.
func listOf(item judge, allowEmpty bool) judge {
	return func(c *court, s spot, n *yaml11.Node) {
		if allowEmpty && !n.Truthy() {
			return
		}
		if !n.IsList() {
			list(c, s, n)
			return
		}
		if len(n.Items) == 0 {
			c.refuse(s, n, finding.TronValue, quote(s.key)+" cannot be empty", "")
		}
		for _, i := range n.Items {
			item(c, s.in(n, s.key), i)
		}
	}
}

// mapOf takes a mapping whose values pass. Tron: build_dict_value_validator.
func mapOf(item judge) judge {
	return func(c *court, s spot, n *yaml11.Node) {
		if !n.IsMap() {
			mapping(c, s, n)
			return
		}
		for _, p := range n.Pairs {
			item(c, spot{key: p.Key.Text, at: place(p.Key, s.at)}, p.Value)
		}
	}
}

// isIdentifier is Tron's IDENTIFIER_RE.
func isIdentifier(name string) bool {
	name = strings.TrimSuffix(name, "\n")
	if name == "" || utf8.RuneCountInString(name) > 255 {
		return false
	}
	for i, r := range name {
		switch {
		case r == '_' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z':
		case i == 0:
			return false
		case r == '-' || r >= '0' && r <= '9' || r >= 0x80 && (unicode.IsLetter(r) || unicode.IsNumber(r)):
		default:
			return false
		}
	}
	return true
}

// identifier takes names. Tron: valid_identifier.
func identifier(c *court, s spot, n *yaml11.Node) {
	if name, ok := n.Str(); !ok || !isIdentifier(name) {
		c.refuse(s, n, finding.TronName,
			quote(s.key)+": "+show(n)+" is no name: letters, digits, _ and - after a letter or _, 255 at most", "")
	}
}

// interval takes time spans. Tron: valid_time_delta.
func interval(c *court, s spot, n *yaml11.Node) {
	value, ok := n.Str()
	if !ok {
		c.refuse(s, n, finding.TronInterval, quote(s.key)+" is an interval such as \"90m\", not "+show(n), "")
		return
	}
	if _, err := schedule.Interval(value); err != nil {
		c.refuse(s, n, finding.TronInterval,
			quote(s.key)+": "+err.Error()+"; it is a whole number with d, h, m or s", interval90(value))
	}
}

// interval90 writes a time span as Tron reads it: "1h30m" is "90m". It is empty where no time is meant.
func interval90(text string) string {
	seconds, err := strconv.ParseInt(spelling.Seconds(text), 10, 64)
	switch {
	case err != nil || seconds < 0:
		return ""
	case seconds%86400 == 0 && seconds > 0:
		return strconv.FormatInt(seconds/86400, 10) + "d"
	case seconds%3600 == 0 && seconds > 0:
		return strconv.FormatInt(seconds/3600, 10) + "h"
	case seconds%60 == 0 && seconds > 0:
		return strconv.FormatInt(seconds/60, 10) + "m"
	}
	return strconv.FormatInt(seconds, 10) + "s"
}

// timeZone takes names of time zones. Tron: valid_time_zone.
func timeZone(c *court, s spot, n *yaml11.Node) {
	if n.IsNull() {
		return
	}
	name, ok := n.Str()
	if !ok {
		text(c, s, n)
		return
	}
	if !schedule.KnownZone(name) {
		c.refuse(s, n, finding.TronTimeZone, "there is no time zone "+quote(name),
			schedule.NearZone(name, spelling.Nearest))
	}
}

// octal is the mode that is meant by Python's or Go's way of writing it, in quotes; only the owner's reading where
// nobody can tell.
func octal(text string) string {
	digits := strings.TrimLeft(strings.TrimPrefix(strings.TrimPrefix(text, "0o"), "0O"), "0")
	if digits == "" || len(digits) > 4 || strings.Trim(digits, "01234567") != "" {
		digits = "400"
	}
	return strconv.Quote("0" + digits)
}

// permissions takes an octal mode of at most 7777. Tron: valid_permission_mode.
func permissions(c *court, s spot, n *yaml11.Node) {
	value, err := python.ParseInt(python.Str(n), 8)
	switch {
	case err != nil:
		c.refuse(s, n, finding.TronValue, fmt.Sprintf("%q: %s is no octal mode", s.key, show(n)),
			octal(n.Text))
	case value.Sign() < 0 || value.Cmp(big.NewInt(0o7777)) > 0:
		c.refuse(s, n, finding.TronValue, fmt.Sprintf("%q: the mode %s is not in 0 to 7777", s.key, show(n)),
			octal(n.Text))
	}
}
