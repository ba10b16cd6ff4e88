package diff

import (
	"testing"
)

func TestIsSecret(t *testing.T) {
	for _, test := range []struct {
		name, value string
		want        bool
	}{
		{"LEVEL", "info", false},
		{"DB_PASSWORD", "x", true},
		{"DB_PASSWORD", "SECRET(db)", false},
		{"TOKEN", "SHARED_SECRET(a-b)", false},
		{"api_key", "1", true},
		{"SENTRY_DSN", "https://k@sentry.example.com/1", true},
		{"URL", "https://user:pass@example.com/", true},
		{"URL", "https://example.com:443/a@b", false},
		{"ARGS", "--db-password=hunter2", true},
		{"ARGS", "serve --token abc", true},
		{"ARGS", "--tokens-per-second 5", true}, // rather too much hidden than too little
		{"ARGS", "-Xms510m -Xmx2737m", false},
		{"CMD", "curl -u ops:hunter2 x", true},
		{"CMD", "DB_PASS=hunter2 serve", true},
		{"CMD", "serve DB_PASS=$DB_PASS", false},
		{"CMD", "sum by (pod) (rate(x{job=\"web\"}[5m]))", false},
		{"HEADER", "Authorization: Bearer abcdefghij", true},
		{"CACHE", "redis://:hunter2@cache.example.com/0", true},
		{"PGPWD", "hunter2", true},
		{"SMTP_PASS", "hunter2", true},
		{"COMPASS_PASSES", "2", false},
		{"ALERTS", "https://hooks.slack.com/services/T0/B0/xyz", true},
		{"ID", "AKIAIOSFODNN7EXAMPLE", true},
		{"PEM", "-----BEGIN RSA PRIVATE KEY-----", true},
		{"JWT", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.x", true},
		{"IMAGE", "registry.example.com:443/services-web:paasta-0123456789", false},
	} {
		if got := IsSecret(test.name, test.value); got != test.want {
			t.Errorf("IsSecret(%q, %q) = %t, want %t", test.name, test.value, got, test.want)
		}
	}
}
