package kubernetes

import (
	"strings"
	"testing"
)

func TestLimitSize(t *testing.T) {
	for _, test := range []struct{ rule, name, want string }{
		{"a short name stays", "web-main", "web-main"},
		{"63 characters fit", strings.Repeat("a", 63), strings.Repeat("a", 63)},
		{"a long name ends in four characters of its hash", strings.Repeat("a", 70), strings.Repeat("a", 58) + "-b5og"},
	} {
		t.Run(test.rule, func(t *testing.T) {
			if got := limitSize(test.name, 63); got != test.want {
				t.Errorf("limitSize(%q) = %q, want %q", test.name, got, test.want)
			}
		})
	}
}

func TestVolumeName(t *testing.T) {
	for _, test := range []struct {
		rule, name string
		limit      int
		want       string
		ok         bool
	}{
		{"slashes and dots are spelled out, the last slash goes", "host--/a/b.c/", 63, "host--slash-aslash-bdot-c", true},
		{"underscores double as hyphens, capitals are lowered", "pv--/Var_x", 253, "pv--slash-var--x", true},
		{"a long name ends in four digits of its MD5", "host--" + strings.Repeat("/abc", 20), 63,
			"host--slash-abcslash-abcslash-abcslash-abcslash-abcslash---d9bf", true},
		{"without a limit it stays long", "aws-ebs--" + strings.Repeat("x", 100), 0, "aws-ebs--" + strings.Repeat("x",
			100), true},
		{"PaaSTA hashes ASCII alone", "host--" + strings.Repeat("é", 80), 63, "", false},
	} {
		t.Run(test.rule, func(t *testing.T) {
			got, ok := volumeName(test.name, test.limit)
			if got != test.want || ok != test.ok {
				t.Errorf("volumeName(%q, %d) = %q, %v, want %q, %v", test.name, test.limit, got, ok, test.want, test.ok)
			}
		})
	}
}

func TestServiceAccountName(t *testing.T) {
	for role, want := range map[string]string{
		"arn:aws:iam::1:role/some_Role": "paasta--arn-aws-iam-1-role-some-role",
		"-x-":                           "paasta---x-",
	} {
		if got := serviceAccountName(role); got != want {
			t.Errorf("serviceAccountName(%q) = %q, want %q", role, got, want)
		}
	}
}

func TestGitSHA(t *testing.T) {
	for url, want := range map[string]string{
		"registry/services-web:paasta-0123abcd":                 "0123abcd",
		"registry/services-web:paasta-0123abcd-20240101T000000": "0123abcd",
		"registry/x:paasta-a:paasta-b":                          "b",
		"registry/x:paasta-_":                                   "",
		"registry/team-web:latest":                              "latest",
		"registry/team-web-abc":                                 "abc",
		"registry/a:b:c":                                        "c",
	} {
		if got := gitSHA(url); got != want {
			t.Errorf("gitSHA(%q) = %q, want %q", url, got, want)
		}
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
	} {
		t.Run(test.rule, func(t *testing.T) {
			name, shared, ok := secretReference(test.text)
			if name != test.name || ok != test.ok || ok && shared != test.shared {
				t.Errorf("secretReference(%q) = %q, %v, %v", test.text, name, shared, ok)
			}
		})
	}
}
