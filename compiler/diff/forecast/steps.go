package forecast

import (
	"fmt"
	"strings"

	"github.com/paasta-render/paasta-render/compiler/diff"
	"github.com/paasta-render/paasta-render/compiler/effect"
)

// Steps are what to do about a change that the API server refuses, for the object.
func Steps(c *diff.Change) []string {
	namespace := "-n " + c.Namespace + " "
	if c.Namespace == "" {
		namespace = ""
	}
	fill := strings.NewReplacer("-n NAMESPACE ", namespace, "KIND", strings.ToLower(c.Kind), "NAME", c.Name)
	var steps []string
	for i := range c.Edits {
		if c.Edits[i].Effect == diff.Refuse {
			for _, step := range effect.WayOut(c.Kind, c.Edits[i].Path) {
				steps = append(steps, fill.Replace(step))
			}
			break
		}
	}
	return steps
}

// HandOver is the command that makes another field manager own the number of a workload's pods, before the manifest
// loses it: then the API server keeps the number. Kubernetes: "Transferring ownership" of server-side apply.
func HandOver(c *diff.Change) string {
	replicas := "1"
	for i := range c.Edits {
		if e := &c.Edits[i]; e.Path == "spec.replicas" {
			replicas = string(e.Before)
		}
	}
	return fmt.Sprintf(`kubectl apply --server-side --field-manager=hand-over -f - <<<'{"apiVersion":"apps/v1","kind":%q,`+
		`"metadata":{"name":%q,"namespace":%q},"spec":{"replicas":%s}}'`, c.Kind, c.Name, c.Namespace, replicas)
}
