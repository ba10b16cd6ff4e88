package diff

import (
	"strings"

	"github.com/paasta-render/paasta-render/compiler/effect"
)

// Effect is what a change does to what runs; see package effect.
type Effect = effect.Effect

// The effects, gravest first.
const (
	Delete     = effect.Delete
	Recreate   = effect.Recreate
	Restart    = effect.Restart
	MayRestart = effect.MayRestart
	Create     = effect.Create
	Scale      = effect.Scale
	Reroute    = effect.Reroute
	Autoscale  = effect.Autoscale
	Schedule   = effect.Schedule
	Alert      = effect.Alert
	Rollout    = effect.Rollout
	Access     = effect.Access
	None       = effect.None
)

// Effects returns every effect, gravest first.
func Effects() []Effect { return effect.All() }

// whole returns what it does that the object comes or goes. gone is what ran of it.
func (e *entity) whole(op Op, gone *Workload) (Effect, string) {
	if op == Removed {
		return e.known.Removed(e.Kind, e.Group, gone != nil && len(gone.Volumes) > 0)
	}
	return e.known.Added(e.Kind, e.Group)
}

// gravest returns the worst effect of some edits.
func gravest(edits []Edit) Effect {
	worst := None
	for i := range edits {
		worst = min(worst, edits[i].Effect)
	}
	return worst
}

// configSHA are the labels in which PaaSTA keeps the hash of an object. PaaSTA: kubernetes_tools.get_config_hash.
var configSHA = []string{"[paasta.yelp.com/config_sha]", "[yelp.com/paasta_config_sha]"}

func isConfigSHA(path string) bool {
	return strings.HasSuffix(path, configSHA[0]) || strings.HasSuffix(path, configSHA[1])
}

// markDerived marks changes of config_sha that another edit of the object explains. A change of the number of pods
// explains none: PaaSTA leaves it out of the hash.
func markDerived(edits []Edit) {
	explained := false
	for i := range edits {
		if !isConfigSHA(edits[i].Path) && edits[i].Effect != Scale {
			explained = true
		}
	}
	for i := range edits {
		edits[i].Derived = explained && isConfigSHA(edits[i].Path)
	}
}
