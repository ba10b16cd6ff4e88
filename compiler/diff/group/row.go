package group

import (
	"slices"
	"strconv"
	"strings"

	"github.com/paasta-render/paasta-render/compiler/diff"
	"github.com/paasta-render/paasta-render/compiler/diff/naming"
)

// row is a class in the making.
type row struct {
	op      diff.Op
	effect  diff.Effect
	members []int
	edits   map[string]*editCount // by field, with own names left out
	order   []string
	cause   string // shared by all members; empty when they differ or none is known
}

type editCount struct {
	ClassEdit
	general diff.Edit              // with own names left out
	values  map[string]bool        // distinct before and after
	middles map[[2]diff.Value]bool // the same, less what before and after have in common
	varies  [3]bool                // whether path, before and after differ between the objects: by their own names
}

// exactRows puts changes with the same edits together.
func exactRows(changes []diff.Change) []*row {
	all := make([]general, len(changes))
	diff.Each(len(changes), func(i int) { all[i] = generalise(&changes[i]) })
	byKey := map[string]*row{}
	var rows []*row
	for i := range changes {
		c := &changes[i]
		r := byKey[all[i].key]
		if r == nil {
			r = &row{op: c.Op, effect: c.Effect, edits: map[string]*editCount{}, cause: all[i].cause}
			byKey[all[i].key] = r
			rows = append(rows, r)
		}
		r.add(i, c, &all[i])
	}
	return rows
}

// general is a change with its own names left out: its edits, and what it has in common with changes of the same.
type general struct {
	edits      []*diff.Edit // derived ones are nil
	key, cause string
}

func generalise(c *diff.Change) general {
	edits := generalEdits(c)
	return general{edits, editsKey(c, edits), causeKey(c)}
}

// generalEdits are the edits of a change with its own names left out; derived ones are nil.
func generalEdits(c *diff.Change) []*diff.Edit {
	names := naming.Own(&c.Object)
	edits := make([]*diff.Edit, len(c.Edits))
	for i := range c.Edits {
		if e := c.Edits[i]; !e.Derived {
			e.Path = names.Replace(e.Path)
			e.Before, e.After = diff.Value(names.Replace(string(e.Before))), diff.Value(names.Replace(string(e.After)))
			if naming.IsConfigSHA(e.Path) { // a hash never says anything
				e.Before, e.After = `"{hash}"`, `"{hash}"`
			}
			edits[i] = &e
		}
	}
	return edits
}

func editsKey(c *diff.Change, edits []*diff.Edit) string {
	var b strings.Builder
	b.WriteString(string(c.Op) + "\x00" + c.Effect.String())
	if c.Op == diff.Added || c.Op == diff.Removed {
		b.WriteString("\x00" + c.Kind)
	}
	for _, e := range edits {
		if e != nil {
			b.WriteString("\x00" + e.Path + "\x01" + string(e.Op) + "\x01" + string(e.Before) + "\x01" + string(e.After))
		}
	}
	return b.String()
}

// causeKey identifies the causes of a change; empty when none is known.
func causeKey(c *diff.Change) string {
	var b strings.Builder
	for _, cause := range c.Causes {
		b.WriteString(cause.Key + "\x00" + cause.File + "\x00" + strconv.Itoa(cause.Line) + "\x01")
	}
	return b.String()
}

func (r *row) add(index int, c *diff.Change, g *general) {
	r.members = append(r.members, index)
	if r.cause != g.cause {
		r.cause = ""
	}
	for i, general := range g.edits {
		if general == nil {
			continue
		}
		own := &c.Edits[i]
		field := general.Path + "\x00" + string(general.Op)
		e := r.edits[field]
		if e == nil {
			e = &editCount{ClassEdit: ClassEdit{Edit: *own}, general: *general}
			e.values, e.middles = map[string]bool{}, map[[2]diff.Value]bool{}
			r.edits[field] = e
			r.order = append(r.order, field)
		}
		e.Count++
		if pair := string(general.Before + "\x00" + general.After); !e.values[pair] {
			e.values[pair] = true
			e.middles[naming.Middle(general.Before, general.After)] = true
		}
		e.vary(own)
	}
}

// vary takes note of what is not the same in another object's edit.
func (e *editCount) vary(other *diff.Edit) {
	for i, differs := range [3]bool{other.Path != e.Path, other.Before != e.Before, other.After != e.After} {
		e.varies[i] = e.varies[i] || differs
	}
}

// generalise puts placeholders where the objects differ by their own names.
func (e *editCount) generalise() {
	e.Values = len(e.values)
	if e.varies[0] {
		e.Path = e.general.Path
	}
	if e.Values > 1 {
		if m := naming.Middle(e.general.Before, e.general.After); len(e.middles) == 1 && m[0] != "" && m[1] != "" {
			e.Before, e.After, e.Values = m[0], m[1], 1
		}
		return // else an example says more
	}
	if naming.IsConfigSHA(e.Path) && (e.varies[1] || e.varies[2]) {
		e.varies = [3]bool{false, true, true}
	}
	if e.varies[1] {
		e.Before = e.general.Before
	}
	if e.varies[2] {
		e.After = e.general.After
	}
}

// fieldKey is equal for rows that differ in values only.
func (r *row) fieldKey() string {
	return r.effectKey() + "\x00" + strings.Join(slices.Sorted(slices.Values(r.order)), "\x00")
}

func (r *row) effectKey() string { return string(r.op) + "\x00" + r.effect.String() }

func (r *row) causeKey() string { return "" }

// mergeByCause puts rows together, by the key, of every cause that still has too many of them.
func mergeByCause(rows []*row, key func(*row) string) []*row {
	count, objects := map[string]int{}, map[string]int{}
	for _, r := range rows {
		count[r.cause]++
		objects[r.cause] += len(r.members)
	}
	return merge(rows, 1, func(r *row) string {
		if r.cause == "" || count[r.cause] <= maxRows || objects[r.cause] <= fewObjects {
			return ""
		}
		return r.cause + "\x02" + key(r)
	})
}

// merge puts rows with the same key together when there are more than limit of them. Rows without a key stay.
func merge(rows []*row, limit int, key func(*row) string) []*row {
	count := map[string]int{}
	for _, r := range rows {
		count[key(r)]++
	}
	first := map[string]*row{}
	kept := rows[:0]
	for _, r := range rows {
		k := key(r)
		switch {
		case k == "" || count[k] <= limit:
			kept = append(kept, r)
		case first[k] == nil:
			first[k] = r
			kept = append(kept, r)
		default:
			first[k].absorb(r)
		}
	}
	return kept
}

func (r *row) absorb(o *row) {
	r.members = append(r.members, o.members...)
	r.effect = min(r.effect, o.effect)
	if r.op != o.op {
		r.op = diff.Changed
	}
	if r.cause != o.cause {
		r.cause = ""
	}
	for _, field := range o.order {
		theirs := o.edits[field]
		mine := r.edits[field]
		if mine == nil {
			r.edits[field] = theirs
			r.order = append(r.order, field)
			continue
		}
		mine.Count += theirs.Count
		mine.vary(&theirs.Edit)
		for i := range mine.varies {
			mine.varies[i] = mine.varies[i] || theirs.varies[i]
		}
		for v := range theirs.values {
			mine.values[v] = true
		}
		for m := range theirs.middles {
			mine.middles[m] = true
		}
	}
}
