package config

import (
	"github.com/paasta-render/paasta-render/compiler/paasta"
	"github.com/paasta-render/paasta-render/compiler/spelling"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

// DeployGroups lists the deploy groups of a deploy.yaml; nil is one that is not there. PaaSTA:
// utils.get_pipeline_deploy_groups.
func DeployGroups(deploy *yaml11.Node) ([]string, *Problem) {
	if deploy == nil {
		return nil, nil
	}
	if !deploy.IsMap() {
		return nil, &Problem{At: deploy.Position(), Message: "deploy.yaml holds no keys and values"}
	}
	pipeline := deploy.Get("pipeline")
	switch {
	case pipeline == nil:
		return nil, nil
	case !pipeline.IsList():
		return nil, mismatch(pipeline, "pipeline", "a list of steps")
	}
	var names []string
	add := func(entry *yaml11.Node) *Problem {
		step := entry.Get("step")
		switch {
		case step == nil:
			return noStep(entry)
		case !step.IsString():
			return mismatch(step, "step", "a string")
		}
		if paasta.Deploys(step.Text) {
			names = append(names, step.Text)
		}
		return nil
	}
	for _, entry := range pipeline.Items {
		if !entry.IsMap() {
			return nil, mismatch(entry, "an entry of the pipeline", "a mapping")
		}
		steps := []*yaml11.Node{entry}
		if parallel := entry.Get("parallel"); parallel.Truthy() {
			var w *Problem
			if steps, w = parallelSteps(parallel); w != nil {
				return nil, w
			}
		}
		for _, s := range steps {
			if w := add(s); w != nil {
				return nil, w
			}
		}
	}
	return names, nil
}

// noStep says that an entry names no step, at the key that is meant to do it where there is one.
func noStep(entry *yaml11.Node) *Problem {
	w := &Problem{At: entry.Position(), Message: "an entry of the pipeline has no step"}
	for _, p := range entry.Pairs {
		if spelling.Nearest(p.Key.Text, []string{"step"}) != "" {
			w.At, w.Suggestion = p.Key.Position(), "step"
		}
	}
	return w
}

// parallelSteps are the entries of a parallel block that name a step; the others are passed over.
func parallelSteps(parallel *yaml11.Node) ([]*yaml11.Node, *Problem) {
	if !parallel.IsList() {
		return nil, mismatch(parallel, "parallel", "a list of steps")
	}
	var steps []*yaml11.Node
	for _, entry := range parallel.Items {
		if !entry.IsMap() {
			return nil, mismatch(entry, "an entry of parallel", "a mapping")
		}
		if entry.Get("step").Truthy() {
			steps = append(steps, entry)
		}
	}
	return steps, nil
}
