package compare

import (
	"slices"
	"strconv"
	"strings"

	"github.com/paasta-render/paasta-render/compiler/diff"
	"github.com/paasta-render/paasta-render/compiler/diff/value"
)

// comparison walks two objects in step and collects what differs.
type comparison struct {
	of    *entity
	core  bool     // a built-in Kubernetes kind: null means absent, an empty list too, and quantities are known
	steps []string // the path so far
	edits []diff.Edit
}

// fields compares two versions of one object.
func fields(of *entity, before, after *value.Node) []diff.Edit {
	c := comparison{of: of, core: of.isCore()}
	if before.Is(value.Text) && after.Is(value.Text) {
		c.lines(before.Str(), after.Str())
	} else {
		c.compare(before, after)
	}
	return c.edits
}

// lines compares two texts as sets of lines, for files that are neither YAML nor JSON.
func (c *comparison) lines(before, after string) {
	c.push("line")
	old, now := lineSet(before), lineSet(after)
	for _, line := range strings.Split(before, "\n") {
		if line != "" && !now[line] {
			c.add(diff.Removed, value.NewText(line), nil)
		}
	}
	for _, line := range strings.Split(after, "\n") {
		if line != "" && !old[line] {
			c.add(diff.Added, nil, value.NewText(line))
		}
	}
	if len(c.edits) == 0 && before != after {
		c.add(diff.Reordered, nil, nil)
	}
}

func lineSet(s string) map[string]bool {
	set := map[string]bool{}
	for _, line := range strings.Split(s, "\n") {
		set[line] = true
	}
	return set
}

func (c *comparison) path() string { return strings.Join(c.steps, "") }

func (c *comparison) push(step string) { c.steps = append(c.steps, step) }

func (c *comparison) pop() { c.steps = c.steps[:len(c.steps)-1] }

func (c *comparison) pushKey(key string) { c.push(keyStep(key, len(c.steps) == 0)) }

// keyStep is a mapping key in a path: .key, or [key] when the key holds a dot or another character of the path's own.
func keyStep(key string, first bool) string {
	switch {
	case key == "" || strings.ContainsAny(key, ".[]/ :"):
		return "[" + key + "]"
	case first:
		return key
	}
	return "." + key
}

// absent tells whether Kubernetes takes the value for not written: null, and for its own kinds an empty list.
func (c *comparison) absent(n *value.Node) bool {
	if n == nil {
		return true
	}
	if !c.core {
		return false
	}
	return n.Is(value.Null) || n.Is(value.List) && len(n.Items()) == 0
}

func (c *comparison) compare(before, after *value.Node) {
	if before != nil && after != nil && before.Identical(after) {
		return
	}
	gone, here := c.absent(before), c.absent(after)
	switch {
	case gone && here:
		return
	case gone:
		c.add(diff.Added, nil, after)
	case here:
		c.add(diff.Removed, before, nil)
	case before.Is(value.Map) && after.Is(value.Map):
		c.mappings(before, after)
	case before.Is(value.List) && after.Is(value.List):
		c.lists(before.Items(), after.Items())
	case !before.IsScalar() || !after.IsScalar():
		c.add(diff.Changed, before, after)
	case !c.equalScalars(before, after):
		c.add(diff.Changed, before, after)
	}
}

func (c *comparison) mappings(before, after *value.Node) {
	if value.Differing(before, after, c.entry) {
		return
	}
	for _, p := range before.Pairs() {
		c.entry(p.Key, p.Value, after.Get(p.Key))
	}
	for _, p := range after.Pairs() {
		if before.Get(p.Key) == nil {
			c.entry(p.Key, nil, p.Value)
		}
	}
}

// entry compares the values of a key.
func (c *comparison) entry(key string, before, after *value.Node) {
	c.pushKey(key)
	c.compare(before, after)
	c.pop()
}

// equalScalars compares two scalars: quantities and the numbers of Kubernetes objects by value, all else as written.
func (c *comparison) equalScalars(before, after *value.Node) bool {
	kind, one, other := before.Kind(), before.Scalar(), after.Scalar()
	if kind == after.Kind() && one == other {
		return true
	}
	if c.core && isQuantityPath(c.steps) {
		return equalQuantities(one, other)
	}
	return kind == value.Number && after.Kind() == value.Number && equalNumbers(one, other)
}

func equalNumbers(a, b string) bool {
	x, errX := strconv.ParseFloat(a, 64)
	y, errY := strconv.ParseFloat(b, 64)
	return errX == nil && errY == nil && x == y
}

func (c *comparison) add(op diff.Op, before, after *value.Node) {
	path := c.path()
	e := diff.Edit{Path: path, Op: op}
	hide := c.secret()
	if before != nil {
		e.Before = diff.Value(value.Shown(before, hide))
	}
	if after != nil {
		e.After = diff.Value(value.Shown(after, hide))
	}
	e.Effect, e.Why = c.of.known.Field(c.of.Kind, c.of.Group, path)
	c.edits = append(c.edits, e)
}

// lists compares two lists: entries with names by name, scalars as sets with an order, others in step.
func (c *comparison) lists(before, after []*value.Node) {
	name := c.namer(before, after)
	if name == nil {
		c.unnamed(before, after)
		return
	}
	old := map[string]*value.Node{}
	for _, item := range before {
		old[name(item)] = item
	}
	kept := map[string]bool{}
	var newOrder []string
	for _, item := range after {
		if n := name(item); old[n] != nil {
			kept[n] = true
			newOrder = append(newOrder, n)
		}
	}
	var oldOrder []string
	for _, item := range before {
		n := name(item)
		c.push("[" + n + "]")
		if kept[n] {
			oldOrder = append(oldOrder, n)
			c.compare(item, find(after, name, n))
		} else {
			c.add(diff.Removed, item, nil)
		}
		c.pop()
	}
	for _, item := range after {
		if n := name(item); !kept[n] {
			c.push("[" + n + "]")
			c.add(diff.Added, nil, item)
			c.pop()
		}
	}
	c.order(oldOrder, newOrder)
}

func find(items []*value.Node, name func(*value.Node) string, want string) *value.Node {
	for _, item := range items {
		if name(item) == want {
			return item
		}
	}
	return nil
}

// order reports entries that are on both sides in another order.
func (c *comparison) order(before, after []string) {
	if slices.Equal(before, after) {
		return
	}
	path := c.path()
	e := diff.Edit{Path: path, Op: diff.Reordered, Before: jsonStrings(before), After: jsonStrings(after)}
	e.Effect, e.Why = c.of.known.Field(c.of.Kind, c.of.Group, path)
	c.edits = append(c.edits, e)
}

func jsonStrings(values []string) diff.Value {
	b := []byte{'['}
	for i, v := range values {
		if i > 0 {
			b = append(b, ',')
		}
		b = diff.AppendString(b, v)
	}
	return diff.Value(append(b, ']'))
}

// unnamed compares lists whose entries have no names. Scalars are shown whole, for order is their meaning; of other
// entries the equal ones are left out on both sides and the rest is compared in step.
func (c *comparison) unnamed(before, after []*value.Node) {
	if equalLists(before, after) {
		return
	}
	if allScalars(before) && allScalars(after) {
		c.add(diff.Changed, value.NewList(before), value.NewList(after))
		return
	}
	old, now := texts(before), texts(after)
	if slices.Equal(slices.Sorted(slices.Values(old)), slices.Sorted(slices.Values(now))) {
		c.order(old, now)
		return
	}
	before, after = rest(before, old, now), rest(after, now, old)
	for i := range max(len(before), len(after)) {
		c.push("[" + strconv.Itoa(i) + "]")
		switch {
		case i >= len(before):
			c.add(diff.Added, nil, after[i])
		case i >= len(after):
			c.add(diff.Removed, before[i], nil)
		default:
			c.compare(before[i], after[i])
		}
		c.pop()
	}
}

func equalLists(a, b []*value.Node) bool {
	return slices.EqualFunc(a, b, func(x, y *value.Node) bool { return x.Same(y) })
}

func allScalars(items []*value.Node) bool {
	return !slices.ContainsFunc(items, func(n *value.Node) bool { return !n.IsScalar() })
}

func texts(items []*value.Node) []string {
	var all []string
	for _, item := range items {
		all = append(all, string(item.JSON(nil)))
	}
	return all
}

// rest leaves out the items that the other side has, too; one for each there.
func rest(items []*value.Node, texts, others []string) []*value.Node {
	left := make(map[string]int, len(others))
	for _, text := range others {
		left[text]++
	}
	var kept []*value.Node
	for i, item := range items {
		if left[texts[i]] > 0 {
			left[texts[i]]--
			continue
		}
		kept = append(kept, item)
	}
	return kept
}

// secret tells whether a scalar at the current path is never to be shown.
func (c *comparison) secret() bool {
	if c.of.Kind == "Secret" && len(c.steps) > 0 && (c.steps[0] == "data" || c.steps[0] == "stringData") {
		return true
	}
	for i, step := range c.steps[:max(0, len(c.steps)-1)] {
		if step == ".env" || step == "env" || step == ".environment" {
			name := strings.Trim(c.steps[i+1], ".[]")
			return diff.IsSecretName(name) && !strings.Contains(c.path(), ".valueFrom")
		}
	}
	return false
}
