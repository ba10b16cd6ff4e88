package tron

import (
	"crypto/md5"
	"encoding/base32"
	"strings"

	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

// sanitise turns a name into one that Kubernetes takes. PaaSTA: kubernetes_tools.sanitise_kubernetes_name.
func sanitise(name string) string {
	name = strings.ReplaceAll(name, "_", "--")
	if rest, ok := strings.CutPrefix(name, "--"); ok {
		name = "underscore-" + rest
	}
	return strings.ToLower(name)
}

// limitSize shortens a name to limit characters, with a hash of four at its end. PaaSTA: limit_size_with_hash.
func limitSize(name string, limit int) string {
	if len(name) <= limit {
		return name
	}
	letters := []rune(name)
	if len(letters) <= limit {
		return name
	}
	sum := md5.Sum([]byte(name))
	hash := strings.ToLower(base32.StdEncoding.EncodeToString(sum[:]))
	return string(letters[:limit-5]) + "-" + hash[:4]
}

// secretName names a Kubernetes secret. PaaSTA: kubernetes_tools._get_secret_name.
func secretName(namespace, kind, owner, key string) string {
	return limitSize(namespace+"-"+kind+"-"+sanitise(owner)+"-"+sanitise(key), 253)
}

// accountName names the service account of an IAM role. PaaSTA: kubernetes_tools.get_service_account_name.
func accountName(role *yaml11.Node) (string, bool) {
	text, ok := role.Str()
	if !ok {
		return "", false
	}
	var b strings.Builder
	b.WriteString("paasta--")
	dash := false
	for _, r := range strings.ToLower(text) {
		if r >= '0' && r <= '9' || r >= 'a' && r <= 'z' {
			b.WriteRune(r)
			dash = false
			continue
		}
		if !dash {
			b.WriteByte('-')
		}
		dash = true
	}
	return b.String(), true
}
