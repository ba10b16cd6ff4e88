package diff

import (
	"regexp"
	"strings"

	"github.com/paasta-render/paasta-render/compiler/paasta"
)

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

// secretAssignment matches a secret in the environment of a command: DB_PASSWORD=x serve. A variable in its place is
// none.
var secretAssignment = regexp.MustCompile(`(?i)\b[a-z0-9_]*(passw(or)?d|pwd|secret|token|api_?key|_pass|_key)=[^\s$]`)

// LooksSecret tells whether a value is a secret by its looks, whatever it is called.
func LooksSecret(value string) bool {
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

// IsSecretReference tells whether a value names a secret and is none.
func IsSecretReference(value string) bool {
	_, _, ok := paasta.SecretReference(value)
	return ok
}

// IsSecretName tells whether the value of a variable with this name is never to be shown.
func IsSecretName(name string) bool { return secretName.MatchString(name) }

// IsSecret tells whether a value, by its name or by its looks, is never to be shown.
func IsSecret(name, value string) bool {
	plain := strings.Trim(value, `"`)
	if IsSecretReference(plain) {
		return false
	}
	return secretName.MatchString(name) || LooksSecret(plain)
}
