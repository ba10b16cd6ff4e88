package compare

import (
	"slices"
	"strings"

	"github.com/paasta-render/paasta-render/compiler/diff/value"
)

// listNames is by which key the entries of a list are known, for lists where it is not simply "name". The first key
// that every entry has and that tells them apart is taken. Several keys joined with + make one name.
var listNames = map[string][]string{
	"volumeMounts":              {"mountPath"},
	"volumeDevices":             {"devicePath"},
	"ports":                     {"containerPort+protocol", "port+protocol", "containerPort", "port", "name"},
	"topologySpreadConstraints": {"topologyKey"},
	"tolerations":               {"key+effect", "key"},
	"matchExpressions":          {"key"},
	"matchFields":               {"key"},
	"hostAliases":               {"ip"},
	"items":                     {"path", "key", "name"},
	"rules":                     {"alert", "record", "name.as", "name", "seriesQuery"},
	"extra_volumes":             {"container_path", "containerPath"},
	"secret_volumes":            {"container_path", "secret_volume_name"},
	"volumeClaimTemplates":      {"metadata.name"},
	"limits":                    {"type"},
}

// metricNames is where the name of an autoscaler's metric is, by its type.
var metricNames = []string{
	"external.metric.name", "object.metric.name", "pods.metric.name", "containerResource.name", "resource.name",
}

// generalNames are tried for every other list of mappings.
var generalNames = []string{"name", "metadata.name", "key", "id", "type"}

// namer returns how the entries of the list at the current path are named on both sides; nil when they have no names.
func (c *comparison) namer(before, after []*value.Node) func(*value.Node) string {
	if len(before)+len(after) == 0 {
		return nil
	}
	if allScalars(before) && allScalars(after) {
		return c.scalarNamer(before, after)
	}
	if !allMappings(before) || !allMappings(after) {
		return nil
	}
	if c.field() == "metrics" {
		if name := anyName(metricNames); tellsApart(before, name) && tellsApart(after, name) {
			return name
		}
	}
	for _, keys := range append(listNames[c.field()], generalNames...) {
		paths := splitName(keys)
		name := func(n *value.Node) string { return joinName(n, paths) }
		if tellsApart(before, name) && tellsApart(after, name) {
			return name
		}
	}
	return nil
}

// sequences are lists of scalars in which every place has a meaning: they are shown whole.
var sequences = []string{"command", "args", "cmd", "schedule"}

// scalarNamer names scalars by themselves, so that a long list shows what comes and goes.
func (c *comparison) scalarNamer(before, after []*value.Node) func(*value.Node) string {
	if slices.Contains(sequences, c.field()) || !tellsApart(before, (*value.Node).Str) || !tellsApart(after, (*value.Node).Str) {
		return nil
	}
	return (*value.Node).Str
}

// anyName names an entry by the first key that it has.
func anyName(keys []string) func(*value.Node) string {
	return func(n *value.Node) string {
		for _, key := range keys {
			if name := joinName(n, splitName(key)); name != "" {
				return name
			}
		}
		return ""
	}
}

func splitName(keys string) [][]string {
	var paths [][]string
	for _, key := range strings.Split(keys, "+") {
		paths = append(paths, strings.Split(key, "."))
	}
	return paths
}

func joinName(n *value.Node, paths [][]string) string {
	name := n.Path(paths[0]...).Str()
	if name == "" {
		return ""
	}
	for _, path := range paths[1:] {
		if more := n.Path(path...).Str(); more != "" {
			name += "/" + more
		}
	}
	return name
}

func allMappings(items []*value.Node) bool {
	for _, item := range items {
		if !item.Is(value.Map) {
			return false
		}
	}
	return true
}

func tellsApart(items []*value.Node, name func(*value.Node) string) bool {
	seen := make(map[string]bool, len(items))
	for _, item := range items {
		n := name(item)
		if n == "" || seen[n] {
			return false
		}
		seen[n] = true
	}
	return true
}

// field is the name of the last mapping key in the path.
func (c *comparison) field() string {
	for i := len(c.steps) - 1; i >= 0; i-- {
		if step := c.steps[i]; step[0] != '[' {
			return strings.TrimPrefix(step, ".")
		}
	}
	return ""
}
