package imports

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/api/resource"
	k8syaml "sigs.k8s.io/yaml"
)

// Difference is a field that is not the same in the manifest and in what the proposal renders to.
type Difference struct {
	Object string `json:"object"`
	Field  string `json:"field"`
	Was    string `json:"was"` // empty when it was not there
	Is     string `json:"is"`  // empty when it would not be there
	// Always is true of what every workload of PaaSTA has: its labels, its variables, the names that it gives.
	Always bool `json:"always,omitempty"`
}

// Compare compares what was with what would be rendered, for every object that the proposal replaces. rendered are the
// files of a cluster's tree that hold Kubernetes objects.
func (o *Objects) Compare(p Proposal, rendered map[string][]byte) ([]Difference, error) {
	made := map[string]map[string]any{}
	for _, name := range slices.Sorted(maps.Keys(rendered)) {
		for _, text := range strings.Split("\n"+string(rendered[name]), "\n---\n") {
			var object map[string]any
			if err := k8syaml.Unmarshal([]byte(text), &object); err != nil {
				return nil, fmt.Errorf("%s: %w", name, err)
			}
			meta, _ := object["metadata"].(map[string]any)
			made[objectID(fmt.Sprint(object["kind"]), textOf(meta["namespace"]), textOf(meta["name"]))] = object
		}
	}
	var all []Difference
	for _, was := range slices.Sorted(maps.Keys(p.Becomes)) {
		is, ok := made[p.Becomes[was]]
		if !ok {
			continue
		}
		before, after := map[string]string{}, map[string]string{}
		flatten(before, "", o.raw[was])
		flatten(after, "", is)
		both := maps.Clone(before)
		maps.Copy(both, after)
		for _, field := range slices.Sorted(maps.Keys(both)) {
			if !equal(before[field], after[field]) && !ofServer(field, before[field], after[field]) {
				all = append(all, Difference{was, field, before[field], after[field], before[field] == "" && always.MatchString(field)})
			}
		}
	}
	return all, nil
}

func textOf(v any) string {
	s, _ := v.(string)
	return s
}

// flatten adds the leaves of an object by path; an entry of a list goes by its name when it has one, and the first
// container, whose name is another one afterwards, by its place.
func flatten(fields map[string]string, path string, value any) {
	switch v := value.(type) {
	case map[string]any:
		for k, item := range v {
			flatten(fields, strings.TrimPrefix(path+"."+k, "."), item)
		}
	case []any:
		for i, item := range v {
			step := fmt.Sprintf("[%d]", i)
			if m, ok := item.(map[string]any); ok && textOf(m["name"]) != "" && !strings.HasSuffix(path, "containers") {
				step = "[" + textOf(m["name"]) + "]"
			}
			flatten(fields, path+step, item)
		}
	case nil:
	default:
		data, _ := json.Marshal(v)
		fields[path] = strings.Trim(string(data), `"`)
	}
}

// always are the fields that PaaSTA sets in every workload.
var always = regexp.MustCompile(`(labels|annotations|matchLabels)\.(paasta\.)?yelp\.com/|annotations\.iam\.|` +
	`env\[(PAASTA_|POD_NAME|AWS_SDK_)|shareProcessNamespace|revisionHistoryLimit|lifecycle\.preStop`)

// equal tells whether two values mean the same: 500m and 0.5, nginx and docker.io/library/nginx.
func equal(a, b string) bool {
	if a == b {
		return true
	}
	if a == "" || b == "" {
		return false
	}
	one, err := resource.ParseQuantity(a)
	other, also := resource.ParseQuantity(b)
	if err == nil && also == nil {
		return one.Cmp(other) == 0
	}
	registry, rest := splitImage(a)
	return registry+"/"+rest == b
}

// serverFields are what the API server and controllers write.
var serverFields = []string{"status", "metadata.uid", "metadata.resourceVersion", "metadata.generation",
	"metadata.creationTimestamp", "metadata.managedFields", "metadata.annotations.deployment.kubernetes.io/revision",
	"metadata.annotations.kubectl.kubernetes.io/last-applied-configuration", "spec.template.metadata.creationTimestamp"}

// serverDefaults are values that the API server fills in, by the end of the field.
var serverDefaults = map[string]string{
	"terminationMessagePath": "/dev/termination-log", "terminationMessagePolicy": "File", "dnsPolicy": "ClusterFirst",
	"schedulerName": "default-scheduler", "restartPolicy": "Always", "successThreshold": "1", "protocol": "TCP",
	"progressDeadlineSeconds": "600", "terminationGracePeriodSeconds": "30", "minReadySeconds": "0",
	"imagePullPolicy": "IfNotPresent", "scheme": "HTTP",
}

// ofServer tells whether a difference is only that the API server has seen one of the two.
func ofServer(field, was, is string) bool {
	for _, f := range serverFields {
		if field == f || strings.HasPrefix(field, f+".") || strings.HasPrefix(field, f+"[") {
			return true
		}
	}
	last := field[strings.LastIndexByte(field, '.')+1:]
	standard, ok := serverDefaults[last]
	return ok && (was == "" && is == standard || is == "" && was == standard)
}
