package autotune

import (
	"fmt"

	"gopkg.in/yaml.v3"

	"github.com/paasta-render/paasta-render/compiler/autotune/roundtrip"
	"github.com/paasta-render/paasta-render/compiler/finding"
)

// limitKeys are the resources that PaaSTA's schema knows in autotune_limits. Its documentation lists "cpu" as well:
// PaaSTA then writes a key "cpu", and its own schema refuses the file.
var limitKeys = map[string]bool{"cpus": true, "mem": true, "disk": true}

// clamp holds an instance's values within its autotune_limits, and returns which bound decided for which key.
//
// PaaSTA: AutoConfigUpdater._clamp_recommendations. A value that is absent or 0 becomes the minimum.
func (m *merging) clamp(merged, limits *yaml.Node, file string) map[string]string {
	decided := map[string]string{}
	if limits == nil {
		return decided
	}
	if !roundtrip.IsMap(limits) {
		m.failAt(file, limits, "autotune_limits is no mapping")
		return decided
	}
	for _, key := range roundtrip.Keys(limits) {
		limit := roundtrip.Get(limits, key.Value)
		if !roundtrip.IsMap(limit) {
			m.failAt(file, limit, fmt.Sprintf("autotune_limits.%s is no mapping with min and max", key.Value))
			continue
		}
		if !limitKeys[key.Value] {
			m.unknownLimit(key, file)
		}
		if bound := m.bound(merged, key.Value, limit, file); bound != "" {
			decided[key.Value] = bound
		}
	}
	return decided
}

func (m *merging) unknownLimit(key *yaml.Node, file string) {
	f := finding.Finding{Code: finding.AutotuneLimit, Severity: finding.Warning, At: finding.Position{File: file, Line: key.Line, Column: key.Column, Length: len(key.Value)},
		Service: m.service, Message: fmt.Sprintf("autotune_limits has no key %q", key.Value)}
	if key.Value == "cpu" {
		f.Message += "; PaaSTA's documentation names it, and its schema refuses the file that it makes"
		f.Suggestion = "cpus"
	}
	m.report(f)
}

// bound clamps one value and returns "min" or "max" when a bound replaced it.
func (m *merging) bound(merged *yaml.Node, key string, limit *yaml.Node, file string) string {
	least, most := roundtrip.Get(limit, "min"), roundtrip.Get(limit, "max")
	value := roundtrip.Get(merged, key)
	if !roundtrip.True(value) && roundtrip.True(least) {
		roundtrip.Set(merged, key, copied(least))
		return "min"
	}
	if roundtrip.IsNull(value) {
		return ""
	}
	decided := ""
	for _, one := range []struct {
		name  string
		limit *yaml.Node
		sign  int
	}{{"min", least, -1}, {"max", most, 1}} {
		if !roundtrip.True(one.limit) {
			continue
		}
		order, ok := compare(value, one.limit)
		if !ok {
			m.failAt(file, one.limit, fmt.Sprintf("autotune_limits.%s.%s cannot be compared with the value of autotuned_defaults", key, one.name))
			return decided
		}
		// Both comparisons are made with the value before clamping, as in PaaSTA: with min over max, max wins.
		if order == one.sign {
			roundtrip.Set(merged, key, copied(one.limit))
			decided = one.name
		}
	}
	return decided
}

// compare orders two values as Python does; ok is false where Python raises a TypeError.
func compare(a, b *yaml.Node) (order int, ok bool) {
	x, isNumber := roundtrip.Number(a)
	y, isNumberToo := roundtrip.Number(b)
	switch {
	case isNumber && isNumberToo:
		switch {
		case x < y:
			return -1, true
		case x > y:
			return 1, true
		}
		return 0, true
	case roundtrip.IsString(a) && roundtrip.IsString(b):
		switch {
		case a.Value < b.Value:
			return -1, true
		case a.Value > b.Value:
			return 1, true
		}
		return 0, true
	}
	return 0, false
}

// copied returns a value without its anchor and comments, for another place.
func copied(n *yaml.Node) *yaml.Node {
	c := *n
	c.Anchor, c.HeadComment, c.LineComment, c.FootComment = "", "", "", ""
	return &c
}
