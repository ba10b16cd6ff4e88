package tron

import (
	"testing"

	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

func TestAccountName(t *testing.T) {
	got, ok := accountName(yaml11.NewString("arn:aws:iam::1:role/Web_Batch.x"))
	if want := "paasta--arn-aws-iam-1-role-web-batch-x"; got != want || !ok {
		t.Errorf("accountName = %q, %t, want %q", got, ok, want)
	}
	if _, ok := accountName(yaml11.NewInt(5)); ok {
		t.Error("accountName takes a number")
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
