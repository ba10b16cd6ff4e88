package envoy

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/python"
)

// checkSpace tells what a namespace asks for that Envoy does not do, and routes that are never taken.
func checkSpace(sp *reader, report finding.Report) {
	if sp.port == 0 {
		return
	}
	say := func(severity finding.Severity, key, format string, args ...any) {
		report(sp.Finding(finding.Finding{Code: finding.NotInEnvoy, Severity: severity, At: sp.At(key),
			Message: sp.name + ": " + fmt.Sprintf(format, args...)}))
	}
	sp.checkBalancer(say)
	sp.checkMode(say)
	for _, key := range []string{"timeout_connect_ms", "healthcheck_timeout_s"} {
		if v, ok := sp.Get(key).Number(); ok && v == 0 {
			say(finding.Warning, key, "Envoy has no %s of 0; the default is taken", key)
		}
	}
	if sp.Get("clb_proxy") != nil {
		say(finding.Info, "clb_proxy", "Envoy takes no part in clb_proxy")
	}
	for _, plugin := range []string{"path_based_routing", "source_required"} {
		if sp.Get("plugins").Get(plugin).Get("enabled").Truthy() {
			say(finding.Info, "plugins", "the plugin %s is a Lua script of HAProxy's; Envoy does without it", plugin)
		}
	}
	sp.checkIdle(say)
	sp.checkShadows(report)
}

type saying func(severity finding.Severity, key, format string, args ...any)

func (sp *reader) checkBalancer(say saying) {
	policy, _ := sp.Get("lb_policy").Str()
	switch policy {
	case "RING_HASH", "MAGLEV":
		say(finding.Warning, "lb_policy",
			"%s needs something to hash, which smartstack.yaml cannot name; Envoy picks pods at random", policy)
	case "CLUSTER_PROVIDED":
		say(finding.Warning, "lb_policy",
			"Envoy takes CLUSTER_PROVIDED for no cluster that it finds by DNS; ROUND_ROBIN is taken")
	}
	if choices := sp.Get("choice_count"); choices != nil {
		switch v, _ := choices.Number(); {
		case policy != "LEAST_REQUEST":
			say(finding.Info, "choice_count", "choice_count is for lb_policy LEAST_REQUEST alone")
		case v < 2:
			say(finding.Warning, "choice_count", "Envoy compares 2 pods at least")
		}
	}
	if balance := sp.Get("balance"); balance != nil && policy == "" {
		say(finding.Info, "balance", "balance is HAProxy's; Envoy goes by lb_policy, which is not set: ROUND_ROBIN")
	}
}

// checkMode names keys that need requests, where there are only connections.
func (sp *reader) checkMode(say saying) {
	if !slices.Contains([]string{"http", "https", "http2", "grpc", "tcp"}, sp.mode) {
		say(finding.Warning, "mode", "Envoy knows no mode %s and takes http", sp.mode)
	}
	if sp.mode == "https" || sp.HealthcheckMode() == "https" {
		say(finding.Info, "mode",
			"nothing names a certificate authority: Envoy encrypts, and does not verify the pods' certificates")
	}
	if !sp.tcp() {
		return
	}
	for _, key := range []string{"endpoint_timeouts", "extra_headers", "fixed_delay", "proxied_through", "vip_upgrade",
		"allow_websocket_upgrade"} {
		if sp.Get(key).Truthy() {
			say(finding.Warning, key, "%s needs HTTP; in mode tcp Envoy passes bytes on", key)
		}
	}
}

// checkIdle finds requests that end for silence before their time is over.
func (sp *reader) checkIdle(say saying) {
	longest, _ := sp.LongestTimeoutMS()
	if sp.idleS > 0 && sp.idleS*1000 < longest && !sp.tcp() {
		say(finding.Warning, "idle_timeout",
			"Envoy ends a silent request after %g s, before its timeout of %g s", sp.idleS, longest/1000)
	}
}

// checkShadows finds an endpoint of whose requests a longer regular expression before it takes every one. A longer
// prefix never takes all of a shorter one's.
func (sp *reader) checkShadows(report finding.Report) {
	for at, e := range sp.routesTo {
		for _, before := range sp.routesTo[:at] {
			if before.regex == "" || e.regex != "" || !takesAll(before.regex, e.path) {
				continue
			}
			report(sp.Finding(finding.Finding{Code: finding.ShadowedRoute, Severity: finding.Warning, At: sp.endpointAt(e),
				Message: fmt.Sprintf("in Envoy %q never applies: %q is longer, is tried first and takes its requests",
					e.path, before.path),
				Notes: []finding.Note{{At: sp.endpointAt(before), Message: "is tried first"}}}))
			break
		}
	}
}

// endpointAt is the place of a key of endpoint_timeouts.
func (sp *reader) endpointAt(e endpoint) finding.Position {
	for _, p := range sp.Get("endpoint_timeouts").Pairs {
		if python.Str(p.Key) == e.path {
			return p.Key.Position()
		}
	}
	return sp.At("endpoint_timeouts")
}

// takesAll tells whether an expression that ends in ".*" matches every path that begins with the prefix: it does when
// it matches a beginning of the prefix already.
func takesAll(regex, prefix string) bool {
	body, open := strings.CutSuffix(regex, ".*")
	if !open || strings.ContainsAny(body, "$") || strings.Contains(body, `\b`) || strings.Contains(body, `\z`) {
		return false
	}
	r, err := regexp.Compile("^(?:" + body + ")")
	return err == nil && r.MatchString(prefix)
}

// checkWeight tells of pods that get no requests.
func checkWeight(i *config.Instance, report finding.Report) {
	w := i.Get("weight")
	if v, ok := w.Number(); !ok || v > 0 || !i.RunsPods() {
		return
	}
	report(i.Finding(finding.Finding{Code: finding.NotInEnvoy, Severity: finding.Info, At: i.At("weight"),
		Message: "Envoy has no weight of " + python.Str(w) +
			": the pods are left out of its endpoints, which comes to the same"}))
}
