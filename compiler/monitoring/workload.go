package monitoring

import (
	"strings"

	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/python"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

// Registrations returns the mesh names that the instance answers to, or why PaaSTA cannot say. PaaSTA:
// get_registrations.
func Registrations(i *config.Instance) ([]string, *Problem) {
	if p := i.RegistrationsProblem(); p != nil {
		return nil, p
	}
	var names []string
	for _, r := range i.Registrations() {
		names = append(names, r.Name)
	}
	return names, nil
}

// MeshOnly tells whether PaaSTA counts the instance's replicas in the mesh: its first registration is its own name, and
// that namespace has a proxy_port. PaaSTA: check_kubernetes_pod_replication.
func MeshOnly(i *config.Instance) (bool, *Problem) {
	registrations, p := Registrations(i)
	if p != nil {
		return false, p
	}
	parts := strings.Split(registrations[0], ".")
	if len(parts) != 2 && len(parts) != 4 {
		at := i.Get("registrations")
		if at.IsList() && len(at.Items) > 0 {
			at = at.Items[0]
		}
		return false, problem(at, "registration "+registrations[0]+" is not of the form service.namespace")
	}
	namespace := i.Service.Folder.Other(parts[0]).YAML("smartstack.yaml").Get(parts[1])
	if namespace != nil && !namespace.IsMap() {
		return false, mismatch(namespace, "the smartstack namespace", "keys and values")
	}
	if mode := namespace.Get("mode"); !mode.IsNull() {
		switch text, _ := mode.Str(); text {
		case "http", "http2", "tcp", "https":
		default:
			return false, problem(mode, "mode "+python.Repr(mode)+" is none of http, http2, https, tcp")
		}
	}
	return registrations[0] == i.Service.Name+"."+i.Name && !namespace.Get("proxy_port").IsNull(), nil
}

// IsPinnedCanary tells whether PaaSTA passes the instance when it looks for those at max_instances: min_instances is
// max_instances, and "canary" is in its name. PaaSTA: check_autoscaler_max_instances.
func IsPinnedCanary(i *config.Instance) bool {
	minimum := Or(i.Get("min_instances"), yaml11.NewInt(1))
	return python.Equal(minimum, i.Get("max_instances")) && strings.Contains(i.Name, "canary")
}

// IsProduction tells whether somebody should wake up for the cluster: a part of its name begins with "prod", or none
// names another environment and nail/etc/ecosystem is one of production.
func IsProduction(c *config.Cluster) bool {
	for _, part := range strings.FieldsFunc(c.Name, func(r rune) bool { return r == '-' || r == '_' || r == '.' }) {
		switch {
		case strings.HasPrefix(part, "prod"):
			return true
		case strings.HasPrefix(part, "stag"), strings.HasPrefix(part, "dev"), strings.HasPrefix(part, "test"), part == "qa":
			return false
		}
	}
	ecosystem, _ := c.System.File("nail/etc/ecosystem").Str()
	return strings.HasPrefix(ecosystem, "prod")
}
