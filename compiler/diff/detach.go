package diff

import "strings"

// detach copies what a change says out of the files that it was read from: a report on ten thousand objects would
// otherwise keep all of their files.
func (c *Change) detach() {
	c.Object.detach()
	if c.From != nil {
		c.From.detach()
	}
	for _, w := range []*Workload{c.Old, c.New} {
		if w != nil {
			w.detach()
		}
	}
	for i := range c.Edits {
		c.Edits[i].Path = strings.Clone(c.Edits[i].Path)
	}
}

func (o *Object) detach() {
	for _, s := range []*string{&o.Kind, &o.Group, &o.Namespace, &o.Name, &o.Service, &o.Instance, &o.Team, &o.Pool} {
		*s = strings.Clone(*s)
	}
}

func (w *Workload) detach() {
	for _, s := range []*string{&w.Pool, &w.Team, &w.Kind, &w.Namespace, &w.Name} {
		*s = strings.Clone(*s)
	}
	for i := range w.Volumes {
		w.Volumes[i] = strings.Clone(w.Volumes[i])
	}
}
