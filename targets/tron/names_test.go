package tron

import (
	"strings"
	"testing"

	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

func TestSecretName(t *testing.T) {
	for _, test := range []struct{ rule, owner, key, want string }{
		{"underscores are doubled dashes", "web_app", "db_password", "tron-secret-web--app-db--password"},
		{"a leading underscore is spelt out", "_shared", "_key", "tron-secret-underscore-shared-underscore-key"},
		{"letters are lower case", "Web", "KEY", "tron-secret-web-key"},
	} {
		t.Run(test.rule, func(t *testing.T) {
			if got := secretName("tron", "secret", test.owner, test.key); got != test.want {
				t.Errorf("secretName(%q, %q) = %q, want %q", test.owner, test.key, got, test.want)
			}
		})
	}
}

func TestLimitSizeEndsInAHash(t *testing.T) {
	long := strings.Repeat("x", 70)
	if got, want := limitSize(long, 63), strings.Repeat("x", 58)+"-"; len(got) != 63 || !strings.HasPrefix(got, want) {
		t.Errorf("limitSize = %q, want 63 characters that begin with %q", got, want)
	}
	if got := limitSize(long[:63], 63); got != long[:63] {
		t.Errorf("limitSize changes a name that fits: %q", got)
	}
}

func TestAccountName(t *testing.T) {
	got, ok := accountName(yaml11.NewString("arn:aws:iam::1:role/Web_Batch.x"))
	if want := "paasta--arn-aws-iam-1-role-web-batch-x"; got != want || !ok {
		t.Errorf("accountName = %q, %t, want %q", got, ok, want)
	}
	if _, ok := accountName(yaml11.NewInt(5)); ok {
		t.Error("accountName takes a number")
	}
}

func TestGitSHA(t *testing.T) {
	for _, test := range []struct {
		rule, url, want string
	}{
		{"what follows paasta-, eight characters", "reg/services-web:paasta-0123456789ab-20240101T000000", "01234567"},
		{"the last mark counts", "reg/x:paasta-aaaa:paasta-bbbb", "bbbb"},
		{"a mark without a commit has none", "reg/x:paasta-", ""},
		{"without the mark, what follows the last dash or colon", "reg:5000/img:v1-latest", "latest"},
		{"no image has an empty one", "", ""},
	} {
		t.Run(test.rule, func(t *testing.T) {
			if got := gitSHA(test.url); got != test.want {
				t.Errorf("gitSHA(%q) = %q, want %q", test.url, got, test.want)
			}
		})
	}
}

func TestIsSecretRef(t *testing.T) {
	for text, want := range map[string]bool{
		"SECRET(a_b-C1)": true, "SHARED_SECRET(x)": true, "SECRET()": true, "SECRET(x)\n": true,
		"SECRET(a b)": false, "xSECRET(a)": false, "secret(a)": false, "SECRET(a": false, "": false,
	} {
		if got := isSecretRef(yaml11.NewString(text)); got != want {
			t.Errorf("isSecretRef(%q) = %t, want %t", text, got, want)
		}
	}
	if isSecretRef(yaml11.NewInt(1)) {
		t.Error("a number is a reference to a secret")
	}
}
