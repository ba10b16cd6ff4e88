package compare

import (
	"fmt"
	"strings"

	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/paasta-render/paasta-render/compiler/diff"
)

// settle corrects the effects of edits that depend on the values before and after, and not on the field alone. Each
// rule was tried on a Kubernetes API server.
func settle(before, after *entity, edits []diff.Edit) {
	for i := range edits {
		e := &edits[i]
		switch {
		case lostReplicas(after, e):
			settleReplicas(before, e)
		case after.Kind == "Service" && e.Path == "spec.clusterIP" && e.Op == diff.Removed:
			e.Effect, e.Why = diff.None, "the service keeps the address that it has"
		case after.Kind == "PersistentVolumeClaim" && e.Path == "spec.resources.requests.storage" && shrinks(before, after):
			e.Effect, e.Why = diff.Refuse, "a claim cannot shrink"
		case after.Kind == "ConfigMap" || after.Kind == "Secret":
			settleImmutable(before, e)
		case after.Kind == "Deployment" && e.Path == "spec.strategy.type" && startsRecreating(before, after):
			e.Effect = diff.Refuse
			e.Why = "the API server keeps its default for strategy.rollingUpdate, which the type Recreate may not have"
		}
	}
}

// lostReplicas tells whether an edit takes the number of pods out of a workload's manifest.
func lostReplicas(e *entity, edit *diff.Edit) bool {
	return edit.Path == "spec.replicas" && edit.Op == diff.Removed &&
		(e.Kind == "Deployment" || e.Kind == "StatefulSet" || e.Kind == "ReplicaSet")
}

// settleReplicas says what becomes of the pods: the agent that applies the manifest owned the field, so the API server
// puts its default there, 1, whatever an autoscaler asks for later.
func settleReplicas(before *entity, edit *diff.Edit) {
	switch had := integer(before.doc.Path("spec", "replicas"), 1); {
	case had > 1:
		edit.Effect = diff.Drop
		edit.Why = fmt.Sprintf("the manifest loses spec.replicas, so the API server sets it to 1: "+
			"%d of %d pods end at once, and an autoscaler starts new ones only later", had-1, had)
	case had == 1:
		edit.Effect, edit.Why = diff.Scale, "the autoscaler owns the number of pods from now on; it begins at 1"
	}
}

// settleImmutable: data of an immutable ConfigMap or Secret cannot be changed, and neither can it become mutable.
func settleImmutable(before *entity, edit *diff.Edit) {
	if strings.HasPrefix(edit.Path, "metadata") {
		return
	}
	if before.doc.At("immutable") == "true" {
		edit.Effect, edit.Why = diff.Refuse, "the "+before.Kind+" is immutable"
	}
}

func shrinks(before, after *entity) bool {
	size := func(e *entity) (resource.Quantity, bool) {
		q, err := resource.ParseQuantity(e.doc.At("spec", "resources", "requests", "storage"))
		return q, err == nil
	}
	old, wasRead := size(before)
	now, isRead := size(after)
	return !wasRead || !isRead || now.Cmp(old) < 0
}

// startsRecreating tells whether a Deployment turns to the type Recreate and its manifest did not own rollingUpdate,
// which the API server then keeps.
func startsRecreating(before, after *entity) bool {
	rolling := before.doc.Path("spec", "strategy", "rollingUpdate")
	return after.doc.At("spec", "strategy", "type") == "Recreate" && (rolling == nil || len(rolling.Pairs()) == 0)
}
