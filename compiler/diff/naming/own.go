// Package naming says what objects are called for themselves, and in which part two names or texts differ. With their
// own names left out, the same change of many objects looks the same.
package naming

import (
	"cmp"
	"slices"
	"strings"

	"github.com/paasta-render/paasta-render/compiler/diff"
	"github.com/paasta-render/paasta-render/compiler/paasta"
)

// Names are the names that an object has for itself, longest first, each with what stands for it in a change class.
type Names []ownName

type ownName struct{ name, placeholder string }

// Own lists an object's own names. With them left out, the same edit of many objects looks the same.
func Own(o *diff.Object) Names {
	var names Names
	add := func(name, placeholder string) {
		if len(name) > 1 {
			names = append(names, ownName{name, placeholder})
		}
	}
	if o.Service != "" {
		add(o.Service+"."+o.Instance, "{service}.{instance}")
		add(paasta.KubernetesName(o.Service)+"-"+paasta.KubernetesName(o.Instance), "{service}-{instance}")
		add(o.Service, "{service}")
		add(paasta.KubernetesName(o.Service), "{service}")
		add(o.Instance, "{instance}")
		add(paasta.KubernetesName(o.Instance), "{instance}")
	} else {
		add(o.Name, "{name}")
	}
	add(o.Namespace, "{namespace}")
	add(o.Cluster, "{cluster}")
	slices.SortStableFunc(names, func(a, b ownName) int { return cmp.Compare(len(b.name), len(a.name)) })
	return names
}

// Replace puts placeholders where a name stands as a word of its own.
func (names Names) Replace(s string) string {
	var b strings.Builder
	start := 0
	for at := 0; at < len(s); {
		i := -1
		if at == 0 || !WordByte(s[at-1]) {
			i = names.at(s[at:])
		}
		if i < 0 {
			at++
			continue
		}
		b.WriteString(s[start:at])
		b.WriteString(names[i].placeholder)
		at += len(names[i].name)
		start = at
	}
	if start == 0 {
		return s
	}
	b.WriteString(s[start:])
	return b.String()
}

// at returns which name is the first word of s, -1 when none is.
func (names Names) at(s string) int {
	for i := range names {
		if name := names[i].name; strings.HasPrefix(s, name) && (len(s) == len(name) || !WordByte(s[len(name)])) {
			return i
		}
	}
	return -1
}

// WordByte tells whether a byte belongs to a word: an ASCII letter or digit.
func WordByte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
}
