// Package vpa renders a VerticalPodAutoscaler for each workload, which recommends and changes nothing: what it recommends is
// input of `paasta-render autotune`.
//
// PaaSTA has a rightsizer of its own in the place of it, which is not public; autotune_limits bounds both.
package vpa

import (
	"strconv"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/effect"
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/layout"
	"github.com/paasta-render/paasta-render/compiler/paasta"
	"github.com/paasta-render/paasta-render/compiler/target"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

// Target is the back end for the Vertical Pod Autoscaler of Kubernetes' autoscaler project.
var Target = target.Target{
	Name: "vpa",
	Doc: `Recommendations of CPU and memory

A VerticalPodAutoscaler for each workload, with updateMode "Off": it recommends within autotune_limits, and restarts
nothing. The cluster needs its custom resource definition and its recommender.`,
	Optional: true,
	Files:    []layout.Files{{Prefix: folder, Suffix: ".yaml", Owner: layout.OwnedByFile, Delivery: layout.AsManifest}},
	Effects:  effect.Table{kind: effect.Uniform(effect.None, "what is recommended")},
	Compile:  compile,
}

const (
	folder = "vpa/"
	kind   = "VerticalPodAutoscaler"
)

// The types below are the parts of autoscaling.k8s.io/v1 that this target fills in; their Go module brings the whole
// autoscaler.
type autoscaler struct {
	metav1.TypeMeta `json:",inline"`
	Metadata        metadata `json:"metadata"`
	Spec            spec     `json:"spec"`
}

type metadata struct {
	Name      string            `json:"name"`
	Namespace string            `json:"namespace"`
	Labels    map[string]string `json:"labels"`
}

type spec struct {
	TargetRef      reference      `json:"targetRef"`
	UpdatePolicy   updatePolicy   `json:"updatePolicy"`
	ResourcePolicy resourcePolicy `json:"resourcePolicy"`
}

type reference struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	Name       string `json:"name"`
}

type updatePolicy struct {
	UpdateMode string `json:"updateMode"`
}

type resourcePolicy struct {
	ContainerPolicies []containerPolicy `json:"containerPolicies"`
}

type containerPolicy struct {
	ContainerName string            `json:"containerName"`
	MinAllowed    map[string]string `json:"minAllowed,omitempty"`
	MaxAllowed    map[string]string `json:"maxAllowed,omitempty"`
}

// compile makes one file with the autoscalers of a service's deployed instances, in their order.
func compile(s *config.Service, _ finding.Report) target.Output {
	var docs []any
	for _, i := range s.Instances() {
		if i.RunsPods() && i.Branch != nil {
			docs = append(docs, of(i))
		}
	}
	if len(docs) == 0 {
		return target.Output{}
	}
	return target.Output{Files: []target.File{{Path: folder + s.Name + ".yaml", Docs: docs}}}
}

// of is the autoscaler of one instance. Its labels tell autotune whose it is.
func of(i *config.Instance) autoscaler {
	service, workload := i.Service.Name, "Deployment"
	if i.Get("persistent_volumes").Truthy() {
		workload = "StatefulSet"
	}
	namespace, ok := i.Get("namespace").Str()
	if !ok {
		namespace = paasta.Namespace(service)
	}
	least, most := bounds(i.Get("autotune_limits"))
	return autoscaler{
		TypeMeta: metav1.TypeMeta{APIVersion: "autoscaling.k8s.io/v1", Kind: kind},
		Metadata: metadata{Name: paasta.AppName(service, i.Name), Namespace: namespace, Labels: map[string]string{
			"paasta.yelp.com/service": service, "paasta.yelp.com/instance": i.Name, "paasta.yelp.com/cluster": i.Service.Cluster.Name,
		}},
		Spec: spec{
			TargetRef:      reference{"apps/v1", workload, paasta.AppName(service, i.Name)},
			UpdatePolicy:   updatePolicy{UpdateMode: "Off"},
			ResourcePolicy: resourcePolicy{[]containerPolicy{{paasta.KubernetesName(i.Name), least, most}}},
		},
	}
}

// bounds are the least and the greatest amounts that autotune_limits allows: cpus in cores, mem in MiB.
func bounds(limits *yaml11.Node) (least, most map[string]string) {
	for _, r := range []struct{ key, name, unit string }{{"cpus", "cpu", ""}, {"mem", "memory", "Mi"}} {
		for _, side := range []struct {
			key string
			in  *map[string]string
		}{{"min", &least}, {"max", &most}} {
			f, ok := limits.Get(r.key).Get(side.key).Number()
			if !ok {
				continue
			}
			if *side.in == nil {
				*side.in = map[string]string{}
			}
			(*side.in)[r.name] = strconv.FormatFloat(f, 'f', -1, 64) + r.unit
		}
	}
	return least, most
}
