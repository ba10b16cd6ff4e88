// Package pipeline reads deploy.yaml as a graph of steps, checks it, and prints it for GitHub Actions, GitLab CI and
// Jenkins.
//
// It runs nothing. A step that deploys nothing calls a make target of PaaSTA's contract (itest, security-check), a step
// that is a deploy group marks the commit by `paasta-render mark` and waits for it by `paasta-render wait`.
package pipeline

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/paasta"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

// Pipeline is what deploy.yaml says: stages that follow one another.
type Pipeline struct {
	Service string
	Branch  string // the branch whose commits run through it
	Image   string // repository of the service's images, with the registry: REGISTRY/services-SERVICE
	Stages  []Stage
}

// Stage is steps that run side by side.
type Stage struct {
	Steps  []Step
	Manual bool // somebody starts it: the stage before it has trigger_next_step_manually
}

// Step is one step.
type Step struct {
	Name          string
	Script        []string // lines of a POSIX shell
	Deploys       bool
	Timeout       int64 // seconds; 0 leaves it to the system that runs it
	IgnoreFailure bool
}

var stepName = regexp.MustCompile(`^[a-zA-Z0-9_.-]+$`)

// taken are the keys of a step that are printed. Any other key, when it is set, is named in a finding.
var taken = []string{
	"step", "parallel", "trigger_next_step_manually", "disabled", "timeout", "ignore_failure", "command",
	"wait_for_deployment", "auto_rollback", "slack_notify",
	"notify_after_mark", "notify_after_good_deploy", "notify_after_auto_rollback", "notify_after_abort",
}

// Read reads the content of deploy.yaml into p. Groups are the deploy groups of the service's instances. ok is false
// when an error was reported.
func (p *Pipeline) Read(deploy *yaml11.Node, groups []Group, report finding.Report) (ok bool) {
	r := &reader{Pipeline: p, groups: groups, report: report, ok: true}
	entries := deploy.Get("pipeline")
	if !entries.IsList() || len(entries.Items) == 0 {
		at := deploy.Position()
		if entries != nil {
			at = entries.Position()
		}
		r.wrong(at, "the pipeline has no list of steps", "")
		return false
	}
	var asks *yaml11.Node
	for _, entry := range entries.Items {
		steps := r.entry(entry)
		if len(steps) == 0 {
			continue
		}
		p.Stages = append(p.Stages, Stage{Steps: steps, Manual: asks != nil})
		asks = trigger(entry)
	}
	if asks != nil {
		r.wrong(asks.KeyPosition("trigger_next_step_manually"), "no step follows that somebody could start", "")
	}
	r.unreached()
	if len(p.Stages) == 0 && r.ok {
		r.wrong(entries.Position(), "every step of the pipeline is disabled", "")
	}
	return r.ok
}

// trigger returns the entry, or the step of its parallel block, after which somebody has to start the next stage.
func trigger(entry *yaml11.Node) *yaml11.Node {
	candidates := []*yaml11.Node{entry}
	if parallel := entry.Get("parallel"); parallel.IsList() {
		candidates = append(candidates, parallel.Items...)
	}
	for _, c := range candidates {
		if c.Get("trigger_next_step_manually").Truthy() && !c.Get("disabled").Truthy() {
			return c
		}
	}
	return nil
}

// reader reads one deploy.yaml.
type reader struct {
	*Pipeline
	groups []Group
	seen   []string
	report finding.Report
	ok     bool
}

func (r *reader) wrong(at finding.Position, message, suggestion string) {
	r.ok = false
	r.report(finding.Finding{Code: finding.PipelineWrong, Severity: finding.Error, At: at, Service: r.Service,
		Message: message, Suggestion: suggestion})
}

// entry returns the steps of one entry of the list; none when it is disabled.
func (r *reader) entry(entry *yaml11.Node) []Step {
	if !entry.IsMap() {
		r.wrong(entry.Position(), "an entry of the pipeline is "+entry.KindWithArticle()+", not a mapping", "")
		return nil
	}
	if entry.Get("disabled").Truthy() {
		return nil
	}
	parallel := entry.Get("parallel")
	if !parallel.Truthy() {
		return r.step(entry)
	}
	if !parallel.IsList() {
		r.wrong(parallel.Position(), "parallel is "+parallel.KindWithArticle()+", not a list of steps", "")
		return nil
	}
	var steps []Step
	for _, inner := range parallel.Items {
		steps = append(steps, r.step(inner)...)
	}
	return steps
}

// step returns the one step of a mapping, or none.
func (r *reader) step(n *yaml11.Node) []Step {
	name := n.Get("step")
	switch {
	case !n.IsMap() || !name.IsString():
		r.wrong(n.Position(), "an entry of the pipeline has no step", "")
		return nil
	case !stepName.MatchString(name.Text):
		r.wrong(name.Position(),
			fmt.Sprintf("the step %q has other characters than letters, digits, dots, dashes and underscores", name.Text), "")
		return nil
	case n.Get("disabled").Truthy():
		return nil
	case slices.Contains(r.seen, name.Text):
		r.wrong(name.Position(), fmt.Sprintf("the step %q is in the pipeline twice", name.Text), "")
		return nil
	}
	r.seen = append(r.seen, name.Text)
	s := Step{Name: name.Text, IgnoreFailure: n.Get("ignore_failure").Truthy()}
	if t := n.Get("timeout"); t != nil {
		if t.Kind != yaml11.Int || t.Big != nil || t.Int < 1 {
			r.wrong(t.Position(), "timeout is no number of seconds", "")
		}
		s.Timeout = t.Int
	}
	r.script(&s, n)
	r.leftOut(n)
	return []Step{s}
}

// leftOut names the keys that are set and that no printed pipeline does anything for.
func (r *reader) leftOut(n *yaml11.Node) {
	for _, pair := range n.Pairs {
		key, isString := pair.Key.Str()
		if !isString || slices.Contains(taken, key) || !pair.Value.Truthy() {
			continue
		}
		r.report(finding.Finding{Code: finding.PipelineLeftOut, Severity: finding.Warning, At: n.KeyPosition(key),
			Service: r.Service, Message: fmt.Sprintf("the printed pipeline does nothing for %s", key)})
	}
}

// script says what the step runs.
func (r *reader) script(s *Step, n *yaml11.Node) {
	tag := []string{`COMMIT="$(git rev-parse HEAD)"`, "export DOCKER_TAG=" + quote(r.Image+":paasta-") + `"$COMMIT"`}
	switch {
	case s.Name == paasta.ITest:
		s.Script = append(tag, "make itest")
	case s.Name == paasta.ITestAndPush:
		s.Script = append(tag, "make itest", `docker push "$DOCKER_TAG"`)
	case s.Name == paasta.SecurityCheck:
		s.Script = append(tag, "make security-check")
	case s.Name == paasta.Push:
		// A fresh runner does not have the image that the step before has built.
		s.Script = append(tag,
			`docker image inspect "$DOCKER_TAG" >/dev/null 2>&1 || make itest`,
			`docker push "$DOCKER_TAG"`)
	case strings.HasPrefix(s.Name, paasta.CommandPrefix):
		command := n.Get("command")
		if !command.IsString() || strings.TrimSpace(command.Text) == "" {
			r.wrong(n.Position(), fmt.Sprintf("the step %q has no command to run", s.Name), "")
			return
		}
		s.Script = append(tag, strings.TrimRight(command.Text, "\n"))
	case !slices.ContainsFunc(r.groups, func(g Group) bool { return g.Name == s.Name }):
		at := n.Get("step").Position()
		r.wrong(at, fmt.Sprintf("no instance of %s has the deploy group %q", r.Service, s.Name), r.near(s.Name))
	default:
		s.Deploys = true
		r.deploy(s, n)
	}
}

// near returns the deploy group that was probably meant.
func (r *reader) near(name string) string {
	for _, g := range r.groups {
		if strings.EqualFold(g.Name, name) || strings.ReplaceAll(g.Name, "_", "-") == strings.ReplaceAll(name, "_", "-") {
			return g.Name
		}
	}
	return ""
}

// quote makes a text one word of a POSIX shell.
func quote(text string) string { return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'" }
