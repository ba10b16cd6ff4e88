//go:build e2e

package envoy_test

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

const authorizedPort = 20821

// TestAuthorization has a real Envoy let callers in, and refuse them, by the tokens of their pods.
func TestAuthorization(t *testing.T) {
	binary(t)
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	must(t, err)
	keys := filepath.Join(t.TempDir(), "jwks.json")
	encode := base64.RawURLEncoding.EncodeToString
	must(t, os.WriteFile(keys, fmt.Appendf(nil, `{"keys": [{"kty": "RSA", "alg": "RS256", "use": "sig", "kid": "1", "n": %q, "e": "AQAB"}]}`,
		encode(key.N.Bytes())), 0o600))
	token := func(namespace, audience string) string {
		claims, err := json.Marshal(map[string]any{"iss": "https://cluster.example.com", "aud": []string{audience},
			"exp": time.Now().Add(time.Hour).Unix(), "sub": "system:serviceaccount:" + namespace + ":default",
			"kubernetes.io": map[string]any{"namespace": namespace}})
		must(t, err)
		signed := encode([]byte(`{"alg":"RS256","kid":"1"}`)) + "." + encode(claims)
		sum := sha256.Sum256([]byte(signed))
		signature, err := rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, sum[:])
		must(t, err)
		return "Bearer " + signed + "." + encode(signature)
	}
	soa := fstest.MapFS{
		"web/service.yaml":    {Data: []byte("description: x\n")},
		"web/smartstack.yaml": {Data: fmt.Appendf(nil, "main: {proxy_port: %d}\n", authorizedPort)},
		"web/authorization.yaml": {Data: []byte("authorization:\n  rules:\n  - identity_groups: {services: [checkout]}\n" +
			"  - identity_groups: {services: [cart_api]}\n    methods: [GET]\n    paths: [/items/*]\n")},
		"web/kubernetes-test.yaml": {Data: []byte("main: {deploy_group: g}\n")},
		"web/deployments.json": {Data: []byte(`{"v2": {"deployments": {"g": {"docker_image": "i", "git_sha": "s"}},
			"controls": {"web:test.main": {"desired_state": "start"}}}}`)},
	}
	system := fstest.MapFS{"paasta.json": {Data: fmt.Appendf(nil,
		`{"clusters": ["test"], "envoy_listen_address": "127.0.0.1",
		"kubernetes_add_registration_labels": true, "envoy_admin_port": 20822, "envoy_stats_port": 0, "envoy_authorization": {
		"issuer": "https://cluster.example.com", "audience": "mesh", "jwks_file": %q, "header": "x-pod-token"}}`, keys)}}
	dns := newDNS(t)
	newPod(t, "web", "127.0.7.60:8888", plainPod)
	dns.set(host("web.main", "pods", "paastasvc-web"), "127.0.7.60")
	m := &mount{dir: t.TempDir()}
	m.write(t, render(t, soa, system)["test"], dns.address())
	envoy := start(t, m, 20822)
	envoy.eventually(t, "the caller is let in", func() bool {
		status, _, _ := ask(t, authorizedPort, "/", "X-Pod-Token", token("paastasvc-checkout", "mesh"))
		return status == http.StatusOK
	})
	envoy.noneRejected(t)
	for _, test := range []struct {
		rule, path, token string
		want              int
	}{
		{"a caller that a rule names", "/x", token("paastasvc-checkout", "mesh"), 200},
		{"another caller", "/x", token("paastasvc-search", "mesh"), 403},
		{"a caller on its path", "/items/7", token("paastasvc-cart--api", "mesh"), 200},
		{"a caller on another path", "/admin", token("paastasvc-cart--api", "mesh"), 403},
		{"a token for others", "/x", token("paastasvc-checkout", "vault"), 403},
		{"a token of another key", "/x", strings.TrimSuffix(token("paastasvc-checkout", "mesh"), "A") + "B", 401},
		{"no token", "/x", "", 401},
	} {
		if status, _, _ := ask(t, authorizedPort, test.path, "X-Pod-Token", test.token); status != test.want {
			t.Errorf("%s: status %d, want %d", test.rule, status, test.want)
		}
	}
}
