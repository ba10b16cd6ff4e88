package paasta

import "strings"

// The kinds of secrets that are part of the names of Kubernetes secrets. PaaSTA: the callers of _get_secret_name.
const (
	Secret               = "secret"
	SSMSecret            = "ssm-secret" // from AWS Systems Manager
	CryptoKey            = "crypto-key"
	DatastoreCredentials = "datastore-credentials"
)

// SecretName returns the name of the Kubernetes secret with one key of a service; at most 253 characters.
// PaaSTA: kubernetes_tools._get_secret_name.
func SecretName(namespace, kind, service, key string) string {
	return LimitSize(longSecretName(namespace, kind, service, key), LongestName)
}

// SignatureName returns the name of the ConfigMap with the signature of a secret; at most 253 characters.
// PaaSTA: kubernetes_tools._get_secret_signature_name.
func SignatureName(namespace, kind, service, key string) string {
	return LimitSize(longSecretName(namespace, kind, service, key)+"-signature", LongestName)
}

func longSecretName(namespace, kind, service, key string) string {
	return namespace + "-" + kind + "-" + KubernetesName(service) + "-" + KubernetesName(key)
}

// SecretReference takes SECRET(name) or SHARED_SECRET(name) apart; ok is false for all other texts. A newline at the
// end is allowed, as it is by Python's "$", and then the name keeps the closing parenthesis, as it does in PaaSTA.
// PaaSTA: secret_tools.is_secret_ref, get_secret_name_from_ref, is_shared_secret.
func SecretReference(text string) (name string, shared, ok bool) {
	rest, shared := strings.CutPrefix(text, "SHARED_")
	rest, ok = strings.CutPrefix(rest, "SECRET(")
	if !ok {
		return "", false, false
	}
	end := 0
	for end < len(rest) && (isAlphanumeric(rest[end]) || rest[end] == '_' || rest[end] == '-') {
		end++
	}
	if after := rest[end:]; after != ")" && after != ")\n" {
		return "", false, false
	}
	return rest[:len(rest)-1], shared, true
}

// SecretFile returns the path of a secret's file within the folder of its service.
// PaaSTA: secret_tools.SecretProvider.secret_dir.
func SecretFile(name string) string { return "secrets/" + name + ".json" }

func isAlphanumeric(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}
