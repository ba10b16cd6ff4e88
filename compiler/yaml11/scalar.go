package yaml11

import (
	"errors"
	"fmt"
	"math"
	"math/big"
	"regexp"
	"strconv"
	"strings"
)

// The implicit resolvers of YAML 1.1 as PyYAML has them (yaml/resolver.py): order and first characters matter.
var (
	intPattern   = regexp.MustCompile(`^(?:[-+]?0b[0-1_]+|[-+]?0[0-7_]+|[-+]?(?:0|[1-9][0-9_]*)|[-+]?0x[0-9a-fA-F_]+|[-+]?[1-9][0-9_]*(?::[0-5]?[0-9])+)$`)
	floatPattern = regexp.MustCompile(`^(?:[-+]?(?:[0-9][0-9_]*)\.[0-9_]*(?:[eE][-+][0-9]+)?|\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$`)
	timePattern  = regexp.MustCompile(`^(?:([0-9]{4})-([0-9]{2})-([0-9]{2})|([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})(?:[Tt]|[ \t]+)([0-9]{1,2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]*))?(?:[ \t]*(?:Z|([-+])([0-9]{1,2})(?::?([0-9]{2}))?))?)$`)
)

// resolvePlain fills a node from the text of a plain scalar, as PyYAML's resolver and constructor do.
func resolvePlain(n *Node, text string) error {
	n.Text = text
	if text == "" {
		n.Kind = Null
		return nil
	}
	switch c := text[0]; {
	case c >= '0' && c <= '9' || c == '-' || c == '+' || c == '.':
		return resolveNumber(n, text)
	case c == '~' || c == 'n' || c == 'N':
		switch text {
		case "~", "null", "Null", "NULL":
			n.Kind = Null
			return nil
		}
	case text == "=" || text == "<<":
		return fmt.Errorf("could not determine a constructor for the plain scalar %q; quote it", text)
	}
	if value, ok := boolean(text); ok {
		n.Kind, n.Bool = Bool, value
		return nil
	}
	n.Kind = String
	return nil
}

func boolean(text string) (value, ok bool) {
	switch text {
	case "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON":
		return true, true
	case "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF":
		return false, true
	}
	return false, false
}

func resolveNumber(n *Node, text string) error {
	if plainNumber(n, text) {
		return nil
	}
	if floatPattern.MatchString(text) {
		return makeFloat(n, text)
	}
	if intPattern.MatchString(text) {
		return makeInt(n, text)
	}
	if text[0] >= '0' && text[0] <= '9' && len(text) >= 8 && text[4] == '-' && timePattern.MatchString(text) {
		return makeTime(n, text)
	}
	n.Kind = String
	return nil
}

// plainNumber reads what most numbers look like, 80 and 0.75, without the patterns; false for all others.
func plainNumber(n *Node, text string) bool {
	const exact = 15 // digits that fit in every type
	dot := -1
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '.' && dot < 0 && i > 0:
			dot = i
		case c < '0' || c > '9' || i >= exact:
			return false
		}
	}
	var err error
	switch {
	case dot >= 0:
		n.Kind = Float
		n.Float, err = strconv.ParseFloat(text, 64)
	case len(text) > 1 && text[0] == '0': // octal
		return false
	default:
		n.Kind = Int
		n.Int, err = strconv.ParseInt(text, 10, 64)
	}
	return err == nil
}

// maxDigits is how many digits Python reads or prints of an integer (sys.int_info.default_max_str_digits).
const maxDigits = 4300

var errDigits = errors.New("the integer has more than 4300 digits, which is the most that Python reads")

// makeInt is SafeConstructor.construct_yaml_int.
func makeInt(n *Node, text string) error {
	n.Kind = Int
	digits := strings.ReplaceAll(text, "_", "")
	sign := int64(1)
	if digits != "" && (digits[0] == '-' || digits[0] == '+') {
		if digits[0] == '-' {
			sign = -1
		}
		digits = digits[1:]
	}
	base := 10
	switch {
	case digits == "0":
		n.Int = 0
		return nil
	case strings.HasPrefix(digits, "0b"):
		base, digits = 2, digits[2:]
	case strings.HasPrefix(digits, "0x"):
		base, digits = 16, digits[2:]
	case strings.HasPrefix(digits, "0"):
		base, digits = 8, digits[1:]
	case strings.Contains(digits, ":"):
		return makeSexagesimalInt(n, digits, sign)
	}
	if v, err := strconv.ParseInt(digits, base, 64); err == nil {
		n.Int = sign * v
		return nil
	}
	if len(digits) > maxDigits {
		return errDigits
	}
	v, ok := new(big.Int).SetString(digits, base)
	if !ok {
		return fmt.Errorf("%q looks like an integer and is none", text)
	}
	n.Big = v.Mul(v, big.NewInt(sign))
	return nil
}

func makeSexagesimalInt(n *Node, digits string, sign int64) error {
	for _, part := range strings.Split(digits, ":") {
		v, err := strconv.ParseInt(part, 10, 32)
		if err != nil || n.Int > math.MaxInt64/120 {
			return fmt.Errorf("%q looks like a base 60 integer and is none", digits)
		}
		n.Int = n.Int*60 + v
	}
	n.Int *= sign
	return nil
}

// makeFloat is SafeConstructor.construct_yaml_float.
func makeFloat(n *Node, text string) error {
	n.Kind = Float
	digits := strings.ToLower(strings.ReplaceAll(text, "_", ""))
	sign := 1.0
	if digits[0] == '-' || digits[0] == '+' {
		if digits[0] == '-' {
			sign = -1
		}
		digits = digits[1:]
	}
	switch {
	case digits == ".inf":
		n.Float = sign * math.Inf(1)
		return nil
	case digits == ".nan":
		n.Float = math.NaN()
		return nil
	case strings.Contains(digits, ":"):
		for _, part := range strings.Split(digits, ":") {
			v, err := strconv.ParseFloat(part, 64)
			if err != nil {
				return fmt.Errorf("%q looks like a base 60 number and is none", text)
			}
			n.Float = n.Float*60 + v
		}
		n.Float *= sign
		return nil
	}
	v, err := strconv.ParseFloat(digits, 64)
	if err != nil && !math.IsInf(v, 0) {
		return fmt.Errorf("%q looks like a number and is none", text)
	}
	n.Float = sign * v
	return nil
}

// makeTime is SafeConstructor.construct_yaml_timestamp; Text becomes what Python's str() prints.
func makeTime(n *Node, text string) error {
	m := timePattern.FindStringSubmatch(text)
	if m[1] != "" {
		n.Kind = Date
		n.Text = m[1] + "-" + m[2] + "-" + m[3]
		return checkDate(m[1], m[2], m[3])
	}
	n.Kind = DateTime
	if err := checkDate(m[4], m[5], m[6]); err != nil {
		return err
	}
	stamp := fmt.Sprintf("%s-%02s-%02s %02s:%s:%s", m[4], m[5], m[6], m[7], m[8], m[9])
	if fraction := strings.TrimRight((m[10] + "000000")[:6], ""); m[10] != "" && fraction != "000000" {
		stamp += "." + fraction
	}
	if m[11] != "" {
		minutes := m[13]
		if minutes == "" {
			minutes = "00"
		}
		stamp += fmt.Sprintf("%s%02s:%s", m[11], m[12], minutes)
	} else if strings.HasSuffix(text, "Z") {
		stamp += "+00:00"
	}
	n.Text = stamp
	return nil
}

func checkDate(year, month, day string) error {
	y, _ := strconv.Atoi(year)
	m, _ := strconv.Atoi(month)
	d, _ := strconv.Atoi(day)
	days := [...]int{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}
	if m < 1 || m > 12 || y < 1 {
		return fmt.Errorf("%s-%s-%s is no date; quote it if it is a string", year, month, day)
	}
	last := days[m-1]
	if m == 2 && (y%4 == 0 && y%100 != 0 || y%400 == 0) {
		last = 29
	}
	if d < 1 || d > last {
		return fmt.Errorf("%s-%s-%s is no date; quote it if it is a string", year, month, day)
	}
	return nil
}

// resolveTagged fills a node from a scalar with an explicit standard tag such as !!str or !!int.
func resolveTagged(n *Node, tag, text string) error {
	n.Text = text
	switch tag {
	case "!!str", "!":
		n.Kind = String
	case "!!null":
		n.Kind = Null
	case "!!bool":
		value, ok := boolean(text)
		if !ok {
			value, ok = boolean(strings.ToLower(text))
		}
		if !ok {
			return fmt.Errorf("%q is no boolean", text)
		}
		n.Kind, n.Bool = Bool, value
	case "!!int":
		if text == "" {
			return fmt.Errorf("an empty value is no integer")
		}
		return makeInt(n, text)
	case "!!float":
		if text == "" {
			return fmt.Errorf("an empty value is no number")
		}
		return makeFloat(n, text)
	case "!!timestamp":
		if !timePattern.MatchString(text) {
			return fmt.Errorf("%q is no timestamp", text)
		}
		return makeTime(n, text)
	case "!!binary":
		data, err := decodeBase64(text)
		if err != nil {
			return err
		}
		n.Kind, n.Text = Bytes, data
	default:
		return fmt.Errorf("could not determine a constructor for the tag %q", tag)
	}
	return nil
}
