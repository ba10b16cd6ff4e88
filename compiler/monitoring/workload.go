package monitoring

import (
	"strings"

	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/paasta"
	"github.com/paasta-render/paasta-render/compiler/python"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

// IsKubernetes tells whether the instance is of a type whose Deployment PaaSTA itself makes: kubernetes or eks.
func IsKubernetes(i *config.Instance) bool { return i.Type == "kubernetes" || i.Type == "eks" }

// IsFlink tells whether the instance is a Flink cluster.
func IsFlink(i *config.Instance) bool { return i.Type == "flink" || i.Type == "flinkeks" }

// IsCassandra tells whether the instance is a Cassandra cluster.
func IsCassandra(i *config.Instance) bool {
	return i.Type == "cassandracluster" || i.Type == "cassandraclustereks"
}

// Namespace returns the Kubernetes namespace of the instance's pods. Key: namespace, default paastasvc-<service> for
// kubernetes and eks. PaaSTA: get_namespace of each type.
func Namespace(i *config.Instance) string {
	if written := i.Get("namespace"); written != nil {
		return python.Str(written)
	}
	switch i.Type {
	case "kubernetes", "eks":
		return paasta.Namespace(i.Service.Name)
	case "flink", "flinkeks":
		return "paasta-flinks"
	case "cassandracluster", "cassandraclustereks":
		return "paasta-cassandraclusters"
	case "kafkacluster":
		return "paasta-kafkaclusters"
	case "nrtsearchservice", "nrtsearchserviceeks":
		return "paasta-nrtsearchservices"
	}
	return "paasta"
}

// IsStateful tells whether the instance is a StatefulSet. Key: persistent_volumes. PaaSTA: format_kubernetes_app.
func IsStateful(i *config.Instance) bool { return i.Get("persistent_volumes").Truthy() }

// IsAutoscaled tells whether max_instances is set. PaaSTA: LongRunningServiceConfig.is_autoscaling_enabled.
func IsAutoscaled(i *config.Instance) bool { return !i.Get("max_instances").IsNull() }

// HasAutoscaler tells whether the instance gets a HorizontalPodAutoscaler. PaaSTA: get_autoscaling_metric_spec.
func HasAutoscaler(i *config.Instance, providers []Provider) bool {
	if i.Branch == nil || i.Branch.DesiredState == "stop" || !IsAutoscaled(i) || len(providers) == 0 || IsStateful(i) {
		return false
	}
	policy, _ := providers[0].Get("decision_policy").Str()
	if policy == "bespoke" {
		return false
	}
	minimum := Or(i.Get("min_instances"), yaml11.NewInt(1))
	return !isZero(minimum) && !isZero(i.Get("max_instances"))
}

func isZero(n *yaml11.Node) bool {
	value, ok := n.Number()
	return ok && value == 0
}

// Registrations returns the mesh names that the instance answers to. Keys: registrations, nerve_ns; default
// <service>.<instance>, for Cassandra cassandra_<instance>.main. PaaSTA: get_registrations.
func Registrations(i *config.Instance) ([]string, *Problem) {
	listed := i.Get("registrations")
	if IsCassandra(i) && !listed.Truthy() {
		return []string{"cassandra_" + i.Name + ".main"}, nil
	}
	if listed == nil || listed.IsList() && len(listed.Items) == 0 {
		if ns := i.Get("nerve_ns"); ns != nil {
			return []string{i.Service.Name + "." + python.Str(ns)}, nil
		}
		return []string{i.Service.Name + "." + i.Name}, nil
	}
	if !listed.IsList() {
		return nil, mismatch(listed, "registrations", "a list")
	}
	var names []string
	for _, item := range listed.Items {
		name, ok := item.Str()
		if !ok {
			return nil, mismatch(item, "a registration", "a string such as service.main")
		}
		names = append(names, name)
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
