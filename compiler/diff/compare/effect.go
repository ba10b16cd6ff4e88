package compare

import (
	"github.com/paasta-render/paasta-render/compiler/diff"
	"github.com/paasta-render/paasta-render/compiler/diff/naming"
)

// whole returns what it does that the object comes or goes. gone is what ran of it.
func (e *entity) whole(op diff.Op, gone *diff.Workload) (diff.Effect, string) {
	if op == diff.Removed {
		return e.known.Removed(e.Kind, e.Group, gone != nil && len(gone.Volumes) > 0)
	}
	return e.known.Added(e.Kind, e.Group)
}

// gravest returns the worst effect of some edits.
func gravest(edits []diff.Edit) diff.Effect {
	worst := diff.None
	for i := range edits {
		worst = min(worst, edits[i].Effect)
	}
	return worst
}

// markDerived marks changes of config_sha that another edit of the object explains. A change of the number of pods
// explains none: PaaSTA leaves it out of the hash.
func markDerived(edits []diff.Edit) {
	explained := false
	for i := range edits {
		if !naming.IsConfigSHA(edits[i].Path) && edits[i].Effect != diff.Scale {
			explained = true
		}
	}
	for i := range edits {
		edits[i].Derived = explained && naming.IsConfigSHA(edits[i].Path)
	}
}
