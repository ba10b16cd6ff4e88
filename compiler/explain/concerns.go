package explain

import (
	"slices"
	"strings"

	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/diff"
	"github.com/paasta-render/paasta-render/compiler/layout"
)

// concerns tells whether a changed key can have anything to do with an object, by where it stands. It is generous: what
// is left is told apart by experiment.
func (k *key) concerns(known *layout.Layout, o *diff.Object, before, after *config.Service) bool {
	made := known.OfOutput(o.File)
	switch layer := layerOf(k.name); layer {
	case "instance", "autotuned":
		file := strings.TrimPrefix(k.name, "autotuned_defaults/")
		if !strings.HasSuffix(file, "-"+o.Cluster+".yaml") {
			return false
		}
		kind := strings.TrimSuffix(file, "-"+o.Cluster+".yaml")
		if made.ReadsInstances != nil && !made.ReadsInstances(kind) {
			return false
		}
		return o.Instance == "" || k.reads(o.Instance)
	case "deployments":
		return k.deploys(o, made.Jobs, before, after)
	}
	return true
}

// reads tells whether the key is read for an instance: the first key of an instance's file.
func (k *key) reads(instance string) bool {
	return slices.ContainsFunc(k.paths, func(path []string) bool { return len(path) == 0 || path[0] == instance })
}

// deploys tells whether a key of deployments.json is an instance's: its deploy group's version, or its own state. When
// the objects are jobs, every key may be.
func (k *key) deploys(o *diff.Object, jobs bool, before, after *config.Service) bool {
	return slices.ContainsFunc(k.paths, func(path []string) bool {
		switch {
		case len(path) == 0:
			return true
		case path[0] != "v2":
			return false
		case len(path) < 3 || o.Instance == "" || jobs:
			return true
		case path[1] == "controls":
			return strings.HasSuffix(path[2], ":"+o.Cluster+"."+o.Instance)
		}
		groups := slices.Concat(deployGroups(before, o.Instance), deployGroups(after, o.Instance))
		return len(groups) == 0 || slices.Contains(groups, path[2])
	})
}

func deployGroups(s *config.Service, instance string) []string {
	if s == nil {
		return nil
	}
	var groups []string
	for _, i := range s.Instances() {
		if i.Name == instance {
			groups = append(groups, i.DeployGroup)
		}
	}
	return groups
}
