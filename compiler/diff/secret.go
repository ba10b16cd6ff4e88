package diff

import (
	"regexp"
	"strings"
)

// hidden stands for every value that may be a secret.
const hidden Value = `"(hidden)"`

// secretName matches names whose values are not shown: DB_PASSWORD, api_key, AUTH_TOKEN.
var secretName = regexp.MustCompile(`(?i)(passw(or)?d|passphrase|pwd|secret|token|credential|private|authorization|` +
	`basic_?auth|webhook|(api|access|auth|signing|encryption)_?key|(^|_)pass(_|$)|_pw$|_key$|^key$|_salt$|dsn$)`)

// secretValue matches values that are secrets whatever they are called: private keys, cloud keys, JSON web tokens,
// passwords in a URL or a header, addresses that let anybody post.
var secretValue = regexp.MustCompile(`-----BEGIN [A-Z ]*PRIVATE KEY|\bA(KIA|SIA)[0-9A-Z]{16}\b|` +
	`\beyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}|` +
	`\bgh[pousr]_[A-Za-z0-9]{20,}|\bxox[abp]-[A-Za-z0-9-]{10,}|://[^/\s:@]*:[^/\s@]+@|` +
	`\b(?:[Bb]earer|[Bb]asic) [A-Za-z0-9+/._-]{8,}|://hooks\.slack\.com/\S`)

// secretMarks are what every match of secretValue has one of: most values have none, and need no further look.
var secretMarks = []string{"-----", "AKIA", "ASIA", "eyJ", "gh", "xox", "://", "earer ", "asic "}

// secretOption matches a secret on a command line: --db-password=x, -token x, -u name:x.
var secretOption = regexp.MustCompile(`(?i)--?[a-z_-]*(password|passwd|secret|token|api-?key)[a-z_-]*[= ]\S|` +
	`(^|\s)(-u|--user)[= ]\S+:\S`)

// secretAssignment matches a secret in the environment of a command: DB_PASSWORD=x serve. A variable in its place is none.
var secretAssignment = regexp.MustCompile(`(?i)\b[a-z0-9_]*(passw(or)?d|pwd|secret|token|api_?key|_pass|_key)=[^\s$]`)

// reference matches values that name a secret and are none. PaaSTA: secret_tools.SECRET_REGEX.
var reference = regexp.MustCompile(`^(SHARED_)?SECRET\([A-Za-z0-9_-]*\)$`)

// secret tells whether a scalar at the current path is never to be shown.
func (c *comparison) secret() bool {
	if c.of.Kind == "Secret" && len(c.steps) > 0 && (c.steps[0] == "data" || c.steps[0] == "stringData") {
		return true
	}
	for i, step := range c.steps[:max(0, len(c.steps)-1)] {
		if step == ".env" || step == "env" || step == ".environment" {
			name := strings.Trim(c.steps[i+1], ".[]")
			return secretName.MatchString(name) && !strings.Contains(c.path(), ".valueFrom")
		}
	}
	return false
}

// shown is a value as the report shows it: compact JSON without secrets.
func shown(n *node, hide bool) Value {
	if hide && n.isScalar() && !reference.MatchString(n.str()) {
		return hidden
	}
	return Value(redact(n).json(nil))
}

// redact returns n without secrets: plain values of environment entries with secret names, data of Secret objects, and
// whatever looks like a secret itself.
func redact(n *node) *node {
	n.open()
	switch n.kind {
	case list:
		out := &node{kind: list, opened: true}
		for _, item := range n.items {
			out.items = append(out.items, redact(item))
		}
		return out
	case mapping:
		return redactMapping(n)
	}
	if n.kind == text && looksSecret(n.scalar) {
		return concealed()
	}
	return n
}

func looksSecret(value string) bool {
	if len(value) <= 8 {
		return false
	}
	for _, mark := range secretMarks {
		if strings.Contains(value, mark) && secretValue.MatchString(value) {
			return true
		}
	}
	if strings.IndexByte(value, '=') >= 0 && secretAssignment.MatchString(value) {
		return true
	}
	return strings.IndexByte(value, '-') >= 0 && strings.ContainsAny(value, "= ") && secretOption.MatchString(value)
}

func concealed() *node { return &node{kind: text, scalar: "(hidden)", opened: true} }

func redactMapping(n *node) *node {
	out := &node{kind: mapping, opened: true}
	isSecret := n.get("kind").str() == "Secret"
	named := secretName.MatchString(n.get("name").str())
	for _, p := range n.pairs {
		value := p.value
		switch {
		case isSecret && (p.key == "data" || p.key == "stringData"):
			value = concealed()
		case p.key == "value" && named && value.isScalar() && !reference.MatchString(value.str()):
			value = concealed()
		case p.key == "env" && value.is(mapping):
			value = redactEnvironment(value)
		default:
			value = redact(value)
		}
		out.pairs = append(out.pairs, pair{p.key, value})
	}
	return out
}

// redactEnvironment hides values of an environment that is a mapping, as Tron's is.
func redactEnvironment(n *node) *node {
	out := &node{kind: mapping, opened: true}
	for _, p := range n.pairs {
		value := redact(p.value)
		if secretName.MatchString(p.key) && value.isScalar() && !reference.MatchString(value.str()) {
			value = concealed()
		}
		out.pairs = append(out.pairs, pair{p.key, value})
	}
	return out
}

// IsSecret tells whether a value, by its name or by its looks, is never to be shown.
func IsSecret(name, value string) bool {
	plain := strings.Trim(value, `"`)
	if reference.MatchString(plain) {
		return false
	}
	return secretName.MatchString(name) || looksSecret(plain)
}
