package paasta

import (
	"strings"
	"testing"
)

func TestSecretName(t *testing.T) {
	for _, test := range []struct{ rule, got, want string }{
		{"the parts are in a form that Kubernetes takes", SecretName("tron", Secret, "web_app", "DB_password"),
			"tron-secret-web--app-db--password"},
		{"a leading underscore is spelled out", SecretName("tron", Secret, SharedService, "_key"),
			"tron-secret-underscore-shared-underscore-key"},
		{"a long name is cut", SecretName("n", Secret, "s", strings.Repeat("a", 300))[:249] + "…",
			"n-secret-s-" + strings.Repeat("a", 237) + "-…"},
		{"a signature's name says so", SignatureName("paastasvc-web", Secret, "web", "key"),
			"paastasvc-web-secret-web-key-signature"},
	} {
		t.Run(test.rule, func(t *testing.T) {
			if test.got != test.want {
				t.Errorf("got %q, want %q", test.got, test.want)
			}
		})
	}
}

func TestSecretReference(t *testing.T) {
	for _, test := range []struct {
		rule, text, name string
		shared, ok       bool
	}{
		{"a secret of the service", "SECRET(db_password)", "db_password", false, true},
		{"a shared secret", "SHARED_SECRET(sentry-dsn)", "sentry-dsn", true, true},
		{"an empty name is a reference, too", "SECRET()", "", false, true},
		{"Python's $ lets a newline pass", "SECRET(a)\n", "a)", false, true},
		{"text before it", "x SECRET(a)", "", false, false},
		{"text after it", "SECRET(a)b", "", false, false},
		{"a dot in the name", "SECRET(a.b)", "", false, false},
		{"lower case", "secret(a)", "", false, false},
		{"no closing parenthesis", "SECRET(a", "", false, false},
	} {
		t.Run(test.rule, func(t *testing.T) {
			name, shared, ok := SecretReference(test.text)
			if name != test.name || ok != test.ok || ok && shared != test.shared {
				t.Errorf("SecretReference(%q) = %q, %v, %v", test.text, name, shared, ok)
			}
		})
	}
}
