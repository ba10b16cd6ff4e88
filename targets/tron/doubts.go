package tron

import (
	"regexp"
	"strings"

	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
	"github.com/paasta-render/paasta-render/targets/tron/rules"
	"github.com/paasta-render/paasta-render/targets/tron/schedule"
)

// The checks here are for values that Tron takes, and that hardly do what their author thinks.

// oldPlaceholder is how commands were filled in before Tron used Python's format strings.
var oldPlaceholder = regexp.MustCompile(`%\(([a-z_]+(?:[-+][0-9]+)?)\)s`)

// doubtCommand warns of placeholders that Tron no longer fills in.
func (a *action) doubtCommand() {
	command := a.config.Get("command")
	text, ok := command.Str()
	if !ok {
		return
	}
	var seen []string
	for _, m := range oldPlaceholder.FindAllStringSubmatch(text, -1) {
		seen = append(seen, m[0])
	}
	if len(seen) == 0 {
		return
	}
	f := a.ns.finding(rules.Refusal{Job: a.job.name, Action: a.name, Code: finding.TronOldPlaceholder, At: a.at(command),
		Message:    strings.Join(seen, " and ") + " reaches the job as it is written: Tron fills in names in braces",
		Suggestion: yaml11.Write(oldPlaceholder.ReplaceAllString(text, "{$1}"))})
	f.Severity = finding.Warning
	a.ns.report(f)
}

// doubtSchedule warns of cron expressions that Tron reads otherwise than cron does.
func (j *job) doubtSchedule() {
	n := j.config.Get("schedule")
	expression, ok := cronExpression(n)
	if !ok {
		return
	}
	if _, err := schedule.Parse(n); err != nil {
		return
	}
	why, better := schedule.Otherwise(expression)
	if why == "" {
		return
	}
	at := n.Get("value")
	if n.IsString() {
		at, better = n, "cron "+better
	}
	f := j.ns.finding(rules.Refusal{Job: j.name, Code: finding.TronReadsOtherwise, At: placeOf(at, j.key), Message: why,
		Suggestion: better})
	f.Severity = finding.Warning
	j.ns.report(f)
}

// placeOf is where a value is written, else where its key is.
func placeOf(n, key *yaml11.Node) finding.Position {
	if p := n.Position(); p.File != "" {
		return p
	}
	return key.Position()
}
