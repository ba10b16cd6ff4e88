package diff

import (
	"github.com/paasta-render/paasta-render/compiler/effect"
)

// Effect is what a change does to what runs; see package effect.
type Effect = effect.Effect

// The effects, gravest first.
const (
	Delete     = effect.Delete
	Refuse     = effect.Refuse
	Drop       = effect.Drop
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
