package paasta

import (
	"crypto/md5"
	"encoding/base32"
	"encoding/hex"
	"strings"
	"unicode/utf8"
)

// The longest names that Kubernetes takes, in characters.
const (
	LongestLabel = 63  // of a label's value and of a name that becomes part of a host's name
	LongestName  = 253 // of most objects
)

// KubernetesName returns a name in a form that Kubernetes takes: in lower case, with "--" for "_", and "underscore-"
// for a "_" at the beginning. PaaSTA: kubernetes_tools.sanitise_kubernetes_name.
func KubernetesName(name string) string {
	name = strings.ReplaceAll(name, "_", "--")
	if rest, found := strings.CutPrefix(name, "--"); found {
		name = "underscore-" + rest
	}
	return strings.ToLower(name)
}

// LimitSize returns the name with at most limit characters. A longer name is cut and ends in "-" and four characters of
// its hash. PaaSTA: kubernetes_tools.limit_size_with_hash.
func LimitSize(name string, limit int) string {
	if len(name) <= limit {
		return name
	}
	letters := []rune(name)
	if len(letters) <= limit {
		return name
	}
	sum := md5.Sum([]byte(name))
	return string(letters[:limit-5]) + "-" + strings.ToLower(base32.StdEncoding.EncodeToString(sum[:])[:4])
}

// AppName returns the name of an instance's workload and of the objects that belong to it.
// PaaSTA: kubernetes_tools.get_kubernetes_app_name.
func AppName(service, instance string) string {
	return KubernetesName(service) + "-" + KubernetesName(instance)
}

// NamespacePrefix begins the name of the Kubernetes namespace of a service. PaaSTA:
// KubernetesDeploymentConfig.get_namespace.
const NamespacePrefix = "paastasvc-"

// Namespace returns the Kubernetes namespace of a service's pods when the instance does not set one.
// PaaSTA: KubernetesDeploymentConfig.get_namespace.
func Namespace(service string) string { return NamespacePrefix + KubernetesName(service) }

// KindNamespace returns the Kubernetes namespace of custom resources, by the plural of their kind.
// PaaSTA: setup_kubernetes_cr.
func KindNamespace(plural string) string { return "paasta-" + plural }

// ServiceAccountName returns the name of the service account of an IAM role. Every run of characters other than letters
// and digits becomes one "-". PaaSTA: kubernetes_tools.get_service_account_name.
func ServiceAccountName(role string) string {
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

// VolumeName returns the name of a volume for a path or another identifier, with at most limit characters; 0 is no
// limit. ok is false when PaaSTA cannot make a name: it is too long and has letters beyond ASCII.
// PaaSTA: KubernetesDeploymentConfig.get_sanitised_volume_name.
func VolumeName(name string, limit int) (sanitised string, ok bool) {
	name = strings.TrimRight(name, "/")
	name = strings.ReplaceAll(name, "/", "slash-")
	name = strings.ReplaceAll(name, ".", "dot-")
	name = KubernetesName(name)
	if limit == 0 || utf8.RuneCountInString(name) <= limit {
		return name, true
	}
	if utf8.RuneCountInString(name) != len(name) {
		return "", false
	}
	sum := md5.Sum([]byte(name))
	return name[:limit-6] + "--" + hex.EncodeToString(sum[:])[:4], true
}

// RegistrationLabel returns the label of the pods that serve under a registration.
// PaaSTA: kubernetes_tools.registration_label.
func RegistrationLabel(registration string) string {
	return "registrations.paasta.yelp.com/" + LimitSize(registration, LongestLabel)
}

// MeshServiceName returns the name of the Kubernetes Service of a mesh namespace: booking.files_only becomes
// booking---files--only. PaaSTA: setup_istio_mesh.sanitise_kubernetes_service_name.
func MeshServiceName(namespace string) string {
	return LimitSize(strings.ReplaceAll(KubernetesName(namespace), ".", "---"), LongestLabel)
}

// NodeLabel returns the label under which nodes have a location, such as "region" or "instance_type"; other labels stay
// as they are. PaaSTA: kubernetes_tools.to_node_label.
func NodeLabel(label string) string {
	switch label {
	case "instance_type", "instance-type":
		return "node.kubernetes.io/instance-type"
	case "datacenter", "ecosystem", "habitat", "hostname", "region", "superregion":
		return "yelp.com/" + label
	}
	return label
}
