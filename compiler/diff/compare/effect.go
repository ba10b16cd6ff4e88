package compare

import (
	"github.com/paasta-render/paasta-render/compiler/diff"
	"github.com/paasta-render/paasta-render/compiler/diff/naming"
	"github.com/paasta-render/paasta-render/compiler/effect"
	"github.com/paasta-render/paasta-render/compiler/layout"
)

// whole returns what it does that the object comes or goes. gone is what ran of it.
func (e *entity) whole(op diff.Op, gone *diff.Workload) (diff.Effect, string) {
	if op == diff.Removed {
		return e.known.Removed(e.Kind, e.Group, gone != nil && gone.Kind == e.Kind && len(gone.Volumes) > 0)
	}
	return e.known.Added(e.Kind, e.Group)
}

// fate says what becomes of the object when it leaves the tree.
func (e *entity) fate() string {
	switch {
	case e.made == nil || e.made.Delivery == layout.AsManifest:
		return effect.Fate(e.Kind, e.Group)
	case e.made.Delivery == layout.InConfigMap:
		return effect.FateInConfigMap
	}
	return effect.FateInRepository
}

// gravest returns the worst effect of some edits.
func gravest(edits []diff.Edit) diff.Effect {
	worst := diff.None
	for i := range edits {
		worst = min(worst, edits[i].Effect)
	}
	return worst
}

// markDerived marks changes of config_sha that other edits of the object explain: those of the object's own labels when
// anything else changes, and those of its pods when something else replaces the pods, too. A change of the number of
// pods explains none: PaaSTA leaves it out of the hash.
func markDerived(edits []diff.Edit) {
	changes, restarts := false, false
	for i := range edits {
		if e := &edits[i]; !naming.IsConfigSHA(e.Path) {
			changes = changes || e.Effect != diff.Scale && e.Effect != diff.Drop
			restarts = restarts || e.Effect == diff.Restart || e.Effect == diff.MayRestart
		}
	}
	for i := range edits {
		e := &edits[i]
		e.Derived = naming.IsConfigSHA(e.Path) && changes && (restarts || !e.Effect.Restarts())
	}
}
