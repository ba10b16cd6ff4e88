package compare

import (
	"strings"

	"github.com/paasta-render/paasta-render/compiler/diff"
)

// detach copies what a change says out of the files that it was read from: a report on ten thousand objects would
// otherwise keep all of their files.
func detach(c *diff.Change) {
	detachObject(&c.Object)
	if c.From != nil {
		detachObject(c.From)
	}
	for _, w := range []*diff.Workload{c.Old, c.New} {
		if w != nil {
			detachWorkload(w)
		}
	}
	for i := range c.Edits {
		c.Edits[i].Path = strings.Clone(c.Edits[i].Path)
	}
}

func detachObject(o *diff.Object) {
	for _, s := range []*string{&o.Kind, &o.Group, &o.Namespace, &o.Name, &o.Service, &o.Instance, &o.Team, &o.Pool} {
		*s = strings.Clone(*s)
	}
}

func detachWorkload(w *diff.Workload) {
	for _, s := range []*string{&w.Pool, &w.Team, &w.Kind, &w.Namespace, &w.Name} {
		*s = strings.Clone(*s)
	}
	for i := range w.Volumes {
		w.Volumes[i] = strings.Clone(w.Volumes[i])
	}
}
