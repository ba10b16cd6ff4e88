package prometheus

import (
	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/paasta"
	"github.com/paasta-render/paasta-render/compiler/target"
)

// Where the rules of a service are: in a file that Prometheus reads, or in an object that its operator reads.
const (
	rulesFolder    = "prometheus/rules/"
	operatorFolder = "prometheus/operator/"
	clusterRules   = "_cluster" // the name of the file with the rules that belong to no service
)

// prometheusRule is the object from which the Prometheus operator takes rules.
// Prometheus operator: monitoring.coreos.com/v1, PrometheusRule.
type prometheusRule struct {
	APIVersion string     `json:"apiVersion"`
	Kind       string     `json:"kind"`
	Metadata   objectMeta `json:"metadata"`
	Spec       ruleFile   `json:"spec"`
}

type objectMeta struct {
	Name      string            `json:"name"`
	Namespace string            `json:"namespace"`
	Labels    map[string]string `json:"labels,omitempty"`
}

// rulesOf makes the file with the rules of a service, or with the rules called _cluster, which belong to no service.
// Where the system config has prometheus_operator, it holds a PrometheusRule for the operator.
func rulesOf(c *config.Cluster, name string, groups []ruleGroup) target.File {
	operator := c.System.Get("prometheus_operator")
	if !operator.IsMap() {
		return target.File{Path: rulesFolder + name + ".yaml", Docs: []any{ruleFile{groups}}}
	}
	object := prometheusRule{APIVersion: "monitoring.coreos.com/v1", Kind: "PrometheusRule", Spec: ruleFile{groups},
		Metadata: objectMeta{Name: objectName(name), Namespace: "monitoring"}}
	if namespace, ok := operator.Get("namespace").Str(); ok {
		object.Metadata.Namespace = namespace
	}
	labels := operator.Get("labels")
	if labels.IsMap() && len(labels.Pairs) > 0 {
		object.Metadata.Labels = map[string]string{}
		for _, p := range labels.Pairs {
			object.Metadata.Labels[p.Key.Text], _ = p.Value.Str()
		}
	}
	return target.File{Path: operatorFolder + name + ".yaml", Docs: []any{object}}
}

// objectName is the name of the PrometheusRule. A service's object begins with paasta-service-, so that no service has
// the name of the cluster's own object.
func objectName(name string) string {
	if name == clusterRules {
		return "paasta-cluster"
	}
	return "paasta-service-" + paasta.KubernetesName(name)
}
