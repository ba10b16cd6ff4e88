package karpenter

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/python"
	"github.com/paasta-render/paasta-render/compiler/spelling"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

// reader reads `pools` and reports what is wrong at its place in the system config.
type reader struct {
	cluster *config.Cluster
	report  finding.Report
	failed  bool
}

func (r *reader) wrong(n *yaml11.Node, message, suggestion string) {
	r.failed = true
	r.report(finding.Finding{Code: finding.PoolWrong, At: n.Position(), Message: message, Suggestion: suggestion})
}

// known refuses keys that are not in the list.
func (r *reader) known(n *yaml11.Node, keys []string) {
	for _, p := range n.Pairs {
		if slices.Contains(keys, p.Key.Text) {
			continue
		}
		message, meant := fmt.Sprintf("unknown key %q", p.Key.Text), spelling.NearestKey(p.Key.Text, free(keys, n))
		if meant == "" {
			message += "; known are " + strings.Join(keys, ", ")
		}
		r.wrong(p.Key, message, meant)
	}
}

// free are the keys that the mapping does not have.
func free(keys []string, n *yaml11.Node) []string {
	return slices.DeleteFunc(slices.Clone(keys), n.Has)
}

// oneOf refuses a text that is not in the list.
func (r *reader) oneOf(n *yaml11.Node, text string, allowed []string) {
	if !slices.Contains(allowed, text) {
		r.wrong(n, fmt.Sprintf("%q is none of %s", text, strings.Join(allowed, ", ")), spelling.Nearest(text, allowed))
	}
}

// matching returns a text that has a form; empty when it is not set.
func (r *reader) matching(n *yaml11.Node, form *regexp.Regexp, what string) string {
	if n.IsNull() {
		return ""
	}
	text, ok := n.Str()
	if !ok || !form.MatchString(text) {
		r.wrong(n, python.Str(n)+" is not "+what, "")
	}
	return text
}

// text returns a text; empty when it is not set.
func (r *reader) text(n *yaml11.Node) string {
	if n.IsNull() {
		return ""
	}
	text, ok := n.Str()
	if !ok || text == "" {
		r.wrong(n, "the value must be a text that is not empty", "")
	}
	return text
}

// texts returns a list of texts; a single text counts as a list of one.
func (r *reader) texts(n *yaml11.Node) []string {
	if n.IsNull() {
		return nil
	}
	if n.IsString() {
		return []string{n.Text}
	}
	if !n.IsList() || len(n.Items) == 0 {
		r.wrong(n, "the value must be a list of texts that is not empty", "")
		return nil
	}
	var all []string
	for _, item := range n.Items {
		if text := r.text(item); slices.Contains(all, text) {
			r.wrong(item, fmt.Sprintf("%q is in the list twice", text), "")
		} else {
			all = append(all, text)
		}
	}
	return all
}

// textMap returns a mapping of texts.
func (r *reader) textMap(n *yaml11.Node) map[string]string {
	if n.IsNull() {
		return nil
	}
	if !n.IsMap() || len(n.Pairs) == 0 {
		r.wrong(n, "the value must be a mapping of texts that is not empty", "")
		return nil
	}
	all := map[string]string{}
	for _, p := range n.Pairs {
		if !p.Key.IsString() || p.Key.Text == "" {
			r.wrong(p.Key, "a key must be a text that is not empty", "")
			continue
		}
		all[p.Key.Text] = r.text(p.Value)
	}
	return all
}

// allowed reports the pools that the system config allows in this cluster and that `pools` does not describe.
func (r *reader) allowed(pools *yaml11.Node) {
	for _, item := range items(r.cluster.System.Get("allowed_pools").Get(r.cluster.Name)) {
		name, ok := item.Str()
		if !ok || pools.Has(name) {
			continue
		}
		r.report(finding.Finding{Code: finding.PoolMissing, Severity: finding.Warning, At: item.Position(), Suggestion: nearest(name, pools),
			Message: fmt.Sprintf("allowed_pools names the pool %q, and pools does not describe it: it has no nodes of ours", name)})
	}
}

// limited reports pools that pool_limits names, or recommends, and that `pools` does not describe.
func (r *reader) limited(pools *yaml11.Node) {
	limits := r.cluster.System.Get("pool_limits").Get(r.cluster.Name)
	if !limits.IsMap() || !pools.IsMap() {
		return
	}
	say := func(at *yaml11.Node, name, message string, taken func(string) bool) {
		r.report(finding.Finding{Code: finding.LimitedPool, Severity: finding.Warning, At: at.Position(),
			Suggestion: near(name, pools, taken), Message: fmt.Sprintf(message, name)})
	}
	for _, p := range limits.Pairs {
		if p.Key.IsString() && !pools.Has(p.Key.Text) {
			say(p.Key, p.Key.Text, "pool_limits limits the pool %q, and pools does not describe it", limits.Has)
		}
		if name, ok := p.Value.Get("recommended_pool").Str(); ok && !pools.Has(name) {
			say(p.Value.Get("recommended_pool"), name, "pool_limits recommends the pool %q, and pools does not describe it",
				func(string) bool { return false })
		}
	}
}

// items returns the items of a list; a value that is not one counts as a list of itself, null as an empty one.
func items(n *yaml11.Node) []*yaml11.Node {
	switch {
	case n.IsNull():
		return nil
	case n.IsList():
		return n.Items
	}
	return []*yaml11.Node{n}
}

// nearest returns the pool that was probably meant.
func nearest(name string, pools *yaml11.Node) string {
	return near(name, pools, func(string) bool { return false })
}

// near returns the pool that was probably meant, and that is not taken.
func near(name string, pools *yaml11.Node, taken func(name string) bool) string {
	var names []string
	if pools.IsMap() {
		for _, p := range pools.Pairs {
			names = append(names, p.Key.Text)
		}
	}
	return spelling.NearestBut(taken)(name, names)
}
