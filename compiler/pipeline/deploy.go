package pipeline

import (
	"fmt"
	"slices"
	"strings"

	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

// Group is a deploy group of the service, and the place of an instance that is in it.
type Group struct {
	Name string
	At   finding.Position
}

// waitSeconds is how long a step waits for its commit unless it has a timeout. PaaSTA: DEFAULT_DEPLOYMENT_TIMEOUT.
const waitSeconds = 3600

// marking is how much longer than its wait a step may take: the time for the tag, and for the one of a rollback.
const marking = 300

// deploy says what a step does that is a deploy group: it marks the commit, tells who wants to know, and waits when the
// step has wait_for_deployment or auto_rollback.
//
// NOTIFY is a program of the user's that is called with the event, the service, the group and the commit; it posts to
// Slack, for example. Nobody is told without it, and a pipeline does not fail when it does.
func (r *reader) deploy(s *Step, n *yaml11.Node) {
	s.Script = []string{
		`COMMIT="$(git rev-parse HEAD)"`,
		`: "${SOA_CONFIGS:?must be the folder of a checkout of soa-configs}"`,
	}
	tell := func(event string) string {
		return fmt.Sprintf(`"${NOTIFY:-true}" %s %s %s "$COMMIT" || echo 'Nobody is told: NOTIFY fails.'`, event,
			quote(r.Service), s.Name)
	}
	common := `--soa-dir "$SOA_CONFIGS" --commit "$COMMIT" --deploy-group ` + s.Name
	s.Script = append(s.Script, "paasta-render mark "+common+" -- "+quote(r.Service))
	if tells(n, "notify_after_mark") {
		s.Script = append(s.Script, tell("mark"))
	}
	rolls := n.Get("auto_rollback").Truthy()
	if !rolls && !n.Get("wait_for_deployment").Truthy() {
		return
	}
	most := s.Timeout
	if most == 0 {
		most = waitSeconds
	}
	s.Timeout = most + marking
	wait, failed := fmt.Sprintf("paasta-render wait %s --timeout %ds", common, most), "abort"
	if rolls {
		wait, failed = wait+" --auto-rollback", "auto_rollback"
	}
	s.Script = append(s.Script, "STATUS=0", wait+" -- "+quote(r.Service)+" || STATUS=$?")
	good, bad := tells(n, "notify_after_good_deploy"), tells(n, "notify_after_"+failed)
	if good {
		s.Script = append(s.Script, `if [ "$STATUS" = 0 ]; then `+tell("good_deploy")+"; fi")
	}
	if bad {
		s.Script = append(s.Script, `if [ "$STATUS" != 0 ]; then `+tell(failed)+"; fi")
	}
	s.Script = append(s.Script, `[ "$STATUS" = 0 ]`)
}

// tells whether somebody wants to know of an event: the event's own key, else slack_notify, which is false by default.
func tells(n *yaml11.Node, key string) bool {
	if own := n.Get(key); own != nil {
		return own.Truthy()
	}
	return n.Get("slack_notify").Truthy()
}

// unreached warns of groups that no step deploys to.
func (r *reader) unreached() {
	for _, g := range r.groups {
		if g.Name == "" || slices.ContainsFunc(r.Stages, func(s Stage) bool { return s.has(g.Name) }) {
			continue
		}
		r.report(finding.Finding{Code: finding.GroupUnreached, Severity: finding.Warning, At: g.At, Service: r.Service,
			Message:    fmt.Sprintf("no step of %s/deploy.yaml deploys to the deploy group %q", r.Service, g.Name),
			Suggestion: r.nearStep(g.Name)})
	}
}

// nearStep is a step of the pipeline that was probably meant; empty when none is near.
func (r *reader) nearStep(group string) string {
	for _, stage := range r.Stages {
		for _, s := range stage.Steps {
			if s.Deploys && (strings.HasPrefix(s.Name, group) || strings.HasPrefix(group, s.Name)) {
				return s.Name
			}
		}
	}
	return ""
}

func (s Stage) has(name string) bool {
	return slices.ContainsFunc(s.Steps, func(step Step) bool { return step.Name == name })
}
