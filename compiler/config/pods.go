package config

import (
	"github.com/paasta-render/paasta-render/compiler/paasta"
	"github.com/paasta-render/paasta-render/compiler/python"
)

// Deployed tells whether deployments.json has an image for the instance.
func (i *Instance) Deployed() bool { return i.Branch != nil }

// RunsPods tells whether PaaSTA itself makes the instance's pods, so that its labels are on them: kubernetes or eks.
func (i *Instance) RunsPods() bool { return i.Type == "kubernetes" || i.Type == "eks" }

// IsFlink tells whether the instance is a Flink cluster.
func (i *Instance) IsFlink() bool { return i.Type == "flink" || i.Type == "flinkeks" }

// IsCassandra tells whether the instance is a Cassandra cluster.
func (i *Instance) IsCassandra() bool {
	return i.Type == "cassandracluster" || i.Type == "cassandraclustereks"
}

// IsStateful tells whether the instance is a StatefulSet. Key: persistent_volumes. PaaSTA: format_kubernetes_app.
func (i *Instance) IsStateful() bool { return i.Get("persistent_volumes").Truthy() }

// PodNamespace is the Kubernetes namespace of the instance's pods. Key: namespace; default paastasvc-<service> for
// kubernetes and eks, and for custom resources the namespace of their kind. PaaSTA: get_namespace of each type.
func (i *Instance) PodNamespace() string {
	if written := i.Get("namespace"); written != nil {
		return python.Str(written)
	}
	switch i.Type {
	case "kubernetes", "eks":
		return paasta.Namespace(i.Service.Name)
	case "flink", "flinkeks":
		return paasta.KindNamespace("flinks")
	case "cassandracluster", "cassandraclustereks":
		return paasta.KindNamespace("cassandraclusters")
	case "kafkacluster":
		return paasta.KindNamespace("kafkaclusters")
	case "nrtsearchservice", "nrtsearchserviceeks":
		return paasta.KindNamespace("nrtsearchservices")
	}
	return "paasta"
}
