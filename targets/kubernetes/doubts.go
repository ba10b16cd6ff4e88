package kubernetes

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/paasta"
	"github.com/paasta-render/paasta-render/compiler/python"
	"github.com/paasta-render/paasta-render/compiler/target"
	"github.com/paasta-render/paasta-render/targets/kubernetes/model"
)

// The checks here are for values that PaaSTA and Kubernetes take, and that hardly do what their author thinks.

// mostArgument is how many bytes Linux takes for one argument or variable, without the zero at its end.
// Linux: MAX_ARG_STRLEN, 32 pages.
const mostArgument = 128<<10 - 1

// doubtScaling warns of settings that leave the autoscaler without effect, or that it takes otherwise than they look.
func (b *builder) doubtScaling() {
	high := b.Get("max_instances")
	if !b.IsAutoscaled() {
		return
	}
	if b.IsStateful() {
		b.warn(finding.AutoscalerLeftOut, high,
			"there is no autoscaler, for an instance with persistent_volumes becomes a StatefulSet: it has max_instances pods", "")
	} else if count := b.Own.Get("instances"); count != nil {
		b.warn(finding.NotRead, count, "instances is not read beside max_instances: the autoscaler decides", "")
	}
	for i := range b.providers {
		b.doubtProvider(&b.providers[i])
	}
}

// percentFrom is the setpoint from which on a percentage is meant. CPU may well be above 1.
const percentFrom = 10

func (b *builder) doubtProvider(p *config.Provider) {
	target := p.Get("setpoint")
	if setpoint, ok := target.Number(); ok && p.Type() != config.ArbitraryPromQL {
		switch {
		case setpoint >= percentFrom:
			b.warn(finding.OddTarget, target, "setpoint is a fraction, and "+target.Text+" means "+target.Text+
				"00 %: the instance never scales up", strconv.FormatFloat(setpoint/100, 'g', -1, 64))
		case setpoint <= 0:
			b.warn(finding.OddTarget, target, "setpoint is "+target.Text+
				", and a load divided by it is endless: max_instances pods run at once", "0.8")
		}
	}
	for _, divisor := range []struct{ key, better string }{
		{"desired_active_requests_per_replica", "1"}, {"moving_average_window_seconds", "1800"},
	} {
		n := p.Get(divisor.key)
		if number, ok := n.Number(); ok && number <= 0 {
			b.warn(finding.OddTarget, n, divisor.key+" is "+n.Text+"; it must be above 0, for a load is divided by it",
				divisor.better)
		}
	}
}

// doubtBudgets warns, once for a cluster, of disruption budgets that never let a pod go.
func doubtBudgets(c *config.Cluster, services []target.Linked, report finding.Report) {
	limit := c.System.Get("pdb_max_unavailable")
	none := limit == nil || textOf(limit) == "0" || textOf(limit) == "0%" || python.Equal(limit, nodeZero)
	if !none || !slices.ContainsFunc(services, func(s target.Linked) bool { return len(s.Paths) > 0 }) {
		return
	}
	at := limit.Position()
	if at.File == "" {
		at = c.System.Config.Position()
	}
	report(finding.Finding{Code: finding.NoEviction, Severity: finding.Warning, At: at, Cluster: c.Name,
		Message:    "pdb_max_unavailable is 0 or not set: no pod of the cluster can ever be evicted, and no node be drained",
		Suggestion: `"pdb_max_unavailable": "5%"`})
}

// doubtEnv warns of variables that no process can be started with, and of references that Kubernetes does not fill in:
// it knows only variables that come earlier in the list, and PaaSTA puts secrets behind plain ones.
func (b *builder) doubtEnv(env []model.EnvVar) {
	place := make(map[string]int, len(env))
	for i := range env {
		place[env[i].Name] = i
	}
	for i := range env {
		e := &env[i]
		if e.Value == nil || e.From == nil {
			continue
		}
		if len(e.Name)+1+len(*e.Value) > mostArgument {
			b.warn(finding.TooLongForLinux, e.From, fmt.Sprintf("the variable %s has %d bytes with its name; Linux starts no "+
				"process with more than %d", e.Name, len(e.Name)+1+len(*e.Value), mostArgument), "")
		}
		if better := halfSecret(*e.Value); better != "" {
			b.warn(finding.MissingSecret, e.From, "the value of "+e.Name+" is no reference to a secret: the container gets "+
				"the text as it is written", better)
		}
		for _, name := range references(*e.Value) {
			if at, known := place[name]; known && at > i {
				b.warn(finding.LaterVariable, e.From, fmt.Sprintf("$(%s) stays as it is: Kubernetes fills in variables that come "+
					"earlier, and %s comes later", name, name), "")
			}
		}
	}
}

// almostSecret is a reference to a secret with other letters, blanks, or without its end.
var almostSecret = regexp.MustCompile(`(?i)^\s*(shared_)?secret\s*\(\s*([A-Za-z0-9_-]+)\s*\)?\s*$`)

// halfSecret returns the reference that a text means, "" when it means none or is one.
func halfSecret(text string) string {
	m := almostSecret.FindStringSubmatch(text)
	if m == nil {
		return ""
	}
	better := strings.ToUpper(m[1]) + "SECRET(" + m[2] + ")"
	if _, _, ok := paasta.SecretReference(text); ok || better == text {
		return ""
	}
	return better
}

// references returns the names in $(NAME); $$(NAME) is no reference.
// Kubernetes: third_party/forked/golang/expansion.
func references(text string) []string {
	var names []string
	for i := 0; i+1 < len(text); i++ {
		if text[i] != '$' {
			continue
		}
		if text[i+1] == '(' {
			if end := strings.IndexByte(text[i:], ')'); end > 0 {
				names = append(names, text[i+2:i+end])
			}
		}
		i++ // $$ is a dollar sign
	}
	return names
}

// doubtCommand warns of arguments that no process can be started with.
func (b *builder) doubtCommand() {
	for _, key := range []string{"cmd", "args"} {
		n := b.Get(key)
		entries := []value{n}
		if n.IsList() {
			entries = n.Items
		}
		for _, entry := range entries {
			if text := python.Str(entry); entry.IsString() && len(text) > mostArgument {
				b.warn(finding.TooLongForLinux, entry, fmt.Sprintf("%s has an argument of %d bytes; Linux starts no process with "+
					"more than %d", key, len(text), mostArgument), "")
			}
		}
	}
}
