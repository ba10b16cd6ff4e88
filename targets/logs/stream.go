package logs

import (
	"regexp"
	"strings"

	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/paasta"
)

// stream is what the main container of an instance's pods prints.
type stream struct {
	service, instance string
	kind              string // the instance's type
	namespace         string // of the pods
	app               string // what the names of the pods begin with: the workload's name
	container         string
}

// newStream finds the pods by the names that PaaSTA gives them. PaaSTA: get_kubernetes_app_name,
// get_kubernetes_containers.
func newStream(i *config.Instance) stream {
	return stream{service: i.Service.Name, instance: i.Name, kind: i.Type, namespace: i.PodNamespace(),
		app: paasta.AppName(i.Service.Name, i.Name), container: paasta.KubernetesName(i.Name)}
}

// routed is a stream with its service's choices.
type routed struct {
	stream
	choices *choices
}

// longestBase is how much of a workload's name and of its ReplicaSet's hash Kubernetes keeps in a pod's name, before
// the five characters of its own. Kubernetes: names.SimpleNameGenerator.
const longestBase = 58

// pattern matches the folder of the container's logs, <namespace>_<pod>_<uid>/<container>, without the namespace.
func (s stream) pattern() string {
	pod := regexp.QuoteMeta(s.app) + "-[^_/]+"
	if len(s.app) >= longestBase {
		pod = "(?:" + pod + "|" + regexp.QuoteMeta(s.app[:longestBase]) + "[a-z0-9]{5})"
	}
	return pod + "_[^_/]+/" + regexp.QuoteMeta(s.container)
}

// telling tells whether the pod's name and the container's name give the names of the service and the instance: they
// do where PaaSTA only wrote "--" for "_".
func (s stream) telling() bool {
	return len(s.app) < longestBase && undone(paasta.KubernetesName(s.service)) == s.service &&
		undone(s.container) == s.instance
}

// undone takes back what paasta.KubernetesName does to most names.
func undone(name string) string { return strings.ReplaceAll(name, "--", "_") }

// streamFile is streams.yaml's entry of an instance, for people and for diff.
type streamFile struct {
	Namespace string   `json:"namespace"`
	Pods      string   `json:"pods"`
	Container string   `json:"container"`
	Brokers   string   `json:"brokers"`
	Topic     string   `json:"topic"`
	Level     string   `json:"level,omitempty"`
	Sample    *float64 `json:"sample,omitempty"`
	FirstLine string   `json:"first_line,omitempty"`
}

func streamsFile(all []routed) map[string]streamFile {
	file := map[string]streamFile{}
	for _, r := range all {
		name := r.service + "." + r.instance
		if _, twice := file[name]; twice {
			name += "." + r.kind
		}
		file[name] = streamFile{Namespace: r.namespace, Pods: r.app + "-*", Container: r.container,
			Brokers: r.choices.brokers,
			Topic:   r.choices.topic, Level: r.choices.level, Sample: r.choices.sample, FirstLine: r.choices.firstLine}
	}
	return file
}
