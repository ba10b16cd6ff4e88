package python

import (
	"fmt"
	"strings"
)

// Format is Python's template.format(**values) for string values: {name}, {name!r}, {{ and }}.
// The error says what Python raises: KeyError for an unknown name, ValueError for broken braces.
func Format(template string, values map[string]string) (string, error) {
	var b strings.Builder
	for i := 0; i < len(template); i++ {
		c := template[i]
		switch {
		case c != '{' && c != '}':
			b.WriteByte(c)
		case i+1 < len(template) && template[i+1] == c:
			b.WriteByte(c)
			i++
		case c == '}':
			return "", fmt.Errorf("single '}' encountered in %q", template)
		default:
			end := strings.IndexByte(template[i:], '}')
			if end < 0 {
				return "", fmt.Errorf("'{' without its '}' in %q", template)
			}
			text, err := field(template[i+1:i+end], values)
			if err != nil {
				return "", err
			}
			b.WriteString(text)
			i += end
		}
	}
	return b.String(), nil
}

func field(expression string, values map[string]string) (string, error) {
	name, spec, _ := strings.Cut(expression, ":")
	name, conversion, _ := strings.Cut(name, "!")
	value, ok := values[name]
	if !ok {
		return "", fmt.Errorf("unknown placeholder {%s}", expression)
	}
	if spec != "" && spec != "s" {
		return "", fmt.Errorf("placeholder {%s}: format %q is not supported", expression, spec)
	}
	if conversion == "r" {
		return ReprString(value), nil
	}
	return value, nil
}
