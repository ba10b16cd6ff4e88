package rules

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

// command takes strings whose placeholders Tron can fill. Tron: build_format_string_validator.
func command(c *court, s spot, n *yaml11.Node) {
	value, ok := n.Str()
	if !ok {
		text(c, s, n)
		return
	}
	if c.master == nil {
		return
	}
	if err := Placeholders(value, c.master.Context); err != nil {
		c.refuse(s, n, finding.TronCommand, "Tron cannot fill in the command: "+err.Error(),
			"a name that Tron knows, or {{ and }} for braces")
	}
}

// Placeholders tells why Tron cannot fill in a command; nil when it can. context is command_context of MASTER.yaml.
//
// Tron formats with Python's string.Formatter, so {name}, {name!r}, {name:>20}, {name[0]} and nested {name:{width}} are
// all understood; {} and {0} are not, since there are no positional values.
func Placeholders(command string, context *yaml11.Node) error {
	if strings.IndexByte(command, '{') < 0 && strings.IndexByte(command, '}') < 0 {
		return nil
	}
	_, err := fill(command, context, 2)
	return err
}

// fill is Formatter._vformat: depth counts how deep format specs may nest. The text is what a nested spec comes to,
// with samples for what is known at run time only.
func fill(template string, context *yaml11.Node, depth int) (string, error) {
	if depth < 0 {
		return "", errors.New("placeholders nest too deep")
	}
	var text strings.Builder
	for i := 0; i < len(template); i++ {
		c := template[i]
		doubled := i+1 < len(template) && template[i+1] == c
		switch {
		case c != '{' && c != '}':
			text.WriteByte(c)
			continue
		case doubled:
			text.WriteByte(c)
			i++
			continue
		case c == '}':
			return "", errors.New("a single } must be written }}")
		case i+1 == len(template):
			return "", errors.New("a single { must be written {{")
		}
		f, length, err := parseField(template[i+1:])
		if err != nil {
			return "", err
		}
		sample, err := f.fill(context, depth)
		if err != nil {
			return "", err
		}
		text.WriteString(sample)
		i += length
	}
	return text.String(), nil
}

// replacement is one {name!conversion:spec}.
type replacement struct {
	name       string
	conversion string
	spec       string
}

// parseField reads what follows a {, and returns how many bytes it took with the }.
func parseField(rest string) (f replacement, length int, err error) {
	end := 0
scan:
	for ; end < len(rest); end++ {
		switch rest[end] {
		case '{':
			return f, 0, fmt.Errorf("there is a { in the name of the placeholder {%s…", rest[:end])
		case '[':
			if close := strings.IndexByte(rest[end:], ']'); close > 0 {
				end += close
			} else {
				end = len(rest) - 1
			}
		case '}', ':', '!':
			break scan
		}
	}
	if end >= len(rest) {
		return f, 0, fmt.Errorf("the placeholder {%s is not closed", short(rest))
	}
	f.name = rest[:end]
	switch rest[end] {
	case '}':
		return f, end + 1, nil
	case '!':
		if end+1 >= len(rest) {
			return f, 0, fmt.Errorf("the placeholder {%s is not closed", short(rest))
		}
		f.conversion = rest[end+1 : end+2]
		end += 2
		if end < len(rest) && rest[end] == '}' {
			return f, end + 1, nil
		}
		if end < len(rest) && rest[end] != ':' {
			return f, 0, fmt.Errorf("the placeholder {%s: a colon or } comes after !%s", short(rest), f.conversion)
		}
	}
	start := min(end+1, len(rest))
	open := 1
	for end = start; end < len(rest); end++ {
		switch rest[end] {
		case '{':
			open++
		case '}':
			if open--; open == 0 {
				f.spec = rest[start:end]
				return f, end + 1, nil
			}
		}
	}
	return f, 0, fmt.Errorf("the placeholder {%s is not closed", short(rest))
}

func short(text string) string {
	if r := []rune(text); len(r) > 30 {
		return string(r[:30]) + "…"
	}
	return text
}

func (f replacement) fill(context *yaml11.Node, depth int) (sample string, err error) {
	v, err := f.resolve(context)
	if err != nil {
		return "", err
	}
	switch f.conversion {
	case "":
	case "s", "r", "a":
		v = value{kind: ofText, length: -1, sample: v.printed()}
	default:
		return "", fmt.Errorf("{%s}: there is no conversion !%s", f.name, f.conversion)
	}
	spec, err := fill(f.spec, context, depth-1)
	if err != nil {
		return "", err
	}
	if spec != "" {
		if err := v.acceptsSpec(spec); err != nil {
			return "", fmt.Errorf("{%s:%s}: %w", f.name, f.spec, err)
		}
	}
	return v.printed(), nil
}

// resolve finds the value of name, name.attribute or name[index]. Python: Formatter.get_field.
func (f replacement) resolve(context *yaml11.Node) (value, error) {
	end := strings.IndexAny(f.name, ".[")
	if end < 0 {
		end = len(f.name)
	}
	first, rest := f.name[:end], f.name[end:]
	if first == "" || isDigits(first) {
		return value{}, fmt.Errorf("{%s}: Tron has no positional values", f.name)
	}
	v, ok := lookup(first, context)
	if !ok {
		return value{}, fmt.Errorf("it knows no {%s}", f.name)
	}
	for rest != "" {
		var step string
		indexed := rest[0] == '['
		if indexed {
			close := strings.IndexByte(rest, ']')
			if close < 0 {
				return value{}, fmt.Errorf("{%s}: a ] is missing", f.name)
			}
			step, rest = rest[1:close], rest[close+1:]
			if rest != "" && rest[0] != '.' && rest[0] != '[' {
				return value{}, fmt.Errorf("{%s}: only . or [ may follow ]", f.name)
			}
		} else {
			end := strings.IndexAny(rest[1:], ".[") + 1
			if end == 0 {
				end = len(rest)
			}
			step, rest = rest[1:end], rest[end:]
		}
		if step == "" {
			return value{}, fmt.Errorf("{%s}: a name is missing", f.name)
		}
		if v, ok = v.step(step, indexed); !ok {
			return value{}, fmt.Errorf("{%s}: the value has no %s", f.name, step)
		}
	}
	return v, nil
}

func isDigits(text string) bool {
	return strings.Trim(text, "0123456789") == ""
}

// lookup finds a name: Tron's own first, then command_context.
func lookup(name string, context *yaml11.Node) (value, bool) {
	if v, ok, known := builtin(name); known {
		return v, ok
	}
	if n := context.Get(name); n != nil {
		return ofNode(n), true
	}
	return value{}, false
}

// builtin finds what Tron's job, job run and action run contexts give. known is false when they give nothing.
func builtin(name string) (v value, ok, known bool) {
	switch name {
	case "actionname", "node", "runid", "name", "job", "job_run", "action_run":
		return value{kind: ofFiller}, true, true
	case "manual":
		return value{kind: ofText, length: len(unknown), sample: unknown}, true, true
	case "cleanup_job_status":
		return value{kind: ofText, length: len("UNKNOWN"), sample: "UNKNOWN"}, true, true
	case "__doc__", "__module__":
		return value{kind: ofText, length: -1}, true, true
	}
	if v, ok, known := dateValue(name); known {
		return v, ok, true
	}
	// last_success#shortdate-1 counts from the last run that succeeded.
	if at := strings.LastIndexByte(name, '#'); at >= 0 && name[:at] == "last_success" && at+1 < len(name) {
		if v, ok, known := dateValue(name[at+1:]); known {
			return v, ok, true
		}
	}
	// Tron looks for attributes, too, and finds those of its own Python objects.
	if slices.Contains(pythonNames, name) {
		return value{kind: ofObject}, true, true
	}
	return value{}, false, false
}

// pythonNames are attributes of the objects in which Tron looks names up.
var pythonNames = []string{
	"base", "next", "get", "clear", "copy", "fromkeys", "items", "keys", "pop", "popitem", "setdefault", "update",
	"values",
	"_get_date_spec_parts", "__class__", "__class_getitem__", "__contains__", "__delattr__", "__delitem__", "__dict__",
	"__dir__",
	"__eq__", "__format__", "__ge__", "__getattribute__", "__getitem__", "__gt__", "__hash__", "__init__",
	"__init_subclass__",
	"__ior__", "__iter__", "__le__", "__len__", "__lt__", "__ne__", "__new__", "__or__", "__reduce__", "__reduce_ex__",
	"__repr__",
	"__reversed__", "__ror__", "__setattr__", "__setitem__", "__sizeof__", "__str__", "__subclasshook__", "__weakref__",
}
