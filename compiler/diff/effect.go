package diff

import "strings"

// Effect is what a change does to what runs, from grave to harmless.
type Effect uint8

// The effects, gravest first. MayRestart is said where no rule knows better, and counts as a restart.
const (
	Delete     Effect = iota // pods, volumes or whole namespaces go away
	Recreate                 // the object must be deleted and made anew: an immutable field changed
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

var effectNames = [...]string{
	"delete", "recreate", "restart", "may-restart", "create", "scale", "reroute", "autoscale", "schedule", "alert", "rollout",
	"access", "none",
}

// String is the effect's name in every format.
func (e Effect) String() string { return effectNames[e] }

// MarshalText writes the name.
func (e Effect) MarshalText() ([]byte, error) { return []byte(e.String()), nil }

// Effects returns every effect, gravest first.
func Effects() []Effect {
	all := make([]Effect, len(effectNames))
	for i := range all {
		all[i] = Effect(i)
	}
	return all
}

// Restarts tells whether running pods end because of the effect.
func (e Effect) Restarts() bool { return e <= MayRestart }

// effectOf returns what a change of a field does, and why.
func effectOf(kind, path string) (Effect, string) {
	known, ok := kinds[kind]
	for _, r := range known.rules {
		if below(path, r.field) {
			return r.effect, r.why
		}
	}
	if !ok && below(path, "spec.template") {
		return Restart, templateRule.why
	}
	return MayRestart, "no rule knows what this does to running pods"
}

// below tells whether path is the field or something in it.
func below(path, field string) bool {
	if field == "" || path == field {
		return true
	}
	return strings.HasPrefix(path, field) && (path[len(field)] == '.' || path[len(field)] == '[')
}

// effectOfWhole returns what it does that an object comes or goes.
func effectOfWhole(kind string, op Op, gone *Workload) (Effect, string) {
	known, ok := kinds[kind]
	switch {
	case op == Removed && gone != nil && len(gone.Volumes) > 0 && kind != "HorizontalPodAutoscaler":
		return Delete, "its pods and the claims on its volumes go"
	case op == Removed && !ok:
		return Delete, "no rule knows the kind: what it controls is taken to go with it"
	case op == Removed && known.removed == Delete:
		return Delete, "it goes, and what it holds"
	case op == Removed:
		return known.removed, "it goes"
	case !ok:
		return Create, "no rule knows the kind: it is taken to start pods"
	}
	return known.added, "it is new"
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
