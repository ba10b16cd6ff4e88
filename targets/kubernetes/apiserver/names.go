// Package apiserver says what the Kubernetes API server would refuse of the objects that PaaSTA makes, before they get
// there: values of the wrong type, names and labels out of their alphabet, numbers out of range, things that stand
// twice.
//
// It knows the rules of Kubernetes 1.37 as far as soa-configs can break them. It knows nothing of PaaSTA.
package apiserver

import "strings"

// labelLength is the longest label value, and the longest name of most things, in characters.
const labelLength = 63

// subdomainLength is the longest name of an object.
const subdomainLength = 253

func alphanumeric(c byte) bool { return lower(c) || c >= 'A' && c <= 'Z' }

func lower(c byte) bool { return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' }

// LabelValue says why a text is no label value; it is empty when it is one.
func LabelValue(s string) string {
	if len(s) > labelLength {
		return "a label value has 63 characters at most"
	}
	if s != "" && !labelText(s) {
		return "a label value consists of letters, digits, '-', '_' and '.', and begins and ends with a letter or digit"
	}
	return ""
}

func labelText(s string) bool {
	if s == "" || !alphanumeric(s[0]) || !alphanumeric(s[len(s)-1]) {
		return false
	}
	for i := range len(s) {
		if c := s[i]; !alphanumeric(c) && c != '-' && c != '_' && c != '.' {
			return false
		}
	}
	return true
}

// LabelKey says why a text is no label key: an optional DNS subdomain, "/", and a name like a label value.
func LabelKey(s string) string {
	prefix, name, found := strings.Cut(s, "/")
	if !found {
		prefix, name = "x", s
	}
	if len(name) > labelLength || !labelText(name) || Subdomain(prefix) != "" {
		return "a label key is a name of 63 letters, digits, '-', '_' and '.' at most, perhaps after a domain and '/'"
	}
	return ""
}

// Label says why a text is no DNS label, the form of container, volume and namespace names.
func Label(s string) string {
	if len(s) > labelLength {
		return "the name has 63 characters at most"
	}
	if !dnsLabel(s) {
		return "the name consists of lower-case letters, digits and '-', and begins and ends with a letter or digit"
	}
	return ""
}

func dnsLabel(s string) bool {
	if s == "" || !lower(s[0]) || !lower(s[len(s)-1]) {
		return false
	}
	for i := range len(s) {
		if !lower(s[i]) && s[i] != '-' {
			return false
		}
	}
	return true
}

// Subdomain says why a text is no DNS subdomain, the form of most objects' names.
func Subdomain(s string) string {
	if len(s) > subdomainLength {
		return "the name has 253 characters at most"
	}
	for rest := s; ; {
		part, after, found := strings.Cut(rest, ".")
		if !dnsLabel(part) {
			return "the name consists of lower-case letters, digits, '-' and '.', and begins and ends with a letter or digit"
		}
		if !found {
			return ""
		}
		rest = after
	}
}

// secretKey tells whether a text can be a key of a Secret or ConfigMap.
func secretKey(s string) bool {
	if s == "" || len(s) > subdomainLength || s == "." || s == ".." || strings.HasPrefix(s, "..") {
		return false
	}
	for i := range len(s) {
		if c := s[i]; !alphanumeric(c) && c != '-' && c != '_' && c != '.' {
			return false
		}
	}
	return true
}

// variable tells whether a text can be the name of an environment variable: any printable ASCII but "=".
func variable(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' || s[i] == '=' {
			return false
		}
	}
	return s != ""
}
