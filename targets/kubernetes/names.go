package kubernetes

import (
	"crypto/md5"
	"crypto/sha1"
	"encoding/base32"
	"encoding/hex"
	"strings"
	"unicode/utf8"

	"github.com/paasta-render/paasta-render/compiler/config"
)

// appName is the name of a workload and of all that belongs to it. PaaSTA: get_kubernetes_app_name.
func appName(service, instance string) string {
	return config.KubernetesName(service) + "-" + config.KubernetesName(instance)
}

// limitSize cuts a name of more than limit characters and ends it in 4 characters of its hash.
// PaaSTA: limit_size_with_hash.
func limitSize(name string, limit int) string {
	if len(name) <= limit {
		return name
	}
	runes := []rune(name)
	if len(runes) <= limit {
		return name
	}
	sum := md5.Sum([]byte(name))
	return string(runes[:limit-5]) + "-" + strings.ToLower(base32.StdEncoding.EncodeToString(sum[:])[:4])
}

// volumeName makes a volume's name of a path or an identifier. ok is false when PaaSTA cannot: a long name with letters
// beyond ASCII. limit is in characters, 0 for none. PaaSTA: get_sanitised_volume_name.
func volumeName(name string, limit int) (sanitised string, ok bool) {
	name = strings.TrimRight(name, "/")
	name = strings.ReplaceAll(name, "/", "slash-")
	name = strings.ReplaceAll(name, ".", "dot-")
	name = config.KubernetesName(name)
	if limit == 0 || utf8.RuneCountInString(name) <= limit {
		return name, true
	}
	if utf8.RuneCountInString(name) != len(name) {
		return "", false
	}
	sum := md5.Sum([]byte(name))
	return name[:limit-6] + "--" + hex.EncodeToString(sum[:])[:4], true
}

// secretName is the name of a Secret that holds a key of a service. PaaSTA: _get_secret_name.
func secretName(namespace, identifier, service, key string) string {
	return limitSize(namespace+"-"+identifier+"-"+config.KubernetesName(service)+"-"+config.KubernetesName(key), 253)
}

// signatureName is the name of the ConfigMap with a secret's signature. PaaSTA: _get_secret_signature_name.
func signatureName(namespace, identifier, service, key string) string {
	name := namespace + "-" + identifier + "-" + config.KubernetesName(service) + "-" + config.KubernetesName(key)
	return limitSize(name+"-signature", 253)
}

// nodeLabel is the label under which nodes carry a location. PaaSTA: to_node_label.
func nodeLabel(label string) string {
	switch label {
	case "instance_type", "instance-type":
		return "node.kubernetes.io/instance-type"
	case "datacenter", "ecosystem", "habitat", "hostname", "region", "superregion":
		return "yelp.com/" + label
	}
	return label
}

// serviceAccountName is the service account of an IAM role: every run of other characters becomes "-".
// PaaSTA: get_service_account_name.
func serviceAccountName(role string) string {
	b := []byte("paasta--")
	run := false
	for _, r := range strings.ToLower(role) {
		if r >= '0' && r <= '9' || r >= 'a' && r <= 'z' {
			b = append(b, byte(r))
			run = false
			continue
		}
		if !run {
			b = append(b, '-')
		}
		run = true
	}
	return string(b)
}

func hexSHA1(text string) string {
	sum := sha1.Sum([]byte(text))
	return hex.EncodeToString(sum[:])
}
