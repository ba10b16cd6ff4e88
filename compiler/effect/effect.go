// Package effect says what a change of an object does to what runs: a table from kind and field to a consequence.
//
// The table of Kubernetes' own kinds is here. What changes of other kinds do is said by the target that makes them.
package effect

// Effect is what a change does to what runs, from grave to harmless.
type Effect uint8

// The effects, gravest first. MayRestart is said where no rule knows better, and counts as a restart.
const (
	Delete     Effect = iota // pods, volumes or whole namespaces go away
	Refuse                   // the API server refuses the change until somebody acts: the field is immutable
	Drop                     // pods end at once that are needed: the workload loses its number of pods
	Recreate                 // the object is deleted and made anew, under another name or as another kind
	Restart                  // running pods are replaced
	MayRestart               // nobody knows: treated as a restart
	Create                   // pods come that were not there
	Scale                    // the number of pods changes, running ones stay
	Reroute                  // traffic takes another way
	Autoscale                // the autoscaler decides otherwise
	Schedule                 // jobs run at other times, or otherwise from their next run on
	Alert                    // somebody is paged about something else
	Rollout                  // later rollouts and evictions go otherwise; nothing happens now
	Access                   // permissions, quotas, and data that pods read when they start
	None                     // metadata: nothing happens
)

var names = [...]string{
	"delete", "refuse", "drop", "recreate", "restart", "may-restart", "create", "scale", "reroute", "autoscale",
	"schedule", "alert", "rollout", "access", "none",
}

// String is the effect's name in every format.
func (e Effect) String() string { return names[e] }

// MarshalText writes the name.
func (e Effect) MarshalText() ([]byte, error) { return []byte(e.String()), nil }

// All returns every effect, gravest first.
func All() []Effect {
	all := make([]Effect, len(names))
	for i := range all {
		all[i] = Effect(i)
	}
	return all
}

// Restarts tells whether running pods may end because of the effect. A refused change ends none by itself, but the way
// out of it does.
func (e Effect) Restarts() bool { return e <= MayRestart }
